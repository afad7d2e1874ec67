"""Copies of a version with all its parts: the next version of a thing, or a thing of its own.

A copy takes over every column but those that make the row what it is, so that a column added later is
copied without a word here. What the rows name is replaced by the newest published version of it.
"""

import copy
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.db.models import CASCADE, ForeignKey, Model

from accounts.models import Team
from content.kinds import IDENTITY, LIFE, ContentKind, nested
from content.models import Versioned
from content.packfile import Field

V = TypeVar("V", bound=Versioned)
M = TypeVar("M", bound=Model)

Parts = dict[str, list[Field]]


def newest_by_key(model: type[V], team: Team, keys: Iterable[str]) -> dict[str, V]:
    """Return the newest published version of each key."""
    rows: Any = model._default_manager  # noqa: SLF001 -- Django's documented default manager
    return {each.key: each for each in rows.latest_published().filter(team=team, key__in=set(keys))}


def copy_of(kind: ContentKind[V], row: V, **changes: Any) -> V:
    """Return an unsaved draft that says what ``row`` says; ``changes`` are columns of its own."""
    left_out = {*IDENTITY, *LIFE, *kind.left_behind}
    carried = {name: getattr(row, name) for name in _columns(kind.model) if name not in left_out}
    return kind.model(**{"team": row.team, "key": row.key, **carried, **changes})


def copy_parts(kind: ContentKind[V], source: V, target: V) -> list[Versioned]:
    """Copy everything below ``source`` to ``target``, at the newest versions of what it names.

    Returns what the target's team has no published version of. Within one team such a thing stays as it
    is; across teams nothing is copied below a row that would name another team's content.
    """
    return _copy(kind, kind.shape.parts, [(source, target)], target.team)


def _copy(
    kind: ContentKind[V], parts: Parts, pairs: list[tuple[Any, Any]], team: Team, *, top: bool = True
) -> list[Versioned]:
    missing: list[Versioned] = []
    for relation, fields in parts.items():
        before, after = [], []
        becomes = {old.pk: new for old, new in pairs}
        for child, back in _children(pairs[0][0], relation, [old for old, _ in pairs]):
            twin = copy.copy(child)
            twin.pk, twin._state.adding = None, True  # noqa: SLF001 -- Django's documented way to copy a row
            setattr(twin, back, becomes[getattr(child, f"{back}_id")])
            if top and kind.lineage is not None and kind.lineage.relation == relation:
                setattr(twin, kind.lineage.column, child)
            before.append(child)
            after.append(twin)
        if not after:
            continue
        missing += [row for row in point_at_newest(after, team)[1] if row.team_id != team.pk]
        if missing:
            return missing
        type(after[0])._default_manager.bulk_create(after, batch_size=500)  # noqa: SLF001 -- documented
        missing += _copy(kind, nested(fields), list(zip(before, after, strict=True)), team, top=False)
    return missing


def pin_newest(kind: ContentKind[V], draft: V) -> None:
    """Point a draft and its parts at the newest published version of each thing they name."""
    for rows in [[draft], *_levels(kind.shape.parts, [draft])]:
        moved, _ = point_at_newest(rows, draft.team)
        for name in sorted({name for _, name in moved}):
            changed = [row for row, column in moved if column == name]
            type(changed[0])._default_manager.bulk_update(changed, [name])  # noqa: SLF001 -- documented


def point_at_newest(rows: list[Any], team: Team) -> tuple[list[tuple[Any, str]], list[Versioned]]:
    """Change, unsaved, every reference of ``rows`` to the team's newest published version of its target.

    Returns the rows that changed, each with the column, and the targets of which the team has none.
    """
    moved: list[tuple[Any, str]] = []
    missing: dict[tuple[type[Versioned], str], Versioned] = {}
    for name, model in _references(type(rows[0])) if rows else []:
        newest = newest_by_key(model, team, {getattr(row, name).key for row in rows})
        for row in rows:
            named = getattr(row, name)
            found = newest.get(named.key)
            if found is None:
                missing[model, named.key] = named
            elif found.pk != named.pk:
                setattr(row, name, found)
                moved.append((row, name))
    return moved, list(missing.values())


def _columns(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields]  # noqa: SLF001 -- Django's documented Meta API


def _references(model: type[Model]) -> Iterator[tuple[str, type[Versioned]]]:
    """Yield the foreign keys of a table that name versions, its own parent left out."""
    for field in model._meta.concrete_fields:  # noqa: SLF001 -- Django's documented Meta API
        target = field.related_model
        owns = isinstance(field, ForeignKey) and field.remote_field.on_delete is CASCADE
        if isinstance(target, type) and issubclass(target, Versioned) and not owns:
            yield field.name, target


def _children(parent: Model, relation: str, parents: list[Any]) -> Iterator[tuple[Any, str]]:
    """Yield the rows below several parents in order, what they name loaded, and their column to the parent."""
    link: Any = parent._meta.get_field(relation)  # noqa: SLF001 -- Django's documented Meta API
    model, back = link.related_model, link.field.name
    named = [name for name, _ in _references(model)]
    rows = model._default_manager.filter(**{f"{back}__in": parents})  # noqa: SLF001 -- documented
    for row in rows.select_related(*named) if named else rows:
        yield row, back


def _levels(parts: Parts, parents: list[Any]) -> Iterator[list[Any]]:
    for relation, fields in parts.items():
        rows = [row for row, _ in _children(parents[0], relation, parents)] if parents else []
        if rows:
            yield rows
            yield from _levels(nested(fields), rows)
