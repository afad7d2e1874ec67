"""Where drafts of a new loop come from: nothing, another loop, a template of the library."""

from collections.abc import Mapping

from django.utils.text import slugify

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.errors import ActionError, InvalidInput
from accounts.models import Team, User
from content.copying import copy_of, copy_parts
from content.packs import copy_from_library
from loops import kinds
from loops.actions.editing import editing, set_texts, whole
from loops.models import Loop
from roles.kinds import PROFILE
from roles.models import RoleProfile
from rubrics.models import Question

MOST_MINUTES = 10_000


def create_loop(
    *,
    team: Team,
    profile: RoleProfile,
    name: str,
    by: User | None,
    budget_minutes: int | str | None = None,
    key: str = "",
) -> Loop:
    """Start an empty draft for a role profile. Without a key one is made from the name."""
    if profile.team_id != team.pk:
        raise InvalidInput("Choose a role profile of this team; copy one from the library first.")
    if not name.strip():
        raise InvalidInput("The loop needs a name.", problems=[("name", "Give it a name.")])
    with audit.recording("loop.create", by=by, team=team):
        loop = Loop(
            team=team,
            profile=profile,
            name=name.strip(),
            key=_free_key(team, key or slugify(name).replace("-", "_") or "loop"),
            budget_minutes=_budget(budget_minutes),
        )
        refuse_invalid(loop, alone=True)
        loop.save()
        return loop


def edit_loop(
    loop: Loop,
    *,
    by: User | None,
    name: str | None = None,
    budget_minutes: int | str | None = None,
    profile: RoleProfile | None = None,
    candidate_notes: dict[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    revision: int | None = None,
) -> Loop:
    """Change what is given; the rest stays. An empty string takes the budget away.

    ``texts`` are further columns, those that ``kinds.LOOP_TEXTS`` names.
    """
    with editing("edit", loop, by=by, revision=revision) as draft:
        if name is not None:
            draft.name = name.strip()
            if not draft.name:
                raise InvalidInput("The loop needs a name.", problems=[("name", "Give it a name.")])
        if budget_minutes is not None:
            draft.budget_minutes = _budget(budget_minutes)
        if profile is not None:
            if profile.team_id != draft.team_id:
                raise InvalidInput("Choose a role profile of this team.")
            draft.profile = profile
        if candidate_notes is not None:
            draft.candidate_notes = {**draft.candidate_notes, **candidate_notes}
        set_texts(draft, texts, allowed=kinds.LOOP_TEXTS)
        refuse_invalid(draft, alone=True)
        draft.save()
        return draft


def duplicate_loop(
    loop: Loop,
    *,
    by: User | None,
    team: Team | None = None,
    name: str = "",
    profile: RoleProfile | None = None,
) -> Loop:
    """Copy a loop into a new draft of its own team or of another.

    From the library, a role profile and questions that the team does not have yet come along; from
    anywhere else they must be there. Where it came from is recorded.

    Raises:
        ActionError: the team lacks questions or the profile, and they cannot be copied.
    """
    target = team or loop.team
    with audit.recording("loop.duplicate", by=by, team=target):
        if target.pk != loop.team_id:
            _bring_along(loop, target, by=by)
        role = profile or _newest_profile(loop.profile, target)
        if role is None:
            raise ActionError(f"{target} has no role profile {loop.profile}. Copy it from the library first.")
        copy = copy_of(
            kinds.LOOP,
            loop,
            team=target,
            profile=role,
            key=_free_key(target, loop.key),
            name=name.strip() or _free_name(target, loop.name),
            variant_of=loop.variant_of or (loop.key if target.pk == loop.team_id else ""),
            contrast=False,  # a copy is made to be used, not to be compared against
            source_team_key=loop.team.key,
            source_version=loop.version,
            source_hash=loop.content_hash,
        )
        refuse_invalid(copy, alone=True)
        copy.save()
        missing = copy_parts(kinds.LOOP, loop, copy)
        if missing:
            raise ActionError(
                f"{target} lacks {len(missing)} of the questions. "
                f"Copy them into its bank first: {', '.join(map(str, missing))}."
            )
        return copy


def _bring_along(loop: Loop, team: Team, *, by: User | None) -> None:
    """Copy profile and questions of a library loop into a team that lacks any of them."""
    if not loop.team.is_library:
        return
    wanted = set(Question.objects.filter(placements__stage__loop=loop).values_list("key", flat=True))
    there = set(
        Question.objects.latest_published().filter(team=team, key__in=wanted).values_list("key", flat=True)
    )
    if wanted <= there and _newest_profile(loop.profile, team) is not None:
        return
    copy_from_library(team, by=by, wanted={PROFILE.name: [loop.profile.key]})


def _newest_profile(profile: RoleProfile, team: Team) -> RoleProfile | None:
    return RoleProfile.objects.latest_published().filter(team=team, key=profile.key).first()


def _budget(minutes: int | str | None) -> int | None:
    if minutes is None or not str(minutes).strip():
        return None
    return whole(minutes, "Budget", low=1, high=MOST_MINUTES)


def _free_key(team: Team, wanted: str) -> str:
    taken = set(Loop.objects.filter(team=team, key__startswith=wanted[:60]).values_list("key", flat=True))
    return _free(wanted[:70], taken, "_")


def _free_name(team: Team, wanted: str) -> str:
    taken = set(Loop.objects.filter(team=team, name__startswith=wanted).values_list("name", flat=True))
    return _free(wanted, taken, ", copy ")


def _free(wanted: str, taken: set[str], joint: str) -> str:
    number = 2
    free = wanted
    while free in taken:
        free = f"{wanted}{joint}{number}"
        number += 1
    return free
