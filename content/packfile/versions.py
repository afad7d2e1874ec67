"""Sorts incoming bodies into new, changed and unchanged, and publishes what was written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone

from accounts.models import Team, User
from content.models import Status, Versioned
from content.packfile.report import Change, PackReport, differences

V = TypeVar("V", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a copy comes from."""

    team_key: str
    version: int
    content_hash: str


@dataclass(slots=True)
class Incoming:
    """One thing to be imported: its canonical body and the hash of body and pins."""

    key: str
    body: dict[str, Any]
    content_hash: str
    version: int = 1
    origin: Origin | None = None

    def columns(self) -> dict[str, Any]:
        """Columns that every versioned row of an import starts with."""
        columns: dict[str, Any] = {
            "key": self.key,
            "version": self.version,
            "status": Status.DRAFT,
            "content_hash": self.content_hash,
            "source": self.body.get("source", []),
            "basis": self.body.get("basis", ""),
        }
        if self.origin is not None:
            columns |= {
                "source_team_key": self.origin.team_key,
                "source_version": self.origin.version,
                "source_hash": self.origin.content_hash,
            }
        return columns


def standing(model: type[V], team: Team, keys: Iterable[str] | None = None) -> dict[str, V]:
    """Return the newest version by key that is no draft, retired ones included."""
    rows = model._default_manager.filter(team=team).exclude(status=Status.DRAFT)  # noqa: SLF001 -- documented API
    if keys is not None:
        rows = rows.filter(key__in=list(keys))
    return {row.key: row for row in rows.order_by("key", "version")}


def sort_out(
    model: type[V],
    incoming: list[Incoming],
    *,
    team: Team,
    kind: str,
    report: PackReport,
    keep: bool,
    bodies: Callable[[list[int]], dict[str, dict[str, Any]]],
) -> tuple[list[Incoming], dict[str, V]]:
    """Return what must be written (with its version number) and the standing rows by key.

    ``keep`` leaves whatever the team has under a key as it is. ``bodies`` gives the
    canonical bodies of rows, for the list of differences. A draft in the way is refused:
    somebody's unfinished edit is neither published nor overtaken in silence.
    """
    present = standing(model, team, [item.key for item in incoming])
    drafts = set(
        model._default_manager.filter(  # noqa: SLF001 -- documented API
            team=team, status=Status.DRAFT, key__in=[item.key for item in incoming]
        ).values_list("key", flat=True)
    )
    fresh: list[Incoming] = []
    changed: list[Incoming] = []
    for item in incoming:
        old = present.get(item.key)
        if old is not None and (keep or old.content_hash == item.content_hash):
            report.note_unchanged(kind, item.key)
        elif item.key in drafts:
            report.note_refused(
                kind, item.key, "a draft of it is being edited; publish or discard the draft first"
            )
        elif old is None:
            fresh.append(item)
            report.note_created(kind, item.key)
        else:
            item.version = old.version + 1
            changed.append(item)
    if changed:
        before = bodies([present[item.key].pk for item in changed])
        for item in changed:
            found = differences(before[item.key], item.body)
            # Nothing of its own differs: something that it names has a new version.
            report.note_changed(
                kind, item.key, found or [Change("what it names", "earlier versions", "newest versions")]
            )
    return fresh + changed, present


def freeze(model: type[Versioned], rows: Iterable[Versioned], *, by: User | None) -> None:
    """Publish rows whose hash is set and whose parts are written."""
    manager: models.Manager[Any] = model._default_manager  # noqa: SLF001 -- documented API
    manager.filter(pk__in=[row.pk for row in rows]).update(
        status=Status.PUBLISHED, published_at=timezone.now(), published_by=by
    )
