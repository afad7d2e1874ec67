"""A page of its own on how one scores: read by oneself, and by the team's calibrators, whose opening is on record."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import require
from accounts.http import MemberRequest
from accounts.models import Membership, Team, TeamPolicy, User
from accounts.permissions import Permission
from events.actions import record
from events.models import Event
from hiring.calibration import habits, measures
from hiring.calibration.facts import MIRROR_OPENED
from hiring.calibration.flags import ShownFlag
from hiring.calibration.measures import INTERVAL, Measure
from hiring.calibration.own_severity import own_severity
from web.render import render_page

#: Where everything is as it should be, and nothing is to be tried.
NOTHING_TO_TRY = "Keep writing the evidence before the number."


@dataclass(frozen=True)
class Month:
    """One month: severity in levels with its interval, if there were interviews enough; and counts."""

    month: str
    severity: float | None
    lower: float | None
    upper: float | None
    n_ratings: int
    counts: habits.MonthOfCards | None


@dataclass(frozen=True)
class OwnScoringPage:
    """How one person scores. ``own`` says whether they read it themselves."""

    person: User
    own: bool
    measures: list[Measure]
    months: list[Month]
    weeks: list[habits.Week]
    suggestion: str
    cards: int
    shown_from: int
    calibrated_at: datetime | None
    opened: int
    opened_last: datetime | None
    #: Coverage of the intervals.
    level: float = INTERVAL

    @property
    def enough(self) -> bool:
        """Whether there are scorecards enough to say anything."""
        return self.cards >= self.shown_from

    @property
    def told(self) -> list[Measure]:
        """Measures of which something can be said."""
        return [measure for measure in self.measures if measure.value != measures.NOT_ENOUGH]

    @property
    def out(self) -> list[Measure]:
        """Measures that stand out."""
        return [measure for measure in self.measures if measure.stands_out]

    @property
    def per_week(self) -> float:
        """Mean number of interviews a week."""
        return sum(week.interviews for week in self.weeks) / len(self.weeks)

    @property
    def busiest(self) -> int:
        """Interviews of the fullest week."""
        return max(week.interviews for week in self.weeks)


@never_cache
@require_GET
def own_scoring(request: MemberRequest, team: Team) -> HttpResponse:
    """How one scores oneself."""
    require(request.user, Permission.SCORE, team=team)
    return render_page(request, "calibration/own_scoring.html", page_of(request.user, team, own=True))


@dataclass(frozen=True)
class AskFirstPage:
    """Before a calibrator opens how somebody scores."""

    person: User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def colleague_scoring(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """How a member scores, for calibrators: opened by a button, which is on record and shown to the member."""
    require(request.user, Permission.CALIBRATE, team=team)
    member = get_object_or_404(
        Membership.objects.filter(team=team).select_related("user"), user_id=pk, user__is_active=True
    )
    own = member.user_id == request.user.pk
    if not own and request.method != "POST":
        return render_page(request, "calibration/ask_first.html", AskFirstPage(member.user))
    if not own:
        with transaction.atomic():
            record(MIRROR_OPENED, member, team=team, by=request.user)
    return render_page(request, "calibration/own_scoring.html", page_of(member.user, team, own=own))


def page_of(user: User, team: Team, *, own: bool) -> OwnScoringPage:
    """Everything the page shows, in a fixed number of queries."""
    policy = TeamPolicy.objects.current_for(team.pk)
    severity = own_severity(user, team, policy)
    within = timedelta(hours=policy.reminder_hours)
    counted = habits.by_month(user, team, within=within)
    cards = sum(month.cards for month in counted)
    opened = Event.objects.of(MIRROR_OPENED).in_team(team)
    member = Membership.objects.filter(team=team, user=user).first()
    times = list(opened.about(member).values_list("occurred_at", flat=True)) if member else []
    estimate = severity.estimate
    tests = {row["test"]: row for row in estimate.tests} if estimate and severity.enough else {}
    flags = severity.flags
    basis = f"{estimate.n_ratings} ratings" if estimate else "no calibrated ratings"
    lines = [measures.tested(name, tests, flags, basis) for name in measures.TESTED]
    lines.insert(2, _agreement(habits.agreement(user, team)))
    if cards >= policy.own_counts_from:
        lines += _counts(counted, policy.reminder_hours)
    return OwnScoringPage(
        person=user,
        own=own,
        measures=lines,
        months=_months(estimate.months if estimate and severity.enough else [], counted),
        weeks=habits.load(user, team),
        suggestion=_suggestion(flags, lines),
        cards=cards,
        shown_from=policy.own_counts_from,
        calibrated_at=severity.run.created_at if severity.run else None,
        opened=len(times),
        opened_last=times[-1] if times else None,
    )


def _agreement(found: habits.Agreement) -> Measure:
    basis = f"{found.pairs} ratings beside a colleague’s"
    if found.pairs < measures.AGREEMENT_FROM:
        words = (
            f"Shown from {measures.AGREEMENT_FROM} answers on that a colleague rated too and you may read."
        )
        return Measure("Agreement", basis, measures.NOT_ENOUGH, "", words)
    words = f"Same point in {found.same} of {found.pairs}, at most one apart in {found.near}."
    return measures.share("Agreement", found.same, found.pairs, basis, words, low_is=0.25)


def _counts(months: list[habits.MonthOfCards], hours: int) -> list[Measure]:
    rated, telling = sum(month.rated for month in months), sum(month.telling for month in months)
    timed, on_time = sum(month.timed for month in months), sum(month.on_time for month in months)
    return [
        measures.share(
            "Evidence",
            telling,
            rated,
            f"{rated} ratings",
            f"{telling} of {rated} ratings say in {habits.EVIDENCE_WORDS} words or more what was said or done.",
            low_is=0.8,
        ),
        measures.share(
            "On time",
            on_time,
            timed,
            f"{timed} scorecards",
            f"{on_time} of {timed} scorecards within {hours} h of the interview.",
            low_is=0.8,
        ),
    ]


def _suggestion(flags: list[ShownFlag], lines: list[Measure]) -> str:
    """The one thing to try: of what stands out, the first that calibration cannot correct."""
    ranked = sorted(flags, key=lambda flag: flag.flag.code in {"harsh", "lenient", "misfit", "overfit"})
    if ranked:
        return ranked[0].wording.advice
    out = {line.name for line in lines if line.stands_out}
    if "Evidence" in out:
        return (
            "Write one line for each criterion as you hear it: what was said or done, not how it struck you."
        )
    if "On time" in out:
        return "Keep a quarter of an hour free after each interview and submit before the next meeting."
    if "Agreement" in out:
        return "Go through two scorecards with somebody who met the same candidates, anchor by anchor."
    return NOTHING_TO_TRY


def _months(stored: list[dict[str, object]], counted: list[habits.MonthOfCards]) -> list[Month]:
    """The last twelve months that have anything, oldest first."""
    severities = {str(row["month"]): row for row in stored}
    counts = {month.month: month for month in counted}
    rows = []
    for month in sorted(severities.keys() | counts.keys())[-12:]:
        row = severities.get(month, {})
        value, se = row.get("severity"), row.get("se")
        known = isinstance(value, float) and isinstance(se, float)
        half = 1.645 * float(str(se)) if known else 0.0
        rows.append(
            Month(
                month=_named(month),
                severity=float(str(value)) if known else None,
                lower=float(str(value)) - half if known else None,
                upper=float(str(value)) + half if known else None,
                n_ratings=int(str(row.get("n_ratings", 0))),
                counts=counts.get(month),
            )
        )
    return rows


def _named(month: str) -> str:
    year, number = month.split("-")
    return f"{date(int(year), int(number), 1):%b %Y}"
