"""What a loop contains, in canonical form: the one shape that is hashed and exported."""

from typing import Any

from content.packfile import (
    Choice,
    Flag,
    Free,
    Key,
    Keys,
    Listing,
    Mapping,
    Number,
    Shape,
    Text,
    Texts,
    Whole,
    Words,
)
from content.packfile.scalars import Field
from loops.models import Loop, Stage, StageKind
from roles.content import pinned_hash

CANDIDATE = Shape(Text("expect"), Text("prepare"), Text("accommodations"))

# The gap as the pack's author computed it, a check on ours.
EXPECTED = Shape(
    *(Number(name, low=-1, decimals=6) for name in ("gap", "content", "precision", "realism")),
    *(
        Number(name, decimals=6)
        for name in ("one_interviewer_gap", "conventional_gap", "conventional_gap_two_interviewers")
    ),
    Keys("untested", always=True),
)

STAGE = Shape(
    Choice("kind", required=True, values=tuple(StageKind.values)),
    Text("name", required=True, longest=120),
    Whole("minutes", required=True, low=1, high=2880),
    Whole("interviewers", required=True, low=1, high=8),
    Texts("panel", always=True),
    Keys("questions", always=True),
    Keys("alternates"),
    Whole("round", high=60),
    Text("note"),
)

# Told by the author of a loop, held in no column of their own.
LOOP_EXTRA = ("elapsed_basis", "durations_basis", "rounds")

_HEAD: tuple[Field, ...] = (
    Key("key", required=True),
    Text("name", required=True, longest=160),
    Key("role", required=True),
    Words("source"),
    Text("basis", longest=200),
    Flag("contrast"),
    Key("variant_of"),
    Text("variant", longest=40),
    Whole("budget_minutes"),
    Free("elapsed_days"),
    Text("elapsed_basis"),
    Text("durations_basis"),
    Whole("rounds", high=60),
    Listing("stages", required=True, shape=STAGE, label="name"),
)
_TAIL: tuple[Field, ...] = (Mapping("expected_gap", shape=EXPECTED), Mapping("candidate", shape=CANDIDATE))

LOOP = Shape(*_HEAD, *_TAIL)
# The two sums are there for readers of the file; they follow from the stages.
LOOP_IN_FILE = Shape(*_HEAD, Whole("total_minutes"), Whole("interviewer_minutes"), *_TAIL)


def loop_body(loop: Loop) -> dict[str, Any]:
    """Return the canonical body of a loop; load it through ``with_plan``.

    Which loop is its profile's default is a mark that may move, and no part of it.
    """
    days = [loop.elapsed_days_from, loop.elapsed_days_to]
    same_name = ("key", "name", "source", "basis", "contrast", "variant_of", "variant", "budget_minutes")
    return LOOP.body(
        {
            **{name: getattr(loop, name) for name in same_name},
            **{name: loop.extra[name] for name in LOOP_EXTRA if name in loop.extra},
            "role": loop.profile.key,
            "elapsed_days": None if None in days else days,
            "expected_gap": loop.expected_gap,
            "candidate": loop.candidate_notes,
            "stages": [_stage(stage) for stage in loop.stages.all()],
        }
    )


def _stage(stage: Stage) -> dict[str, Any]:
    placements = list(stage.placements.all())
    same_name = ("kind", "name", "minutes", "interviewers", "panel", "round", "note")
    return {
        **{name: getattr(stage, name) for name in same_name},
        "questions": [row.question.key for row in placements if not row.is_alternate],
        "alternates": [row.question.key for row in placements if row.is_alternate],
    }


def loop_hash(loop: Loop) -> str:
    """Return the content hash of a loop with the profile and question versions it pins."""
    pins = {f"profile {loop.profile.key}": loop.profile.content_hash}
    for stage in loop.stages.all():
        pins |= {f"question {row.question.key}": row.question.content_hash for row in stage.placements.all()}
    return pinned_hash(loop_body(loop), pins)


def minutes_of(body: dict[str, Any]) -> tuple[int, int]:
    """Return candidate minutes, and live minutes of all interviewers: reading a take-home is extra."""
    stages = [row for row in body["stages"] if "minutes" in row]
    live = [row for row in stages if row.get("kind") != StageKind.TAKE_HOME]
    return sum(row["minutes"] for row in stages), sum(
        row["minutes"] * row.get("interviewers", 1) for row in live
    )
