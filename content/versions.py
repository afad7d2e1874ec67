"""What every change of a version shares: the lock, the freeze, the next draft, retiring and discarding."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from accounts import audit, history
from accounts.errors import Conflict, Frozen, InvalidInput
from accounts.models import Team, User
from content.models import Status, Versioned

V = TypeVar("V", bound=Versioned)

# A fault: where it stands (a field's name, or words a person understands) and how to mend it.
Problems = list[tuple[str, str]]


def versions(model: type[V]) -> Any:
    """Return the table's default manager."""
    return model._default_manager  # noqa: SLF001 -- Django's documented default manager


@contextmanager
def editing(verb: str, row: V, *, by: User | None) -> Iterator[V]:
    """Lock a draft for a change and yield it. Raises Frozen for versions that are published or retired."""
    with audit.recording(verb, by=by, team=row.team):
        draft = versions(type(row)).select_for_update(of=("self",)).select_related("team").get(pk=row.pk)
        if not draft.is_draft:
            raise Frozen(
                f"{draft} version {draft.version} is {draft.status} and cannot change. "
                "Make a new version instead."
            )
        yield draft


def refuse_stale(row: V, *, seen: str, hashed: Callable[[V], str]) -> None:
    """Lock a draft, and raise Conflict where its content is no longer what ``seen`` was the hash of.

    The lock holds until the caller's transaction ends, so nothing slips in before the caller writes.
    """
    draft = versions(type(row)).select_for_update(of=("self",)).get(pk=row.pk)
    if hashed(draft) != seen:
        raise Conflict(
            f"{history.last_editor(draft) or 'Somebody'} changed this draft after you opened it. Nothing of "
            "yours was saved: open the draft in another window, and carry over what you typed."
        )


def refuse_unclean(row: Model, *, exclude: list[str] | None = None) -> None:
    """Validate a row's own fields. Raises InvalidInput naming every fault with its field."""
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        problems = [(field, " ".join(texts)) for field, texts in error.message_dict.items()]
        raise InvalidInput("Some fields are not valid.", problems=problems) from error


def refuse_taken(row: Versioned) -> None:
    """Raise Conflict where another thing of the team has the new row's key."""
    if row.pk is None and versions(type(row)).filter(team=row.team, key=row.key).exists():
        raise Conflict(
            f"The key {row.key} is taken. Choose another, or make a new version of what has it.",
            problems=[("key", "This key is taken.")],
        )


def publish(
    row: V, *, verb: str, by: User | None, check: Callable[[V], Problems], hashed: Callable[[V], str]
) -> V:
    """Freeze a draft: check it, hash it, make it usable. Raises Frozen, and InvalidInput with every fault."""
    with editing(verb, row, by=by) as draft:
        problems = check(draft)
        if problems:
            raise InvalidInput(f"{draft} cannot be published yet.", problems=problems)
        versions(type(row)).filter(pk=draft.pk).update(
            content_hash=hashed(draft), status=Status.PUBLISHED, published_at=timezone.now(), published_by=by
        )
    row.refresh_from_db()
    return row


# A new version starts as its predecessor; these are its own.
_OWN = {"id", "version", "status", "content_hash", "created_at", "published_at", "published_by", "retired_at"}


def next_draft(row: V, *, verb: str, by: User | None, copy_parts: Callable[[V, V], None]) -> V:
    """Open a draft of the next version. Raises Conflict where one is open already, naming it."""
    model = type(row)
    with audit.recording(verb, by=by, team=row.team):
        standing = list(versions(model).select_for_update().filter(team_id=row.team_id, key=row.key))
        open_draft = next((each for each in standing if each.is_draft), None)
        if open_draft is not None:
            raise Conflict(f"Version {open_draft.version} of {row} is being drafted already. Edit that one.")
        columns = {
            field.name: getattr(row, field.name)
            for field in model._meta.concrete_fields  # noqa: SLF001 -- Django's documented Meta API
            if field.name not in _OWN
        }
        draft: V = versions(model).create(**columns, version=max(each.version for each in standing) + 1)
        copy_parts(row, draft)
        return draft


def retire(row: V, *, verb: str, by: User | None, reason: str = "") -> V:
    """Stop offering a version, and the earlier ones with it; what uses them goes on.

    Raises Conflict for a draft, Frozen for what is retired already.
    """
    with audit.recording(verb, by=by, team=row.team, reason=reason):
        locked = versions(type(row)).select_for_update(of=("self",)).get(pk=row.pk)
        if locked.is_draft:
            raise Conflict(f"{locked} is a draft. Discard it, or publish it first.")
        if locked.status == Status.RETIRED:
            raise Frozen(f"{locked} version {locked.version} has been retired already.")
        versions(type(row)).filter(
            team_id=locked.team_id, key=locked.key, status=Status.PUBLISHED, version__lte=locked.version
        ).update(status=Status.RETIRED, retired_at=timezone.now())
    row.refresh_from_db()
    return row


def discard(row: V, *, verb: str, by: User | None) -> None:
    """Throw a draft away. Raises Frozen for anything else: published versions are retired, never deleted."""
    with editing(verb, row, by=by) as draft:
        draft.delete()


def newest_by_key(model: type[V], team: Team, keys: set[str]) -> dict[str, V]:
    """Return the newest published version of each key."""
    return {each.key: each for each in versions(model).latest_published().filter(team=team, key__in=keys)}
