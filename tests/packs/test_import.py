"""Importing: new versions for what differs, every fault at once, and never half a pack."""

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.errors import Conflict, InvalidInput
from accounts.models import Team
from content.packs import export_pack, import_pack
from loops.models import Loop
from roles.actions import new_profile_version
from roles.models import Competency, RoleProfile
from rubrics.models import Criterion, Question
from tests.factories import TeamFactory
from tests.packs.conftest import bytes_of

pytestmark = pytest.mark.django_db

Pack = Callable[..., Path]


@pytest.fixture
def team() -> Team:
    return TeamFactory(key="acme")


def _faults(source: Path, team: Team) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        import_pack(source, team=team, by=None)
    return [text for _, text in caught.value.problems]


def test_import_publishes_everything_as_version_one(small_pack: Pack, team: Team) -> None:
    report = import_pack(small_pack(), team=team, by=None)

    assert report.count("competency") == (2, 0, 0, 0)
    question = Question.objects.get(team=team, key="slow_service")
    assert (question.version, question.status, len(question.content_hash)) == (1, "published", 64)
    assert Loop.objects.get(team=team).is_default


def test_dry_run_reports_and_writes_nothing(small_pack: Pack, team: Team) -> None:
    report = import_pack(small_pack(), team=team, by=None, dry_run=True)

    assert report.count("question") == (1, 0, 0, 0)
    assert not Question.objects.filter(team=team).exists()


def test_changed_anchor_makes_a_new_version_of_question_and_loop_only(small_pack: Pack, team: Team) -> None:
    import_pack(small_pack(), team=team, by=None)

    edited = small_pack(("questions/debugging.yaml", "Leaves no note.", "Leaves without a word."))
    report = import_pack(edited, team=team, by=None)

    assert report.count("competency") == (0, 0, 2, 0)
    assert report.count("role profile") == (0, 0, 1, 0)
    assert [str(change) for change in report.changed["question"]["slow_service"]] == [
        "criteria[writing].levels.1: Leaves no note. → Leaves without a word."
    ]
    assert list(report.changed["loop"]) == ["engineer_loop"]
    newest = Loop.objects.filter(team=team).latest_published().get()
    placed = newest.stages.get().placements.get().question
    assert (newest.version, placed.version, newest.is_default) == (2, 2, True)
    assert Loop.objects.filter(team=team, is_default=True).count() == 1


def test_new_criterion_version_knows_the_one_it_came_from(small_pack: Pack, team: Team) -> None:
    import_pack(small_pack(), team=team, by=None)
    import_pack(small_pack(("questions/debugging.yaml", "Leaves no note.", "Silent.")), team=team, by=None)

    new = Criterion.objects.get(question__version=2, competency__key="writing")

    assert new.parent == Criterion.objects.get(question__version=1, competency__key="writing")


def test_changed_competency_reaches_what_names_it(small_pack: Pack, team: Team) -> None:
    import_pack(small_pack(), team=team, by=None)

    report = import_pack(
        small_pack(("competencies.yaml", "Finds the cause", "Finds every cause")), team=team, by=None
    )

    assert {kind: list(things) for kind, things in report.changed.items()} == {
        "competency": ["debugging"],
        "role profile": ["engineer"],
        "question": ["slow_service"],
        "loop": ["engineer_loop"],
    }
    pinned = RoleProfile.objects.get(version=2).requirements.get(competency__key="debugging").competency
    assert pinned == Competency.objects.get(key="debugging", version=2)


def test_all_faults_are_told_at_once_with_file_and_line(small_pack: Pack, team: Team) -> None:
    source = small_pack(
        ("roles.yaml", "weight: 0.7", "weight: 0.6"),
        ("roles.yaml", "constrained: 0.8, production: 0.0", "constrained: 0.5, production: 0.0"),
        ("roles.yaml", "name: Engineer", "nmae: Engineer"),
        ("questions/debugging.yaml", "      3: Notes cause, fix and what to watch.\n", ""),
        ("questions/debugging.yaml", "minutes: 30", "minutes: thirty"),
        ("questions/debugging.yaml", "probes: debugging", "probes: debuging"),
        ("loops.yaml", "[slow_service]", "[slow_servise]"),
    )

    faults = _faults(source, team)

    loop, minutes, probes, anchor, *profile = faults
    assert loop.startswith("loops.yaml:11: loops[engineer_loop].stages[Slow service].questions: names the")
    assert loop.endswith("question slow_servise, which does not exist. Did you mean slow_service?")
    assert minutes.startswith(
        "questions/debugging.yaml:5: questions[slow_service].minutes: must be a whole number"
    )
    assert probes.startswith(
        "questions/debugging.yaml:14: questions[slow_service].injections[1].probes: names the"
    )
    assert anchor.startswith(
        "questions/debugging.yaml:24: questions[slow_service].criteria[writing].levels: has no"
    )
    demand = "roles[engineer].competencies[writing].realism_demand"
    assert profile == [
        "roles.yaml:2: roles[engineer]: name is missing. Add it.",
        "roles.yaml:3: roles[engineer].nmae: is not known here. Did you mean name?",
        "roles.yaml:6: roles[engineer].competencies: has weights that sum to 0.9, not 1. Add 0.1.",
        f"roles.yaml:18: {demand}: has shares that sum to 0.7, not 1. Add 0.3.",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("roles.yaml", "required_level: 4", "required_level: 6", "must be a whole number from 1 to 5"),
        ("roles.yaml", "must_have: true", "must_have: maybe", "must be true or false"),
        ("roles.yaml", "Faults cost most.", "''", "Say in a sentence why it weighs this much"),
        ("roles.yaml", "competency: writing", "competency: debugging", "a second time"),
        ("roles.yaml", "loop: engineer_loop", "loop: other_loop", "names the loop other_loop"),
        ("roles.yaml", "weight: 0.3", "weight: 0.30001", "more than 4 decimals"),
        ("competencies.yaml", "key: writing", "key: debugging", "is used already at competencies.yaml:4"),
        ("competencies.yaml", "cluster: work", "cluster: play", "names the cluster play"),
        ("competencies.yaml", "key: writing", "key: Writing!", "must be a key"),
        ("questions/debugging.yaml", "realism: production", "realism: real", "must be one of controlled"),
        ("questions/debugging.yaml", "at_minute: 10", "at_minute: 40", "after the question's 30 minutes"),
        ("questions/debugging.yaml", "strength: 0.8", "strength: 1.8", "must be a number from 0 to 1"),
        ("questions/debugging.yaml", "strength: 0.8", "strength: .nan", "must be a number from 0 to 1"),
        ("loops.yaml", "kind: debugging", "kind: chat", "must be one of screen"),
        ("loops.yaml", "role: engineer", "role: baker", "names the role profile baker"),
        ("loops.yaml", "  stages:", "  total_minutes: 50\n  stages:", "the stages add up to 40"),
        ("meta.yaml", "level: 2", "level: 5", "without gaps"),
        ("roles.yaml", "roles:", "roles: [", "is not valid YAML"),
    ],
)
def test_fault_names_its_line_and_nothing_is_written(
    small_pack: Pack, team: Team, name: str, old: str, new: str, expected: str
) -> None:
    faults = _faults(small_pack((name, old, new)), team)

    assert any(fault.startswith(f"{name}:") and expected in fault for fault in faults), faults
    assert not Competency.objects.filter(team=team).exists()


def test_unknown_file_and_missing_folder_are_refused(small_pack: Pack, team: Team, tmp_path: Path) -> None:
    source = small_pack()
    (source / "people.yaml").write_text("people: []\n")

    assert "people.yaml:1: is not a file of a pack" in _faults(source, team)[0]
    with pytest.raises(InvalidInput, match="is not a folder"):
        import_pack(tmp_path / "absent", team=team, by=None)


def test_draft_in_the_way_refuses_the_whole_pack(small_pack: Pack, team: Team) -> None:
    import_pack(small_pack(), team=team, by=None)
    new_profile_version(RoleProfile.objects.get(team=team), by=None)
    edited = small_pack(
        ("roles.yaml", "Faults cost most.", "Faults cost nearly all."),
        ("questions/debugging.yaml", "Leaves no note.", "Leaves without a word."),
    )

    with pytest.raises(Conflict) as caught:
        import_pack(edited, team=team, by=None)

    assert "role profile engineer" in caught.value.problems[0][1]
    assert Question.objects.filter(team=team).count() == 1


def test_pack_of_questions_alone_may_name_what_the_team_has(small_pack: Pack, team: Team) -> None:
    import_pack(small_pack(), team=team, by=None)
    source = small_pack(("questions/debugging.yaml", "key: slow_service", "key: silent_service"))
    for name in ("meta", "competencies", "roles", "loops"):
        (source / f"{name}.yaml").unlink()

    report = import_pack(source, team=team, by=None)

    assert report.created == {"question": ["silent_service"]}


def test_exported_team_imports_into_an_empty_one_with_the_same_bytes(
    small_pack: Pack, team: Team, tmp_path: Path
) -> None:
    import_pack(small_pack(), team=team, by=None)
    export_pack(team, tmp_path / "one")
    other = TeamFactory(key="rival")

    import_pack(tmp_path / "one", team=other, by=None)
    export_pack(other, tmp_path / "two")

    assert bytes_of(tmp_path / "two") == bytes_of(tmp_path / "one")


def test_export_refuses_to_mix_with_other_files(small_pack: Pack, team: Team, tmp_path: Path) -> None:
    import_pack(small_pack(), team=team, by=None)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.yaml").write_text("mine: true\n")

    with pytest.raises(InvalidInput, match=r"notes\.yaml"):
        export_pack(team, tmp_path / "out")
