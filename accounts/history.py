"""Reads one row's past from the audit trail."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models

PER_PAGE = 50
VERBS = {"insert": "Added", "update": "Changed", "delete": "Deleted"}
_HIDDEN = {"pgh_id", "pgh_created_at", "pgh_label", "pgh_obj", "pgh_context"}
_LONGEST = 300


@dataclass(frozen=True)
class Change:
    """One event: when, who, which action, why, and what differs from the event before."""

    at: datetime
    verb: str
    by: str
    action: str
    reason: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)


def event_model_of(model: type[models.Model]) -> Any:
    """Return the table of a tracked model's events, or None if it is not tracked."""
    events = getattr(model, "pgh_event_models", None)
    return next(iter(events.values())) if events else None


def page_of(obj: models.Model, number: str | None) -> Page[Any]:
    """Return a page of ``obj``'s changes, newest first. Three queries whatever its length."""
    events = event_model_of(type(obj))
    if events is None:
        return Paginator([], PER_PAGE).get_page(1)
    rows = events.objects.filter(pgh_obj_id=obj.pk).select_related("pgh_context").order_by("-pgh_id")
    page = Paginator(rows, PER_PAGE).get_page(number)
    shown = list(page.object_list)
    before = (
        events.objects.filter(pgh_obj_id=obj.pk, pgh_id__lt=shown[-1].pgh_id).order_by("-pgh_id").first()
        if shown
        else None
    )
    older = [*shown[1:], before]
    page.object_list = [_change(row, previous) for row, previous in zip(shown, older, strict=True)]
    return page


def _change(row: Any, previous: Any | None) -> Change:
    facts: dict[str, Any] = row.pgh_context.metadata if row.pgh_context else {}
    verb = VERBS.get(row.pgh_label.split("_")[0], row.pgh_label)
    return Change(
        at=row.pgh_created_at,
        verb=verb,
        by=facts.get("by") or ("the system" if facts else "outside the product"),
        action=facts.get("action", ""),
        reason=facts.get("reason", ""),
        fields=differences(row, previous) if verb != "Deleted" else [],
    )


def differences(row: Any, previous: Any | None) -> list[tuple[str, str, str]]:
    """Return (field, before, after) of what changed; everything that is set for the first event."""
    changed = []
    for column in row._meta.concrete_fields:
        if column.name in _HIDDEN or column.name == "id":
            continue
        after = getattr(row, column.attname)
        old = getattr(previous, column.attname) if previous is not None else None
        if after == old or (previous is None and after in (None, "", [], {})):
            continue
        changed.append((str(column.verbose_name), _text(old), _text(after)))
    return changed


def _text(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
