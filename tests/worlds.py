"""Small worlds, spelled out: two rival teams, so that a leak has something to show.

Each team has a published role profile with two competencies, a published question
on each, a published loop of two stages, one opening, one application and its two
interviews with two interviewers each. Nothing is scored yet.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import Team, User
from accounts.permissions import Role
from content.models import Versioned
from hiring.calibration.actions import calibrate_team
from hiring.decisions.record import adopt_run
from hiring.pipeline.models import Application, Interview, Opening
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from loops.models import Loop, Stage
from roles.models import Competency, RoleProfile
from rubrics.models import Criterion, Question
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    CandidateFactory,
    CompetencyFactory,
    CriterionFactory,
    InjectionFactory,
    InterviewFactory,
    LoopFactory,
    MembershipFactory,
    OpeningFactory,
    QuestionBankFactory,
    QuestionFactory,
    RatingScaleFactory,
    RequirementFactory,
    RoleProfileFactory,
    StageFactory,
    StageQuestionFactory,
    TeamFactory,
    UserFactory,
)


def publish(thing: Versioned) -> None:
    """Mark a version as published without going through its action (which has tests of its own)."""
    type(thing)._default_manager.filter(pk=thing.pk).update(
        status="published", content_hash=f"{thing.pk:064d}", published_at=timezone.now()
    )
    thing.refresh_from_db()


@dataclass
class TeamWorld:
    """One team and everything in it, by the name of what it is."""

    team: Team
    admin: User
    recruiter: User
    hiring_manager: User
    leader: User
    calibrator: User
    interviewers: list[User]
    competencies: list[Competency]
    profile: RoleProfile
    questions: list[Question]
    criteria: list[Criterion]
    loop: Loop
    stages: list[Stage]
    opening: Opening
    application: Application
    interviews: list[Interview]

    @property
    def members(self) -> dict[str, User]:
        """Every member by the role that the tests speak of."""
        return {
            "admin": self.admin,
            "recruiter": self.recruiter,
            "hiring_manager": self.hiring_manager,
            "leader": self.leader,
            "calibrator": self.calibrator,
            "interviewer": self.interviewers[0],
            "colleague": self.interviewers[1],
        }


def team_world(key: str = "acme") -> TeamWorld:
    """Build one team's world; every text carries the team's key, so that a leak is recognised."""
    team = TeamFactory(key=key, name=key.title())

    def member(name: str, role: Role, *, is_calibrator: bool = False) -> User:
        user = UserFactory(email=f"{name}@{key}.example.org", name=f"{name.title()} {key.title()}")
        MembershipFactory(team=team, user=user, role=role, is_calibrator=is_calibrator)
        return user

    competencies = [
        CompetencyFactory(team=team, key=k, name=f"{n} {key}", position=i)
        for i, (k, n) in enumerate([("debugging", "Debugging"), ("observability", "Observability")])
    ]
    for competency in competencies:
        publish(competency)
    profile = RoleProfileFactory(team=team, key="production_engineer", name=f"Production engineer {key}")
    for position, (competency, weight) in enumerate(zip(competencies, ("0.6", "0.4"), strict=True)):
        RequirementFactory(
            profile=profile, competency=competency, weight=weight, position=position, must_have=position == 0
        )
    publish(profile)
    scale = RatingScaleFactory(team=team)
    publish(scale)
    bank = QuestionBankFactory(team=team, key="main", name=f"Main bank {key}")
    questions, criteria = [], []
    for competency in competencies:
        question = QuestionFactory(
            team=team, bank=bank, scale=scale, key=f"q_{competency.key}", title=f"{competency.name} question"
        )
        criteria.append(CriterionFactory(question=question, competency=competency))
        InjectionFactory(question=question, probes=competency)
        publish(question)
        questions.append(question)
    loop = LoopFactory(
        team=team, profile=profile, key="main_loop", name=f"Main loop {key}", budget_minutes=120
    )
    stages = []
    for position, question in enumerate(questions):
        stage = StageFactory(loop=loop, position=position, name=f"Stage {position + 1} {key}")
        StageQuestionFactory(stage=stage, question=question)
        stages.append(stage)
    publish(loop)
    interviewers = [member(name, Role.INTERVIEWER) for name in ("ines", "ivan", "ilse")]
    opening = OpeningFactory(team=team, loop=loop, profile=profile, key="opening", title=f"Engineer at {key}")
    application = ApplicationFactory(
        team=team, opening=opening, candidate=CandidateFactory(team=team, name=f"Candidate of {key}")
    )
    interviews = []
    for stage in stages:
        interview = InterviewFactory(
            team=team, application=application, stage=stage, scheduled_at=timezone.now() - timedelta(hours=2)
        )
        for interviewer in interviewers[:2]:
            AssignmentFactory(interview=interview, interviewer=interviewer)
        interviews.append(interview)
    return TeamWorld(
        team=team,
        admin=member("ada", Role.ADMIN),
        recruiter=member("rita", Role.RECRUITER),
        hiring_manager=member("hugo", Role.HIRING_MANAGER),
        leader=member("lena", Role.LEADERSHIP),
        calibrator=member("carl", Role.HIRING_MANAGER, is_calibrator=True),
        interviewers=interviewers,
        competencies=competencies,
        profile=profile,
        questions=questions,
        criteria=criteria,
        loop=loop,
        stages=stages,
        opening=opening,
        application=application,
        interviews=interviews,
    )


@dataclass
class Rivals:
    """Two teams that must never see each other, and somebody in neither."""

    ours: TeamWorld
    theirs: TeamWorld
    outsider: User


def rivals() -> Rivals:
    """Build two teams and an outsider."""
    return Rivals(ours=team_world("acme"), theirs=team_world("rival"), outsider=UserFactory(name="Outsider"))


def our_world() -> TeamWorld:
    """Build two teams, for tests that speak of one."""
    return rivals().ours


def levels_up_to_date(world: TeamWorld) -> None:
    """Levels that hold every scorecard, as the worker leaves them: before that nothing is decided."""
    adopt_run(calibrate_team(team=world.team, by=None))


def submitted_card(
    interview: Interview,
    interviewer: User,
    point: int = 3,
    *,
    evidence: str = "Named the failing link first.",
    summary: str = "",
) -> Scorecard:
    """A submitted scorecard with ``point`` on every criterion of the interview's stage."""
    card = Scorecard.objects.create(
        team=interview.team, interview=interview, interviewer=interviewer, summary=summary
    )
    Rating.objects.bulk_create(
        Rating(scorecard=card, criterion=criterion, point=point, evidence=evidence)
        for criterion in Criterion.objects.filter(
            question__placements__stage=interview.stage, question__placements__is_alternate=False
        )
    )
    Scorecard.objects.filter(pk=card.pk).update(state=ScorecardState.SUBMITTED, submitted_at=timezone.now())
    card.refresh_from_db()
    return card
