"""Where drafts come from: nothing, a published version, another loop, a template of the library."""

from django.utils.text import slugify

from accounts import audit
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import Team, User
from content import library
from loops.actions.editing import clean, editing, whole
from loops.models import Loop, Stage, StageQuestion
from roles.models import RoleProfile
from rubrics.models import Question

_STAGE_FIELDS = ("position", "kind", "name", "minutes", "interviewers", "panel", "note", "round")
_LOOP_FIELDS = (
    "name",
    "budget_minutes",
    "variant",
    "elapsed_days_from",
    "elapsed_days_to",
    "candidate_notes",
    "source",
    "basis",
    "extra",
)
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
        clean(loop)
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
    revision: int | None = None,
) -> Loop:
    """Change what is given; the rest stays. An empty string takes the budget away."""
    with editing("loop.edit", loop, by=by, revision=revision) as draft:
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
        clean(draft)
        draft.save()
        return draft


def new_loop_version(loop: Loop, *, by: User | None) -> Loop:
    """Open a draft of the next version, with its profile and questions at their newest published versions.

    Raises:
        Conflict: there is a draft already; its text names it.
    """
    with audit.recording("loop.new_version", by=by, team=loop.team):
        versions = Loop.objects.select_for_update().filter(team_id=loop.team_id, key=loop.key)
        draft = next((row for row in versions if row.is_draft), None)
        if draft is not None:
            raise Conflict(f"Version {draft.version} of {draft} is being drafted already. Open that one.")
        newest = max(row.version for row in versions)
        copy = Loop(
            team=loop.team,
            profile=_newest_profile(loop.profile, loop.team) or loop.profile,
            key=loop.key,
            version=newest + 1,
            contrast=loop.contrast,
            variant_of=loop.variant_of,
            source_team_key=loop.source_team_key,
            source_version=loop.source_version,
            source_hash=loop.source_hash,
            **{field: getattr(loop, field) for field in _LOOP_FIELDS},
        )
        copy.save()
        _copy_stages(loop, copy)
        return copy


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
        copy = Loop(
            team=target,
            profile=role,
            key=_free_key(target, loop.key),
            variant_of=loop.variant_of or (loop.key if target.pk == loop.team_id else ""),
            source_team_key=loop.team.key,
            source_version=loop.version,
            source_hash=loop.content_hash,
            **{field: getattr(loop, field) for field in _LOOP_FIELDS},
        )
        copy.name = name.strip() or _free_name(target, loop.name)
        clean(copy)
        copy.save()
        _copy_stages(loop, copy)
        return copy


def _copy_stages(source: Loop, copy: Loop) -> None:
    newest = _newest_questions(source, copy.team)
    stages = list(source.stages.prefetch_related("placements__question"))
    copies = Stage.objects.bulk_create(
        Stage(loop=copy, **{field: getattr(stage, field) for field in _STAGE_FIELDS}) for stage in stages
    )
    StageQuestion.objects.bulk_create(
        StageQuestion(
            stage=made,
            question=newest[row.question.key],
            position=row.position,
            is_alternate=row.is_alternate,
        )
        for stage, made in zip(stages, copies, strict=True)
        for row in stage.placements.all()
    )


def _newest_questions(source: Loop, team: Team) -> dict[str, Question]:
    """The questions of a loop as the team has them: the newest published version of each key."""
    wanted = {row.key: row for row in Question.objects.filter(placements__stage__loop=source).distinct()}
    found = {row.key: row for row in Question.objects.latest_published().filter(team=team, key__in=wanted)}
    if source.team_id == team.pk:
        found = {**wanted, **found}
    missing = [row.title for key, row in wanted.items() if key not in found]
    if missing:
        raise ActionError(
            f"{team} lacks {len(missing)} of the questions. "
            f"Copy them into its bank first: {', '.join(missing)}."
        )
    return found


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
    library.copy_into(team, by=by, profiles=[loop.profile.key])


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
