"""What a plan covers: the evaluation gap of a loop, as every surface shows it.

``gap_of_loop`` and, for a plan that somebody thinks of, ``gap_of_plan`` are the one way to it: builder,
lists, API, dashboard, report and command print the same numbers. The arithmetic is
``psychometrics.design.evaluation_gap`` fed with ``psychometrics.design.evidence.plan_evidence``; the constants come
from the team's policy.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from accounts.models import TeamPolicy
from loops.display import Split, split_for_display
from loops.gaps import CompetencyGap, LoopGap, LoopWarning
from loops.lint import warnings_of
from loops.models import Loop
from loops.plans import Plan, plan_of
from psychometrics.design.evaluation_gap import EvaluationGap, evaluation_gap
from psychometrics.design.evidence import EvidenceModel, PlannedRatings, plan_evidence
from roles.models import RoleProfile

if TYPE_CHECKING:
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    Evidence: TypeAlias = NDArray[np.float64]

__all__ = [
    "CompetencyGap",
    "LoopGap",
    "LoopWarning",
    "Split",
    "contrast_loop",
    "conventional_gap",
    "gap_of_evidence",
    "gap_of_loop",
    "gap_of_plan",
    "gaps_after",
    "split_for_display",
]


def evidence_model(policy: TeamPolicy) -> EvidenceModel:
    """The policy's assumptions about a single rating."""
    return EvidenceModel(
        single_rating_reliability=policy.single_rating_reliability,
        performance_share=policy.share_performance,
        interviewer_share=policy.share_interviewer,
        rating_share=policy.share_rating,
    )


def gap_of_loop(
    loop: Loop,
    *,
    policy: TeamPolicy,
    leaks: Mapping[str, float],
    profile: RoleProfile | None = None,
    with_warnings: bool = True,
) -> LoopGap:
    """Measure a loop loaded with ``Loop.objects.with_plan()``, without a query.

    Args:
        policy: the constants of the team for whom it is measured.
        leaks: leak discount by question key in that team, ``QuestionExposure.objects.leaks_in(team)``.
        profile: measure against this role (requirements loaded) instead of the loop's own.
        with_warnings: leave out what is advised, which lists do not show.
    """
    plan = plan_of(loop, leaks=leaks)
    if profile is not None:
        plan = plan.against(profile)
    return gap_of_plan(plan, policy=policy, with_warnings=with_warnings)


def conventional_gap(
    profile: RoleProfile,
    *,
    policy: TeamPolicy,
    leaks: Mapping[str, float],
    contrast: Loop | None = None,
) -> LoopGap | None:
    """Measure the conventional loop against ``profile``; None where no such loop is at hand.

    ``contrast`` saves looking it up: the contrast loop of the profile's team, else the library's.
    """
    contrast = contrast or contrast_loop(profile.team_id)
    if contrast is None:
        return None
    return gap_of_loop(contrast, policy=policy, leaks=leaks, profile=profile)


def contrast_loop(team_id: int) -> Loop | None:
    """The published conventional loop of a team, else the library's, with its plan loaded."""
    known = Loop.objects.latest_published().filter(contrast=True).with_plan()
    own = known.filter(team_id=team_id).order_by("key").first()
    return own or known.filter(team__is_library=True).order_by("key").first()


def gap_of_plan(plan: Plan, *, policy: TeamPolicy, with_warnings: bool = True) -> LoopGap:
    """Measure a plan, leaks and all. A role without requirements has nothing to test and a gap of 0."""
    evidence = None
    parts: EvaluationGap | None = None
    if plan.requirements:
        evidence = plan_evidence(_ratings_of(plan), len(plan.requirements), model=evidence_model(policy))
        parts = gap_of_evidence(plan, evidence, policy=policy)
    gap = LoopGap(
        gap=parts.gap if parts else 0.0,
        content=parts.content if parts else 0.0,
        precision=parts.precision if parts else 0.0,
        realism=parts.realism if parts else 0.0,
        competencies=_competencies(plan, parts, evidence) if parts and evidence is not None else (),
        minutes=plan.minutes,
        interviewer_minutes=plan.interviewer_minutes,
        budget_minutes=plan.budget_minutes,
        warnings=(),
        policy_label=str(policy),
    )
    return replace(gap, warnings=warnings_of(plan, gap, policy=policy)) if with_warnings else gap


def gaps_after(plan: Plan, alternatives: list[Plan], *, policy: TeamPolicy) -> list[float]:
    """The gap of each alternative, computed afresh: within a session evidence does not add up."""
    if not plan.requirements:
        return [0.0 for _ in alternatives]
    model = evidence_model(policy)
    evidence = (
        plan_evidence(_ratings_of(other), len(other.requirements), model=model) for other in alternatives
    )
    return [gap_of_evidence(plan, carried, policy=policy).gap for carried in evidence]


def gap_of_evidence(plan: Plan, evidence: "Evidence", *, policy: TeamPolicy) -> EvaluationGap:
    """The gap of the plan's role given an evidence matrix (C, 3); used for the evidence layer too."""
    return evaluation_gap(
        _weights(plan),
        [row.by_realism for row in plan.requirements],
        evidence,
        target_reliability=policy.target_reliability,
        transfer=policy.transfer,
    )


def _ratings_of(plan: Plan) -> PlannedRatings:
    """The ratings a plan would gather, coded for psychometrics; criteria outside the role are dropped."""
    place = {row.key: number for number, row in enumerate(plan.requirements)}
    rows = [
        (
            session,
            place[row.competency],
            row.strength,
            question.realism_step,
            stage.interviewers,
            question.leak,
        )
        for session, stage in enumerate(plan.stages)
        for question in stage.questions
        for row in question.criteria
        if row.competency in place and stage.interviewers > 0
    ]
    return PlannedRatings(*(zip(*rows, strict=True) if rows else ((),) * 6))


def _weights(plan: Plan) -> list[float]:
    """Weights as shares. A draft profile's may not sum to 1 yet; the gap stays a share all the same."""
    total = sum(row.weight for row in plan.requirements)
    if total <= 0:
        return [1 / len(plan.requirements)] * len(plan.requirements)
    return [row.weight / total for row in plan.requirements]


def _competencies(plan: Plan, parts: EvaluationGap, evidence: "Evidence") -> tuple[CompetencyGap, ...]:
    seen = _seen(plan)
    rows = parts.competencies
    return tuple(
        CompetencyGap(
            key=demand.key,
            name=demand.name,
            weight=weight,
            gap=float(rows.gap[number]),
            content=float(rows.content[number]),
            precision=float(rows.precision[number]),
            realism=float(rows.realism[number]),
            coverage=_three(rows.coverage[number]),
            sufficiency=float(rows.sufficiency[number, 0]),
            must_have=demand.must_have,
            required_level=demand.required_level,
            ceiling=seen[demand.key][0] if demand.key in seen else None,
            demand=demand.by_realism,
            evidence=_three(evidence[number]),
            raters=seen[demand.key][1] if demand.key in seen else 0,
        )
        for number, (demand, weight) in enumerate(zip(plan.requirements, _weights(plan), strict=True))
    )


def _seen(plan: Plan) -> dict[str, tuple[int, int]]:
    """Ceiling (one level above the highest target, at most 5) and number of raters by competency."""
    found: dict[str, tuple[int, int]] = {}
    for stage in plan.stages:
        rated: dict[str, int] = {}
        for question in stage.questions:
            for row in question.criteria:
                if row.strength * (1 - question.leak) > 0:
                    rated[row.competency] = max(rated.get(row.competency, 0), min(row.target_level + 1, 5))
        for key, ceiling in rated.items():
            before = found.get(key, (0, 0))
            found[key] = (max(before[0], ceiling), before[1] + stage.interviewers)
    return found


def _three(values: "Evidence") -> tuple[float, float, float]:
    controlled, constrained, production = (float(value) for value in values)
    return controlled, constrained, production
