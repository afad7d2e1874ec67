"""What a reader of a debrief has to know of a rating besides its point, and which point the levels took.

A card may have been written after its author could read others, amended after the reveal, written down by somebody
else, or a rating taken back. All of it stays visible; this says it in words, one sentence each, for page, PDF and API.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hiring.scoring.models import Rating, Scorecard
from hiring.scoring.states import SeenBefore

AFTER_OTHERS = "written after seeing others"
AFTER_EARLIER = "had read cards of earlier stages"
AMENDED = "amended after the reveal"


@dataclass(frozen=True)
class CardMark:
    """What is to be said of one rating; ``counted`` is the point that enters levels, None where none does."""

    counted: int | None
    notes: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "; ".join(self.notes)


def card_notes(card: Scorecard, *, named: bool = True) -> list[str]:
    """What is to be said of a whole card; without names for what leaves the debrief."""
    notes = []
    if card.version > 1 and card.seen_before == SeenBefore.OTHERS:
        notes.append(AMENDED)
    elif card.seen_before == SeenBefore.OTHERS:
        notes.append(AFTER_OTHERS if card.enters else f"{AFTER_OTHERS}, not in the levels")
    elif card.seen_before == SeenBefore.EARLIER:
        notes.append(AFTER_EARLIER if card.enters else f"{AFTER_EARLIER}, not in the levels")
    if card.written_by_id is not None:
        notes.append(f"written down by {card.written_by if named else 'a colleague'}")
    return notes


def marks_of(ratings: Iterable[Rating], *, named: bool = True) -> dict[int, CardMark]:
    """What is to be said of each rating, by its id. One query at most.

    Wants ``scorecard``, its ``written_by`` and ``withdrawal`` loaded. ``ratings`` are of cards that stand.
    """
    shown = list(ratings)
    first = _entering([row.scorecard for row in shown if not row.scorecard.enters])
    found = {}
    for rating in shown:
        card = rating.scorecard
        notes = card_notes(card, named=named)
        withdrawal = getattr(rating, "withdrawal", None)
        if card.enters:
            counted = rating.point
        else:
            # Given first for the first time after the reveal: there is no earlier value.
            counted = first.get((card.interview_id, card.interviewer_id), {}).get(rating.criterion_id)
        if card.version > 1 and not card.enters and counted != rating.point:
            notes.append(f"first {'not rated' if counted is None else counted}, which the levels take")
        if withdrawal is not None:
            counted = None
            by = f" by {withdrawal.withdrawn_by}" if named else ""
            notes.append(f"withdrawn{by}: “{withdrawal.reason}”")
        found[rating.pk] = CardMark(counted, notes)
    return found


def _entering(cards: list[Scorecard]) -> dict[tuple[int, int], dict[int, int | None]]:
    """Points of the versions that enter in place of these cards, by interview and interviewer, then by criterion."""
    found: dict[tuple[int, int], dict[int, int | None]] = {}
    if not cards:
        return found
    wanted = {(card.interview_id, card.interviewer_id) for card in cards}
    rows = Rating.objects.counting().filter(
        scorecard__interview__in={interview for interview, _ in wanted},
        scorecard__interviewer__in={interviewer for _, interviewer in wanted},
    )
    for rating in rows.select_related("scorecard"):
        pair = (rating.scorecard.interview_id, rating.scorecard.interviewer_id)
        if pair in wanted:
            found.setdefault(pair, {})[rating.criterion_id] = rating.point
    return found
