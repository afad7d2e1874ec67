"""What to ask a candidate next: questions that would settle most of what is open."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import TeamPolicy
from hiring.calibration.readers import LevelView
from hiring.pipeline.models import Application
from hiring.scoring.models import Rating
from loops.bank import strongest_for
from loops.plans import PlannedQuestion
from psychometrics.reliability.verdict_doubt import verdict_doubt
from roles.models.profiles import REALISM_ORDER
from rubrics.models import Question

ASKED_NEXT = 3


@dataclass(frozen=True)
class Next:
    """A question worth asking next, and what it would speak to."""

    question: PlannedQuestion
    speaks_to: list[str]
    worth: float


def doubt(view: LevelView) -> float:
    """How unsettled a requirement is: 1 unknown or a coin toss, 0 settled."""
    if not view.assessed or view.p_gap is None:
        return 1.0
    return verdict_doubt(view.p_gap)


def ask_next(application: Application, views: Mapping[str, LevelView], *, policy: TeamPolicy) -> list[Next]:
    """Questions of the team's bank that this candidate has not met, by what they would settle.

    Worth = sum over requirements of weight x doubt x strength x realism weight, counting only
    criteria that can show the required level; per minute would favour trivia, so the whole counts.
    """
    met = Rating.objects.filter(scorecard__interview__application=application).values(
        "criterion__question__key"
    )
    bank = (
        Question.objects.in_team(application.team)
        .latest_published()
        .filter(conventional=False)
        .exclude(key__in=met)
    )
    tried = {row.pk: row for rows in strongest_for(views, bank, each=4, leaks={}).values() for row in rows}
    found = []
    for question in tried.values():
        worth, names = 0.0, []
        for criterion in question.criteria:
            view = views.get(criterion.competency)
            if view is None or criterion.target_level + 1 < view.required - policy.kappa:
                continue
            gain = view.weight * doubt(view) * criterion.strength * policy.realism_weights[question.realism]
            if gain > 0.01:
                worth += gain
                names.append((gain, criterion.name))
        if names:
            found.append(Next(question, [name for _, name in sorted(names, reverse=True)], worth))
    found.sort(
        key=lambda each: (-each.worth, REALISM_ORDER.index(each.question.realism), each.question.title)
    )
    return found[:ASKED_NEXT]
