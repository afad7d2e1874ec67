"""One factory per model: valid, boring, no surprises. Worlds put them together."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import Membership, Team, User
from accounts.permissions import Role
from hiring.pipeline.models import Application, Assignment, Candidate, Interview, Opening
from hiring.scoring.models import Rating, Scorecard
from loops.models import Loop, Stage, StageKind, StageQuestion
from roles.models import Cluster, Competency, Requirement, RoleProfile
from rubrics.models import Anchor, Criterion, Injection, Question, QuestionBank, RatingScale, ScalePoint

PASSWORD = "correct-horse-battery"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class TeamFactory(DjangoModelFactory[Team]):
    class Meta:
        model = Team

    key = factory.Sequence(lambda n: f"team{n}")
    name = factory.Sequence(lambda n: f"Team {n}")


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    team = factory.SubFactory(TeamFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.INTERVIEWER


class ClusterFactory(DjangoModelFactory[Cluster]):
    class Meta:
        model = Cluster

    team = factory.SubFactory(TeamFactory)
    key = factory.Sequence(lambda n: f"cluster{n}")
    name = factory.Sequence(lambda n: f"Cluster {n}")


class CompetencyFactory(DjangoModelFactory[Competency]):
    class Meta:
        model = Competency

    team = factory.SubFactory(TeamFactory)
    cluster = factory.SubFactory(ClusterFactory, team=factory.SelfAttribute("..team"))
    key = factory.Sequence(lambda n: f"competency{n}")
    name = factory.Sequence(lambda n: f"Competency {n}")
    definition = "Does it on real work and says how."


class RoleProfileFactory(DjangoModelFactory[RoleProfile]):
    class Meta:
        model = RoleProfile

    team = factory.SubFactory(TeamFactory)
    key = factory.Sequence(lambda n: f"role{n}")
    name = factory.Sequence(lambda n: f"Role {n}")
    family = "production"


class RequirementFactory(DjangoModelFactory[Requirement]):
    class Meta:
        model = Requirement

    profile = factory.SubFactory(RoleProfileFactory)
    competency = factory.SubFactory(CompetencyFactory, team=factory.SelfAttribute("..profile.team"))
    weight = Decimal(1)
    weight_rationale = "The work is mostly this."
    required_level = 3
    demand_controlled = Decimal("0.2")
    demand_constrained = Decimal("0.5")
    demand_production = Decimal("0.3")


class RatingScaleFactory(DjangoModelFactory[RatingScale]):
    class Meta:
        model = RatingScale

    team = factory.SubFactory(TeamFactory)
    key = "four_point"
    name = "Four points"

    @classmethod
    def _create(cls, model_class: type[RatingScale], *args: Any, **kwargs: Any) -> RatingScale:
        scale = super()._create(model_class, *args, **kwargs)
        labels = ("Counter-evidence", "Partial", "Meets the bar", "Raises the bar")
        ScalePoint.objects.bulk_create(
            ScalePoint(scale=scale, value=value, label=label) for value, label in enumerate(labels, 1)
        )
        return scale


class QuestionBankFactory(DjangoModelFactory[QuestionBank]):
    class Meta:
        model = QuestionBank

    team = factory.SubFactory(TeamFactory)
    key = factory.Sequence(lambda n: f"bank{n}")
    name = factory.Sequence(lambda n: f"Bank {n}")


class QuestionFactory(DjangoModelFactory[Question]):
    class Meta:
        model = Question

    team = factory.SubFactory(TeamFactory)
    bank = factory.SubFactory(QuestionBankFactory, team=factory.SelfAttribute("..team"))
    scale = factory.SubFactory(RatingScaleFactory, team=factory.SelfAttribute("..team"))
    key = factory.Sequence(lambda n: f"question{n}")
    title = factory.Sequence(lambda n: f"Question {n}")
    format = "scenario"
    minutes = 30
    realism = "constrained"
    target_level = 3
    prompt = "A service answers slowly since Tuesday. What do you look at first, and why?"
    follow_ups = factory.LazyFunction(lambda: ["What would change your mind?"])


class CriterionFactory(DjangoModelFactory[Criterion]):
    class Meta:
        model = Criterion

    question = factory.SubFactory(QuestionFactory)
    competency = factory.SubFactory(CompetencyFactory, team=factory.SelfAttribute("..question.team"))
    strength = Decimal("0.8")
    target_level = 3

    @classmethod
    def _create(cls, model_class: type[Criterion], *args: Any, **kwargs: Any) -> Criterion:
        criterion = super()._create(model_class, *args, **kwargs)
        Anchor.objects.bulk_create(
            Anchor(
                criterion=criterion, point=point, text=f"Did what earns {point} on {criterion.competency}."
            )
            for point in range(1, 5)
        )
        return criterion


class InjectionFactory(DjangoModelFactory[Injection]):
    class Meta:
        model = Injection

    question = factory.SubFactory(QuestionFactory)
    probes = factory.SubFactory(CompetencyFactory, team=factory.SelfAttribute("..question.team"))
    at_minute = 10
    change = "Half of the traffic now arrives in another language."
    listen_for = "Whether intake changes too."


class LoopFactory(DjangoModelFactory[Loop]):
    class Meta:
        model = Loop

    team = factory.SubFactory(TeamFactory)
    profile = factory.SubFactory(RoleProfileFactory, team=factory.SelfAttribute("..team"))
    key = factory.Sequence(lambda n: f"loop{n}")
    name = factory.Sequence(lambda n: f"Loop {n}")


class StageFactory(DjangoModelFactory[Stage]):
    class Meta:
        model = Stage

    loop = factory.SubFactory(LoopFactory)
    kind = StageKind.SCENARIO
    name = factory.Sequence(lambda n: f"Stage {n}")
    minutes = 45
    interviewers = 2


class StageQuestionFactory(DjangoModelFactory[StageQuestion]):
    class Meta:
        model = StageQuestion

    stage = factory.SubFactory(StageFactory)
    question = factory.SubFactory(QuestionFactory, team=factory.SelfAttribute("..stage.loop.team"))


class OpeningFactory(DjangoModelFactory[Opening]):
    class Meta:
        model = Opening

    team = factory.SubFactory(TeamFactory)
    loop = factory.SubFactory(LoopFactory, team=factory.SelfAttribute("..team"))
    profile = factory.SelfAttribute("loop.profile")
    key = factory.Sequence(lambda n: f"opening{n}")
    title = factory.Sequence(lambda n: f"Opening {n}")
    opened_at = datetime(2026, 9, 1, 9, tzinfo=UTC)


class CandidateFactory(DjangoModelFactory[Candidate]):
    class Meta:
        model = Candidate

    team = factory.SubFactory(TeamFactory)
    name = factory.Sequence(lambda n: f"Candidate {n}")


class ApplicationFactory(DjangoModelFactory[Application]):
    class Meta:
        model = Application

    team = factory.SubFactory(TeamFactory)
    opening = factory.SubFactory(OpeningFactory, team=factory.SelfAttribute("..team"))
    candidate = factory.SubFactory(CandidateFactory, team=factory.SelfAttribute("..team"))
    applied_at = datetime(2026, 9, 8, 9, tzinfo=UTC)


class InterviewFactory(DjangoModelFactory[Interview]):
    class Meta:
        model = Interview

    team = factory.SubFactory(TeamFactory)
    application = factory.SubFactory(ApplicationFactory, team=factory.SelfAttribute("..team"))
    stage = factory.SubFactory(StageFactory, loop=factory.SelfAttribute("..application.opening.loop"))
    scheduled_at = datetime(2026, 9, 15, 13, tzinfo=UTC)


class AssignmentFactory(DjangoModelFactory[Assignment]):
    class Meta:
        model = Assignment

    interview = factory.SubFactory(InterviewFactory)
    interviewer = factory.SubFactory(UserFactory)


class ScorecardFactory(DjangoModelFactory[Scorecard]):
    class Meta:
        model = Scorecard

    team = factory.SelfAttribute("interview.team")
    interview = factory.SubFactory(InterviewFactory)
    interviewer = factory.SubFactory(UserFactory)


class RatingFactory(DjangoModelFactory[Rating]):
    class Meta:
        model = Rating

    scorecard = factory.SubFactory(ScorecardFactory)
    criterion = factory.SubFactory(CriterionFactory)
    point = 3
    evidence = "Asked for the error rate by region before touching the code."
