"""Reads the audit trail: one row's past, and what one action changed.

Values of models marked ``audit_hides_values`` are left out: scorecards are blind, and
the trail must not be a way around that.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db import connection, models

from accounts.models import Membership, User
from accounts.permissions import Permission, permissions_of

PER_PAGE = 50
VERBS = {"insert": "Added", "update": "Changed", "delete": "Deleted"}
_HIDDEN = {"pgh_id", "pgh_created_at", "pgh_label", "pgh_obj", "pgh_context"}
_LONGEST = 300
MOST_CHANGES = 200
# Not even which fields: that somebody changed a point and not a text would tell whoever still owes a scorecard.
HIDDEN = [("what it says", "–", "not shown here")]


@dataclass(frozen=True)
class RecordedChange:
    """One event: when, who, which action, why, and what differs from the event before."""

    at: datetime
    verb: str
    by: str
    action: str
    reason: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)
    thing: str = ""


def event_model_of(model: type[models.Model]) -> Any:
    """Return the table of a tracked model's events, or None if it is not tracked."""
    events = getattr(model, "pgh_event_models", None)
    return next(iter(events.values())) if events else None


def held_since(user: User, team_id: int, permission: Permission, moment: datetime) -> bool:
    """Whether ``user`` held ``permission`` in a team at any time from ``moment`` on, whatever they hold now."""
    events = event_model_of(Membership).objects.filter(user=user, team=team_id).order_by("pgh_id")
    before = events.filter(pgh_created_at__lte=moment).last()
    rows = [*([before] if before else []), *events.filter(pgh_created_at__gt=moment)]
    return any(
        row.is_active and permission in permissions_of(row.role, is_calibrator=row.is_calibrator)
        for row in rows
    )


def hides_values(model: type[models.Model]) -> bool:
    """Whether the trail says only that something of this model changed."""
    return bool(getattr(model, "audit_hides_values", False))


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


def last_editor(obj: models.Model) -> str:
    """Who made the newest change to a row or to what is deleted with it; empty where the trail does not say."""
    newest: list[Any] = []
    for model, way in [(type(obj), "pgh_obj_id"), *_parts(type(obj))]:
        events = event_model_of(model)
        if events is not None:
            rows = events.objects.filter(**{way: obj.pk}).select_related("pgh_context").order_by("-pgh_id")
            newest.extend(rows[:1])
    if not newest:
        return ""
    # Reversed: of changes made in one transaction, a part's stands for the whole.
    last = max(reversed(newest), key=lambda row: row.pgh_created_at)
    return str((last.pgh_context.metadata if last.pgh_context else {}).get("by") or "")


def _parts(model: type[models.Model], way: str = "") -> Iterator[tuple[type[models.Model], str]]:
    """Yield the models whose rows go when a row goes, each with the lookup that leads to it."""
    for relation in model._meta.related_objects:  # noqa: SLF001 -- Django's documented Meta API
        part = relation.related_model
        if relation.on_delete is models.CASCADE and isinstance(part, type) and event_model_of(part):
            lookup = f"{relation.field.name}__{way}" if way else relation.field.name
            yield part, lookup
            yield from _parts(part, lookup)


def _change(row: Any, previous: Any | None) -> RecordedChange:
    facts: dict[str, Any] = row.pgh_context.metadata if row.pgh_context else {}
    verb = VERBS.get(row.pgh_label.split("_")[0], row.pgh_label)
    return RecordedChange(
        at=row.pgh_created_at,
        verb=verb,
        by=facts.get("by") or ("the system" if facts else "outside the product"),
        action=facts.get("action", ""),
        reason="" if hides_values(row.pgh_tracked_model) else facts.get("reason", ""),
        fields=differences(row, previous) if verb != "Deleted" else [],
    )


def differences(row: Any, previous: Any | None) -> list[tuple[str, str, str]]:
    """Return (field, before, after) of what changed; everything that is set for the first event."""
    if hides_values(row.pgh_tracked_model):
        return HIDDEN
    changed = []
    for column in row._meta.concrete_fields:  # noqa: SLF001 -- Django's documented Meta API
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


def changes_of(entry_id: Any) -> list[RecordedChange]:
    """Return what one action changed, in order: one query over all tables, at most MOST_CHANGES rows."""
    parts, models_by_table = [], {}
    for model in apps.get_models():
        events = event_model_of(model)
        if events is None:
            continue
        table = events._meta.db_table  # noqa: SLF001 -- Django's documented Meta API
        models_by_table[table] = model
        parts.append(
            f"(SELECT '{table}', e.pgh_id, e.pgh_created_at, e.pgh_label, to_jsonb(e), "  # noqa: S608 -- names of tables
            f'(SELECT to_jsonb(b) FROM "{table}" b WHERE b.pgh_obj_id = e.pgh_obj_id AND b.pgh_id < e.pgh_id '
            f'ORDER BY b.pgh_id DESC LIMIT 1) FROM "{table}" e WHERE e.pgh_context_id = %(entry)s '
            f"ORDER BY e.pgh_id LIMIT {MOST_CHANGES})"
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"{' UNION ALL '.join(parts)} ORDER BY 3, 1, 2 LIMIT {MOST_CHANGES}", {"entry": entry_id}
        )
        rows = cursor.fetchall()
    changes = []
    for table, _, at, label, *sides in rows:
        after, before = (json.loads(side) if isinstance(side, str) else side for side in sides)
        model = models_by_table[table]
        verb = VERBS.get(label.split("_")[0], label)
        fields = _json_differences(model, after, before) if verb != "Deleted" else []
        thing = f"{model._meta.verbose_name} {after.get('key') or after.get('name') or after['id']}"  # noqa: SLF001
        changes.append(
            RecordedChange(at=at, verb=verb, by="", action="", reason="", fields=fields, thing=thing)
        )
    return changes


def _json_differences(
    model: type[models.Model], after: dict[str, Any], before: dict[str, Any] | None
) -> list[tuple[str, str, str]]:
    if hides_values(model):
        return HIDDEN
    changed = []
    for column in model._meta.concrete_fields:  # noqa: SLF001 -- Django's documented Meta API
        new, old = after.get(column.attname), (before or {}).get(column.attname)
        if column.primary_key or new == old or (before is None and new in (None, "", [], {}, False)):
            continue
        changed.append((str(column.verbose_name), _text(old), _text(new)))
    return changed
