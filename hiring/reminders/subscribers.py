"""What reminders learn from others: who is to hold an interview, and what needs no mail any more."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import TeamPolicy
from accounts.zones import named_zone
from events.models import Event
from events.subscriptions import after, within
from hiring.pipeline.facts import ASSIGNED, CANCELLED, RELEASED, RESCHEDULED
from hiring.pipeline.models import Assignment, InterviewState
from hiring.reminders import letters
from hiring.reminders.actions import REMINDER, about, take_up_again
from hiring.reminders.late import members_of, planners, signs_in
from hiring.scoring.facts import SUBMITTED
from mail.actions import drop, post
from mail.letters import Letter
from mail.quiet import next_waking

NEWS = "interview"
DECLINED = "declined"


@after(ASSIGNED, title="Mail to an interviewer who was assigned")
def tell_of_assignment(event: Event) -> None:
    """Mail to who is to hold an interview, unless they were let off meanwhile or assigned themselves."""
    take_up_again([event.subject_id])
    row = _to_hold().filter(pk=event.subject_id).first()
    if row is not None and row.interviewer_id != event.by_id:
        _post(event, row, letters.assigned)


@after(RESCHEDULED, title="Mail to interviewers: another time or place")
def tell_of_move(event: Event) -> None:
    """Mail to all who hold an interview that was moved."""
    for row in _to_hold().filter(interview=event.subject_id).exclude(interviewer=event.by_id):
        _post(event, row, letters.moved)


@after(CANCELLED, title="Mail to interviewers: cancelled")
def tell_of_cancellation(event: Event) -> None:
    """Mail to all who were to hold an interview that is cancelled, whoever cancelled it."""
    rows = _with_names().filter(
        interview=event.subject_id, released_at=None, interview__state=InterviewState.CANCELLED
    )
    for row in rows.exclude(interviewer=event.by_id):
        _post(event, row, letters.cancelled)


@after(RELEASED, title="Mail to recruiters: an interviewer declined or handed over")
def tell_of_decline(event: Event) -> None:
    """Mail to who plans interviews when somebody lets themselves off, so that nobody finds an empty chair."""
    row = _with_names().select_related("handed_to").filter(pk=event.subject_id).first()
    if row is None or row.released_at is None or row.interviewer_id != event.by_id:
        return
    team = row.interview.team
    policy = TeamPolicy.objects.current_for(team.pk)
    for person in planners(members_of(team).values()):
        if person.pk == event.by_id:
            continue
        with named_zone(person.zone):
            written = letters.declined(row)
        post(
            written,
            kind=DECLINED,
            key=f"{DECLINED}:{row.pk}:{event.pk}:{person.pk}",
            team=team,
            to=person,
            about=about(row),
            send_after=next_waking(timezone.now(), person.zone, policy),
        )


@within(RELEASED)
def drop_news(event: Event) -> None:
    """Whoever was let off hears nothing more of the interview."""
    for kind in (NEWS, REMINDER):
        drop(kind=kind, about=f"hiring.assignment:{event.subject_id}")


@within(SUBMITTED)
def drop_reminders(event: Event) -> None:
    """A reminder that still waits is of no use once the scorecard is in."""
    rows = Assignment.objects.filter(interview=event.ids["interview"], interviewer=event.by)
    for row in rows:
        drop(kind=REMINDER, about=about(row))


def _with_names() -> "QuerySet[Assignment]":
    return Assignment.objects.select_related(
        "interviewer",
        "interview__team",
        "interview__stage",
        "interview__application__candidate",
        "interview__application__opening",
    )


def _to_hold() -> "QuerySet[Assignment]":
    return _with_names().filter(pk__in=Assignment.objects.to_hold().values("pk"))


def _post(event: Event, row: Assignment, letter: "Callable[[Assignment], Letter]") -> None:
    team = row.interview.team
    member = members_of(team).get(row.interviewer_id)
    if member is None or not signs_in(member):
        return  # who comes from outside hears from the recruiter, with a link
    zone = row.interviewer.zone
    with named_zone(zone):
        written = letter(row)
    policy = TeamPolicy.objects.current_for(team.pk)
    post(
        written,
        kind=NEWS,
        key=f"{NEWS}:{row.pk}:{event.pk}",
        team=team,
        to=row.interviewer,
        about=about(row),
        send_after=next_waking(timezone.now(), zone, policy),
    )
