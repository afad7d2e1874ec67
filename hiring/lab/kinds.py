"""The kinds of content of the lab: what a vignette contains, and what a pair.

A line a field: see ``content.kinds`` for all that follows from it.
"""

import re
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.nodes import Node, ScalarNode, SequenceNode

from content.kinds import ContentKind, Heading
from content.packfile import (
    Choice,
    Faults,
    Field,
    Flag,
    Key,
    Listing,
    Place,
    Ref,
    Shape,
    Text,
    Whole,
    Words,
)
from content.packfile.scalars import MISSING, Find
from hiring.lab.models import PairUse, Trap, Vignette, VignettePair

#: What a pack writes where a topic did not come up.
NOT_ASSESSED = "not_assessed"
MOST_POINTS = 30


def _point(node: Node) -> int | str | None:
    if not isinstance(node, ScalarNode):
        return None
    text = str(node.value)
    if text == NOT_ASSESSED:
        return text
    return int(text) if re.fullmatch(r"[1-9]\d?", text) and int(text) <= MOST_POINTS else None


@dataclass(frozen=True, slots=True)
class PointOrNone(Field):
    """A point of the scale, or the word for a topic that did not come up."""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        found = _point(node)
        if found is None:
            faults.add(place, f"must be a point of the scale, or {NOT_ASSESSED}.")
            return MISSING
        return found

    def held_by(self, row: Any) -> Any:
        point = getattr(row, self.attribute)
        return NOT_ASSESSED if point is None else point

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        return {self.attribute: None if value == NOT_ASSESSED else value}


@dataclass(frozen=True, slots=True)
class Acceptable(Field):
    """The points that an expert may give: one, two neighbours, or the word for a topic that did not come up."""

    def read(self, node: Node, place: Place, faults: Faults) -> Any:
        found = [_point(each) for each in node.value] if isinstance(node, SequenceNode) else []
        numbers = [point for point in found if isinstance(point, int)]
        alone = found == [NOT_ASSESSED]
        neighbours = len(numbers) == len(found) and 1 <= len(found) <= 2
        if not alone and not (neighbours and numbers == list(range(numbers[0], numbers[0] + len(numbers)))):
            faults.add(place, f"must hold one point, two neighbours in order, or {NOT_ASSESSED} alone.")
            return MISSING
        return found

    def held_by(self, row: Any) -> Any:
        return getattr(row, self.attribute) or [NOT_ASSESSED]

    def columns(self, value: Any, find: Find) -> dict[str, Any]:
        return {self.attribute: [point for point in value if point != NOT_ASSESSED]}


REFERENCE = Shape(
    Key("competency", required=True),
    PointOrNone("point", required=True),
    Acceptable("acceptable", required=True),
    Text("reason", required=True),
    Text("common_mistake"),
)

VIGNETTE = ContentKind(
    Vignette,
    "vignette",
    Shape(
        Key("key", required=True),
        Ref("question", required=True, kind="question", pin="question {}"),
        Key("role"),
        Words("source"),
        Text("basis", longest=200),
        Choice("trap", values=tuple(Trap.values)),
        Flag("alternative"),
        Whole("minutes", required=True, low=1, high=60),
        Text("setting", required=True),
        Text("answer", required=True),
        Listing("reference", required=True, shape=REFERENCE, label="competency", rows="references"),
    ),
)

PAIR = Heading(
    VignettePair,
    "vignette pair",
    Shape(
        Key("key", required=True),
        Key("first", required=True),
        Key("second", required=True),
        Choice("use", required=True, values=tuple(PairUse.values)),
        Text("why"),
        Text("basis", longest=200),
    ),
)
