"""Changes of role profiles."""

from collections.abc import Sequence
from typing import Any

from accounts import audit
from accounts.models import User
from content import versions
from content.models import Status
from content.versions import Problems
from roles.checks import Path, profile_problems
from roles.content import profile_body, profile_hash
from roles.models import Competency, Requirement, RoleProfile


def save_profile(profile: RoleProfile, *, by: User | None) -> RoleProfile:
    """Save a draft's own fields, or add a new draft. Raises Frozen, Conflict (key taken), InvalidInput."""
    versions.refuse_unclean(profile, exclude=["source", "extra"])
    if profile.pk is None:
        with audit.recording("role_profile.create", by=by, team=profile.team):
            versions.refuse_taken(profile)
            profile.save()
        return profile
    with versions.editing("role_profile.edit", profile, by=by):
        profile.save()
    return profile


def save_requirements(
    profile: RoleProfile, rows: Sequence[Requirement], *, removed: Sequence[Requirement] = (), by: User | None
) -> None:
    """Save rows of a draft and take others away. Sums need to hold only when it is published."""
    with versions.editing("role_profile.edit_requirements", profile, by=by) as draft:
        for row in removed:
            draft.requirements.filter(pk=row.pk).delete()
        for row in rows:
            row.profile = draft
            versions.refuse_unclean(row, exclude=["profile", "extra"])
            row.save()


def profile_faults(profile: RoleProfile) -> Problems:
    """Return what keeps a draft from being published, in words that name the competency."""
    draft = RoleProfile.objects.prefetch_related("requirements__competency").get(pk=profile.pk)
    body = profile_body(draft)
    problems: Problems = [("", _words(path, body, text)) for path, text in profile_problems(body)]
    for row in draft.requirements.all():
        if row.competency.status == Status.DRAFT:
            problems.append(("", f"{row.competency} is a draft. Publish the competency first."))
        elif row.competency.team_id != draft.team_id:
            problems.append(("", f"{row.competency} belongs to another team. Copy it into this one first."))
    if not draft.definition_of_done.strip():
        problems.append(
            ("definition_of_done", "The definition of done is missing. Say when the work counts as done.")
        )
    return problems


_WORDS = {
    "weight": "the weight",
    "weight_rationale": "the reason for the weight",
    "realism_demand": "the realism demand",
    "competency": "the row",
}


def _words(path: Path, body: dict[str, Any], text: str) -> str:
    if len(path) == 1:
        return f"The profile {text}"
    row = body["competencies"][path[1]]
    return f"{row['competency']}: {_WORDS.get(str(path[-1]), str(path[-1]))} {text}"


def pin_newest(profile: RoleProfile) -> None:
    """Point a draft's requirements at the newest published version of each competency."""
    rows = list(profile.requirements.select_related("competency"))
    newest = versions.newest_by_key(Competency, profile.team, {row.competency.key for row in rows})
    moved = []
    for row in rows:
        found = newest.get(row.competency.key)
        if found is not None and found.pk != row.competency_id:
            row.competency = found
            moved.append(row)
    Requirement.objects.bulk_update(moved, ["competency"])


def profile_state(profile: RoleProfile) -> str:
    """Return the hash of what a profile contains by now, its requirements included."""
    return profile_hash(RoleProfile.objects.prefetch_related("requirements__competency").get(pk=profile.pk))


def publish_profile(profile: RoleProfile, *, by: User | None) -> RoleProfile:
    """Freeze a draft with the newest version of each of its competencies. Raises Frozen, InvalidInput."""

    def check(draft: RoleProfile) -> Problems:
        pin_newest(draft)
        return profile_faults(draft)

    return versions.publish(profile, verb="role_profile.publish", by=by, check=check, hashed=profile_state)


def new_profile_version(profile: RoleProfile, *, by: User | None) -> RoleProfile:
    """Open a draft of the next version, at the newest competencies. Raises Conflict where one is open."""

    def copy_parts(old: RoleProfile, draft: RoleProfile) -> None:
        rows = list(old.requirements.all())
        for row in rows:
            row.pk = None
            row.profile = draft
        Requirement.objects.bulk_create(rows)
        pin_newest(draft)

    return versions.next_draft(profile, verb="role_profile.new_version", by=by, copy_parts=copy_parts)


def retire_profile(profile: RoleProfile, *, by: User | None, reason: str = "") -> RoleProfile:
    """Stop offering a profile for new openings and loops; those that use it go on."""
    return versions.retire(profile, verb="role_profile.retire", by=by, reason=reason)


def discard_profile(profile: RoleProfile, *, by: User | None) -> None:
    """Throw a draft away."""
    versions.discard(profile, verb="role_profile.discard", by=by)
