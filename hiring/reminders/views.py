"""What is late, for those who plan interviews; and the pages that mails link to, which need no signing in.

A link in a mail is opened by programs too, which look for harm: opening one changes nothing, its button does.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import require
from accounts.actions.users import set_digest
from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Membership, Team, TeamPolicy, User
from accounts.permissions import Permission
from hiring.pipeline.models import Assignment
from hiring.reminders import letters
from hiring.reminders.actions import ESCALATION, REMINDER, about, stop_reminders
from hiring.reminders.late import due_at, late_in
from hiring.reminders.models import RemindersStopped, WhyStopped
from hiring.scoring.visibility import blind_on
from mail.links import read
from mail.models import OutgoingMail
from web.render import Crumb, render_page


@dataclass(frozen=True)
class LateCard:
    """A scorecard that is late, and what has been done about it."""

    assignment: Assignment
    due: datetime
    late_by: timedelta
    reminded: int
    last: datetime | None
    told: bool
    stopped: RemindersStopped | None

    @property
    def late_words(self) -> str:
        """How late, in hours or days."""
        hours = int(self.late_by.total_seconds() // 3600)
        return f"{max(hours, 1)} h" if hours < 48 else f"{hours // 24} days"


@dataclass(frozen=True)
class LatePage:
    """A team's late scorecards, without those of applications on which the reader owes one."""

    team: Team
    cards: list[LateCard]
    policy: TeamPolicy

    @property
    def crumbs(self) -> list[Crumb]:
        """The debriefs that wait for them."""
        return [Crumb("Debriefs", f"/t/{self.team.key}/debriefs/")]


@never_cache
@require_safe
def late_scorecards(request: MemberRequest, team: Team) -> HttpResponse:
    """Who has not submitted, since when, and what mail has gone out."""
    require(request.user, Permission.EDIT_PIPELINE, team=team)
    now = timezone.now()
    policy = TeamPolicy.objects.current_for(team.pk)
    rows = list(late_in(team, now=now, policy=policy)[:500])
    blind = {
        application
        for application, _ in blind_on((row.interview.application_id for row in rows), [request.user])
    }
    rows = [row for row in rows if row.interview.application_id not in blind]
    mails = OutgoingMail.objects.filter(team=team, about__in=[about(row) for row in rows]).order_by()
    counted = {
        (each["about"], each["kind"]): (each["n"], each["last"])
        for each in mails.values("about", "kind").annotate(n=Count("pk"), last=Max("created_at"))
    }
    stopped = {
        row.assignment_id: row
        for row in RemindersStopped.objects.visible_to(request.user).filter(
            assignment__in=[row.pk for row in rows]
        )
    }
    cards = []
    for row in rows:
        due = due_at(row, policy)
        reminded, last = counted.get((about(row), REMINDER), (0, None))
        told = (about(row), ESCALATION) in counted
        cards.append(LateCard(row, due, now - due, reminded, last, told, stopped.get(row.pk)))
    return render_page(request, "reminders/late.html", LatePage(team, cards, policy))


@dataclass(frozen=True)
class StopPage:
    """The page behind a reminder's link: one scorecard, and what may be said of it."""

    assignment: Assignment | None
    stopped: RemindersStopped | None
    refused: str
    #: Whether the reader has just pressed a button.
    done: bool

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The buttons: value and label."""
        return [(value, str(label)) for value, label in WhyStopped.choices]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for, then note, that reminders of one scorecard are not wanted."""
    row = _assignment(token)
    refused, done = "", False
    if row is not None and request.method == "POST":
        try:
            stop_reminders(row, why=request.POST.get("why", ""), by=row.interviewer)
            done = True
        except ActionError as error:
            refused = " ".join([error.message, *(text for _, text in error.problems)])
    stopped = RemindersStopped.objects.filter(assignment=row).first() if row is not None else None
    status = 410 if row is None else 409 if refused else 200
    return render_page(request, "reminders/stop.html", StopPage(row, stopped, refused, done), status=status)


def _assignment(token: str) -> Assignment | None:
    """The assignment a link names, while its interviewer belongs to the team and is assigned."""
    numbers = read(letters.STOP, token, within=letters.LINK_LIVES)
    if numbers is None or len(numbers) != 2:
        return None
    pk, user = numbers
    row = (
        Assignment.objects.filter(pk=pk, interviewer=user, released_at=None)
        .select_related("interviewer", "interview__team", "interview__stage")
        .first()
    )
    if (
        row is None
        or not Membership.objects.filter(user=user, team=row.interview.team, is_active=True).exists()
    ):
        return None
    return row


@dataclass(frozen=True)
class StopDigestPage:
    """The page behind the weekly mail's link."""

    reader: User
    done: bool


@csrf_exempt  # RFC 8058: mail programs post here; the signed address is what proves who asks
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_digest(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for, then note, that the weekly mail is not wanted."""
    numbers = read(letters.DIGEST, token, within=timedelta(days=400))
    user = User.objects.filter(pk=numbers[0], is_active=True).first() if numbers else None
    if user is None:
        raise Http404
    if request.method == "POST":
        set_digest(user, wanted=False, by=user)
    return render_page(request, "reminders/stop_digest.html", StopDigestPage(user, not user.gets_digest))
