"""The weekly mail: what waits for one person in one team, and what comes."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts import audit
from accounts.models import Membership, Team, TeamPolicy, User
from accounts.permissions import Permission
from accounts.zones import named_zone
from hiring.outcomes.due import due_for
from hiring.pipeline.models import Application, ApplicationState, Assignment
from hiring.reminders.late import due_at, late_in, members_of, signs_in
from hiring.reminders.letters import digest_off_url, score_url
from hiring.reminders.timing import digest_week
from hiring.scoring.visibility import blind_on, owes_scorecard
from mail.actions import post
from mail.letters import Letter, LetterItem, LetterLink, LetterPart
from mail.links import absolute
from mail.models import OutgoingMail
from web.templatetags.moments import day_within, moment, moment_within

KIND = "digest"
AHEAD = timedelta(days=7)
# A mail is read, not searched: the pages list the rest.
MOST = 12


def send_digests(team: Team, *, now: datetime) -> int:
    """Write the weekly mails of a team that it is time for where their receivers are; each week once."""
    policy = TeamPolicy.objects.current_for(team.pk)
    wanted = []
    for member in members_of(team).values():
        week = digest_week(now, member.user.zone, policy)
        if week and member.user.gets_digest and signs_in(member):
            wanted.append((f"{KIND}:{member.pk}:{week}", member))
    keys = [key for key, _ in wanted]
    known = set(OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True))
    return sum(
        send_digest(member, key=key, now=now, policy=policy) for key, member in wanted if key not in known
    )


def send_digest(member: Membership, *, key: str, now: datetime, policy: TeamPolicy) -> bool:
    """Write one person's weekly mail, unless nothing waits and nothing comes."""
    user, team = member.user, member.team
    with named_zone(user.zone):
        letter = digest(member, now=now, policy=policy)
    if letter is None:
        return False
    with audit.recording("digest.send", by=None, team=team):
        return post(
            letter, kind=KIND, key=key, team=team, to=user, unsubscribe_url=digest_off_url(user, team)
        )


def digest(member: Membership, *, now: datetime, policy: TeamPolicy) -> Letter | None:
    """What waits for somebody and what comes; None where there is nothing of either."""
    user, team = member.user, member.team
    parts = [_own(user, team, now, policy), _ahead(user, team, now)]
    if Permission.EDIT_PIPELINE in member.permissions:
        parts += [_late(user, team, now, policy), _to_open(user, team)]
    if Permission.REVIEW_OUTCOME in member.permissions:
        parts.append(_reviews(user, team, now))
    full = tuple(part for part in parts if part.items)
    if not full:
        return None
    return Letter(
        subject=f"Your week in {team}",
        lines=(f"{user.get_short_name()}, this waits for you or comes in the next seven days.",),
        parts=full,
        button=LetterLink("Open Loopwright", absolute("team-home", team.key)),
        more=(LetterLink("No weekly mail any more", digest_off_url(user, team)),),
        why=f"You get this each week as a member of {team}. Reminders of single scorecards come apart from it.",
    )


def _part(heading: str, rows: list[LetterItem], *, more: str) -> LetterPart:
    if len(rows) > MOST:
        rows = [*rows[:MOST], LetterItem(f"and {len(rows) - MOST} more", url=more)]
    return LetterPart(heading, tuple(rows))


def _own(user: User, team: Team, now: datetime, policy: TeamPolicy) -> LetterPart:
    rows = _mine(user, team, Assignment.objects.owing()).filter(interview__scheduled_at__lte=now)
    items = [
        LetterItem(_title(row), f"due {moment_within(due_at(row, policy))}", score_url(row)) for row in rows
    ]
    return _part("Scorecards to write", items, more=absolute("interviews", team.key))


def _ahead(user: User, team: Team, now: datetime) -> LetterPart:
    rows = _mine(user, team, Assignment.objects.to_hold()).filter(
        interview__scheduled_at__gt=now, interview__scheduled_at__lte=now + AHEAD
    )
    items = [LetterItem(_title(row), moment(row.interview.scheduled_at), score_url(row)) for row in rows]
    return _part("Interviews ahead", items, more=absolute("interviews", team.key))


def _late(user: User, team: Team, now: datetime, policy: TeamPolicy) -> LetterPart:
    rows = [row for row in late_in(team, now=now, policy=policy) if row.interviewer_id != user.pk]
    blind = {application for application, _ in blind_on((r.interview.application_id for r in rows), [user])}
    address = absolute("late_scorecards", team.key)
    items = [
        LetterItem(f"{row.interviewer}: {_title(row)}", f"due {moment_within(due_at(row, policy))}", address)
        for row in rows
        if row.interview.application_id not in blind
    ]
    return _part("Scorecards that are late", items, more=address)


def _to_open(user: User, team: Team) -> LetterPart:
    rows = (
        Application.objects.visible_to(user)
        .in_team(team)
        .filter(state=ApplicationState.ACTIVE, debriefed_at=None)
        .exclude(owes_scorecard(user, "pk"))
        .with_every_scorecard_in()
        .select_related("candidate", "opening")
        .order_by("applied_at", "pk")
    )
    items = [
        LetterItem(f"{row.candidate}, {row.opening}", "", absolute("debrief", team.key, row.pk))
        for row in rows
    ]
    heading = "Debriefs that can open: every scorecard asked for so far is in"
    return _part(heading, items, more=absolute("debriefs", team.key))


def _reviews(user: User, team: Team, now: datetime) -> LetterPart:
    items = [
        LetterItem(
            f"{due.application.candidate} after {due.days} days",
            f"by {day_within(due.at)}" if due.at > now else f"due since {day_within(due.at)}",
            absolute("outcome_review", team.key, due.application.pk),
        )
        for due in due_for(user, team, now=now)
    ]
    return _part("Reviews of people you hired", items, more=absolute("outcomes", team.key))


def _mine(user: User, team: Team, rows: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    return (
        rows.filter(interviewer=user, interview__team=team)
        .select_related("interview__team", "interview__stage", "interview__application__candidate")
        .order_by("interview__scheduled_at", "pk")
    )


def _title(row: Assignment) -> str:
    return f"{row.interview.stage} with {row.interview.application.candidate}"
