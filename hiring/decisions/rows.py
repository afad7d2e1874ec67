"""One row of the debrief's matrix: a competency with everybody's ratings, raw and calibrated."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from hiring.calibration.readers import LevelView, raw_level
from hiring.decisions.provenance import CardMark
from hiring.scoring.models import Rating


def called(people: Iterable[User]) -> dict[int, str]:
    """What each is called among ``people``, by id: the first name, or the whole one where two share it."""
    shown = {who.pk: who for who in people}
    firsts = Counter(who.get_short_name() for who in shown.values())
    return {
        pk: who.get_short_name() if firsts[who.get_short_name()] == 1 else who.name
        for pk, who in shown.items()
    }


@dataclass(frozen=True)
class InterviewerCell:
    """One interviewer's ratings of one competency."""

    interviewer: User
    ratings: list[Rating]
    marks: dict[int, CardMark]

    @property
    def points(self) -> list[int]:
        """Points that count, in the order of rating."""
        return _counted(self.ratings, self.marks)


@dataclass(frozen=True)
class DebriefRow:
    """One competency: everybody's ratings beside the calibrated level."""

    view: LevelView
    cells: list[InterviewerCell]
    ratings: list[Rating]
    marks: dict[int, CardMark]
    discuss_from: int
    #: When the run was told, so that ratings that came in later are marked.
    until: datetime | None
    #: Why the level is not the raw one, in a sentence; nothing where both read alike.
    why: str = ""

    @property
    def since(self) -> int:
        """Ratings that are not in the level yet, where there is one."""
        if self.until is None or self.view.pending:
            return 0
        return sum(
            rating.scorecard.enters
            and self.marks[rating.pk].counted is not None
            and rating.scorecard.submitted_at is not None
            and rating.scorecard.submitted_at > self.until
            for rating in self.ratings
        )

    def called(self, who: User) -> str:
        """What ``who`` is called among the panel."""
        return called(cell.interviewer for cell in self.cells)[who.pk]

    @property
    def points(self) -> list[int]:
        """All points on this competency that count."""
        return _counted(self.ratings, self.marks)

    @property
    def apart(self) -> int:
        """How far the highest and the lowest point lie apart; 0 with fewer than two ratings."""
        return max(self.points) - min(self.points) if len(self.points) > 1 else 0

    @property
    def discuss(self) -> bool:
        """Whether the ratings differ enough to be talked about."""
        return self.apart >= self.discuss_from

    @property
    def order(self) -> tuple[float, float]:
        """Disagreement x weight first, then weight."""
        return (-self.apart * self.view.weight, -self.view.weight)

    @property
    def key(self) -> str:
        """Identifies the row in the page."""
        return self.view.requirement.competency.key

    @property
    def raw_level(self) -> float | None:
        """The raw mean of what counts, on the axis of levels."""
        return raw_level(self.ratings, {pk: mark.counted for pk, mark in self.marks.items()})


def _counted(ratings: list[Rating], marks: dict[int, CardMark]) -> list[int]:
    found = [marks[rating.pk].counted for rating in ratings]
    return [point for point in found if point is not None]
