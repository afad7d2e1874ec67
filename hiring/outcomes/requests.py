"""Asking for reviews by mail: the hiring manager when the day comes, or somebody without an account by a link."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.errors import Conflict, InvalidInput
from accounts.models import Membership, Team, TeamPolicy, User
from accounts.permissions import Permission
from accounts.zones import named_zone
from hiring.outcomes.due import PERIOD_DAYS, DueReview, due_in, opens_at
from hiring.outcomes.models import OutcomeReview, ReviewRequest
from hiring.pipeline.models import Application, ApplicationState
from mail.actions import post
from mail.letters import Letter, LetterLink
from mail.links import absolute, read, sign
from mail.quiet import next_waking
from web.templatetags.moments import day_within

KIND = "outcome_review"
SALT = "review"
LINK_LIVES = timedelta(days=30)
# A manager who has not answered is asked once more.
AGAIN = timedelta(days=14)


def ask_for_reviews(team: Team, *, now: datetime) -> int:
    """Ask hiring managers for the reviews that are due, each once and once more; return how many mails.

    Managers who have left the team are asked nothing; the list of due reviews shows that nobody is.
    """
    waiting = [due for due in due_in(team, None) if due.is_open(now)]
    if not waiting:
        return 0
    able = {
        row.user_id: row.user
        for row in Membership.objects.filter(team=team, is_active=True).select_related("user")
        if Permission.REVIEW_OUTCOME in row.permissions and row.user.is_active
    }
    written = 0
    policy = TeamPolicy.objects.current_for(team.pk)
    with audit.recording("outcome.ask", by=None, team=team):
        for due in waiting:
            manager = able.get(due.application.opening.hiring_manager_id or 0)
            if manager is not None:
                written += _ask(due, manager, now, policy)
    return written


def _ask(due: DueReview, manager: User, now: datetime, policy: TeamPolicy) -> bool:
    earlier = next((row for row in due.asked if row.person_id == manager.pk), None)
    if earlier is None:
        earlier = ReviewRequest.objects.create(
            team=due.application.team,
            application=due.application,
            days=due.days,
            person=manager,
            name=str(manager),
            email=manager.email,
            asked_at=now,
            expires_at=due.until,
        )
    turn = 0 if now < earlier.asked_at + AGAIN else 1
    with named_zone(manager.zone):
        letter = _letter(
            due.application,
            due.days,
            LetterLink(
                "Give the review", absolute("outcome_review", due.application.team.key, due.application.pk)
            ),
            "You sign in first. ",
            str(manager.get_short_name()),
        )
    return post(
        letter,
        kind=KIND,
        key=f"{KIND}:{earlier.pk}:{turn}",
        team=due.application.team,
        to=manager,
        about=f"hiring.application:{due.application.pk}",
        send_after=next_waking(now, manager.zone, policy),
        expires_at=due.until,
    )


def ask_by_link(*, application: Application, days: int, name: str, email: str, by: User) -> ReviewRequest:
    """Ask somebody without an account for one review: a mail with a link that opens it alone, once, for 30 days.

    Raises Conflict where the address belongs to a member (who signs in), was asked already, or it is too early.
    """
    if application.state != ApplicationState.HIRED or days not in PERIOD_DAYS:
        raise InvalidInput("There is no such review.", problems=[("days", "Choose 90, 180 or 365 days.")])
    now = timezone.now()
    if now < opens_at(application, days):
        opens = day_within(opens_at(application, days))
        raise Conflict(f"It is too early: the review after {days} days can be given from {opens}.")
    email = User.objects.normalize_email(email.strip())
    if Membership.objects.filter(team=application.team, user__email__iexact=email, is_active=True).exists():
        raise Conflict(f"{email} belongs to a member of {application.team}, who signs in to review.")
    with audit.recording("outcome.ask", by=by, team=application.team):
        Application.objects.select_for_update().get(pk=application.pk)
        asked = ReviewRequest.objects.filter(application=application, days=days, email__iexact=email)
        request = asked.first() or ReviewRequest(
            team=application.team, application=application, days=days, email=email, asked_by=by
        )
        if request.pk is not None and OutcomeReview.objects.filter(request=request).exists():
            raise Conflict(f"{request.name} has given this review.")
        if request.pk is not None and request.expires_at > now:
            raise Conflict(
                f"{request.name} was asked on {day_within(request.asked_at)} and can still answer."
            )
        request.name, request.asked_at, request.expires_at = name.strip(), now, now + LINK_LIVES
        refuse_invalid(request)
        request.save()
        link = LetterLink("Give the review", absolute("review_by_link", token_of(request)))
        note = f"The link works once, until {day_within(request.expires_at)}, and needs no account. "
        post(
            _letter(application, days, link, note, request.name),
            kind=KIND,
            key=f"{KIND}:{request.pk}:{now.isoformat()}",
            team=application.team,
            to=email,
            about=f"hiring.application:{application.pk}",
            expires_at=request.expires_at,
        )
    return request


def token_of(request: ReviewRequest) -> str:
    """What the link of a request carries; one that was sent anew carries another."""
    return sign(SALT, [request.pk, _moment(request)])


def _moment(asked: ReviewRequest) -> int:
    return round(asked.asked_at.timestamp() * 1000)


def request_of(token: str) -> ReviewRequest | None:
    """The request whose link this is, while it can be answered; None for any other."""
    numbers = read(SALT, token, within=LINK_LIVES)
    if numbers is None or len(numbers) != 2:
        return None
    request = (
        ReviewRequest.objects.filter(pk=numbers[0], person=None, expires_at__gt=timezone.now())
        .select_related("application__candidate", "application__opening__profile", "application__team")
        .first()
    )
    if request is None or _moment(request) != numbers[1] or request.reviews.exists():
        return None
    return request


def _letter(application: Application, days: int, link: LetterLink, note: str, name: str) -> Letter:
    candidate, team = application.candidate, application.team
    return Letter(
        subject=f"Review after {days} days: {application.opening.title}",
        lines=(
            (
                f"{name}, {candidate} was hired as {application.opening.title}. Please say what level they show on the "
                "job in each competency of the role: what you have seen, not what you expected. It takes five minutes."
            ),
            f"{note}What the interviews said is not shown: your answers tell how far interviews foresaw the job.",
        ),
        facts=(("Person", str(candidate)), ("Role", application.opening.title), ("Review", f"{days} days")),
        button=link,
        why=f"You get this because you work with {candidate} and {team} asks how its hires turn out.",
    )
