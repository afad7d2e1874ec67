"""The score of record: which run a debrief is read beside, and what came in since.

Until somebody decides, a debrief is read beside the newest run that holds every submitted scorecard of its application,
and where none does yet, beside the newest that did, with what that one misses. The decision freezes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts import audit
from accounts.models import User
from hiring.calibration.actions import looked_since
from hiring.calibration.models import CalibrationRun
from hiring.decisions.models import Debrief
from hiring.pipeline.models import DECIDED, Application
from hiring.scoring.models import Rating, Scorecard
from hiring.scoring.withdrawals import Withdrawal


def missed(application: Application, run: CalibrationRun | None) -> list[Scorecard]:
    """Scorecards of ``application`` that enter and that ``run`` does not hold, the earliest first. One query."""
    cards = Scorecard.objects.entering().filter(interview__application=application)
    if run is not None:
        cards = cards.filter(submitted_at__gt=run.data_until)
    return list(cards.select_related("interviewer", "interview__stage").order_by("submitted_at", "pk"))


def covering_run(application: Application) -> CalibrationRun | None:
    """The team's newest run if it holds every submitted scorecard of ``application``; else None."""
    newest = CalibrationRun.objects.latest_for(application.team_id)
    return None if newest is None or missed(application, newest) else newest


def is_stale(application: Application, run: CalibrationRun | None) -> bool:
    """Whether a rating that counts waits for a run, so that a decision would rest on less than was seen.

    None waits that a finished calibration has looked at: ratings of a question that everybody knows weigh nothing and
    enter no level, and a team that rates on several scales has a run for each. A rating that was withdrawn waits
    likewise. One query.
    """
    later = Rating.objects.counting().filter(scorecard__interview__application=application)
    if run is not None:
        later = later.filter(scorecard__submitted_at__gt=run.data_until)
    looked = looked_since(application.team_id, OuterRef("scorecard__submitted_at"))
    waits = Q(Exists(later.filter(~Exists(looked))))
    if run is not None:
        gone = Withdrawal.objects.filter(
            rating__scorecard__interview__application=application, withdrawn_at__gt=run.created_at
        )
        read = looked_since(application.team_id, OuterRef("withdrawn_at"))
        waits |= Q(Exists(gone.filter(~Exists(read))))
    return Application.objects.filter(waits, pk=application.pk).exists()


def adopt_run(run: CalibrationRun) -> int:
    """Read every undecided debrief beside ``run`` whose scorecards it all holds; return how many are."""
    later = Scorecard.objects.entering().filter(
        interview__application_id=OuterRef("application_id"), submitted_at__gt=run.data_until
    )
    with audit.recording("debrief.adopt_run", by=None, team=run.team):
        # Held, so that a decision made at this moment keeps the run that its page showed.
        undecided = (
            Application.objects.select_for_update(of=("self",))
            .filter(team_id=run.team_id, debrief__isnull=False)
            .exclude(state__in=DECIDED)
        )
        waiting = (
            Debrief.objects.filter(application_id__in=[row.pk for row in undecided.only("pk")])
            .exclude(run=run)
            .filter(~Exists(later))
        )
        return waiting.update(run=run)


@dataclass(frozen=True)
class Moved:
    """A point that an amendment changed."""

    competency: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """A scorecard that came in or changed after the debrief was opened."""

    card: Scorecard
    moved: list[Moved]
    #: The run beside it does not hold it yet.
    missed: bool

    @property
    def amended(self) -> bool:
        return self.card.version > 1

    @property
    def by(self) -> User:
        return self.card.interviewer

    @property
    def at(self) -> datetime:
        assert self.card.submitted_at is not None  # noqa: S101 -- a change is a submitted card
        return self.card.submitted_at


def changes(
    debrief: Debrief, run: CalibrationRun | None, cards: Iterable[Scorecard], ratings: Iterable[Rating]
) -> list[Change]:
    """What came in, or was amended, since ``debrief`` opened, oldest first. One query.

    ``cards`` and ``ratings`` are what counts now. An amendment names the points that moved, each with what stood there
    when the debrief opened.
    """
    before = _stood_at_opening(debrief)
    now: dict[int, list[Rating]] = {}
    for rating in ratings:
        now.setdefault(rating.scorecard_id, []).append(rating)
    found = []
    for card in cards:
        if card.submitted_at is None or card.submitted_at <= debrief.opened_at:
            continue
        old = before.get((card.interview_id, card.interviewer_id), {})
        moved = [
            Moved(rating.criterion.competency.name, old.get(rating.criterion_id, "not rated"), _said(rating))
            for rating in now.get(card.pk, [])
            if card.version > 1 and old.get(rating.criterion_id, "not rated") != _said(rating)
        ]
        found.append(Change(card, moved, run is None or card.submitted_at > run.data_until))
    return sorted(found, key=lambda change: (change.at, change.card.pk))


def _stood_at_opening(debrief: Debrief) -> dict[tuple[int, int], dict[int, str]]:
    """Points of replaced versions that were in when ``debrief`` opened, by interview and interviewer."""
    replaced = (
        Rating.objects.replaced(submitted_until=debrief.opened_at)
        .filter(scorecard__interview__application=debrief.application_id)
        .select_related("scorecard")
    )
    found: dict[tuple[int, int], dict[int, str]] = {}
    for rating in replaced:  # of several versions the newest that was in comes last
        card = rating.scorecard
        found.setdefault((card.interview_id, card.interviewer_id), {})[rating.criterion_id] = _said(rating)
    return found


def _said(rating: Rating) -> str:
    return "not assessed" if rating.point is None else str(rating.point)
