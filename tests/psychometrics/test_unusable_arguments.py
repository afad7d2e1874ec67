"""No argument makes a statistic leak a warning, an error of NumPy, or a number that is none.

Every function gets a call that works; then each of its arguments in turn is replaced by what people and files
send: nothing, text, None, NaN, infinity, negative, huge and tiny numbers, another shape, ragged lists, complex
numbers, masked arrays. What comes back is a result of finite numbers, or a refusal that names what is wrong.
"""

import dataclasses
import math
import warnings
from collections.abc import Mapping

import numpy as np
import pytest

from psychometrics.agreement import (
    gwet,
    krippendorff,
    multirater_kappa,
    noise_audit,
    reference_agreement,
    weighted_kappa,
    within_group,
)
from psychometrics.design import (
    alignment,
    assembly,
    decision_gap,
    designer,
    evaluation_gap,
    evaluation_gap_audit,
    evidence,
    expected_validity,
    loop_economy,
    loop_simulation,
    planned_reliability,
    relative_importance,
)
from psychometrics.errors import PsychometricsError
from psychometrics.fairness import adverse_impact, d_to_impact, ll144, mantel_haenszel
from psychometrics.questions import content_validity, exposure, retranslation
from psychometrics.reliability import (
    classification,
    composite_reliability,
    generalizability,
    icc,
    mixed_effects,
    reml,
    spearman_brown,
    true_score,
)
from psychometrics.selection import composite, range_restriction, utility

NAN, INF = float("nan"), float("inf")
SCALARS = [
    0, 1, -1, 0.5, NAN, INF, -INF, "a", None, 1e308, 1e-308, 10**400, -0.0, 2, np.int64(3), np.int8(3), True, [1],
    1 + 2j, np.array([0.5]), 1e200, 1e-200, np.float32(0.5),
]  # fmt: skip

rng = np.random.default_rng(0)
SCORES, UNITS = rng.integers(1, 5, 40).astype(float), np.repeat(np.arange(10), 4)
TABLE, CUBE = rng.normal(3, 1, (8, 4)), rng.normal(size=(4, 3, 3))
PAIR = np.array([[1, 0.3], [0.3, 1]])
LEVELS = rng.normal(size=(40, 2))
CANDIDATE, INTERVIEWER = (code.ravel() for code in np.indices((8, 4)))
W, Q, E = np.array([0.6, 0.4]), np.array([[0.2, 0.8], [0.5, 0.5]]), np.array([[1, 0.0], [0, 2]])


def _reached(administer):
    return np.concatenate([[1.0], np.cumprod(1 - administer)[:-1]])


def _labelled(p, r, score):
    return reml.reml_components({"p": p, "r": r}, score, "p x r")


def _moved(p, r, video, score):
    return mixed_effects.mixed_effects(score, {"p": p, "r": r}, {"video": video})


def _by_raters(unit, rater, score, level, replicates):
    return multirater_kappa.multirater_kappa(unit, rater, score, level=level, replicates=replicates)


def _composed(first, second):
    return composite_reliability.composite_reliability([first, second], [1.0, 2.0])


def _planned(session, competency, strength, realism, interviewers, leak):
    plan = evidence.PlannedRatings(session, competency, strength, realism, interviewers, leak)
    return evidence.plan_evidence(plan, 2)


def _made(session, interviewer, competency, strength, realism, leak):
    made = evidence.MadeRatings(session, interviewer, competency, strength, realism, leak)
    return evidence.rating_evidence(made, 2)


def _model(reliability, performance):
    return evidence.EvidenceModel(single_rating_reliability=reliability, performance_share=performance).noise


def _simulated(strength, base_rate, selection_ratio, severity, not_assessed, candidates, seed):
    plan = evidence.PlannedRatings([0, 0], [0, 1], strength, [0, 1], [2, 2])
    panel = loop_simulation.LoopPanel(severity=severity, not_assessed=not_assessed)
    named = {"base_rate": base_rate, "selection_ratio": selection_ratio, "panel": panel}
    return loop_simulation.simulate_loop(W, Q, plan, candidates=candidates, seed=seed, **named)


def _exact(weights, demand, strength, base_rate, selection_ratio, transfer, between):
    plan = evidence.PlannedRatings([0, 0], [0, 1], strength, [0, 1], [2, 2])
    rates = {"base_rate": base_rate, "selection_ratio": selection_ratio}
    return loop_simulation.loop_in_closed_form(
        weights, demand, plan, transfer=transfer, between=between, **rates
    )


def _beta(lower, upper, alpha, beta):
    return classification.livingston_lewis(classification.TrueScoreBeta(lower, upper, alpha, beta), 20, 0.5)


def _designed(r, level):
    return generalizability.coefficients(
        generalizability.anova_components(TABLE, "p x r"), {"r": r}, level=level
    )


def _problem(minutes, costs, limits, floors, least, target, transfer):
    shown = np.array([[[1.0, 0.5], [0, 0]], [[0, 0], [0.8, 0]], [[0.5, 0], [0.5, 0]]])
    return designer.Problem(
        shown, W, Q, minutes, costs=costs, limits=limits, floors=floors, least=least, target_reliability=target,
        transfer=transfer,
    )  # fmt: skip


def _loop(minutes, costs, limits, least):
    problem = _problem(minutes, costs, limits, np.eye(3)[:, :1], least, 0.7, 0.5)
    return designer.design_loop(problem, exact=False)


def _gap(floors, target, transfer):
    return _problem([10.0] * 3, (), (), floors, [1.0], target, transfer).gap([0, 1])


def _timed(seconds, seed, start):
    problem = _problem([10.0] * 3, np.full((3, 1), 10.0), [20.0], (), (), 0.7, 0.5)
    return designer.design_loop(problem, seconds=seconds, seed=seed, start=start, exact=False)


def _frontier(budgets, resource):
    problem = _problem([10.0] * 3, np.full((3, 1), 10.0), [20.0], (), (), 0.7, 0.5)
    return designer.frontier(problem, budgets, resource=resource, exact=False)


def _sessions(minutes, realism, strength, leak, preparation, setup, longest):
    question = designer.SessionQuestion(
        "a", minutes, realism, [(0, strength)], leak=leak, preparation=preparation
    )
    rules = designer.SessionRules(setup_minutes=setup, longest_minutes=longest)
    return designer.sessions([question], rules, n_competencies=2).evidence


rr = range_restriction
CALLS = [
    (
        krippendorff.krippendorff_alpha,
        (UNITS, SCORES),
        {"metric": "ordinal", "level": 0.9, "replicates": 20, "seed": 0},
    ),
    (krippendorff.krippendorff_alpha, (UNITS, SCORES), {"metric": "ratio", "replicates": 5}),
    (krippendorff.krippendorff_alpha, (UNITS, SCORES), {"metric": "interval", "replicates": 5}),
    (krippendorff.krippendorff_alpha, (UNITS, SCORES), {"metric": "nominal", "replicates": 5}),
    (
        gwet.gwet_agreement,
        (UNITS, SCORES),
        {"weights": "quadratic", "categories": [1, 2, 3, 4.0], "level": 0.9},
    ),
    (_by_raters, (UNITS, np.tile(np.arange(4), 10), SCORES, 0.9, 20), {}),
    (
        weighted_kappa.weighted_kappa,
        (SCORES[:20], SCORES[20:]),
        {"weights": "linear", "categories": [1, 2, 3, 4.0]},
    ),
    (weighted_kappa.kappa_of_table, (np.array([[5, 1.0], [2, 9]]), np.eye(2)), {"level": 0.9}),
    (reference_agreement.reference_agreement, (SCORES[:8], SCORES[8:16]), {"level": 0.9}),
    (within_group.within_group_agreement, (SCORES[:5],), {"points": 4, "expected_variance": 1.0}),
    (within_group.within_group_agreement_of_many, (TABLE.round().clip(1, 5),), {"points": 5}),
    (icc.intraclass_correlations, (TABLE,), {"level": 0.9}),
    (generalizability.anova_components, (TABLE, "p x r"), {"seed": 0}),
    (generalizability.anova_components, (TABLE, "r:p"), {}),
    (generalizability.anova_components, (CUBE, "p x q x r"), {}),
    (generalizability.anova_components, (CUBE, "p x (r:t)"), {}),
    (_designed, (2, 0.9), {}),
    (_labelled, (CANDIDATE, INTERVIEWER, TABLE.ravel()), {}),
    (_moved, (CANDIDATE, INTERVIEWER, (CANDIDATE + INTERVIEWER) % 2, TABLE.ravel()), {}),
    (_composed, (TABLE, TABLE + rng.normal(size=TABLE.shape)), {}),
    (
        composite_reliability.composite_reliability,
        ([TABLE, TABLE**2], np.array([1, 2.0])),
        {"conditions": [2, 3]},
    ),
    (composite_reliability.mosier, (np.array([1, 2.0]), np.array([1, 1.0]), np.array([0.5, 0.6]), 2.0), {}),
    (spearman_brown.lengthened, (0.5, 2.0), {}),
    (spearman_brown.times_needed, (0.5, 0.8), {}),
    (spearman_brown.reliability_of, (2.0,), {}),
    (composite.composite_validity, (np.array([1, 2.0]), np.array([0.3, 0.4]), PAIR), {}),
    (composite.composite_difference, (np.array([1, 2.0]), np.array([0.3, 0.4]), PAIR), {}),
    (composite.optimal_weights, (np.array([0.3, 0.4]), PAIR), {}),
    (composite.incremental_validity, (np.array([0.3, 0.4]), PAIR, [0]), {}),
    (composite.shrinkage, (0.3, 100, 5), {}),
    (rr.disattenuated, (0.3,), {"criterion": 0.6, "predictor": 0.9}),
    (rr.case_ii, (0.3, 0.5), {}),
    (rr.case_iv, (0.3, 0.7), {"incumbent_reliability": 0.8, "criterion_reliability": 0.6}),
    (rr.truncation_u, (0.3,), {}),
    (rr.indirect_u, (0.5, 0.5), {}),
    (rr.observed_u, (0.5, 0.8), {}),
    (rr.correlation_interval, (0.3, 40), {"level": 0.9}),
    (rr.credibility_interval, (0.3, 0.1), {"level": 0.8}),
    (rr.local_update, (0.2, 50), {"criterion_reliability": 0.6, "prior_mean": 0.4, "prior_sd": 0.2}),
    (utility.taylor_russell, (0.3, 0.2, 0.5), {}),
    (utility.naylor_shine, (0.3, 0.2), {}),
    (
        utility.brogden_cronbach_gleser,
        (0.3, 0.2),
        {"sd_y": 100.0, "hired": 3.0, "years": 2.0, "applicants": 9.0, "cost_per_applicant": 3.0},
    ),
    (utility.boudreau, (0.3, 0.2), {"sd_y": 100.0, "periods": 3, "tax": 0.1, "discount": 0.1, "cost": 2.0}),
    (true_score.standard_errors, (1.0, 0.8), {}),
    (true_score.kelley, (3.0,), {"mean": 2.0, "sd": 1.0, "reliability": 0.8, "level": 0.9}),
    (true_score.kelley(3.0, mean=2.0, sd=1.0, reliability=0.8).probability_above, (2.0,), {}),
    (true_score.band_width, (1.0, 0.8), {"level": 0.9}),
    (true_score.bands, (SCORES[:6], 0.5), {}),
    (classification.normal_classification, (0.8, 0.3), {}),
    (classification.rudner, (SCORES[:4], np.full(4, 0.3), 2.0), {}),
    (classification.effective_length, (0.55, 0.02, 0.8), {"minimum": 0.0, "maximum": 1.0}),
    (classification.livingston_lewis, (classification.TrueScoreBeta(0.25, 0.75, 5, 3), 50.0, 0.5), {}),
    (_beta, (0.2, 0.8, 5.0, 3.0), {}),
    (classification.fitted_beta, (SCORES,), {"minimum": 0.0, "maximum": 20.0, "reliability": 0.6}),
    (classification.beta_from_moments, (0.6, 0.38, 0.25, 0.17), {}),
    (noise_audit.audit_noise, (TABLE, TABLE[:, 0]), {}),
    (content_validity.content_validity_ratio, (5, 8), {}),
    (content_validity.critical_ratio, (10,), {"alpha": 0.05}),
    (content_validity.approximate_critical_ratio, (10,), {"alpha": 0.05}),
    (content_validity.content_validity_index, (np.array([9, 8]), 10), {"alpha": 0.05}),
    (content_validity.aiken_v, (np.array([3, 4.0]),), {"lowest": 1.0, "highest": 4.0}),
    (content_validity.content_indices, (TABLE,), {"relevant_from": 3.0}),
    (alignment.porter, (TABLE.clip(0), TABLE.clip(0) + 1), {}),
    (alignment.porter_against_chance, (TABLE.clip(0), TABLE.clip(0) + 1), {"replicates": 100, "seed": 0}),
    (alignment.webb_balance, (np.array([1, 2, 3]),), {}),
    (alignment.webb, (np.array([1, 2, 3]), np.array([0, 1, 1]), np.array([1, 2, 2])), {}),
    (
        retranslation.retranslate,
        (["a", "b"], [["a", "b"], ["a", "b"]], np.array([[1.0, 2], [2, 3]])),
        {"lowest": 1.0, "highest": 4.0, "agreement": 0.75},
    ),
    (retranslation.in_order, ([1.0, 2.0],), {}),
    (exposure.sympson_hetter, (np.array([0.5, 0.2]), 0.3), {}),
    (exposure.tuned_exposure, (_reached, 8, 0.25), {"length": 1.0, "tolerance": 0.01, "rounds": 50}),
    (exposure.randomesque, (np.array([1, 2, 3.0]), 2, np.random.default_rng(0)), {}),
    (exposure.mean_overlap, (np.array([0.5, 0.5]),), {}),
    (exposure.leak_discount, (3.0, 0.02), {}),
    (relative_importance.relative_weights, (np.array([0.3, 0.4]), PAIR), {}),
    (relative_importance.importance_from_data, (LEVELS, LEVELS[:, 0] + LEVELS[::-1, 1]), {"replicates": 100}),
    (adverse_impact.impact, (12, 40, 48, 80), {"level": 0.95}),
    (adverse_impact.below_four_fifths, (12, 40, 48, 80), {}),
    (adverse_impact.flips, (12, 40, 48, 80), {}),
    (adverse_impact.probability_below, (12, 40, 48, 80), {"ratio": 0.8}),
    (adverse_impact.holm, ([0.1, 0.2],), {}),
    (mantel_haenszel.mantel_haenszel, (rng.integers(1, 9, (3, 2, 2)),), {"level": 0.9}),
    (d_to_impact.planned_impact, (0.5, 0.3, 0.2), {}),
    (d_to_impact.cohen_d, (1.0, 1.0, 20, 2.0, 1.0, 30), {}),
    (ll144.selection_rates, (["a", "b", "a"], np.array([True, False, True])), {}),
    (ll144.scoring_rates, (["a", "b", "a"], np.array([1, 2, 3.0])), {}),
    (ll144.intersections, (["a", "b"], ["c", None]), {}),
    (ll144.ratios_of_rates, (np.array([0.2, 0.3]), np.array([30, 40.0])), {}),
    (evaluation_gap.evaluation_gap, (W, Q, E), {"target_reliability": 0.7, "transfer": 0.5}),
    (evaluation_gap_audit.latent_r_squared, (W, Q, np.eye(2), np.array([0, 1]), 0.78), {"between": 0.3}),
    (evidence.session_evidence, (np.array([0.5, 0.7]), 2), {}),
    (_planned, ([0, 0], [0, 1], np.array([0.5, 0.6]), [0, 1], [2, 2], np.array([0.0, 0.1])), {}),
    (_made, ([0, 0], [3, 4], [0, 1], np.array([0.5, 0.6]), [0, 1], np.array([0.0, 0.1])), {}),
    (_model, (0.44, 0.25), {}),
    (_simulated, (np.array([0.5, 0.6]), 0.3, 0.2, 0.5, 0.1, 1000, 0), {}),
    (_exact, (W, Q, np.array([0.5, 0.6]), 0.3, 0.2, 0.5, 0.3), {}),
    (planned_reliability.planned_evidence, (0.8,), {"interviewers": 2, "questions": 2, "sessions": 2}),
    (planned_reliability.planned_reliability, (0.8,), {"interviewers": 2, "questions": 2, "sessions": 2}),
    (planned_reliability.pooled_reliability, (W, np.array([0.8, 1.5])), {"between": 0.3}),
    (expected_validity.expected_validity, (["work_sample"], 0.5), {"level": 0.8}),
    (
        decision_gap.decision_gap,
        (LEVELS, (LEVELS[:, 0] > 0).astype(int), W),
        {"level": 0.9, "replicates": 100},
    ),
    (loop_economy.wasted_minutes, (W, np.eye(2), np.array([0, 1]), np.array([30.0, 40.0])), {"snr": 0.78}),
    (loop_economy.design_efficiency, (0.6, 0.4), {}),
    (
        assembly.assemble_loop,
        (W, Q, np.eye(2), np.array([0, 1]), np.array([30.0, 40.0])),
        {"budget": 60.0, "snr": 0.78, "target_reliability": 0.7, "transfer": 0.5},
    ),
    (
        assembly.assemble_test,
        (np.array([1, 2, 3.0]), np.ones(3)),
        {"items": 2, "shortest": 1.0, "longest": 3.0},
    ),
    (_loop, ([10.0] * 3, np.full((3, 1), 10.0), [20.0], [1.0]), {}),
    (_gap, (np.eye(3)[:, :1], 0.7, 0.5), {}),
    (_timed, (1.0, 0, [0, 1]), {}),
    (_frontier, ([10.0, 20.0], 0), {}),
    (_sessions, (30.0, 1, 0.8, 0.1, 5.0, 5.0, 90.0), {}),
    (assembly.rasch_information, (0.0, np.array([1, 2.0])), {"scaling": 1.7}),
]


def _instead_of(value):
    """What may come in the place of a good argument."""
    if isinstance(value, str):
        return ["zz", None, 3, "", NAN]
    if not isinstance(value, list | np.ndarray):
        return SCALARS if isinstance(value, int | float) else []
    good = np.asarray(value)
    changed = [
        [],
        None,
        "abc",
        3,
        good.tolist(),
        good.astype(object),
        good[:1],
        good[:2],
        good.reshape(-1, 1),
        good[None],
    ]
    changed += [np.full(good.shape, one) for one in (NAN, 0.0, 1.0, 1e308, -1)]
    changed += [np.full(good.shape, "x"), np.full(good.shape, None), [[1, 2], [3]]]
    if good.dtype.kind in "fiu":
        changed += [good * 1e-200, good * 1e150, good * 1e12, good.astype(complex), good.astype(np.float32)]
        changed += [np.ma.masked_greater(good.astype(float), np.median(good))]
        for one in (NAN, INF, -INF, 1e308, 1e200, 1e-300, -1):
            spoilt = good.astype(float)
            spoilt.flat[0] = one
            changed.append(spoilt)
    return changed


def _not_numbers(value, path="result"):
    """Places of a result that hold NaN, infinity or complex numbers."""
    if isinstance(value, complex | np.complexfloating):
        return [path]
    if isinstance(value, float | np.floating):
        return [] if math.isfinite(value) else [path]
    if isinstance(value, np.ndarray):
        return (
            [path]
            if value.dtype.kind == "c" or (value.dtype.kind == "f" and not np.isfinite(value).all())
            else []
        )
    if dataclasses.is_dataclass(value):
        parts = [(one.name, getattr(value, one.name)) for one in dataclasses.fields(value)]
    elif isinstance(value, Mapping):
        parts = list(value.items())
    elif isinstance(value, list | tuple):
        parts = list(enumerate(value))
    else:
        return []
    return [found for name, part in parts for found in _not_numbers(part, f"{path}.{name}")]


def _attempt(function, arguments, named):
    """What is wrong with the outcome, or nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = function(*arguments, **named)
        except PsychometricsError as refusal:
            return "" if str(refusal) else "a refusal without a word"
        except (Warning, Exception) as leaked:  # noqa: BLE001 -- whatever leaks is what this looks for
            return f"{type(leaked).__name__}: {leaked}"
    return ", ".join(_not_numbers(result))


@pytest.mark.parametrize(
    "call", CALLS, ids=lambda call: f"{call[0].__module__.split('.')[-1]}.{call[0].__name__}"
)
def test_unusable_arguments_are_refused_by_name(call):
    function, arguments, named = call
    assert _attempt(function, arguments, named) == ""
    leaks = []
    for place, value in enumerate(arguments):
        for other in _instead_of(value):
            changed = [*arguments[:place], other, *arguments[place + 1 :]]
            leaks.append((f"argument {place} = {other!r}", _attempt(function, changed, named)))
    for name, value in named.items():
        leaks += [
            (f"{name} = {other!r}", _attempt(function, arguments, named | {name: other}))
            for other in _instead_of(value)
        ]
    assert [leak for leak in leaks if leak[1]] == []
