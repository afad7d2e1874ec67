"""The debrief's agenda: what is worth the meeting's time, and what to ask whom."""

from dataclasses import dataclass

from django.utils.text import Truncator

from accounts.models import TeamPolicy
from hiring.calibration.models import LevelDisplay
from hiring.decisions.rows import DebriefRow
from hiring.scoring.models import Rating

MOST_ITEMS = 5
MOST_DISAGREEMENTS = 3
#: People asked about one disagreement at most, and words of their evidence that are read out.
MOST_ASKED = 3
WORDS_QUOTED = 18


@dataclass(frozen=True)
class Item:
    """One point of the agenda, in plain words."""

    title: str
    text: str
    #: What to ask whom, whoever speaks last at the end.
    ask: tuple[str, ...] = ()


def agenda(rows: list[DebriefRow], policy: TeamPolicy, *, last: int | None) -> list[Item]:
    """What is to be talked about, most consequential first; ``last`` is the hiring manager, who speaks last."""
    must = [row for row in rows if row.view.requirement.must_have]
    items = [_disagreement(row, last) for row in rows if row.discuss][:MOST_DISAGREEMENTS]
    items += [_open_must_have(row) for row in must if not row.discuss and _is_open(row, policy)]
    items += [_unknown(row) for row in must if not row.view.assessed]
    return items[:MOST_ITEMS]


def _names(row: DebriefRow, point: int) -> str:
    people = [row.called(cell.interviewer) for cell in row.cells if point in cell.points]
    return " and ".join(people)


def _disagreement(row: DebriefRow, last: int | None) -> Item:
    low, high = min(row.points), max(row.points)
    questions = {
        rating.criterion.question.title for rating in row.ratings if _point(row, rating) in (low, high)
    }
    where = (
        "They watched the same question."
        if len(questions) == 1
        else f"Different questions: {', '.join(sorted(questions)[:3])}."
    )
    name = row.view.requirement.competency.name
    said = f"{_names(row, low)} gave {low}, {_names(row, high)} gave {high}. {where}"
    return Item(name, said, _questions(row, low, high, last))


def _questions(row: DebriefRow, low: int, high: int, last: int | None) -> tuple[str, ...]:
    """What to ask about the lowest and the highest point: both sides first, then who else gave one of them."""
    asked: list[Rating] = []
    for point in (low, high):
        asked += sorted(
            (rating for rating in row.ratings if _point(row, rating) == point),
            key=lambda rating: (rating.scorecard.interviewer_id == last, -len(rating.evidence)),
        )[:1]
    others = [rating for rating in row.ratings if _point(row, rating) in (low, high) and rating not in asked]
    chosen = (asked + others)[:MOST_ASKED]
    chosen.sort(key=lambda rating: rating.scorecard.interviewer_id == last)
    return tuple(_question(row, rating, _point(row, rating)) for rating in chosen)


def _point(row: DebriefRow, rating: Rating) -> int | None:
    """The point that counts: of a card amended after the reveal, the one given first."""
    return row.marks[rating.pk].counted


def _question(row: DebriefRow, rating: Rating, point: int | None) -> str:
    name = row.called(rating.scorecard.interviewer)
    seen = Truncator(rating.evidence.strip()).words(WORDS_QUOTED)
    if not seen:
        return f"Ask {name} what was seen that is a {point}: no evidence is noted."
    return f"Ask {name} what made it a {point} on {rating.criterion.question.title}: “{seen}”"


def _is_open(row: DebriefRow, policy: TeamPolicy) -> bool:
    chance = row.view.p_gap
    if not row.view.assessed or row.view.pending:
        return False
    return chance is None or policy.band_unlikely < chance < policy.band_likely


def _open_must_have(row: DebriefRow) -> Item:
    name = row.view.requirement.competency.name
    if row.view.display == LevelDisplay.INTERVAL:
        return Item(
            name,
            "A must-have that only one interviewer or one rating speaks for. One more session would tell.",
        )
    if not row.view.showable:
        return Item(name, "A must-have the questions of this loop cannot show at the required level.")
    return Item(name, "A must-have on which the ratings leave it open whether the required level is reached.")


def _unknown(row: DebriefRow) -> Item:
    return Item(row.view.requirement.competency.name, "A must-have nobody rated. It is unknown, not absent.")
