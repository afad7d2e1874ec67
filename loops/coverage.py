"""What a plan covers: the evaluation gap of a loop, as every surface shows it.

``gap_of_loop`` and, for a plan that somebody thinks of, ``gap_of_plan`` are the one way to it: builder,
lists, API, dashboard, report and command print the same numbers. The arithmetic is
``psychometrics.design.evaluation_gap`` fed with ``psychometrics.design.evidence.plan_evidence``; the constants come
from the team's policy.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from accounts.models import TeamPolicy
from loops import remembered
from loops.display import Split, split_for_display
from loops.gaps import CompetencyGap, LoopGap, LoopWarning
from loops.lint import warnings_of
from loops.models import Loop
from loops.plans import Plan, PlannedQuestion, PlannedStage, plan_of
from psychometrics.design.evaluation_gap import EvaluationGap, evaluation_gap, evaluation_gaps
from psychometrics.design.evaluation_gap_audit import decision_value
from psychometrics.design.evidence import EvidenceModel, PlannedRatings, plan_evidence
from roles.models import Realism, RoleProfile
from roles.models.profiles import REALISM_ORDER
from web.numbers import counted, reliability

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    from psychometrics.design.evaluation_gap import Sufficiency

    Evidence: TypeAlias = NDArray[np.float64]
    # A question in its stage, and the number of the stage.
    Asking: TypeAlias = tuple[int, PlannedStage, PlannedQuestion]
    # Session, competency, strength, realism, interviewers, leak.
    Row: TypeAlias = tuple[int, int, float, int, int, float]

# More than a loop may have stages.
_MOST_SESSIONS = 1_000

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
    plan = remembered.published_plan(contrast, leaks=leaks)
    return gap_of_plan(plan.against(profile), policy=policy, with_warnings=False)


def contrast_loop(team_id: int) -> Loop | None:
    """The published conventional loop of a team, else the library's."""
    known = Loop.objects.latest_published().filter(contrast=True)
    own = known.filter(team_id=team_id).order_by("key").first()
    return own or known.filter(team__is_library=True).order_by("key").first()


def gap_of_plan(plan: Plan, *, policy: TeamPolicy, with_warnings: bool = True) -> LoopGap:
    """Measure a plan, leaks and all. A role without requirements has nothing to test and a gap of 0."""
    evidence = None
    parts: EvaluationGap | None = None
    value: float | None = None
    if plan.requirements:
        ratings = ratings_of(plan, policy)
        evidence = plan_evidence(ratings, len(plan.requirements), model=evidence_model(policy))
        parts = gap_of_evidence(plan, evidence, policy=policy)
        value = value_of(plan, ratings, policy=policy)
    gap = LoopGap(
        gap=parts.gap if parts else 0.0,
        content=parts.content if parts else 0.0,
        precision=parts.precision if parts else 0.0,
        realism=parts.realism if parts else 0.0,
        competencies=_competencies(plan, parts, evidence, policy) if parts and evidence is not None else (),
        minutes=plan.minutes,
        interviewer_minutes=plan.interviewer_minutes,
        budget_minutes=plan.budget_minutes,
        warnings=(),
        policy_label=str(policy),
        decision_value=value,
        assumptions=tuple(assumptions_of(plan, policy)),
    )
    return replace(gap, warnings=warnings_of(plan, gap, policy=policy)) if with_warnings else gap


def gaps_after(plan: Plan, alternatives: list[Plan], *, policy: TeamPolicy) -> list[float]:
    """The gap of each alternative, computed afresh: within a session evidence does not add up."""
    demanded = len(plan.requirements)
    if not demanded or not alternatives:
        return [0.0 for _ in alternatives]
    # All at once: each alternative has sessions and competencies of its own.
    rows = [
        (number * _MOST_SESSIONS + session, number * demanded + competency, strength, realism, people, leak)
        for number, other in enumerate(alternatives)
        for session, competency, strength, realism, people, leak in _rows(
            other, counting(other, policy), policy
        )
    ]
    evidence = plan_evidence(_ratings(rows), demanded * len(alternatives), model=evidence_model(policy))
    gaps = evaluation_gaps(
        weights_of(plan),
        [row.by_realism for row in plan.requirements],
        evidence.reshape(len(alternatives), demanded, -1),
        target_reliability=policy.target_reliability,
        transfer=policy.transfer,
        sufficiency=cast("Sufficiency", policy.sufficiency),
    )
    return [float(gap) for gap in gaps]


def evidence_of(plan: Plan, stages: list[PlannedStage], *, policy: TeamPolicy) -> "Evidence":
    """What each stage would show by itself at or above each realism, shape (stages, competencies, 3)."""
    model = evidence_model(policy)
    alone = (
        plan_evidence(
            _coded(plan, [(0, stage, row) for row in stage.questions], policy),
            len(plan.requirements),
            model=model,
        )
        for stage in stages
    )
    return np.stack([carried[:, ::-1].cumsum(axis=1)[:, ::-1] for carried in alone])


def gap_of_evidence(plan: Plan, evidence: "Evidence", *, policy: TeamPolicy) -> EvaluationGap:
    """The gap of the plan's role given an evidence matrix (C, 3); used for the evidence layer too."""
    return evaluation_gap(
        weights_of(plan),
        [row.by_realism for row in plan.requirements],
        evidence,
        target_reliability=policy.target_reliability,
        transfer=policy.transfer,
        sufficiency=cast("Sufficiency", policy.sufficiency),
    )


def value_of(plan: Plan, ratings: PlannedRatings, *, policy: TeamPolicy) -> float:
    """What share of the differences between candidates on the role's demand the ratings can tell at best."""
    return decision_value(
        weights_of(plan),
        [row.by_realism for row in plan.requirements],
        ratings,
        model=evidence_model(policy),
        transfer=policy.transfer,
        between=policy.between_competencies,
    )


class NeedsMaterial(Protocol):
    """A question, planned or stored."""

    @property
    def realism(self) -> str: ...
    @property
    def lacks_material(self) -> bool: ...
    @property
    def from_pack(self) -> bool: ...


def realism_with_material(question: NeedsMaterial, policy: TeamPolicy) -> str:
    """Realism at which a question counts: constrained at most where its material is missing."""
    if not question.lacks_material or (question.from_pack and policy.trusts_pack_material):
        return question.realism
    return min(question.realism, Realism.CONSTRAINED, key=REALISM_ORDER.index)


def counting(plan: Plan, policy: TeamPolicy) -> "list[Asking]":
    """What is asked and counts, with the number of its stage.

    The same question, or a variant of it, asked in several stages is one performance: only the asking that by itself
    carries most counts. Of one question that is the same asking for all its competencies, as time and interviewers
    scale them alike. Among equals the one that leaves the larger gap counts, so that asking again, wherever, gains
    nothing.
    """
    asked = [(number, stage, row) for number, stage in enumerate(plan.stages) for row in stage.questions]
    performances = Counter(row.performance for _, _, row in asked)
    if len(performances) == len(asked):
        return asked
    carried = [_carried_alone(plan, stage, row, policy) for _, stage, row in asked]
    chosen: dict[str, int] = {}
    equal: dict[str, list[int]] = {}
    for name in performances:
        places = [place for place, (_, _, row) in enumerate(asked) if row.performance == name]
        most = max(carried[place] for place in places)
        equal[name] = [place for place in places if carried[place] >= most * (1 - 1e-12)]
        chosen[name] = equal[name][0]

    def rows(places: dict[str, int]) -> "list[Asking]":
        return [asked[place] for place in sorted(places.values())]

    largest = _gap_of(plan, rows(chosen), policy)
    for name, places in equal.items():
        for place in places[1:]:
            tried = {**chosen, name: place}
            if (left := _gap_of(plan, rows(tried), policy)) > largest + 1e-12:
                chosen, largest = tried, left
    return rows(chosen)


def _carried_alone(plan: Plan, stage: PlannedStage, question: PlannedQuestion, policy: TeamPolicy) -> float:
    """Evidence of one asking in a session of its own, over the competencies that the role demands."""
    if not stage.interviewers:
        return 0.0
    o, h, e = evidence_model(policy).noise
    demanded = {row.key for row in plan.requirements}
    strength = sum(each.strength for each in question.criteria if each.competency in demanded)
    return strength * (1 - question.leak) * stage.time_share / (o + (h + e) / stage.interviewers)


def _gap_of(plan: Plan, asked: "list[Asking]", policy: TeamPolicy) -> float:
    if not plan.requirements:
        return 0.0
    ratings = _coded(plan, asked, policy)
    evidence = plan_evidence(ratings, len(plan.requirements), model=evidence_model(policy))
    return gap_of_evidence(plan, evidence, policy=policy).gap


def assumptions_of(plan: Plan, policy: TeamPolicy) -> Iterator[str]:
    """What the gap and the decision value of a plan take for granted, in sentences."""
    form = (
        "the share of the needed reliability that its ratings reach"
        if policy.sufficiency == "reliability"
        else "the share of the needed evidence that its ratings carry"
    )
    yield f"A competency counts as covered by {form}."
    yield (
        "An interviewer’s halo is taken apart for each competency; all who watch a session share what the "
        "candidate happened to show there."
    )
    yield (
        "Decision value: two competencies are taken to correlate "
        f"{reliability(policy.between_competencies)} among candidates."
    )
    trusted = {
        row.key
        for _, row in plan.questions()
        if row.lacks_material and row.from_pack and policy.trusts_pack_material
    }
    if trusted:
        yield (
            f"{counted(len(trusted)).capitalize()} {'question names' if len(trusted) == 1 else 'questions name'} "
            "material that nobody has attached; by policy it counts as at hand."
        )


def ratings_of(plan: Plan, policy: TeamPolicy) -> PlannedRatings:
    """The ratings a plan would gather, coded for psychometrics."""
    return _coded(plan, counting(plan, policy), policy)


def _coded(plan: Plan, asked: "list[Asking]", policy: TeamPolicy) -> PlannedRatings:
    """What is asked as columns."""
    return _ratings(_rows(plan, asked, policy))


def _ratings(rows: "list[Row]") -> PlannedRatings:
    return PlannedRatings(*(zip(*rows, strict=True) if rows else ((),) * 6))


def _rows(plan: Plan, asked: "list[Asking]", policy: TeamPolicy) -> "list[Row]":
    """What is asked, a row for each rating of one interviewer; criteria outside the role are dropped.

    A stage that gives its questions less time than they need discounts them like a leak.
    """
    place = {row.key: number for number, row in enumerate(plan.requirements)}
    return [
        (
            session,
            place[row.competency],
            row.strength,
            REALISM_ORDER.index(realism_with_material(question, policy)),
            stage.interviewers,
            1 - (1 - question.leak) * stage.time_share,
        )
        for session, stage, question in asked
        for row in question.criteria
        if row.competency in place and stage.interviewers > 0
    ]


def weights_of(plan: Plan) -> list[float]:
    """Weights as shares. A draft profile's may not sum to 1 yet; the gap stays a share all the same."""
    total = sum(row.weight for row in plan.requirements)
    if total <= 0:
        return [1 / len(plan.requirements)] * len(plan.requirements)
    return [row.weight / total for row in plan.requirements]


def _competencies(
    plan: Plan, parts: EvaluationGap, evidence: "Evidence", policy: TeamPolicy
) -> tuple[CompetencyGap, ...]:
    seen = _seen(plan, policy)
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
        for number, (demand, weight) in enumerate(zip(plan.requirements, weights_of(plan), strict=True))
    )


def _seen(plan: Plan, policy: TeamPolicy) -> dict[str, tuple[int, int]]:
    """Ceiling (one level above the highest target, at most 5) and number of raters by competency."""
    found: dict[str, tuple[int, int]] = {}
    in_stage: set[tuple[int, str]] = set()
    for number, stage, question in counting(plan, policy):
        for row in question.criteria:
            if row.strength * (1 - question.leak) > 0:
                ceiling, raters = found.get(row.competency, (0, 0))
                if (number, row.competency) not in in_stage:
                    in_stage.add((number, row.competency))
                    raters += stage.interviewers
                found[row.competency] = (max(ceiling, min(row.target_level + 1, 5)), raters)
    return found


def _three(values: "Evidence") -> tuple[float, float, float]:
    controlled, constrained, production = (float(value) for value in values)
    return controlled, constrained, production
