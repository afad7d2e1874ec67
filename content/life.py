"""One life of a version, the same for every kind: draft, published, retired.

A ``Life`` binds a kind to what it asks of a draft before that is published. The apps' actions are its
methods; what a kind does besides, such as taking over a mark, overrides a hook.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.errors import Conflict, Frozen, InvalidInput
from accounts.models import User
from content.concurrency import ByContent, DraftState, refuse_stale
from content.copying import copy_of, copy_parts, pin_newest
from content.kinds import ContentKind
from content.models import Status, Versioned

V = TypeVar("V", bound=Versioned)

# A fault: where it stands (a field's name, or words a person understands) and how to mend it.
Problems = list[tuple[str, str]]


def freeze(rows: QuerySet[Any], *, by: User | None, **columns: Any) -> None:
    """Publish drafts whose parts are written. From here on the database refuses changes."""
    rows.update(status=Status.PUBLISHED, published_at=timezone.now(), published_by=by, **columns)


class Life(Generic[V]):
    """What happens to the versions of one kind, each step one transaction with its audit event.

    ``pins_when_published`` moves a draft to the newest versions of what it names as it is published; without
    it a draft keeps the versions that were chosen for it.
    """

    def __init__(
        self, kind: ContentKind[V], *, state: DraftState[V] | None = None, pins_when_published: bool = True
    ) -> None:
        self.kind = kind
        self.state: DraftState[V] = state if state is not None else ByContent(kind)
        self._pins = pins_when_published

    # -- hooks -------------------------------------------------------------------------------------------

    def faults(self, draft: V) -> Problems:
        """Return what keeps a draft from being published."""
        return []

    def when_published(self, draft: V) -> dict[str, Any]:
        """Return further columns that publishing writes."""
        return {}

    def announce(self, draft: V, *, by: User | None) -> None:
        """Record, in the same transaction, that a version was published."""

    def when_retired(self) -> dict[str, Any]:
        """Return further columns that retiring writes."""
        return {}

    # -- drafts ------------------------------------------------------------------------------------------

    def recording(self, what: str, row: V, *, by: User | None, reason: str = "") -> Any:
        """Open the transaction and the audit entry of one step."""
        return audit.recording(f"{self.kind.noun}.{what}", by=by, team=row.team, reason=reason)

    def locked(self, row: V) -> V:
        """Read a row anew and hold it until the transaction ends."""
        found: V = self.kind.rows.select_for_update(of=("self",)).select_related("team").get(pk=row.pk)
        return found

    def refuse_stale(self, row: V, *, seen: object) -> None:
        """Hold a draft until the caller's transaction ends, and raise Conflict where it has changed since."""
        refuse_stale(self.locked(row), self.state, seen=seen)

    @contextmanager
    def editing(self, what: str, row: V, *, by: User | None, seen: object = None) -> Iterator[V]:
        """Lock a draft, let the caller change it, count the change where changes are counted.

        Raises Frozen for versions that are published or retired, and Conflict where the draft is no longer
        in the state ``seen``.
        """
        with self.recording(what, row, by=by):
            draft = self.locked(row)
            if not draft.is_draft:
                raise Frozen(
                    f"{draft} version {draft.version} is {draft.status} and cannot change. "
                    "Make a new version instead."
                )
            refuse_stale(draft, self.state, seen=seen)
            yield draft
            counted = self.state.counted(draft)
            for name, value in counted.items() if draft.pk else ():
                setattr(draft, name, value)
                setattr(row, name, value)
            if counted:  # a draft that was published or deleted meanwhile has counted for itself
                self.kind.rows.filter(pk=row.pk, status=Status.DRAFT).update(**counted)

    def save(self, row: V, *, by: User | None) -> V:
        """Save a draft's own columns, or add a new draft. Raises Frozen, Conflict (key taken), InvalidInput."""
        refuse_invalid(row, exclude=["source", "extra"], alone=True)
        if row.pk is not None:
            with self.editing("edit", row, by=by):
                row.save()
            return row
        with self.recording("create", row, by=by):
            if self.kind.rows.filter(team=row.team, key=row.key).exists():
                raise Conflict(
                    f"The key {row.key} is taken. Choose another, or make a new version of what has it.",
                    problems=[("key", "This key is taken.")],
                )
            row.save()
        return row

    def save_parts(
        self, what: str, row: V, parts: Sequence[Model], *, removed: Sequence[Model] = (), by: User | None
    ) -> None:
        """Save rows below a draft and take others away. What must hold of all together is asked at the end."""
        with self.editing(what, row, by=by) as draft:
            for gone in removed:
                type(gone)._default_manager.filter(pk=gone.pk, **{self._link(gone): draft}).delete()  # noqa: SLF001 -- documented
            for part in parts:
                link = self._link(part)
                setattr(part, link, draft)
                refuse_invalid(part, exclude=[link], alone=True)
                part.save()

    def _link(self, part: Model) -> str:
        fields = part._meta.concrete_fields  # noqa: SLF001 -- Django's documented Meta API
        return next(field.name for field in fields if field.related_model is self.kind.model)

    def discard(self, row: V, *, by: User | None, seen: object = None) -> None:
        """Throw a draft away. Raises Frozen for anything else: published versions are retired, never deleted."""
        with self.editing("discard", row, by=by, seen=seen) as draft:
            draft.delete()

    # -- versions ----------------------------------------------------------------------------------------

    def publish(self, row: V, *, by: User | None, seen: object = None) -> V:
        """Freeze a draft: check it, hash it, make it usable. Raises Frozen, Conflict, InvalidInput (every fault)."""
        with self.editing("publish", row, by=by, seen=seen) as draft:
            if self._pins:
                pin_newest(self.kind, draft)
            problems = self.faults(draft)
            if problems:
                raise InvalidInput(f"{draft} cannot be published yet.", problems=problems)
            columns = {**self.state.counted(draft), **self.when_published(draft)}
            freeze(self.kind.rows.filter(pk=draft.pk), by=by, content_hash=self.kind.state(draft), **columns)
            self.announce(draft, by=by)
        row.refresh_from_db()
        return row

    def next_draft(self, row: V, *, by: User | None) -> V:
        """Open a draft of the next version, at the newest versions of what it names.

        Raises Conflict where one is open already, naming it.
        """
        with self.recording("new_version", row, by=by):
            standing = list(self.kind.rows.select_for_update().filter(team_id=row.team_id, key=row.key))
            open_draft = next((each for each in standing if each.is_draft), None)
            if open_draft is not None:
                raise Conflict(
                    f"Version {open_draft.version} of {row} is being drafted already. Edit that one."
                )
            draft = copy_of(self.kind, row, version=max(each.version for each in standing) + 1)
            draft.save()
            copy_parts(self.kind, row, draft)
            pin_newest(self.kind, draft)
            return draft

    def retire(self, row: V, *, by: User | None, reason: str = "") -> V:
        """Stop offering a version, and the earlier ones with it; what uses them goes on.

        Raises Conflict for a draft, Frozen for what is retired already.
        """
        with self.recording("retire", row, by=by, reason=reason):
            locked = self.locked(row)
            if locked.is_draft:
                raise Conflict(f"{locked} is a draft. Discard it, or publish it first.")
            if locked.status == Status.RETIRED:
                raise Frozen(f"{locked} version {locked.version} has been retired already.")
            self.kind.rows.filter(
                team_id=locked.team_id, key=locked.key, status=Status.PUBLISHED, version__lte=locked.version
            ).update(status=Status.RETIRED, retired_at=timezone.now(), **self.when_retired())
        row.refresh_from_db()
        return row
