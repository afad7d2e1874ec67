"""Packs to import: the shipped one, and a small one to break."""

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import Team
from content.packs import import_pack
from tests.factories import TeamFactory

STARTER = Path(__file__).parents[2] / "packs" / "starter"

SMALL = {
    "meta.yaml": """\
meta:
  schema_version: 2
  rubric_scale:
  - {level: 1, label: Against}
  - {level: 2, label: Partial}
  - {level: 3, label: Meets}
  sources:
  - key: book
    title: A book
""",
    "competencies.yaml": """\
clusters:
- {key: work, name: Work}
competencies:
- key: debugging
  name: Debugging
  cluster: work
  definition: Finds the cause before changing anything.
- key: writing
  name: Writing
  cluster: work
  definition: Says it so that others can act on it.
""",
    "roles.yaml": """\
roles:
- key: engineer
  name: Engineer
  family: production
  definition_of_done: It runs and somebody owns it.
  competencies:
  - competency: debugging
    weight: 0.7
    required_level: 4
    must_have: true
    weight_rationale: Faults cost most.
    realism_demand: {controlled: 0.0, constrained: 0.4, production: 0.6}
  - competency: writing
    weight: 0.3
    required_level: 3
    must_have: false
    weight_rationale: Handovers fail without it.
    realism_demand: {controlled: 0.2, constrained: 0.8, production: 0.0}
  must_haves: []
  anti_signals: []
  loop: engineer_loop
  loop_variants: []
""",
    "questions/debugging.yaml": """\
questions:
- key: slow_service
  title: The slow service
  format: debugging
  minutes: 30
  realism: production
  target_level: 3
  prompt: Here is a trace. What do you look at first?
  evidences:
  - {competency: debugging, strength: 0.8, target_level: 4}
  - {competency: writing, strength: 0.4, target_level: 3}
  injections:
  - at_minute: 10
    probes: debugging
    change: The trace stops half way.
  follow_ups: [What then?]
  criteria:
  - competency: debugging
    levels:
      1: Changes settings at random.
      2: Looks at one signal only.
      3: Orders hypotheses and tests the cheap one first.
  - competency: writing
    levels:
      1: Leaves no note.
      2: Notes what was done.
      3: Notes cause, fix and what to watch.
""",
    "loops.yaml": """\
loops:
- key: engineer_loop
  name: Engineer loop
  role: engineer
  stages:
  - kind: debugging
    name: Slow service
    minutes: 40
    interviewers: 2
    panel: [engineering]
    questions: [slow_service]
""",
}


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return the content of every file of a pack."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}


def starter_library() -> Team:
    """The library with the shipped pack; whoever only reads or copies it shares one a module."""
    team: Team = TeamFactory(key="library", name="Library", is_library=True)
    import_pack(STARTER, team=team, by=None)
    return team


@pytest.fixture
def small_pack(tmp_path: Path) -> Callable[..., Path]:
    """Write the small pack with replacements: ``small_pack(("roles.yaml", "0.7", "0.6"), ...)``."""

    def write(*edits: tuple[str, str, str]) -> Path:
        files = dict(SMALL)
        for name, old, new in edits:
            assert old in files[name], f"{old!r} does not stand in {name}"
            files[name] = files[name].replace(old, new)
        for name, text in files.items():
            path = tmp_path / "pack" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "pack"

    return write
