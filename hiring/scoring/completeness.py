"""What a scorecard still lacks before it can be submitted, in words a person can act on.

Evidence is required at the ends of the scale, where a rating moves a decision most,
and asked for everywhere else.
"""

from hiring.scoring import texts
from hiring.scoring.guide import InterviewGuide, Slot
from hiring.scoring.items import Items, Mark, answered

# Letters and digits that evidence has at least; the form's script counts them the same way.
LEAST_EVIDENCE = 2


def points_with_evidence(points: list[int]) -> list[int]:
    """The points of a scale, lowest first, that have to say what was seen: its ends."""
    return sorted({points[0], points[-1]}) if points else []


def needs_evidence(point: int | None, points: list[int]) -> bool:
    """Whether a rating has to say what was seen."""
    return point in points_with_evidence(points)


def tells_something(evidence: str) -> bool:
    """Whether evidence is more than a character: a full stop or an x typed to get past the form says nothing."""
    return sum(char.isalnum() for char in evidence) >= LEAST_EVIDENCE


def lacks_evidence(value: Mark, points: list[int]) -> bool:
    """Whether a rating has to say what was seen, and does not."""
    return needs_evidence(value["point"], points) and not tells_something(value["evidence"])


def evidence_missing(value: Mark) -> str:
    """What is missing, in words: all of it, or more than the character that is there."""
    sentence = texts.ONE_CHARACTER if value["evidence"] else texts.NEEDS_EVIDENCE
    return sentence.format(point=value["point"])


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
                found.append((item, evidence_missing(items[item])))
    if items["recommendation"] is None:
        found.append(("recommendation", "Choose a recommendation, or “No recommendation”."))
    return found
