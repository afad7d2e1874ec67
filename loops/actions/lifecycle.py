"""Publishing, retiring, the default mark, and throwing a draft away."""

from django.utils import timezone

from accounts import audit
from accounts.errors import Conflict, Frozen, InvalidInput
from accounts.models import User
from content.models import Status
from loops.actions.editing import editing
from loops.bodies import loop_hash
from loops.models import Loop


def publish_loop(loop: Loop, *, by: User | None, revision: int | None = None) -> Loop:
    """Freeze a draft: pin its profile's and questions' versions, hash it, make it usable.

    Raises:
        Frozen: it is published or retired already.
        Conflict: somebody changed it meanwhile.
        InvalidInput: something it needs is missing; ``problems`` names every fault.
    """
    with editing("loop.publish", loop, by=by, revision=revision) as locked:
        draft = Loop.objects.with_plan().select_related("team").get(pk=locked.pk)
        problems = _problems(draft)
        if problems:
            raise InvalidInput("The loop cannot be published yet.", problems=problems)
        locked.content_hash = loop_hash(draft)
        locked.status = Status.PUBLISHED
        locked.published_at = timezone.now()
        locked.published_by = by
        locked.revision += 1
        locked.is_default = _take_mark(draft)
        # One write: from here on the row is frozen, so ``editing`` has nothing left to count.
        locked.save(
            update_fields=["content_hash", "status", "published_at", "published_by", "revision", "is_default"]
        )
    loop.refresh_from_db()
    return loop


def _take_mark(draft: Loop) -> bool:
    """Take the default mark over from an earlier version for the same role; whether there was one."""
    marked = Loop.objects.filter(team_id=draft.team_id, key=draft.key, is_default=True)
    return bool(marked.filter(profile__key=draft.profile.key).update(is_default=False))


def retire_loop(loop: Loop, *, by: User | None, reason: str = "") -> Loop:
    """Stop offering a published loop, and its earlier versions with it; openings that use them go on.

    Raises:
        Conflict: it is a draft.
        Frozen: it has been retired already.
    """
    with audit.recording("loop.retire", by=by, team=loop.team, reason=reason):
        row = Loop.objects.select_for_update(of=("self",)).get(pk=loop.pk)
        if row.is_draft:
            raise Conflict(f"{row} is a draft. Discard it, or publish it first.")
        if row.status == Status.RETIRED:
            raise Frozen(f"{row} version {row.version} has been retired already.")
        offered = Loop.objects.filter(
            team_id=row.team_id, key=row.key, status=Status.PUBLISHED, version__lte=row.version
        )
        offered.update(status=Status.RETIRED, retired_at=timezone.now(), is_default=False)
    loop.refresh_from_db()
    return loop


def mark_default(loop: Loop, *, by: User | None) -> Loop:
    """Propose this loop first for new openings of its role; the mark leaves every other loop of that role."""
    with audit.recording("loop.mark_default", by=by, team=loop.team):
        row = Loop.objects.select_for_update(of=("self",)).select_related("profile").get(pk=loop.pk)
        if row.status != Status.PUBLISHED:
            raise Conflict(f"{row} is {row.status}. Only a published loop can be the default.")
        others = Loop.objects.filter(team_id=row.team_id, profile__key=row.profile.key, is_default=True)
        others.exclude(pk=row.pk).update(is_default=False)
        row.is_default = True
        row.save(update_fields=["is_default"])
    loop.refresh_from_db()
    return loop


def discard_draft(loop: Loop, *, by: User | None, revision: int | None = None) -> None:
    """Throw a draft away. Published versions cannot be deleted, only retired."""
    with audit.recording("loop.discard", by=by, team=loop.team):
        row = Loop.objects.select_for_update(of=("self",)).get(pk=loop.pk)
        if not row.is_draft:
            raise Frozen(f"{row} version {row.version} is {row.status}; retire it instead.")
        if revision is not None and revision != row.revision:
            raise Conflict(f"{row} changed since you opened it. Look at it again before you discard it.")
        row.delete()


def _problems(draft: Loop) -> list[tuple[str, str]]:
    """What a loop must not lack. Everything else is advice, shown but not enforced."""
    problems = []
    if not draft.name.strip():
        problems.append(("name", "The loop has no name."))
    if draft.profile.status != Status.PUBLISHED:
        text = "Publish it first, or choose a published version."
        problems.append(("profile", f"The role profile {draft.profile} is {draft.profile.status}. {text}"))
    stages = list(draft.stages.all())
    if not any(not row.is_alternate for stage in stages for row in stage.placements.all()):
        problems.append(("stages", "Nothing is asked. Place at least one question in a stage."))
    for stage in stages:
        for row in stage.placements.all():
            if row.question.status != Status.PUBLISHED:
                text = f"{row.question}, in {stage}, is {row.question.status}."
                problems.append((f"stage-{stage.pk}", f"{text} Publish it, or take another."))
    return problems
