"""What every change of a draft shares: the lock, the check for other editors, the audit entry."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from accounts import audit
from accounts.errors import Conflict, Frozen, InvalidInput
from accounts.models import User
from loops.models import Loop


@contextmanager
def editing(action: str, loop: Loop, *, by: User | None, revision: int | None) -> Iterator[Loop]:
    """Lock a draft, let the caller change it, count the change.

    Yields the locked row; ``loop.revision`` of the caller's instance is brought up to date as well.

    Raises:
        Frozen: the loop is published or retired.
        Conflict: it has changed since ``revision`` (None skips the check: commands, importers).
    """
    with audit.recording(action, by=by, team=loop.team):
        draft = Loop.objects.select_for_update(of=("self",)).select_related("team").get(pk=loop.pk)
        if not draft.is_draft:
            raise Frozen(
                f"{draft} version {draft.version} is {draft.status}. Open a new version to change it."
            )
        if revision is not None and revision != draft.revision:
            raise Conflict(
                f"{_last_editor(draft)} changed this loop since you opened it. "
                "It is shown as it is now; look at it, then repeat your change."
            )
        yield draft
        if draft.is_draft:  # publishing counts itself: afterwards the row can no longer be written
            draft.revision += 1
            draft.save(update_fields=["revision"])
        loop.revision = draft.revision


def _last_editor(draft: Loop) -> str:
    """Who made the newest change, as the audit trail knows it."""
    events: Any = Loop.pgh_event_model.objects  # type: ignore[attr-defined]
    newest = events.filter(pgh_obj_id=draft.pk).order_by("-pgh_id").select_related("pgh_context").first()
    facts = (newest.pgh_context.metadata if newest is not None and newest.pgh_context else None) or {}
    editor = User.objects.filter(pk=facts.get("user") or 0).first()
    return str(editor) if editor is not None else "Somebody else"


def clean(row: Model, *, exclude: list[str] | None = None) -> None:
    """Validate a row's fields; InvalidInput names every fault with its field."""
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        problems = [(field, " ".join(texts)) for field, texts in error.message_dict.items()]
        raise InvalidInput(" ".join(text for _, text in problems), problems=problems) from error


def whole(value: int | str | None, name: str, *, low: int, high: int) -> int:
    """A whole number a person typed.

    Raises:
        InvalidInput: it is none, or outside low..high.
    """
    try:
        number = int(str(value).strip())
    except ValueError as error:
        raise InvalidInput(
            f"{name} must be a whole number.", problems=[(name.lower(), "Not a number.")]
        ) from error
    if not low <= number <= high:
        raise InvalidInput(
            f"{name} must lie between {low} and {high}.", problems=[(name.lower(), f"Use {low} to {high}.")]
        )
    return number
