"""The parts of a scorecard that are edited, compared and merged one by one.

Named ``c<criterion>``, ``q<listed question>``, ``recommendation`` and ``summary``.
Their values are plain JSON, the same in forms, the API, browser storage and conflicts.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from accounts.inputs import row_id
from hiring.scoring import texts
from hiring.scoring.guide import InterviewGuide
from hiring.scoring.models import NotAssessed, Rating, Recommendation, Scorecard
from web import strict_json

Items = dict[str, Any]
NO_RECOMMENDATION = "none"
MAX_TEXT = 10_000
# Controls that a paste from a PDF or a terminal brings along and nobody sees, and the marks that turn the
# direction of all that follows. They say nothing, and could make a page read backwards. Line breaks and tabs stay.
_UNSEEN = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


class Mark(TypedDict):
    """The value of a criterion: a point, or why there is none, and what was seen."""

    point: int | None
    not_assessed: str
    evidence: str


class AskedAs(TypedDict):
    """The value of a listed question: the one asked for it, by id, and whether in its alternative form."""

    question: int
    used_alternative: bool


def mark(rating: Rating | None) -> Mark:
    """The value of a criterion as stored; without a rating, one that says nothing."""
    if rating is None:
        return {"point": None, "not_assessed": "", "evidence": ""}
    return {"point": rating.point, "not_assessed": rating.not_assessed, "evidence": rating.evidence}


def stored(card: Scorecard | None, guide: InterviewGuide) -> Items:
    """Every item as the database has it; of a card not begun, the empty ones."""
    ratings = {row.criterion_id: row for row in card.ratings.all()} if card else {}
    items: Items = {f"c{pk}": mark(ratings.get(pk)) for pk in guide.criteria}
    for slot in guide.slots(card.asked.all() if card else ()):
        items[slot.item] = {"question": slot.question.pk, "used_alternative": slot.used_alternative}
    said = card is not None and (bool(card.recommendation) or "recommendation" in card.touched)
    items["recommendation"] = (card.recommendation or NO_RECOMMENDATION) if card and said else None
    items["summary"] = card.summary if card else ""
    return items


def cleaned(changes: Mapping[str, Any], guide: InterviewGuide) -> tuple[Items, list[tuple[str, str]]]:
    """Return the changes in their stored shape, and what is wrong with the others."""
    good: Items = {}
    problems: list[tuple[str, str]] = []
    for item, value in changes.items():
        try:
            good[item] = _clean(item, value, guide)
        except ValueError as error:
            problems.append((item, str(error)))
    return good, problems


def tried_values(tried: Mapping[str, Sequence[Any]], guide: InterviewGuide) -> dict[str, list[Any]]:
    """The values a window sent before, in their stored shape; what could never have been stored is left out."""
    found: dict[str, list[Any]] = {}
    for item, values in tried.items():
        for value in values:
            good, _ = cleaned({item: value}, guide)
            found.setdefault(item, []).extend(good.values())
    return found


def _clean(item: str, value: Any, guide: InterviewGuide) -> Any:
    if item == "summary":
        return _text(value)
    if item == "recommendation":
        if not isinstance(value, str) or value not in {*Recommendation.values, NO_RECOMMENDATION}:
            raise ValueError("Choose one of the four recommendations, or no recommendation.")
        return value
    kind, number = item[:1], row_id(item[1:])
    if isinstance(value, Mapping) and number is not None:
        if kind == "c" and number in guide.criteria:
            return _clean_mark(number, value, guide)
        if kind == "q" and any(question.pk == number for question in guide.listed):
            return _clean_asked(number, value, guide)
    raise ValueError("This is not part of the scorecard.")


def _clean_mark(criterion_id: int, value: Mapping[str, Any], guide: InterviewGuide) -> Mark:
    if set(value) - Mark.__annotations__.keys():
        raise ValueError("A rating has a point, a reason for not assessing, and evidence; nothing else.")
    point, reason = value.get("point"), value.get("not_assessed") or ""
    if point is not None:
        points = guide.points(guide.criteria[criterion_id][1])
        if type(point) is not int or point not in points:
            raise ValueError(f"The scale has the points {', '.join(map(str, points))}.")
        if reason:
            raise ValueError("Rate it or mark it as not assessed, not both.")
    if not isinstance(reason, str) or (reason and reason not in NotAssessed.values):
        raise ValueError("Choose one of the listed reasons for not assessing it.")
    return {"point": point, "not_assessed": reason, "evidence": _text(value.get("evidence") or "")}


def _clean_asked(listed_id: int, value: Mapping[str, Any], guide: InterviewGuide) -> AskedAs:
    question_id, alternative = value.get("question", listed_id), value.get("used_alternative", False)
    if (
        set(value) - AskedAs.__annotations__.keys()
        or type(question_id) is not int
        or type(alternative) is not bool
    ):
        raise ValueError("Name the question that was asked, and whether its alternative prompt was used.")
    allowed = {listed_id, *(question.pk for question in guide.alternates)}
    if question_id not in allowed:
        raise ValueError("Choose the listed question or one of the stage's alternates.")
    if alternative and not guide.questions[question_id].alternative_prompt:
        raise ValueError("This question has no alternative prompt.")
    return {"question": question_id, "used_alternative": alternative}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("This has to be text.")  # noqa: TRY004 -- collected with the other faults of the input
    text = _UNSEEN.sub("", value.replace("\r\n", "\n")).strip()
    if fault := strict_json.fault_of(text):
        raise ValueError(
            f"The text holds a character that cannot be stored ({fault}): write that place again."
        )
    if len(text) > MAX_TEXT:
        raise ValueError(texts.TOO_LONG.format(over=f"{len(text) - MAX_TEXT:,}", most=f"{MAX_TEXT:,}"))
    return text


def empty(value: Mark) -> bool:
    """Whether a criterion's value says nothing."""
    return value["point"] is None and not value["not_assessed"] and not value["evidence"]


def answered(value: Mark) -> bool:
    """Whether a criterion is rated or marked as not assessed."""
    return value["point"] is not None or bool(value["not_assessed"])
