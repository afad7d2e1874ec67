"""What every change of a loop shares: its life, and whole numbers that people type."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.models import Model

from accounts.errors import Conflict, InvalidInput
from accounts.models import TeamPolicy, User
from content.concurrency import ByRevision
from content.life import Life, Problems
from events.actions import record
from loops import remembered
from loops.actions.faults import faults_of
from loops.facts import PUBLISHED
from loops.kinds import LOOP
from loops.models import Loop, Stage


class LoopLife(Life[Loop]):
    """Openings keep the version that they use; the default mark follows the newest version for a role.

    A draft keeps the versions of its profile and questions that were chosen for it: what it measures should
    not move by itself while somebody works on it, and the builder offers newer ones.
    """

    def faults(self, draft: Loop) -> Problems:
        """What a loop must not lack, asked of it as it is stored now."""
        fresh = Loop.objects.with_stages().get(pk=draft.pk)
        policy = TeamPolicy.objects.current_for(draft.team_id)
        return faults_of(fresh, remembered.plan(fresh, leaks={}), policy=policy)

    def when_published(self, draft: Loop) -> dict[str, Any]:
        """Take the default mark over from an earlier version for the same role, where there is one."""
        marked = Loop.objects.filter(team_id=draft.team_id, key=draft.key, is_default=True)
        had_it = marked.filter(profile__key=draft.profile.key).update(is_default=False)
        return {"is_default": bool(had_it)}

    def announce(self, draft: Loop, *, by: User | None) -> None:
        """Whoever follows loops learns of the new version."""
        record(PUBLISHED, draft, team=draft.team, by=by, profile=draft.profile_id)

    def when_retired(self) -> dict[str, Any]:
        """What is no longer offered is no default."""
        return {"is_default": False}


LOOPS = LoopLife(LOOP, state=ByRevision(), pins_when_published=False)


@contextmanager
def editing(
    what: str, loop: Loop, *, by: User | None, revision: int | None, within: Sequence[Stage] | None = None
) -> Iterator[Loop]:
    """Lock a draft, let the caller change it, count the change.

    Yields the locked row; ``loop.revision`` of the caller's instance is brought up to date as well. A change that
    stays ``within`` some stages conflicts only with changes of these: of two people in different stages, none waits for
    the other.

    Raises:
        Frozen: the loop is published or retired.
        Conflict: it, or one of the stages, has changed since ``revision`` (None skips the check: commands, importers).
    """
    apart = within is not None and revision is not None
    with LOOPS.editing(what, loop, by=by, seen=None if apart else revision) as draft:
        pks = [stage.pk for stage in within or () if stage.pk]
        if apart and _moved_on(draft, pks, revision):
            LOOPS.refuse_stale(draft, seen=revision)
            raise Conflict("This stage is gone: somebody removed it meanwhile.")
        yield draft
        if draft.pk:
            Stage.objects.filter(pk__in=pks).update(touched=draft.revision + 1)


def _moved_on(draft: Loop, pks: list[int], revision: int | None) -> bool:
    """Whether one of the stages has changed since, or is gone."""
    touched = dict(Stage.objects.filter(pk__in=pks, loop=draft).values_list("pk", "touched"))
    return len(touched) < len(set(pks)) or any(one > (revision or 0) for one in touched.values())


def set_texts(row: Model, texts: Mapping[str, str] | None, *, allowed: tuple[str, ...]) -> None:
    """Set columns that hold free texts. Raises InvalidInput for a name that is not among them."""
    for name, text in (texts or {}).items():
        if name not in allowed:
            raise InvalidInput(f"{name} is no text of this.", problems=[(name, "Not known here.")])
        setattr(row, name, text.strip())


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
