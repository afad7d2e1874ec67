"""Own rating and reference, criterion by criterion: what differs, by how much, and in which way.

Where the author lets two neighbouring points pass, a rating is compared with the nearer one. A rating of a topic that
did not come up, and none of one that did, are errors of their own kind and stand in no mean.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hiring.lab.models import VignetteReference, VignetteSitting


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion of one sitting. ``point`` and ``reference`` are None where nothing was, or is to be, assessed."""

    competency: str
    point: int | None
    reference: int | None
    acceptable: tuple[int, ...]

    @property
    def nearest(self) -> int | None:
        """The acceptable point that the rating is compared with."""
        if self.point is None or not self.acceptable:
            return None
        point = self.point
        return min(self.acceptable, key=lambda each: (abs(each - point), each != self.reference))

    @property
    def deviation(self) -> int | None:
        """Points above (+) or below (−) the nearest acceptable point; None where there is nothing to compare."""
        return None if self.nearest is None or self.point is None else self.point - self.nearest

    @property
    def invented(self) -> bool:
        """Rated, though the topic did not come up."""
        return self.point is not None and not self.acceptable

    @property
    def missed(self) -> bool:
        """Not rated, though it came up."""
        return self.point is None and bool(self.acceptable)

    @property
    def agrees(self) -> bool:
        """Whether an expert could have said the same."""
        return not self.invented and not self.missed and not self.deviation

    @property
    def said(self) -> str:
        """The difference in words."""
        if self.invented:
            return f"You {self.point}, reference: not assessed"
        if self.missed:
            return f"You: not assessed, reference {self.reference}"
        if self.point is None:
            return "Not assessed, like the reference"
        if not self.deviation:
            same = "the same" if self.point == self.reference else "within what experts may give"
            return f"You {self.point}, reference {self.reference}: {same}"
        size = abs(self.deviation)
        words = f"{size} point{'s' if size > 1 else ''} {'above' if self.deviation > 0 else 'below'}"
        return f"You {self.point}, reference {self.reference}: {words}"


def compare(
    sitting: VignetteSitting, references: Iterable[VignetteReference] | None = None
) -> list[Compared]:
    """Hold a loaded sitting (``with_ratings``) against its references, in the order of the criteria."""
    rows = list(sitting.vignette.references.all() if references is None else references)
    given = {rating.criterion.competency.key: rating.point for rating in sitting.ratings.all()}
    return [
        Compared(row.competency, given.get(row.competency), row.point, tuple(row.acceptable))
        for row in sorted(rows, key=lambda each: each.position)
    ]


def summed_up(rows: list[Compared]) -> str:
    """The page's one sentence on a sitting."""
    agreed = sum(row.agrees for row in rows)
    if agreed == len(rows):
        return (
            "All your ratings match the reference." if len(rows) > 1 else "Your rating matches the reference."
        )
    said = f"{agreed or 'None'} of your {len(rows)} ratings match{'es' if agreed == 1 else ''} the reference."
    above = sum((row.deviation or 0) > 0 for row in rows)
    below = sum((row.deviation or 0) < 0 for row in rows)
    if above and not below:
        return f"{said} Where you differ you were more generous."
    if below and not above:
        return f"{said} Where you differ you were harsher."
    return said
