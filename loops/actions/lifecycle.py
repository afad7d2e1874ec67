"""Publishing, retiring, throwing a draft away, and the default mark."""

from accounts.errors import Conflict
from accounts.models import User
from content.models import Status
from loops.actions.editing import LOOPS
from loops.models import Loop


def publish_loop(loop: Loop, *, by: User | None, revision: int | None = None) -> Loop:
    """Freeze a draft: pin its profile's and questions' versions, hash it, make it usable.

    Raises:
        Frozen: it is published or retired already.
        Conflict: somebody changed it meanwhile.
        InvalidInput: something it needs is missing; ``problems`` names every fault.
    """
    return LOOPS.publish(loop, by=by, seen=revision)


def discard_draft(loop: Loop, *, by: User | None, revision: int | None = None) -> None:
    """Throw a draft away. Published versions cannot be deleted, only retired."""
    LOOPS.discard(loop, by=by, seen=revision)


retire_loop = LOOPS.retire
new_loop_version = LOOPS.next_draft


def mark_default(loop: Loop, *, by: User | None) -> Loop:
    """Propose this loop first for new openings of its role; the mark leaves every other loop of that role."""
    with LOOPS.recording("mark_default", loop, by=by):
        row = LOOPS.locked(loop)
        if row.status != Status.PUBLISHED:
            raise Conflict(f"{row} is {row.status}. Only a published loop can be the default.")
        others = Loop.objects.filter(team_id=row.team_id, profile__key=row.profile.key, is_default=True)
        others.exclude(pk=row.pk).update(is_default=False)
        row.is_default = True
        row.save(update_fields=["is_default"])
    loop.refresh_from_db()
    return loop
