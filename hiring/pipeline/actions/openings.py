"""Openings: pinning the versions a job is filled with, pausing, closing."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts import audit
from accounts.access import has_permission, require
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import Team, User
from accounts.models.teams import key_validator
from accounts.permissions import Permission
from content.models import Status
from hiring.pipeline.models import ENDED, Application, Opening, OpeningState
from loops.models import Loop
from roles.models import RoleProfile


def _default_loop(team: Team, profile: RoleProfile) -> Loop:
    """The loop the team has marked for a role."""
    marked = Loop.objects.published().filter(team=team, profile__key=profile.key, is_default=True).first()
    if marked is None:
        raise InvalidInput(
            f"{profile} has no default loop.",
            problems=[("loop", "Choose a loop, or mark one as the role's default in the loop builder.")],
        )
    return marked


def _check_versions(team: Team, profile: RoleProfile, loop: Loop) -> None:
    """Refuse anything an opening cannot pin: drafts, other teams' rows, a loop for another role."""
    problems: list[tuple[str, str]] = []
    for field, thing, noun in (("profile", profile, "role profile"), ("loop", loop, "loop")):
        if thing.team_id != team.pk:
            problems.append(
                (field, f"Choose a {noun} of {team}; copy it from the library first if it is there.")
            )
        elif thing.status == Status.DRAFT:
            problems.append(
                (field, f"{thing} is a draft. Publish it first: an opening pins one published version.")
            )
        elif thing.status == Status.RETIRED:
            problems.append((field, f"{thing} is retired. Choose a published {noun}."))
    if not problems and loop.profile.key != profile.key:
        problems.append(
            ("loop", f"{loop} is made for {loop.profile}, not for {profile}. Choose a loop of {profile}.")
        )
    if problems:
        raise InvalidInput("The opening cannot be opened with these versions.", problems=problems)


def _check_manager(team: Team, hiring_manager: User | None) -> None:
    if hiring_manager is not None and not has_permission(hiring_manager, Permission.DECIDE, team=team):
        raise InvalidInput(
            f"{hiring_manager} cannot decide in {team}.",
            problems=[("hiring_manager", "Choose an active hiring manager or team admin of this team.")],
        )


def _headcount(value: int) -> int:
    if not 1 <= value <= 500:
        raise InvalidInput(
            "The number of people to hire is not usable.", problems=[("headcount", "1 to 500.")]
        )
    return value


def _titled(title: str) -> str:
    if not title.strip():
        raise InvalidInput("The opening needs a title.", problems=[("title", "Say what job it is.")])
    return title.strip()


def open_opening(
    *,
    team: Team,
    key: str,
    title: str,
    profile: RoleProfile,
    by: User,
    loop: Loop | None = None,
    location: str = "",
    headcount: int = 1,
    hiring_manager: User | None = None,
    opened_at: datetime | None = None,
) -> Opening:
    """Open a job with one published role profile and one published loop; both stay pinned.

    Without a ``loop`` it takes the one that is marked as the role's default.
    """
    require(by, Permission.EDIT_PIPELINE, team=team)
    try:
        key_validator(key)
    except ValidationError as error:
        raise InvalidInput("The key is not usable.", problems=[("key", error.messages[0])]) from error
    title = _titled(title)
    loop = loop or _default_loop(team, profile)
    _check_versions(team, profile, loop)
    _check_manager(team, hiring_manager)
    try:
        with audit.recording("opening.open", by=by, team=team):
            return Opening.objects.create(
                team=team,
                key=key,
                title=title,
                profile=profile,
                loop=loop,
                location=location.strip(),
                headcount=_headcount(headcount),
                hiring_manager=hiring_manager,
                opened_at=opened_at or timezone.now(),
            )
    except IntegrityError as error:
        if "opening_key_in_team" not in str(error):
            raise
        raise Conflict(
            f"There is an opening with the key {key} already.", problems=[("key", "Choose another key.")]
        ) from error


def change_opening(
    opening: Opening, *, title: str, location: str, headcount: int, hiring_manager: User | None, by: User
) -> Opening:
    """Change what is not pinned. Profile and loop stay: scores were made against them."""
    require(by, Permission.EDIT_PIPELINE, team=opening.team)
    title = _titled(title)
    _check_manager(opening.team, hiring_manager)
    with audit.recording("opening.change", by=by, team=opening.team):
        opening = Opening.objects.select_for_update().get(pk=opening.pk)
        opening.title, opening.location = title, location.strip()
        opening.headcount, opening.hiring_manager = _headcount(headcount), hiring_manager
        opening.save()
    return opening


def _move(opening: Opening, state: OpeningState, *, by: User, reason: str) -> Opening:
    require(by, Permission.EDIT_PIPELINE, team=opening.team)
    with audit.recording(f"opening.{state}", by=by, team=opening.team, reason=reason):
        opening = Opening.objects.select_for_update(of=("self",)).select_related("team").get(pk=opening.pk)
        if opening.state == state:
            return opening
        opening.state = state
        opening.closed_at = timezone.now() if state == OpeningState.CLOSED else None
        opening.save(update_fields=["state", "closed_at"])
    return opening


def pause_opening(opening: Opening, *, by: User, reason: str = "") -> Opening:
    """Stop taking applications for a while; interviews that are planned go on."""
    require(by, Permission.EDIT_PIPELINE, team=opening.team)
    if opening.state == OpeningState.CLOSED:
        raise ActionError(f"{opening} is closed. Reopen it before pausing it.")
    return _move(opening, OpeningState.PAUSED, by=by, reason=reason)


def reopen_opening(opening: Opening, *, by: User, reason: str = "") -> Opening:
    return _move(opening, OpeningState.OPEN, by=by, reason=reason)


def close_opening(opening: Opening, *, by: User, reason: str = "") -> Opening:
    """Close a job. Nobody may be left without an answer: each application has ended first."""
    require(by, Permission.EDIT_PIPELINE, team=opening.team)
    running = Application.objects.filter(opening=opening).exclude(state__in=ENDED).count()
    if running:
        people = "1 application is" if running == 1 else f"{running} applications are"
        raise ActionError(f"{people} still running. Decide or withdraw each before closing {opening}.")
    return _move(opening, OpeningState.CLOSED, by=by, reason=reason)
