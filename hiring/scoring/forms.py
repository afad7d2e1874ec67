"""The scoring form's fields as items: what a browser without JavaScript posts."""

from django.http import QueryDict

from accounts.inputs import LARGEST_ID, whole_number
from hiring.scoring.guide import InterviewGuide, Slot
from hiring.scoring.items import Items
from web import strict_json

NOT_ASSESSED = "0"


def shown_slots(post: QueryDict, guide: InterviewGuide, stored: list[Slot]) -> list[Slot]:
    """The questions that the posted page showed, which another window may have changed since."""
    slots = []
    for slot in stored:
        shown = guide.questions.get(
            whole_number(post.get(f"{slot.item}-was", ""), low=1, high=LARGEST_ID) or 0
        )
        if shown is None or shown.pk == slot.question.pk:
            slots.append(slot)
        else:
            slots.append(Slot(slot.listed, shown, f"{slot.item}-alt" in post))
    return slots


def posted_items(post: QueryDict, guide: InterviewGuide, slots: list[Slot]) -> tuple[Items, set[str]]:
    """Return every item the form carries, and the criteria marked as not assessed without a reason yet."""
    items: Items = {}
    ticked: set[str] = set()
    for slot in slots:
        for criterion in slot.question.criteria.all():
            item = f"c{criterion.pk}"
            choice = post.get(item, "")
            reason = post.get(f"{item}-why", "") if choice == NOT_ASSESSED else ""
            if choice == NOT_ASSESSED and not reason:
                ticked.add(item)
            items[item] = {
                "point": _number(choice) if choice != NOT_ASSESSED else None,
                "not_assessed": reason,
                "evidence": _plain(post.get(f"{item}-ev", "")),
            }
        asked = post.get(f"{slot.item}-asked", "")
        items[slot.item] = {
            "question": _number(asked) if asked else slot.question.pk,
            "used_alternative": f"{slot.item}-alt" in post and bool(slot.question.alternative_prompt),
        }
        if items[slot.item]["question"] != slot.question.pk:
            items[slot.item]["used_alternative"] = False
    if post.get("recommendation"):
        items["recommendation"] = post["recommendation"]
    items["summary"] = _plain(post.get("summary", ""))
    return items, ticked


def changed_since(items: Items, base: str) -> Items:
    """The items that differ from what the page showed when it was loaded (its hidden ``base`` field)."""
    try:
        shown = strict_json.parse(base.encode())
    except strict_json.Unreadable:
        shown = None
    if not isinstance(shown, dict):
        return items
    return {item: value for item, value in items.items() if item not in shown or shown[item] != value}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _number(text: str) -> int | str | None:
    """A number where it is one; otherwise the text itself, refused further down with a reason."""
    if not text:
        return None
    number = whole_number(text, low=0, high=LARGEST_ID)
    return text if number is None else number
