"""The kind of content that a loop is: what a loop, its stages and their questions contain.

A line a field: see ``content.kinds`` for all that follows from it.
"""

from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import Node

from content.kinds import ContentKind, texts
from content.packfile import (
    Choice,
    Faults,
    Field,
    Flag,
    Free,
    Key,
    Keys,
    Listing,
    Mapping,
    Number,
    Place,
    Ref,
    RefRows,
    Shape,
    Text,
    Texts,
    Whole,
    Words,
)
from content.packfile.scalars import MISSING, Find
from loops.models import Loop, StageKind

MOST_DAYS = 1000


@dataclass(frozen=True, slots=True)
class Days(Free):
    """How long something takes, from and to, in days; two columns hold it."""

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The columns of the row itself that this field fills."""
        return f"{self.name}_from", f"{self.name}_to"

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        days = Free.read(self, node, place, faults)
        if (
            isinstance(days, list)
            and len(days) == 2
            and all(type(day) is int and 0 <= day <= MOST_DAYS for day in days)
            and days[0] <= days[1]
        ):
            return days
        faults.add(place, "must be two whole numbers, from and to, for example [14, 21].")
        return MISSING

    def held_by(self, row: Any) -> Any:
        """Return both numbers, or nothing where one is missing."""
        days = [getattr(row, name) for name in self.own_columns]
        return None if None in days else days

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        return dict(zip(self.own_columns, value or (None, None), strict=True))


CANDIDATE = Shape(Text("expect"), Text("prepare"), Text("accommodations"), Text("may_ask"))

# The gap as the pack's author computed it, a check on ours; ``bound`` is what no loop of the pack's questions in the
# same time goes below.
EXPECTED = Shape(
    *(Number(name, low=-1, decimals=6) for name in ("gap", "content", "precision", "realism")),
    *(
        Number(name, decimals=6)
        for name in ("one_interviewer_gap", "conventional_gap", "conventional_gap_two_interviewers", "bound")
    ),
    Keys("untested", always=True),
)


def _placed(name: str, *, alternates: bool, always: bool = False) -> RefRows:
    return RefRows(
        name,
        always=always,
        rows="placements",
        column="question",
        kind="question",
        pin="question {}",
        fixed=(("is_alternate", alternates),),
    )


STAGE = Shape(
    Choice("kind", required=True, values=tuple(StageKind.values)),
    Text("name", required=True, longest=120),
    Whole("minutes", required=True, low=1, high=2880),
    Whole("interviewers", required=True, low=1, high=8),
    Texts("panel", always=True),
    _placed("questions", alternates=False, always=True),
    _placed("alternates", alternates=True),
    Whole("round", high=60),
    Text("note"),
)

_HEAD: tuple[Field, ...] = (
    Key("key", required=True),
    Text("name", required=True, longest=160),
    Ref("role", required=True, column="profile", kind="role profile", pin="profile {}"),
    Words("source"),
    Text("basis", longest=200),
    Flag("contrast"),
    Key("variant_of"),
    Text("variant", longest=40),
    Text("rationale"),
    Whole("budget_minutes"),
    Days("elapsed_days"),
    # How the days and minutes were estimated. Nothing is computed from these, so they need no columns.
    Text("elapsed_basis", in_extra=True),
    Text("durations_basis", in_extra=True),
    Whole("rounds", high=60, in_extra=True),
    Listing("stages", required=True, shape=STAGE, label="name", rows="stages"),
)
_TAIL: tuple[Field, ...] = (
    Mapping("expected_gap", shape=EXPECTED),
    Mapping("candidate", column="candidate_notes", shape=CANDIDATE),
)

LOOP = ContentKind(
    Loop,
    "loop",
    Shape(*_HEAD, *_TAIL),
    # The default mark may move between published loops, and the revision counts changes of one draft. The
    # expected gap is the author's own computation for this version: once a copy is edited it holds no more.
    left_behind=frozenset({"is_default", "revision", "expected_gap"}),
)
# Texts of a draft that its forms ask for besides those with a control of their own. Where a text came from,
# and which variant a loop is, packs alone say.
LOOP_TEXTS = texts(LOOP.shape, but=("name", "basis", "variant"))
STAGE_TEXTS = texts(STAGE, but=("name",))

# The two sums are there for readers of the file; they follow from the stages.
LOOP_IN_FILE = Shape(*_HEAD, Whole("total_minutes"), Whole("interviewer_minutes"), *_TAIL)


def minutes_of(body: dict[str, Any]) -> tuple[int, int]:
    """Return candidate minutes, and live minutes of all interviewers: reading a take-home is extra."""
    stages = [row for row in body["stages"] if "minutes" in row]
    live = [row for row in stages if row.get("kind") != StageKind.TAKE_HOME]
    return sum(row["minutes"] for row in stages), sum(
        row["minutes"] * row.get("interviewers", 1) for row in live
    )
