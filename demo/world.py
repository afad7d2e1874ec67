"""Builds the demo: two teams, their content, people, openings, scores, decisions and outcomes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import Team, User
from accounts.permissions import Role
from content.packs import copy_from_library, import_pack
from demo.cast import HARROW, MERIDIAN, SEED, TeamPlan
from demo.interviews import LEAK_FROM, Batch, Session, Stager
from demo.lab import stage_lab
from demo.late import submit_one_late
from demo.letters import write_mail
from demo.meetings import hold_one
from demo.outcomes import decide_all
from demo.people import NameBag, make_people
from demo.truth import Truth
from hiring.calibration.actions import calibrate_team
from hiring.calibration.judgements import Chosen
from hiring.calibration.noise import make_audit
from hiring.pipeline.models import Application, Assignment, Candidate, Interview, Opening
from hiring.scoring.models import InjectionReveal, Rating, Scorecard, ScorecardState
from loops.best import ask_for_best
from loops.models import Loop
from rubrics.models import Criterion, QuestionExposure

STARTER = Path(settings.BASE_DIR) / "packs" / "starter"
Say = Callable[[str], None]


def is_loaded() -> bool:
    """Whether the demo is in the database already."""
    return Team.objects.filter(key=MERIDIAN.key).exists()


def load(say: Say, *, now: datetime | None = None) -> None:
    """Load everything in one transaction; calibrate afterwards.

    The same ``now`` gives the same world; by default it is the current hour.
    """
    now = now or timezone.now().replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        library(say)
        loaded = [_team(plan, say, now) for plan in (MERIDIAN, HARROW)]
    for team, batch, truth in loaded:
        say(f"Calibrating {len(batch.ratings):,} ratings of {team}")
        run = calibrate_team(team=team, by=None)
        say(f"Recording decisions and outcomes of {team}")
        decide_all(team=team, batch=batch, truth=truth, run=run, now=now)
        hold_one(team, truth)
        submit_one_late(team, truth.rng)
        if team.key == MERIDIAN.key:  # the other is too small for an audit to say anything
            make_audit(
                team=team,
                by=None,
                title="The whole panel, all openings",
                chosen=Chosen(sources=["interviews"]),
            )
        say(f"Writing mail of {team}")
        write_mail(team, now=now)
        # The worker of the demo finds them while somebody signs in.
        for loop in Loop.objects.with_plan().select_related("team").filter(openings__team=team).distinct():
            ask_for_best(loop, by=None)


def library(say: Say) -> Team:
    """Return the library team, importing the starter content where it is missing."""
    team = Team.objects.filter(is_library=True).first()
    if team is None:
        say("Importing the starter content")
        with audit.recording("team.create", by=None, team=None, reason="starter content"):
            team = Team.objects.create(key="library", name="Library", is_library=True)
        import_pack(STARTER, team=team, by=None)
    return team


def _team(plan: TeamPlan, say: Say, now: datetime) -> tuple[Team, Batch, Truth]:
    truth = Truth(np.random.default_rng([SEED, len(plan.people), plan.interviewers]))
    say(f"Creating {plan.name}")
    team = Team.objects.create(key=plan.key, name=plan.name, is_synthetic=True)
    with audit.recording("demo.load", by=None, team=team, reason="synthetic data"):
        names = NameBag(truth)
        panel = make_people(team, plan, truth, names)
        copy_from_library(team, by=None)
        oldest = max(opening.opened_days_ago for opening in plan.openings)
        batch = Batch()
        stager = Stager(team, truth, names, panel, now, now - timedelta(days=oldest), batch)
        manager = User.objects.filter(memberships__team=team, memberships__role=Role.HIRING_MANAGER).first()
        leaked = {plan.leaked} if plan.leaked else set()
        for opening_plan in plan.openings:
            loop = (
                Loop.objects.latest_published()
                .select_related("profile")
                .get(team=team, key=opening_plan.loop)
            )
            opening = Opening.objects.create(
                team=team,
                key=opening_plan.key,
                title=opening_plan.title,
                loop=loop,
                profile=loop.profile,
                location=opening_plan.location,
                headcount=4,
                hiring_manager=manager,
                opened_at=now - timedelta(days=opening_plan.opened_days_ago),
            )
            sessions = _sessions(loop, leaked)
            # Criteria may rate competencies that the profile does not ask for; people have a level there too.
            rated = {criterion.competency_id for session in sessions for criterion in session.criteria}
            pool = truth.pool(
                sorted(rated | set(loop.profile.requirements.values_list("competency_id", flat=True)))
            )
            stager.stage_opening(opening, opening_plan, sessions, pool)
        if plan.leaked:
            QuestionExposure.objects.create(
                team=team,
                question_key=plan.leaked,
                leak=0.5,
                since=stager.starts + LEAK_FROM * (stager.now - stager.starts),
                reason="The prompt was posted on a public forum; two candidates quoted the second change.",
                noted_by=manager,
            )
        say(f"Writing {len(batch.interviews)} interviews and {len(batch.cards)} scorecards of {plan.name}")
        _write(batch)
        stage_lab(team, panel, now=now)
    return team, batch, truth


def _sessions(loop: Loop, leaked: set[str]) -> list[Session]:
    """The scored stages of a loop with their criteria, in order."""
    sessions = []
    for stage in loop.stages.all():
        criteria = list(
            Criterion.objects.filter(
                question__placements__stage=stage, question__placements__is_alternate=False
            )
            .select_related("question")
            .prefetch_related("anchors", "question__injections")
            .order_by("question__placements__position", "position")
        )
        if criteria:
            sessions.append(Session(stage, criteria, leaked=any(c.question.key in leaked for c in criteria)))
    return sessions


def _write(batch: Batch) -> None:
    """Write in bulk; cards become submitted only after their ratings, which triggers freeze from then on."""
    Candidate.objects.bulk_create(batch.candidates)
    Application.objects.bulk_create(batch.applications)
    Interview.objects.bulk_create(batch.interviews)
    Assignment.objects.bulk_create(batch.assignments)
    Scorecard.objects.bulk_create(batch.cards)
    Rating.objects.bulk_create(batch.ratings, batch_size=2000)
    InjectionReveal.objects.bulk_create(batch.reveals, batch_size=2000)
    done = []
    for position, moment in batch.submitted.items():
        card = batch.cards[position]
        card.state, card.submitted_at = ScorecardState.SUBMITTED, moment
        done.append(card)
    Scorecard.objects.bulk_update(done, ["state", "submitted_at"], batch_size=500)
