"""Sending reminders, and ending them."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from accounts import audit
from accounts.errors import Conflict, InvalidInput
from accounts.models import Team, TeamPolicy, User
from accounts.zones import named_zone
from events.actions import record
from hiring.pipeline.models import Assignment
from hiring.reminders import letters
from hiring.reminders.facts import STOPPED
from hiring.reminders.late import due_at, late_in, members_of, planners, signs_in
from hiring.reminders.models import RemindersStopped, WhyStopped
from hiring.reminders.timing import is_late_enough, turn_of
from hiring.scoring.visibility import blind_on
from mail.actions import post
from mail.models import OutgoingMail
from mail.quiet import is_quiet, next_waking

REMINDER = "reminder"
ESCALATION = "escalation"
NOT_HELD = "not_held"


def about(row: Assignment) -> str:
    """How a mail names the assignment that it is about."""
    return f"hiring.assignment:{row.pk}"


def remind_team(team: Team, *, now: datetime) -> int:
    """Write the reminders and escalations of a team that it is time for; each occasion once, however often called.

    In quiet hours of the receiver nothing is written: the next round after them does, if the card is still out.
    Returns how many mails were written.
    """
    policy = TeamPolicy.objects.current_for(team.pk)
    rows = list(late_in(team, now=now, policy=policy).filter(reminders_stopped=None))
    if not rows:
        return 0
    members = members_of(team)
    told = planners(members.values())
    blind = blind_on((row.interview.application_id for row in rows), told)
    wanted: list[tuple[str, Assignment, User]] = []
    for row in rows:
        due = due_at(row, policy)
        turn = turn_of(due, now, policy.reminder_schedule)
        if turn is not None and row.interviewer_id in members:
            wanted.append((f"{REMINDER}:{row.pk}:{turn}", row, row.interviewer))
        if is_late_enough(due, now, policy):
            wanted += [
                (f"{ESCALATION}:{row.pk}:{user.pk}", row, user)
                for user in told
                if user.pk != row.interviewer_id and (row.interview.application_id, user.pk) not in blind
            ]
    awake = [each for each in wanted if not is_quiet(now, each[2].zone, policy)]
    known = set(
        OutgoingMail.objects.filter(key__in=[key for key, _, _ in awake]).values_list("key", flat=True)
    )
    written = 0
    with audit.recording("reminders.send", by=None, team=team):
        for key, row, to in awake:
            if key not in known:
                written += _write(key, row, to, policy, by_link=not signs_in(members[to.pk]))
    return written


def _write(key: str, row: Assignment, to: User, policy: TeamPolicy, *, by_link: bool) -> bool:
    kind = key.partition(":")[0]
    with named_zone(to.zone):
        letter = (
            letters.reminder(row, policy, by_link=by_link)
            if kind == REMINDER
            else letters.escalation(row, policy, to)
        )
    return post(letter, kind=kind, key=key, team=row.interview.team, to=to, about=about(row))


def stop_reminders(assignment: Assignment, *, why: str, by: User) -> RemindersStopped:
    """End the reminders of one scorecard; recruiters hear of an interview that was not held. Twice changes nothing.

    The scorecard stays owed. Raises Conflict if none is owed any more.
    """
    if why not in WhyStopped.values:
        raise InvalidInput("Nothing was changed.", problems=[("why", "Choose one of the two buttons.")])
    team = assignment.interview.team
    with audit.recording("reminders.stop", by=by, team=team, reason=str(WhyStopped(why).label)):
        locked = Assignment.objects.select_for_update().get(pk=assignment.pk)
        known = RemindersStopped.objects.filter(assignment=locked).first()
        if known is not None:
            return known
        if not Assignment.objects.owing().filter(pk=locked.pk).exists():
            raise Conflict("No scorecard is owed on this interview any more, so no reminder will come.")
        stopped: RemindersStopped = RemindersStopped.objects.create(
            team=team, assignment=locked, why=why, by=by
        )
        record(
            STOPPED,
            stopped,
            team=team,
            by=by,
            interview=locked.interview_id,
            interviewer=locked.interviewer_id,
        )
        if why == WhyStopped.NOT_HELD:
            _tell_planners(assignment, why)
    return stopped


def _tell_planners(row: Assignment, why: str) -> None:
    team = row.interview.team
    people = planners(members_of(team).values())
    blind = blind_on([row.interview.application_id], people)
    policy = TeamPolicy.objects.current_for(team.pk)
    for user in people:
        if user.pk == row.interviewer_id or (row.interview.application_id, user.pk) in blind:
            continue
        with named_zone(user.zone):
            letter = letters.stopped(row, why)
        post(
            letter,
            kind=NOT_HELD,
            key=f"{NOT_HELD}:{row.pk}:{user.pk}",
            team=team,
            to=user,
            about=about(row),
            send_after=next_waking(timezone.now(), user.zone, policy),
        )


def take_up_again(assignments: Iterable[int]) -> None:
    """Let reminders come again for those who are assigned anew."""
    RemindersStopped.objects.filter(assignment__in=list(assignments)).delete()
