"""What a loop will decide: a plan run on simulated candidates, and what more interviewers or questions would buy.

``forecast_of`` is the one way to it: page, command and API print the same numbers. The arithmetic is that of
``psychometrics.design``: ``loop_simulation``, ``planned_reliability`` and ``expected_validity``; the constants come
from the team's policy, what is known of its interviewers from ``loops.panels``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

from accounts.models import TeamPolicy
from loops.coverage import counting, evidence_model, gap_of_plan, ratings_of, weights_of
from loops.methods import method_of
from loops.models import Loop
from loops.panels import PanelFacts, Sourced, panel_facts
from loops.plans import Plan, plan_of
from psychometrics.design.evidence import PlannedRatings
from psychometrics.design.expected_validity import (
    LEAVES_OUT,
    ExpectedValidity,
    expected_validity,
)
from psychometrics.design.loop_simulation import (
    LoopClosedForm,
    LoopPanel,
    LoopSimulation,
    loop_in_closed_form,
    simulate_loop,
)
from psychometrics.design.planned_reliability import (
    planned_evidence,
    planned_reliability,
    pooled_reliability,
)
from psychometrics.reliability.spearman_brown import reliability_of
from roles.models import RoleProfile
from roles.models.profiles import REALISM_ORDER
from rubrics.models import QuestionExposure
from web.numbers import rounded_parts

# Enough for shares of those hired to agree with their closed forms to .01.
CANDIDATES = 50_000
BASE_RATE, HIRED, SEED = 0.30, 0.20, 7
LOWEST_SHARE, HIGHEST_SHARE, HIGHEST_SEED = 0.01, 0.99, 999_999
INTERVIEWERS = (1, 2, 3, 4)
QUESTIONS = (1, 2, 3)

SIMULATION_LEAVES_OUT = (
    "Verdicts follow the score from the top down. Panels that decide otherwise decide better or worse than this.",
    "Who applies does not change with the loop. Long loops lose people.",
    "Abilities and errors are normal, and ratings are missing at random.",
    "Each competency is scored by its own ratings; levels, which also borrow from the others, can do a little better.",
    "To meet the role is to reach the demand as its profile states it, not to succeed on the job.",
)


@dataclass(frozen=True, slots=True)
class ForecastTerms:
    """What somebody wants to know: applicants, share hired, whether severity is calibrated away, and the seed."""

    base_rate: float = BASE_RATE
    hired: float = HIRED
    calibrated: bool = False
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Counts:
    """100 who apply, in whole people."""

    hired_meets: int
    hired_short: int
    turned_away_meets: int
    turned_away_short: int

    @property
    def hired(self) -> int:
        return self.hired_meets + self.hired_short


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one loop decides: the simulation, the same in whole people, and the closed form with every rating made.

    ``calibrated`` is the closed form with severity taken out.
    """

    simulation: LoopSimulation
    counts: Counts
    exact: LoopClosedForm
    calibrated: LoopClosedForm
    validity: ExpectedValidity

    @property
    def again(self) -> int:
        """Of ten people hired, how many a second panel would turn away."""
        found = self.simulation.fails_again
        return round(10 * found.value) if found else 0

    @property
    def wrong(self) -> int:
        """Of those hired among 100, how many do not meet the role."""
        return self.counts.hired_short

    @property
    def wrong_words(self) -> str:
        """The same as text: what is rounded to nobody is somebody, now and then."""
        return str(self.wrong) if self.wrong else "fewer than one"

    @property
    def error(self) -> float:
        """Largest Monte-Carlo standard error of the four counts, in people of 100."""
        found = self.simulation
        parts = (found.hired_meets, found.hired_short, found.turned_away_meets, found.turned_away_short)
        return 100 * max(part.error for part in parts)


@dataclass(frozen=True, slots=True)
class Decided:
    """A loop with what it decides; ``outcome`` is None where it asks nothing that the role demands."""

    name: str
    label: str
    minutes: int
    gap: float
    decision_value: float | None
    outcome: Outcome | None
    reliability: Mapping[str, float]
    pooled: float | None


@dataclass(frozen=True, slots=True)
class DesignRow:
    """One competency of the D study: reliability now, and by questions (rows) and interviewers (columns).

    ``strength`` is the mean of what the loop asks, None where it asks nothing: there is then no grid.
    """

    key: str
    name: str
    must_have: bool
    weight: float
    strength: float | None
    now: float | None
    there: float | None
    grid: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing a forecast takes for granted, with its source."""

    name: str
    value: Sourced
    kind: str = "number"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is shown of one loop, or of two for the same role."""

    asked: ForecastTerms
    role: str
    here: Decided
    there: Decided | None
    design: tuple[DesignRow, ...]
    pooled: DesignRow | None
    #: Pooled reliability of two questions in one session with one interviewer.
    together: float | None
    target: float
    assumptions: tuple[Assumption, ...]
    policy_label: str

    @property
    def leaves_out(self) -> tuple[str, ...]:
        """What the simulation does not hold."""
        return SIMULATION_LEAVES_OUT

    @property
    def validity_leaves_out(self) -> tuple[str, ...]:
        """What expected validity does not hold."""
        return LEAVES_OUT

    @property
    def difference(self) -> tuple[float, float] | None:
        """Right hires of 100 here less those there, and its Monte-Carlo standard error."""
        if self.there is None or self.here.outcome is None or self.there.outcome is None:
            return None
        one, other = (each.outcome.simulation.hired_meets for each in (self.here, self.there) if each.outcome)
        return 100 * (one.value - other.value), 100 * sqrt(one.error**2 + other.error**2)


def forecast_for(
    loop: Loop,
    *,
    team_id: int,
    asked: ForecastTerms,
    profile: RoleProfile | None = None,
    other: Loop | None = None,
) -> Forecast:
    """The forecast of a loop loaded with ``Loop.objects.with_plan()``, as a team sees it; five queries at most.

    Args:
        team_id: whose policy, leaks and interviewers count.
        profile: the role it is run for (requirements loaded), by default the loop's own.
        other: a loop to compare with, loaded likewise; it is run for the same role.
    """
    policy = TeamPolicy.objects.current_for(team_id)
    return forecast_of(
        loop,
        policy=policy,
        leaks=QuestionExposure.objects.leaks_in(team_id),
        panel=panel_facts(team_id, policy),
        asked=asked,
        profile=profile,
        other=other,
    )


def forecast_of(
    loop: Loop,
    *,
    policy: TeamPolicy,
    leaks: Mapping[str, float],
    panel: PanelFacts,
    asked: ForecastTerms,
    profile: RoleProfile | None = None,
    other: Loop | None = None,
) -> Forecast:
    """The same without a query, from what has been read."""
    role = profile or loop.profile

    def run(each: Loop) -> tuple[Plan, PlannedRatings, Decided]:
        plan = plan_of(each, leaks=leaks).against(role)
        ratings = ratings_of(plan, policy)
        label = f"version {each.version}"
        return plan, ratings, _decided(plan, ratings, each.name, label, policy, panel, asked)

    plan, ratings, here = run(loop)
    there = run(other)[2] if other else None
    design, pooled, together = _design(plan, ratings, here, there, policy)
    return Forecast(
        asked=asked,
        role=role.name,
        here=here,
        there=there,
        design=design,
        pooled=pooled,
        together=together,
        target=policy.target_reliability,
        assumptions=_assumptions(policy, panel, asked),
        policy_label=str(policy),
    )


def _decided(
    plan: Plan,
    ratings: PlannedRatings,
    name: str,
    label: str,
    policy: TeamPolicy,
    panel: PanelFacts,
    asked: ForecastTerms,
) -> Decided:
    gap = gap_of_plan(plan, policy=policy, with_warnings=False)
    carried = [sum(row.evidence) for row in gap.competencies]
    heard = [number for number, found in enumerate(carried) if found > 0]
    weights = weights_of(plan) if plan.requirements else []
    weighty = any(weights[number] > 0 for number in heard)
    return Decided(
        name=name,
        label=label,
        minutes=plan.minutes,
        gap=gap.gap,
        decision_value=gap.decision_value,
        outcome=_outcome(plan, ratings, gap.decision_value or 0.0, policy, panel, asked) if weighty else None,
        reliability={plan.requirements[number].key: reliability_of(carried[number]) for number in heard},
        pooled=pooled_reliability(
            [weights[number] for number in heard],
            [carried[number] for number in heard],
            between=policy.between_competencies,
        )
        if weighty
        else None,
    )


def _outcome(
    plan: Plan,
    ratings: PlannedRatings,
    value: float,
    policy: TeamPolicy,
    panel: PanelFacts,
    asked: ForecastTerms,
) -> Outcome:
    weights, demand = weights_of(plan), [row.by_realism for row in plan.requirements]
    by_realism = tuple(policy.realism_weights[level] for level in REALISM_ORDER)
    named = {
        "base_rate": asked.base_rate,
        "selection_ratio": asked.hired,
        "transfer": policy.transfer,
        "between": policy.between_competencies,
    }
    model = evidence_model(policy)

    def scored(severity: float, not_assessed: float) -> LoopPanel:
        return LoopPanel(severity=severity, not_assessed=not_assessed, realism_weights=by_realism)

    left = 0.0 if asked.calibrated else panel.severity.value
    found = simulate_loop(
        weights,
        demand,
        ratings,
        model=model,
        panel=scored(left, panel.not_assessed.value),
        candidates=CANDIDATES,
        seed=asked.seed,
        **named,
    )
    exact, calibrated = (
        loop_in_closed_form(weights, demand, ratings, model=model, panel=scored(severity, 0.0), **named)
        for severity in (left, 0.0)
    )
    shares = (
        found.hired_meets.value,
        found.hired_short.value,
        found.turned_away_meets.value,
        found.turned_away_short.value,
    )
    return Outcome(
        simulation=found,
        counts=Counts(*(int(part) for part in rounded_parts(shares, digits=0))),
        exact=exact,
        calibrated=calibrated,
        validity=expected_validity(_methods(plan, policy), value),
    )


def _methods(plan: Plan, policy: TeamPolicy) -> list[str]:
    """Published methods that the questions are of which ask for something demanded, in order."""
    demanded = {row.key for row in plan.requirements}
    return list(
        dict.fromkeys(
            method_of(question.format)
            for _, _, question in counting(plan, policy)
            if any(row.competency in demanded for row in question.criteria)
        )
    )


def _design(
    plan: Plan, ratings: PlannedRatings, here: Decided, there: Decided | None, policy: TeamPolicy
) -> tuple[tuple[DesignRow, ...], DesignRow | None, float | None]:
    """The D study: a row for each requirement, heaviest first, and one for the composite of those asked for.

    Last the composite's reliability with two questions in one session.
    """
    model = evidence_model(policy)
    competency = np.asarray(ratings.competency, dtype=int)
    strength = np.asarray(ratings.strength, dtype=float)
    if ratings.leak is not None:
        strength = strength * (1 - np.asarray(ratings.leak, dtype=float))
    weights = weights_of(plan) if plan.requirements else []
    rows, asked = [], []
    for number, (row, weight) in enumerate(zip(plan.requirements, weights, strict=True)):
        own = strength[(competency == number) & (strength > 0)]
        mean = float(own.mean()) if own.size else None
        if mean is not None:
            asked.append((weight, mean))
        rows.append(
            DesignRow(
                key=row.key,
                name=row.name,
                must_have=row.must_have,
                weight=weight,
                strength=mean,
                now=here.reliability.get(row.key),
                there=there.reliability.get(row.key) if there else None,
                grid=tuple(
                    tuple(
                        planned_reliability(mean, interviewers=people, sessions=questions, model=model)
                        for people in INTERVIEWERS
                    )
                    for questions in QUESTIONS
                )
                if mean is not None
                else (),
            )
        )
    rows.sort(key=lambda row: -row.weight)
    if here.pooled is None:
        return tuple(rows), None, None

    def composite(people: int, *, questions: int = 1, sessions: int = 1) -> float:
        return pooled_reliability(
            [weight for weight, _ in asked],
            [
                planned_evidence(
                    mean, interviewers=people, questions=questions, sessions=sessions, model=model
                )
                for _, mean in asked
            ],
            between=policy.between_competencies,
        )

    pooled = DesignRow(
        key="",
        name="Pooled",
        must_have=False,
        weight=sum(weight for weight, _ in asked),
        strength=None,
        now=here.pooled,
        there=there.pooled if there else None,
        grid=tuple(
            tuple(composite(people, sessions=count) for people in INTERVIEWERS) for count in QUESTIONS
        ),
    )
    return tuple(rows), pooled, composite(1, questions=2)


def _assumptions(policy: TeamPolicy, panel: PanelFacts, asked: ForecastTerms) -> tuple[Assumption, ...]:
    if policy.version:
        adopted = f"{policy}, adopted on {policy.adopted_at:%d %b %Y}"
        single = shares = between = transfer = adopted
    else:
        single = "Huffcutt, Culbertson and Weyhrauch 2013, separate interviews; the team has adopted none of its own"
        shares = "shipped assumption: two interviewers in one room are worth about 1.3 of one"
        between = transfer = "shipped assumption"
    severity = (
        Sourced(0.0, f"taken out by calibration; as rated it would be {panel.severity.value:.2f}")
        if asked.calibrated
        else panel.severity
    )
    yours = "as asked for"
    return (
        Assumption("Meet the role, of all who apply", Sourced(asked.base_rate, yours), "share"),
        Assumption("Hired, of all who apply: the best scores", Sourced(asked.hired, yours), "share"),
        Assumption("Reliability of one rating", Sourced(policy.single_rating_reliability, single)),
        Assumption("Noise all who watch a session share", Sourced(policy.share_performance, shares), "share"),
        Assumption(
            "Noise one interviewer’s ratings share", Sourced(policy.share_interviewer, shares), "share"
        ),
        Assumption("Noise of a rating alone", Sourced(policy.share_rating, shares), "share"),
        Assumption(
            "Correlation of two competencies among candidates", Sourced(policy.between_competencies, between)
        ),
        Assumption("What one realism tells of the next", Sourced(policy.transfer, transfer), "share"),
        Assumption("Interviewers’ severity, in standard deviations of the candidates", severity),
        Assumption("Planned ratings that nobody makes", panel.not_assessed, "share"),
    )
