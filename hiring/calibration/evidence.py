"""The evidence layer: the evaluation gap of what was really rated, beside that of the plan.

The same index, demand and policy as the plan's, fed with the scorecards submitted: what was not assessed,
skipped or not submitted carries nothing, leaked questions and those without their time are discounted, an
answer to an alternative prompt counts as constrained at most, somebody who met the candidate twice brings one
halo, and a question asked in two interviews is one performance. It equals the plan when everything planned was
rated by people who met the candidate once.
"""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery, Sum

from accounts.models import TeamPolicy
from hiring.calibration.dataset import counted_realism, leak_at, leaks_of
from hiring.pipeline.models import Application
from hiring.scoring.models import Rating
from loops.coverage import evidence_model, gap_of_evidence, gap_of_loop, realism_with_material
from loops.models import Loop, StageQuestion
from loops.plans import Plan, demands_of, time_share
from psychometrics.design.evidence import MadeRatings, rating_evidence
from psychometrics.reliability.spearman_brown import reliability_of
from roles.models import RoleProfile
from roles.models.profiles import REALISM_ORDER
from rubrics.models import Question, QuestionExposure


@dataclass(frozen=True, slots=True)
class RatedCompetency:
    """What the ratings made say about one requirement; parts as in ``loops.gaps.CompetencyGap``.

    ``evidence`` is in signal-to-noise units by realism; ``reliability`` what it comes to at any
    realism, None without a rating.
    """

    key: str
    name: str
    weight: float
    gap: float
    content: float
    precision: float
    realism: float
    evidence: tuple[float, float, float]
    n_ratings: int

    @property
    def reliability(self) -> float | None:
        """Reliability of the competency's score from these ratings, before calibration."""
        total = sum(self.evidence)
        return reliability_of(total) if total > 0 else None


@dataclass(frozen=True, slots=True)
class EvidenceGap:
    """The evaluation gap of one application's submitted ratings and its exact three-way split."""

    gap: float
    content: float
    precision: float
    realism: float
    competencies: tuple[RatedCompetency, ...]
    n_ratings: int
    policy_label: str


@dataclass(frozen=True, slots=True)
class GapLayers:
    """Plan and evidence of one application, by the same policy."""

    planned: float
    rated: EvidenceGap

    @property
    def lost(self) -> float:
        """Share of the demand that was planned for and not seen; negative when more was seen."""
        return self.rated.gap - self.planned


def evidence_gap(application: Application, *, policy: TeamPolicy) -> EvidenceGap:
    """Measure what ``application``'s submitted ratings leave untested. Six queries at any size."""
    profile = RoleProfile.objects.prefetch_related("requirements__competency").get(
        pk=application.opening.profile_id
    )
    plan = Plan(requirements=demands_of(profile), stages=())
    if not plan.requirements:
        return EvidenceGap(0.0, 0.0, 0.0, 0.0, (), 0, str(policy))
    made = _ratings(application, {row.key: place for place, row in enumerate(plan.requirements)}, policy)
    ratings = MadeRatings(*(zip(*made, strict=True) if made else ((),) * 6))
    evidence = rating_evidence(ratings, len(plan.requirements), model=evidence_model(policy))
    parts = gap_of_evidence(plan, evidence, policy=policy)
    rows = parts.competencies
    counts = [0] * len(plan.requirements)
    for row in made:
        counts[row[2]] += 1
    total = sum(row.weight for row in plan.requirements) or 1.0
    return EvidenceGap(
        gap=parts.gap,
        content=parts.content,
        precision=parts.precision,
        realism=parts.realism,
        competencies=tuple(
            RatedCompetency(
                key=demand.key,
                name=demand.name,
                weight=demand.weight / total,
                gap=float(rows.gap[place]),
                content=float(rows.content[place]),
                precision=float(rows.precision[place]),
                realism=float(rows.realism[place]),
                evidence=(float(evidence[place, 0]), float(evidence[place, 1]), float(evidence[place, 2])),
                n_ratings=counts[place],
            )
            for place, demand in enumerate(plan.requirements)
        ),
        n_ratings=len(made),
        policy_label=str(policy),
    )


def gap_layers(application: Application, *, policy: TeamPolicy) -> GapLayers:
    """The application's evidence gap beside the gap of the loop its opening planned."""
    loop = Loop.objects.with_plan().get(pk=application.opening.loop_id)
    leaks = QuestionExposure.objects.leaks_in(application.team_id)
    planned = gap_of_loop(loop, policy=policy, leaks=leaks).gap
    return GapLayers(planned, evidence_gap(application, policy=policy))


_FIELDS = (
    "scorecard__interview_id",
    "scorecard__interviewer_id",
    "criterion__competency__key",
    "criterion__strength",
    "criterion__question_id",
    "scorecard__submitted_at",
    "scorecard__interview__stage__minutes",
    "needed",
    "hypothetical",
)


def _ratings(
    application: Application, place: dict[str, int], policy: TeamPolicy
) -> list[tuple[int, int, int, float, int, float]]:
    """Session, interviewer, competency, strength, realism and leak of every rating that counts.

    Criteria outside the role are dropped, as they are from a plan. What was asked again, or in a variant,
    is coded as of the session that asked it first: the candidate performed it once.
    """
    leaks = leaks_of(application.team)
    asked = StageQuestion.objects.filter(
        stage=OuterRef("scorecard__interview__stage"), is_alternate=False
    ).order_by()
    found = list(
        Rating.objects.counting()
        .filter(scorecard__interview__application=application, criterion__competency__key__in=list(place))
        .with_hypothetical()
        .annotate(needed=Subquery(asked.values("stage").annotate(sum=Sum("question__minutes")).values("sum")))
        .order_by("scorecard__interview__stage__position", "pk")
        .values_list(*_FIELDS)
    )
    questions = Question.objects.in_bulk({row[4] for row in found})
    first: dict[str, int] = {}
    rows = []
    for (
        interview,
        interviewer,
        competency,
        strength,
        question_pk,
        submitted,
        minutes,
        needed,
        described,
    ) in found:
        question = questions[question_pk]
        realism = counted_realism(realism_with_material(question, policy), hypothetical=described)
        kept = (1 - leak_at(leaks, question.key, submitted)) * time_share(minutes, needed or 0)
        rows.append(
            (
                first.setdefault(question.performance, interview),
                interviewer,
                place[competency],
                float(strength),
                REALISM_ORDER.index(realism),
                1 - kept,
            )
        )
    return rows
