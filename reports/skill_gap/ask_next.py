"""What to ask a candidate next: questions that would settle most of what is open.

Two rules, one after the other. Where the calibration says what a question would settle of the verdict on the whole,
that decides, as on the debrief. What it says nothing of (questions never asked in the team, and all of them once one
more rating would hardly change the verdict) follows by what is open of single requirements.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import TeamPolicy
from hiring.calibration.next_questions import NextQuestion, NextQuestions
from hiring.calibration.readers import LevelView
from hiring.pipeline.models import Application
from hiring.scoring.models import Rating
from loops import remembered
from loops.bank import strongest_for
from loops.plans import PlannedQuestion
from psychometrics.reliability.verdict_doubt import verdict_doubt
from roles.models.profiles import REALISM_ORDER
from rubrics.models import Question

ASKED_NEXT = 3


@dataclass(frozen=True)
class Next:
    """A question worth asking next, and what it would speak to.

    ``wrong`` is the chance of a wrong verdict on the whole after it; None where no calibration says.
    """

    question: PlannedQuestion
    speaks_to: list[str]
    wrong: float | None = None


def doubt(view: LevelView) -> float:
    """How unsettled a requirement is: 1 unknown or a coin toss, 0 settled."""
    if not view.assessed or view.p_gap is None:
        return 1.0
    return verdict_doubt(view.p_gap)


def ask_next(
    application: Application, views: Mapping[str, LevelView], *, told: NextQuestions, policy: TeamPolicy
) -> list[Next]:
    """Questions of the team's bank that this candidate has not met: those that ``told`` speaks of, then by worth.

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
    numbered = {row.criterion.question.key: row for row in told.questions}
    known = remembered.questions(bank.filter(key__in=numbered), leaks={}) if numbered else []
    first = sorted(known, key=lambda question: list(numbered).index(question.key))
    tried = {row.pk: row for rows in strongest_for(views, bank, each=4, leaks={}).values() for row in rows}
    found = []
    for question in tried.values():
        gains = _gains(question, views, policy)
        if gains and question.key not in numbered:
            found.append((sum(gains.values()), Next(question, sorted(gains, key=lambda name: -gains[name]))))
    found.sort(
        key=lambda each: (-each[0], REALISM_ORDER.index(each[1].question.realism), each[1].question.title)
    )
    told_of = [_told_of(question, numbered[question.key], views, policy) for question in first]
    return [*told_of, *(row for _, row in found)][:ASKED_NEXT]


def _gains(question: PlannedQuestion, views: Mapping[str, LevelView], policy: TeamPolicy) -> dict[str, float]:
    """What a question would be worth for each open requirement, by the competency's name."""
    gains = {}
    for criterion in question.criteria:
        view = views.get(criterion.competency)
        if view is None or criterion.target_level + 1 < view.required - policy.kappa:
            continue
        gain = view.weight * doubt(view) * criterion.strength * policy.realism_weights[question.realism]
        if gain > 0.01:
            gains[criterion.name] = gain
    return gains


def _told_of(
    question: PlannedQuestion, row: NextQuestion, views: Mapping[str, LevelView], policy: TeamPolicy
) -> Next:
    """A question with figures: it speaks to the competency they are about, then to what else is open."""
    name = row.criterion.competency.name
    gains = _gains(question, views, policy)
    others = sorted((other for other in gains if other != name), key=lambda other: -gains[other])
    return Next(question, [name, *others], row.wrong)
