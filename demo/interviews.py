"""Applications and their interviews: who was seen, by whom, and what they wrote."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from accounts.models import Team, User
from demo.cast import OpeningPlan
from demo.evidence import note, summary
from demo.people import NameBag
from demo.truth import Habits, Truth
from hiring.pipeline.models import (
    Application,
    ApplicationState,
    Assignment,
    Candidate,
    Interview,
    InterviewState,
    Opening,
)
from hiring.scoring.models import InjectionReveal, NotAssessed, Rating, Recommendation, Scorecard
from loops.models import Stage
from rubrics.models import Criterion

LEAK_FROM = 0.6  # share of the demo's time after which the leaked question is known outside
LEAK_LOGITS = 2.5
SOURCES = ("Referral", "Careers page", "Referral", "Job board", "Conference", "Agency")


@dataclass
class Session:
    """A stage of a loop with what its questions rate."""

    stage: Stage
    criteria: list[Criterion]
    leaked: bool


@dataclass
class Batch:
    """Rows gathered in memory and written in bulk, since triggers make single writes slow."""

    candidates: list[Candidate] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    interviews: list[Interview] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    cards: list[Scorecard] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    reveals: list[InjectionReveal] = field(default_factory=list)
    submitted: dict[int, datetime] = field(default_factory=dict)  # position in cards -> time
    truth: dict[int, dict[int, float]] = field(default_factory=dict)  # position in applications -> levels


@dataclass
class Stager:
    """Stages one opening."""

    team: Team
    truth: Truth
    names: NameBag
    panel: dict[User, tuple[str, Habits]]
    now: datetime
    starts: datetime
    batch: Batch

    @property
    def rng(self) -> np.random.Generator:
        """The one generator of the demo."""
        return self.truth.rng

    def when(self, moment: datetime) -> float:
        """Where ``moment`` lies between the demo's first day (0) and today (1)."""
        return float(np.clip((moment - self.starts) / (self.now - self.starts), 0, 1))

    def stage_opening(
        self, opening: Opening, plan: OpeningPlan, sessions: list[Session], pool: dict[int, float]
    ) -> None:
        """Create all applications of one opening, spread over its time."""
        for number in range(plan.applications):
            # More people have applied lately than at the start.
            age = plan.opened_days_ago * (1 - (number + 0.3) / plan.applications) ** 1.35
            applied = self.now - timedelta(days=max(age, 1.0), hours=float(self.rng.uniform(0, 8)))
            candidate = Candidate(
                team=self.team, name=self.names.draw(), source=str(self.rng.choice(SOURCES))
            )
            application = Application(
                team=self.team, opening=opening, candidate=candidate, applied_at=applied
            )
            levels = self.truth.levels(pool)
            self.batch.truth[len(self.batch.applications)] = levels
            self.batch.candidates.append(candidate)
            self.batch.applications.append(application)
            self._run(application, sessions, levels, applied)

    def _run(
        self, application: Application, sessions: list[Session], levels: dict[int, float], applied: datetime
    ) -> None:
        """Walk one application through the stages until time, a poor showing or a withdrawal ends it."""
        moment = applied + timedelta(days=float(self.rng.uniform(4, 9)))
        points: list[int] = []
        for position, session in enumerate(sessions):
            moment = self._office_hour(moment + timedelta(days=float(self.rng.uniform(1.5, 5.5))))
            if moment > self.now + timedelta(days=9):
                return
            if position >= 2 and moment < self.now and self.rng.random() < 0.025:
                application.state = ApplicationState.WITHDRAWN
                application.closed_at = moment
                return
            points += self._interview(application, session, levels, moment)
            if position == 2 and points and np.mean(points) < 1.7 and moment < self.now:
                application.state = ApplicationState.DECLINED
                return

    def _office_hour(self, moment: datetime) -> datetime:
        """Move to a working day between nine and five, on the half hour."""
        day = moment + timedelta(days={5: 2, 6: 1}.get(moment.weekday(), 0))
        return day.replace(
            hour=int(self.rng.integers(9, 17)), minute=int(self.rng.choice([0, 30])), second=0, microsecond=0
        )

    def _choose(self, session: Session) -> list[User]:
        """Draw interviewers from the functions the stage asks for."""
        chosen: list[User] = []
        panel = session.stage.panel or ["engineering"]
        for seat in range(session.stage.interviewers):
            wanted = panel[min(seat, len(panel) - 1)]
            pool = [u for u, (f, _) in self.panel.items() if f == wanted and u not in chosen]
            pool = pool or [u for u in self.panel if u not in chosen]
            # A few people interview often, most now and then.
            weights = np.array(
                [self.panel[user][1].load / (1 + 0.12 * index) for index, user in enumerate(pool)]
            )
            chosen.append(pool[int(self.rng.choice(len(pool), p=weights / weights.sum()))])
        return chosen

    def _interview(
        self, application: Application, session: Session, levels: dict[int, float], moment: datetime
    ) -> list[int]:
        past = moment < self.now
        interview = Interview(
            team=self.team,
            application=application,
            stage=session.stage,
            scheduled_at=moment,
            state=InterviewState.DONE if past else InterviewState.PLANNED,
            place=str(self.rng.choice(["Video call", "Video call", "Room Delta", "Room Tide"])),
        )
        self.batch.interviews.append(interview)
        shared = {c.pk: float(self.rng.normal(0, 0.45)) for c in session.criteria}
        points: list[int] = []
        for user in self._choose(session):
            self.batch.assignments.append(Assignment(interview=interview, interviewer=user))
            if past:
                points += self._card(interview, user, session, levels, shared, moment)
        return points

    def _card(
        self,
        interview: Interview,
        user: User,
        session: Session,
        levels: dict[int, float],
        shared: dict[int, float],
        moment: datetime,
    ) -> list[int]:
        """Write one scorecard; the freshest ones may still be drafts or not begun."""
        hours = (self.now - moment).total_seconds() / 3600
        behind = user.email.startswith("interviewer@") and hours < 24 * 12
        if behind or (hours < 24 * 7 and self.rng.random() < 0.4):
            if self.rng.random() < 0.5:
                return []
            keep = max(1, len(session.criteria) // 2)
            self._fill(interview, user, session, levels, shared, moment, keep=keep)
            return []
        return self._fill(interview, user, session, levels, shared, moment, keep=None)

    def _fill(
        self,
        interview: Interview,
        user: User,
        session: Session,
        levels: dict[int, float],
        shared: dict[int, float],
        moment: datetime,
        *,
        keep: int | None,
    ) -> list[int]:
        habits = self.panel[user][1]
        halo = float(self.rng.normal(0, habits.halo_sd)) + habits.swayed * float(self.rng.choice([-1, 1]))
        card = Scorecard(team=self.team, interview=interview, interviewer=user, revision=1)
        points: list[int] = []
        for criterion in session.criteria[:keep]:
            rating = Rating(scorecard=card, criterion=criterion)
            if self.rng.random() < 0.06:
                rating.not_assessed = str(self.rng.choice([NotAssessed.NO_TIME, NotAssessed.NOT_REACHED]))
            else:
                leak = LEAK_LOGITS if session.leaked and self.when(moment) > LEAK_FROM else 0.0
                rating.point = self.truth.point(
                    level=levels[criterion.competency_id],
                    target=criterion.target_level,
                    criterion=criterion.pk,
                    severity=habits.severity_at(self.when(moment)) - leak,
                    shared=shared[criterion.pk],
                    halo=halo,
                )
                anchors = {anchor.point: anchor.text for anchor in criterion.anchors.all()}
                rating.evidence = note(self.rng, anchors[rating.point])
                points.append(rating.point)
            self.batch.ratings.append(rating)
        for question in {c.question_id: c.question for c in session.criteria}.values():
            for injection in question.injections.all():
                if self.rng.random() < 0.85:
                    self.batch.reveals.append(
                        InjectionReveal(
                            scorecard=card,
                            injection=injection,
                            revealed_at=moment
                            + timedelta(minutes=injection.at_minute + int(self.rng.integers(0, 4))),
                        )
                    )
        if keep is None:
            card.recommendation = self._recommend(points)
            card.summary = summary(self.rng, card.recommendation)
            delay = timedelta(hours=float(self.rng.gamma(1.6, 7.0)) + 0.4)
            self.batch.submitted[len(self.batch.cards)] = min(moment + delay, self.now - timedelta(minutes=5))
        self.batch.cards.append(card)
        return points if keep is None else []

    def _recommend(self, points: list[int]) -> str:
        mean = float(np.mean(points)) if points else 2.5
        mean += float(self.rng.normal(0, 0.15))
        if mean < 1.6:
            return Recommendation.STRONG_NO
        if mean < 2.45:
            return Recommendation.NO
        return Recommendation.YES if mean < 3.35 else Recommendation.STRONG_YES
