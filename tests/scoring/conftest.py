"""Worlds of the scoring tests: two rival teams, and an interview with everything a stage can hold."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from hiring.pipeline.models import Interview
from hiring.scoring import actions
from hiring.scoring.models import Scorecard
from rubrics.models import Criterion, Injection, Question
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    CandidateFactory,
    CompetencyFactory,
    CriterionFactory,
    InjectionFactory,
    InterviewFactory,
    LoopFactory,
    OpeningFactory,
    QuestionFactory,
    StageFactory,
    StageQuestionFactory,
)
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, publish, rivals

_built, world = standing(rivals)


@pytest.fixture
def ours(world: Rivals) -> TeamWorld:
    return world.ours


@dataclass
class Session:
    """One interview of two questions with two criteria each, and an alternate question."""

    interview: Interview
    by: User
    first: Question
    second: Question
    alternate: Question
    criteria: list[Criterion]
    alternate_criterion: Criterion
    injection: Injection

    def items(self, point: int = 3, **more: Any) -> dict[str, Any]:
        """A complete set of changes."""
        marks = {f"c{c.pk}": {"point": point, "evidence": "Asked for the logs first."} for c in self.criteria}
        return {**marks, "recommendation": "yes", **more}

    def start(self) -> Scorecard:
        """A draft."""
        return actions.start(self.interview, by=self.by)

    def save(self, changes: dict[str, Any], *, revision: int | None = None) -> Scorecard:
        """Save onto the draft, from its newest revision unless one is named."""
        card = self.start()
        return actions.save_draft(
            card, revision=card.revision if revision is None else revision, changes=changes, by=self.by
        )

    def submit(self) -> Scorecard:
        """A submitted card."""
        card = self.save(self.items())
        return actions.submit(card, revision=card.revision, by=self.by)


def session_in(ours: TeamWorld, by: User | None = None, *, first: int = 2) -> Session:
    """Build a session in a team's world; ``first`` is how many criteria its first question has."""
    team, scale, bank = ours.team, ours.questions[0].scale, ours.questions[0].bank
    more = [
        CompetencyFactory(team=team, cluster=ours.competencies[0].cluster)
        for _ in range(first - len(ours.competencies))
    ]
    competencies = [*ours.competencies, *more]
    questions = []
    for name in ("first", "second", "alternate"):
        question = QuestionFactory(
            team=team,
            bank=bank,
            scale=scale,
            key=f"session_{name}",
            title=f"The {name} question",
            strong_answer=["Asks what changed"],
            red_flags=["Retrains as a reflex"],
            alternative_prompt="Asked without the jargon." if name != "second" else "",
            interviewer_materials="The cause is the cache.",
        )
        for position, competency in enumerate(
            competencies[: {"first": first, "second": 2, "alternate": 1}[name]]
        ):
            CriterionFactory(question=question, competency=competency, position=position)
        questions.append(question)
    injection = InjectionFactory(question=questions[0], probes=ours.competencies[0])
    for question in questions:
        publish(question)
    loop = LoopFactory(team=team, profile=ours.profile, key="session_loop", name="Session loop")
    stage = StageFactory(loop=loop, name="Change over time", minutes=60)
    for position, question in enumerate(questions):
        StageQuestionFactory(stage=stage, question=question, position=position, is_alternate=position == 2)
    publish(loop)
    opening = OpeningFactory(
        team=team, loop=loop, profile=ours.profile, key="session_opening", title="Senior engineer"
    )
    application = ApplicationFactory(
        team=team, opening=opening, candidate=CandidateFactory(team=team, name="Noor Haddad")
    )
    interview = InterviewFactory(
        team=team, application=application, stage=stage, scheduled_at=timezone.now() - timedelta(minutes=13)
    )
    interviewer = by or ours.interviewers[0]
    AssignmentFactory(interview=interview, interviewer=interviewer)
    listed = Criterion.objects.filter(question__in=questions[:2]).order_by("question", "position")
    return Session(
        interview=interview,
        by=interviewer,
        first=questions[0],
        second=questions[1],
        alternate=questions[2],
        criteria=list(listed),
        alternate_criterion=questions[2].criteria.get(),
        injection=injection,
    )


@pytest.fixture
def session(ours: TeamWorld) -> Session:
    return session_in(ours)
