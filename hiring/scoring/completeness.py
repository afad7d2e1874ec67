"""What a scorecard still lacks before it can be submitted, in words a person can act on.

Evidence is required at the ends of the scale, where a rating moves a decision most,
and asked for everywhere else.
"""

from hiring.scoring import texts
from hiring.scoring.guide import InterviewGuide, Slot
from hiring.scoring.items import Items, Mark, answered


def points_with_evidence(points: list[int]) -> list[int]:
    """The points of a scale, lowest first, that have to say what was seen: its ends."""
    return sorted({points[0], points[-1]}) if points else []


def needs_evidence(point: int | None, points: list[int]) -> bool:
    """Whether a rating has to say what was seen."""
    return point in points_with_evidence(points)


def lacks_evidence(value: Mark, points: list[int]) -> bool:
    return needs_evidence(value["point"], points) and not value["evidence"]


def missing(guide: InterviewGuide, slots: list[Slot], items: Items) -> list[tuple[str, str]]:
    """Return (item, what is missing), in the order of the page."""
    found: list[tuple[str, str]] = []
    for slot in slots:
        points = guide.points(slot.question)
        for criterion in slot.question.criteria.all():
            item = f"c{criterion.pk}"
            if not answered(items[item]):
                found.append((item, "Rate it, or say why it was not assessed."))
            elif lacks_evidence(items[item], points):
                found.append((item, texts.NEEDS_EVIDENCE.format(point=items[item]["point"])))
    if items["recommendation"] is None:
        found.append(("recommendation", "Choose a recommendation, or “No recommendation”."))
    return found
