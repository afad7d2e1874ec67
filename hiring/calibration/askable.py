"""Whom else could rate an application, and on what: what the expected worth of one more rating is computed from."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from django.utils import timezone

from accounts.models import Membership, Team, TeamPolicy
from accounts.permissions import Permission
from hiring.calibration.dataset import leak_at, leaks_of
from hiring.pipeline.models import ENDED, Application, Assignment
from hiring.scoring.models import Rating
from psychometrics.model.levels.rules import is_showable
from roles.models import Requirement
from rubrics.models import Criterion, Question
from rubrics.models.questions import performance_of

Needs: TypeAlias = Mapping[str, "Need"]


@dataclass(frozen=True, slots=True)
class Need:
    """What a role profile demands of a competency."""

    weight: float
    required: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """An application that nobody has decided yet."""

    application: int
    candidate: int
    profile: int


@dataclass(frozen=True, slots=True)
class OfferedCriterion:
    """A criterion of the run whose question the team still asks. ``worth`` is the weight of a rating on it."""

    performance: str
    competency: str
    target: int
    worth: float


@dataclass(frozen=True)
class Askable:
    """What may still be asked of whom, by whom; undecided applications newest first."""

    undecided: list[Undecided]
    needs: Mapping[int, Needs]
    offers: Mapping[int, OfferedCriterion]
    heard: Mapping[int, set[str]]
    acquainted: Mapping[int, set[int]]
    interviewers: set[int]
    kappa: float

    def criteria_for(self, who: Undecided) -> list[int]:
        """Criteria that can show a level the role requires, of questions the candidate has not heard."""
        needs, heard = self.needs.get(who.profile, {}), self.heard.get(who.application, set())
        return [
            pk
            for pk, offer in self.offers.items()
            if offer.performance not in heard
            and (need := needs.get(offer.competency)) is not None
            # One above its target is the most that a criterion can show.
            and is_showable(need.required, offer.target + 1, kappa=self.kappa)
        ]

    def strangers_to(self, who: Undecided) -> set[int]:
        """Interviewers who were never to meet the candidate: whoever was released may have had a reason."""
        return self.interviewers - self.acquainted.get(who.candidate, set())


def read(team: Team, applications: list[int], criteria: list[int], policy: TeamPolicy) -> Askable:
    """Read what is askable about ``applications`` on ``criteria``. A fixed number of queries."""
    open_ = [
        Undecided(*row)
        for row in Application.objects.filter(pk__in=applications)
        .exclude(state__in=ENDED)
        .order_by("-applied_at", "-pk")
        .values_list("pk", "candidate_id", "opening__profile_id")
    ]
    heard: dict[int, set[str]] = defaultdict(set)
    asked = Rating.objects.submitted().filter(
        scorecard__interview__application__in=[who.application for who in open_]
    )
    for pk, key, family in (
        asked.order_by()
        .values_list(
            "scorecard__interview__application_id",
            "criterion__question__key",
            "criterion__question__variant_family",
        )
        .distinct()
    ):
        heard[pk].add(performance_of(key, family))
    acquainted: dict[int, set[int]] = defaultdict(set)
    met = Assignment.objects.filter(interview__application__candidate__in={who.candidate for who in open_})
    for candidate, user in met.order_by().values_list("interview__application__candidate", "interviewer"):
        acquainted[candidate].add(user)
    return Askable(
        undecided=open_,
        needs=_needs({who.profile for who in open_}),
        offers=_offers(team, criteria, policy),
        heard=heard,
        acquainted=acquainted,
        interviewers={
            member.user_id
            for member in Membership.objects.filter(team=team, is_active=True)
            if Permission.SCORE in member.permissions
        },
        kappa=policy.kappa,
    )


def _needs(profiles: set[int]) -> dict[int, dict[str, Need]]:
    needs: dict[int, dict[str, Need]] = defaultdict(dict)
    for profile, key, weight, required in Requirement.objects.filter(profile__in=profiles).values_list(
        "profile_id", "competency__key", "weight", "required_level"
    ):
        needs[profile][key] = Need(float(weight), required)
    return needs


def _offers(team: Team, criteria: list[int], policy: TeamPolicy) -> dict[int, OfferedCriterion]:
    """Of each question that the team still asks the criteria of the newest version rated; known ones are worth less."""
    bank = set(
        Question.objects.in_team(team)
        .latest_published()
        .filter(conventional=False)
        .values_list("key", flat=True)
    )
    leaks, now = leaks_of(team), timezone.now()
    newest: dict[tuple[str, str], tuple[int, OfferedCriterion]] = {}
    rows = Criterion.objects.filter(pk__in=criteria, question__key__in=bank)
    for row in rows.select_related("question", "competency").order_by("question__version"):
        question = row.question
        worth = float(row.strength) * policy.realism_weights[question.realism]
        worth *= 1 - leak_at(leaks, question.key, now)
        offer = OfferedCriterion(
            performance_of(question.key, question.variant_family),
            row.competency.key,
            row.target_level,
            worth,
        )
        newest[question.key, row.competency.key] = (row.pk, offer)
    return {pk: offer for pk, offer in newest.values() if offer.worth > 0}
