"""What an interviewer's first page shows of their scorecards: what to do first, what comes, what is done.

The page itself stands in calibration, which lies above and adds how one scores.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy, User
from accounts.models.teams import members_with
from accounts.permissions import Permission
from hiring.pipeline.actions import hand_over, release_interviewer
from hiring.pipeline.models import Assignment, InterviewState
from hiring.scoring import texts
from hiring.scoring.completeness import lacks_evidence
from hiring.scoring.guide import BRIEF, InterviewGuide, extra_question
from hiring.scoring.items import answered, stored
from hiring.scoring.models import Scorecard, ScorecardState
from hiring.scoring.people import colleague
from hiring.scoring.visibility import owes_scorecard
from loops.models import Stage

PER_PAGE = 20


@dataclass(frozen=True)
class Task:
    """One interview somebody is to score, with how far they are and when it is due."""

    assignment: Assignment
    begun: bool
    answered: int
    criteria: int
    lacking: int
    questions: int
    changes: int
    due_at: datetime | None
    now: datetime

    @property
    def overdue(self) -> bool:
        """Whether it should have been submitted."""
        return self.due_at is not None and self.due_at < self.now

    @property
    def late_by(self) -> str:
        """How late, in hours or days."""
        hours = int((self.now - self.due_at).total_seconds() // 3600) if self.due_at else 0
        if hours < 24:
            return f"{max(hours, 1)} h late"
        return "1 day late" if hours < 48 else f"{hours // 24} days late"

    @property
    def offline(self) -> bool:
        """Whether its form is kept for the time without a network: what is due, and what is planned for today."""
        planned = self.assignment.interview.scheduled_at
        return planned is not None and timezone.localdate(planned) <= timezone.localdate(self.now)

    @property
    def complete(self) -> bool:
        """Whether every criterion is answered."""
        return self.begun and self.answered >= self.criteria


class HomeScript(TypedDict):
    """What the list's script starts with: whose page it is, and what it says of notes on the device."""

    user: int
    worker: str
    says: Mapping[str, str]


@dataclass(frozen=True)
class Home:
    """One's own interviews in a team, a page of each kind: to submit, coming up, submitted."""

    due: Page[Assignment]
    due_tasks: list[Task]
    ahead: Page[Assignment]
    ahead_tasks: list[Task]
    done: Page[Scorecard]
    reminder_hours: int
    script: HomeScript
    #: Whom an interview may be handed to: members who may score, besides oneself.
    colleagues: list[User]


def home_of(request: MemberRequest, team: Team, policy: TeamPolicy) -> Home:
    """Read what the person has to score in a team, at the pages the address asks for."""
    user = request.user
    now = timezone.now()
    mine = Assignment.objects.filter(interviewer=user, interview__team=team)
    took_place = Q(interview__state=InterviewState.DONE) | Q(interview__scheduled_at__lte=now)
    hours = policy.reminder_hours
    # To be submitted is what is owed. Ahead is everything to be held, conversations without a scorecard too.
    due = _page(request, "due", mine.to_submit().filter(took_place).order_by("interview__scheduled_at", "pk"))
    ahead = _page(
        request, "ahead", mine.to_hold().exclude(took_place).order_by("interview__scheduled_at", "pk")
    )
    done = _page(request, "done", _submitted(user, team), one=Scorecard)
    drafts, grace = _drafts(user, due, ahead), timedelta(hours=hours)
    return Home(
        due=due,
        due_tasks=[_task(row, drafts.get(row.interview_id), now, grace) for row in due],
        ahead=ahead,
        ahead_tasks=[_task(row, drafts.get(row.interview_id), now, None) for row in ahead],
        done=done,
        reminder_hours=hours,
        script={"user": user.pk, "worker": reverse("scoring_worker"), "says": texts.ON_DEVICE},
        colleagues=_colleagues(user, team) if due.object_list or ahead.object_list else [],
    )


def _colleagues(user: User, team: Team) -> list[User]:
    return list(
        User.objects.filter(pk__in=members_with(team.pk, Permission.SCORE), is_active=True)
        .exclude(pk=user.pk)
        .order_by("name")
    )


def _page(
    request: MemberRequest, name: str, rows: "QuerySet[Any]", *, one: type[Any] = Assignment
) -> Page[Any]:
    if one is Assignment:
        rows = rows.select_related(
            "interview__application__candidate", "interview__application__opening"
        ).prefetch_related(Prefetch("interview__stage", Stage.objects.prefetch_related(*BRIEF)))
        rows = rows.prefetch_related(
            "interview__stage__placements__question__injections", extra_question("interview__")
        )
    return Paginator(rows, PER_PAGE).get_page(request.GET.get(name))


def _submitted(user: User, team: Team) -> "QuerySet[Scorecard]":
    """One's counting cards; the debrief's state only where nothing is owed on the application any more."""
    owing = Assignment.objects.owing().filter(interview__application=OuterRef("interview__application"))
    draft = Scorecard.objects.filter(
        interview=OuterRef("interview"), interviewer=user, state=ScorecardState.DRAFT
    )
    return (
        Scorecard.objects.visible_to(user)
        .in_team(team)
        .submitted()
        .filter(interviewer=user)
        .annotate(
            waits=Exists(owing),
            owing=owes_scorecard(user, "interview__application_id"),
            amending=Subquery(draft.values("pk")[:1]),
        )
        .select_related(
            "interview__application__candidate", "interview__application__opening", "interview__stage"
        )
        .order_by("-submitted_at", "-pk")
    )


def _drafts(user: User, *pages: Page[Any]) -> dict[int, Scorecard]:
    """One's own drafts on the interviews of the pages, by interview; one read for all of them."""
    shown = [row.interview_id for page in pages for row in page.object_list]
    rows = Scorecard.objects.filter(
        interviewer=user, state=ScorecardState.DRAFT, interview__in=shown
    ).prefetch_related("ratings", "asked")
    return {card.interview_id: card for card in rows}


def _task(row: Assignment, card: Scorecard | None, now: datetime, grace: timedelta | None) -> Task:
    guide = InterviewGuide.of_interview(row.interview)
    items = stored(card, guide)
    slots = guide.slots(card.asked.all() if card else ())
    marks = [
        (items[f"c{criterion.pk}"], guide.points(slot.question))
        for slot in slots
        for criterion in slot.question.criteria.all()
    ]
    held_at = row.interview.scheduled_at
    return Task(
        assignment=row,
        begun=card is not None,
        answered=sum(answered(value) for value, _ in marks),
        criteria=len(marks),
        lacking=sum(lacks_evidence(value, points) for value, points in marks),
        questions=len(slots),
        changes=sum(len(slot.question.injections.all()) for slot in slots),
        due_at=held_at + grace if held_at and grace is not None else None,
        now=now,
    )


@require_POST
def decline(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Let oneself off an interview one cannot score, with a reason; or hand it to a colleague who is named."""
    user = request.user
    assignment = get_object_or_404(
        Assignment.objects.select_related(
            "interview__team", "interview__application__candidate", "interviewer"
        ),
        interview=pk,
        interview__team=team,
        interviewer_id=user.pk,
        released_at=None,
    )
    reason = request.POST.get("reason", "")
    try:
        if request.POST.get("to", "").strip():
            to = colleague(request.POST, team)
            hand_over(assignment, to=to, reason=reason, by=user)
            messages.success(
                request, f"{to} holds {assignment.interview} now. The recruiter sees your reason."
            )
        else:
            release_interviewer(assignment, reason=reason, by=user)
            messages.success(
                request, f"You are let off {assignment.interview}. The recruiter sees your reason."
            )
    except ActionError as error:
        messages.error(request, " ".join([error.message, *(text for _, text in error.problems)]))
    return redirect("interviews", team=team.key)
