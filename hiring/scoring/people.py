"""Who holds an interview, for recruiters: assign, hand over, let off, invite from outside, write down for somebody."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.errors import ActionError, InvalidInput
from accounts.http import MemberRequest
from accounts.inputs import row_id, whole_number
from accounts.models import Team, User
from accounts.models.teams import members_with
from accounts.permissions import Permission
from hiring.pipeline.actions import (
    assign_interviewer,
    hand_over,
    plan_another_session,
    release_interviewer,
)
from hiring.pipeline.models import DECIDED, ENDED, Assignment, Interview, InterviewState
from hiring.pipeline.outside import DAYS, MOST_DAYS, OutsideLink, invite_outsider
from hiring.scoring import actions, texts
from hiring.scoring.forms import posted_items
from hiring.scoring.guide import InterviewGuide
from hiring.scoring.models import NotAssessed, Scorecard
from hiring.scoring.sheet import RECOMMENDATIONS, Sheet, build, full_stage
from hiring.scoring.visibility import owes_on
from web.render import Crumb, render_page


@dataclass(frozen=True)
class PeoplePage:
    """Everybody who holds the interview or was let off it. ``fresh`` is a link just made, shown once."""

    interview: Interview
    holders: list[Assignment]
    colleagues: list[User]
    #: The reader owes a card on the application, so that nothing is said of others'.
    blind: bool
    links: dict[int, OutsideLink]
    #: Who has begun a card, which nobody else writes down then.
    begun: set[int]
    #: The other sessions of this stage, in order.
    others: list[Interview]
    fresh: str = ""
    days: int = DAYS
    most_days: int = MOST_DAYS

    @property
    def crumbs(self) -> list[Crumb]:
        """The application this interview belongs to."""
        team, application = self.interview.team.key, self.interview.application
        return [
            Crumb("Debriefs", reverse("debriefs", args=[team])),
            Crumb(application.candidate.name, reverse("debrief", args=[team, application.pk])),
        ]

    @property
    def open(self) -> bool:
        """Whether anything can still change."""
        return (
            self.interview.application.state not in ENDED and self.interview.state != InterviewState.CANCELLED
        )


def _interview(request: MemberRequest, team: Team, pk: int) -> Interview:
    require(request.user, Permission.EDIT_PIPELINE, team=team)
    rows: QuerySet[Interview] = Interview.objects.visible_to(request.user).in_team(team)
    found: Interview = get_object_or_404(
        rows.select_related(
            "team", "application__candidate", "application__opening__profile"
        ).prefetch_related(full_stage(), "application__opening__profile__requirements__competency"),
        pk=pk,
    )
    return found


@never_cache
@require_http_methods(["GET", "POST"])
def people(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Show who holds the interview; change it by the button that was pressed."""
    interview = _interview(request, team, pk)
    if request.method == "GET":
        return _page(request, interview)
    try:
        handle = _INTENTS.get(request.POST.get("intent", ""))
        if handle is None:
            raise InvalidInput("Choose what to do.")
        said, fresh = handle(request.POST, interview, request.user)
    except ActionError as error:
        messages.error(request, " ".join([error.message, *(text for _, text in error.problems)]))
        return _page(request, interview, status=error.status)
    messages.success(request, said)
    if fresh:
        # Shown with this answer and never again: only its hash is kept.
        return _page(request, interview, fresh=request.build_absolute_uri(reverse("outside", args=[fresh])))
    return redirect("interview_people", team=team.key, pk=pk)


def _page(
    request: MemberRequest, interview: Interview, *, fresh: str = "", status: int = 200
) -> HttpResponse:
    rows = (
        Assignment.objects.filter(interview=interview)
        .with_owing()
        .select_related("interviewer", "handed_to")
        .order_by("released_at", "pk")
    )
    scorers = members_with(interview.team_id, Permission.SCORE)
    page = PeoplePage(
        interview=interview,
        holders=list(rows),
        colleagues=list(User.objects.filter(pk__in=scorers, is_active=True).order_by("name")),
        blind=owes_on(interview.application_id, request.user),
        links={
            link.user_id: link
            for link in OutsideLink.objects.filter(interview=interview).order_by("created_at")
        },
        begun=set(
            Scorecard.objects.filter(interview=interview).values_list("interviewer", flat=True).distinct()
        ),
        others=list(
            Interview.objects.filter(application=interview.application_id, stage=interview.stage_id)
            .exclude(pk=interview.pk)
            .order_by("session", "pk")
        ),
        fresh=fresh,
    )
    return render_page(request, "scoring/people.html", page, status=status)


def colleague(post: QueryDict, team: Team) -> User:
    """The member whose address or name was typed. Raises InvalidInput where that is nobody, or several."""
    text = post.get("to", "").strip()
    wanted = text.casefold()
    members = User.objects.filter(pk__in=members_with(team.pk, Permission.SCORE), is_active=True)
    found = [who for who in members if wanted in {who.email.casefold(), who.name.casefold()}]
    if len(found) == 1:
        return found[0]
    if found:
        raise InvalidInput(f"{len(found)} colleagues are called {text}. Give the e-mail address.")
    raise InvalidInput(
        f"Nobody who may score here is called {text or 'nothing'}. Choose a colleague from the list."
    )


def _assignment(post: QueryDict, interview: Interview) -> Assignment:
    rows = Assignment.objects.select_related("interview__team", "interview__application__candidate")
    named = row_id(post.get("assignment"))
    found = (
        None
        if named is None
        else rows.select_related("interviewer").filter(pk=named, interview=interview).first()
    )
    if found is None:
        raise InvalidInput("This person does not hold the interview.")
    return found


def _assign(post: QueryDict, interview: Interview, by: User) -> tuple[str, str]:
    who = colleague(post, interview.team)
    assign_interviewer(interview, who, by=by, shadow="shadow" in post)
    return f"{who} holds it now.", ""


def _again(_post: QueryDict, interview: Interview, by: User) -> tuple[str, str]:
    another = plan_another_session(interview, by=by)
    return f"Session {another.session} of {interview.stage} is planned. Give it a time and people.", ""


def _let_off(post: QueryDict, interview: Interview, by: User) -> tuple[str, str]:
    row = release_interviewer(_assignment(post, interview), reason=post.get("reason", ""), by=by)
    return f"{row.interviewer} is let off; nobody waits for their card.", ""


def _hand_over(post: QueryDict, interview: Interview, by: User) -> tuple[str, str]:
    row = _assignment(post, interview)
    to = colleague(post, interview.team)
    hand_over(row, to=to, reason=post.get("reason", ""), by=by)
    return f"{to} holds it in place of {row.interviewer}.", ""


def _invite(post: QueryDict, interview: Interview, by: User) -> tuple[str, str]:
    days = whole_number(post.get("days", ""), low=0, high=1000) or 0
    link, secret = invite_outsider(
        interview, name=post.get("name", ""), email=post.get("email", ""), days=days, by=by
    )
    return f"{link.user} can score it by this link. Send it to them: it is shown once.", secret


_INTENTS: dict[str, Callable[[QueryDict, Interview, User], tuple[str, str]]] = {
    "assign": _assign,
    "let-off": _let_off,
    "hand-over": _hand_over,
    "invite": _invite,
    "again": _again,
}


@dataclass(frozen=True)
class BehalfPage:
    """The form for a card that somebody else dictates."""

    interview: Interview
    interviewer: User
    sheet: Sheet
    problem: ActionError | None = None
    reasons: list[tuple[str, str]] = field(default_factory=lambda: list(NotAssessed.choices))
    recommendations: list[tuple[str, str]] = field(default_factory=lambda: RECOMMENDATIONS)

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """(item, what it concerns, what is wrong)."""
        names = {row.item: row.criterion.competency.name for row in self.sheet.rows}
        found = self.problem.problems if self.problem else []
        return [(item, names.get(item, item.capitalize()), text) for item, text in found]

    @property
    def conflict_title(self) -> str:
        """Nobody else writes here; the parts of the form ask for it."""
        return texts.CONFLICT


@never_cache
@require_http_methods(["GET", "POST"])
def behalf(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Write a card down as its interviewer tells it; submitted whole or not at all."""
    interview = _interview(request, team, pk)
    held = Assignment.objects.filter(
        interview=interview, interviewer=row_id(request.GET.get("who")), released_at=None
    )
    assignment = held.select_related("interviewer").first()
    if assignment is None or interview.application.state in DECIDED:
        raise Http404("There is nobody to write for.")
    who = assignment.interviewer
    if Scorecard.objects.filter(interview=interview, interviewer=who).exists():
        messages.info(request, f"{who} has begun this scorecard. Ask them to submit it.")
        return redirect("interview_people", team=team.key, pk=pk)
    if request.method == "GET":
        return render_page(request, "scoring/behalf.html", BehalfPage(interview, who, build(interview, None)))
    guide = InterviewGuide.of_interview(interview)
    posted, ticked = posted_items(request.POST, guide, guide.slots())
    try:
        actions.write_on_behalf(interview, interviewer=who, changes=posted, by=request.user)
    except ActionError as error:
        bad = {item for item, text in error.problems if item in posted}
        kept = {item: value for item, value in posted.items() if item not in bad or item[0] == "c"}
        sheet = build(interview, None, posted=kept, ticked=ticked)
        page = BehalfPage(interview, who, sheet, problem=error)
        return render_page(request, "scoring/behalf.html", page, status=error.status)
    messages.success(request, f"Submitted for {who}; the card names you as who wrote it down.")
    return redirect("interview_people", team=team.key, pk=pk)
