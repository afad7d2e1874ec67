"""What must not change a statistic does not: order, names, direction of the scale, evidence counted twice."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from psychometrics.agreement.gwet import gwet_agreement
from psychometrics.agreement.krippendorff import METRICS, krippendorff_alpha
from psychometrics.agreement.weighted_kappa import weighted_kappa
from psychometrics.agreement.within_group import within_group_agreement
from psychometrics.design.evaluation_gap import evaluation_gap
from psychometrics.design.evaluation_gap_audit import latent_r_squared
from psychometrics.design.relative_importance import importance_from_data
from psychometrics.errors import NotEnoughData, NoVariation
from psychometrics.fairness.adverse_impact import below_four_fifths, flips, holm, impact
from psychometrics.fairness.ll144 import scoring_rates
from psychometrics.fairness.mantel_haenszel import mantel_haenszel
from psychometrics.reliability.composite_reliability import composite_reliability
from psychometrics.reliability.generalizability import AXES, anova_components, coefficients
from psychometrics.reliability.icc import intraclass_correlations
from psychometrics.reliability.reml import reml_components

SCALE = [1, 2, 3, 4, 5]
orders = st.randoms(use_true_random=False)
rows = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(SCALE)), min_size=4, max_size=30)
tables = arrays(float, (6, 4), elements=st.integers(1, 5).map(float))
weights = st.sampled_from(["identity", "linear", "quadratic"])


def _shuffled(items, random):
    return random.sample(list(items), len(items))


@given(rows, st.sampled_from(METRICS), orders)
def test_alpha_knows_neither_order_nor_names_of_units(ratings, metric, random):
    before = krippendorff_alpha(*zip(*ratings, strict=True), metric=metric, replicates=30)
    renamed = [(f"case {99 - 7 * unit}", score) for unit, score in _shuffled(ratings, random)]
    after = krippendorff_alpha(*zip(*renamed, strict=True), metric=metric, replicates=30)
    assert after == before
    if before.alpha is not None:
        assert before.alpha <= 1
        if before.lower is not None:
            assert before.lower <= before.upper <= 1


@given(rows, st.sampled_from(["nominal", "ordinal", "interval"]), st.floats(0.1, 9), st.floats(-9, 9))
def test_alpha_is_blind_to_direction_and_unit_of_the_scale(ratings, metric, factor, shift):
    unit, score = zip(*ratings, strict=True)
    before = krippendorff_alpha(unit, score, metric=metric, replicates=0).alpha
    after = krippendorff_alpha(unit, shift - factor * np.array(score), metric=metric, replicates=0).alpha
    assert after == (None if before is None else pytest.approx(before, abs=1e-9))


@given(rows, st.sampled_from(METRICS), st.integers(2, 4))
def test_alpha_of_evidence_counted_twice_moves_by_its_correction_for_chance_only(ratings, metric, times):
    unit, score = (np.array(column) for column in zip(*ratings, strict=True))
    before = krippendorff_alpha(unit, score, metric=metric, replicates=0)
    assume(before.alpha is not None)
    again = np.concatenate([unit + 100 * copy for copy in range(times)])
    after = krippendorff_alpha(again, np.tile(score, times), metric=metric, replicates=0)
    n = before.ratings
    assert 1 - after.alpha == pytest.approx((1 - before.alpha) * (times * n - 1) / (times * (n - 1)))


@given(rows, weights, orders)
def test_gwet_knows_neither_order_nor_names_nor_direction(ratings, kind, random):
    assume(any(len(list(group)) > 1 for _, group in itertools.groupby(sorted(unit for unit, _ in ratings))))
    before = gwet_agreement(*zip(*ratings, strict=True), weights=kind, categories=SCALE)
    turned = [(f"case {unit}", 6 - score) for unit, score in _shuffled(ratings, random)]
    after = gwet_agreement(*zip(*turned, strict=True), weights=kind, categories=SCALE)
    assert after.coefficient == pytest.approx(before.coefficient)
    assert after.coefficient <= 1 + 1e-12
    if before.standard_error is not None:
        assert after.standard_error == pytest.approx(before.standard_error)
        unit, score = (np.array(column) for column in zip(*ratings, strict=True))
        twice = gwet_agreement(np.r_[unit, unit + 50], np.r_[score, score], weights=kind, categories=SCALE)
        assert twice.coefficient == pytest.approx(before.coefficient)
        assert twice.standard_error < before.standard_error or before.standard_error == 0


@given(
    st.lists(st.tuples(st.sampled_from(SCALE), st.sampled_from(SCALE)), min_size=3, max_size=30),
    weights,
    orders,
)
def test_kappa_knows_neither_order_nor_direction_and_counts_evidence_once(pairs, kind, random):
    before = weighted_kappa(*zip(*pairs, strict=True), weights=kind, categories=SCALE)
    assume(before.kappa is not None)
    turned = [(6 - first, 6 - second) for first, second in _shuffled(pairs, random)]
    after = weighted_kappa(*zip(*turned, strict=True), weights=kind, categories=SCALE)
    twice = weighted_kappa(*zip(*(pairs + pairs), strict=True), weights=kind, categories=SCALE)
    assert -1 - 1e-12 <= before.kappa <= 1
    assert (after.kappa, twice.kappa) == pytest.approx((before.kappa, before.kappa))
    if before.standard_error is not None:
        assert twice.standard_error == pytest.approx(before.standard_error / 2**0.5, abs=1e-9)


@given(st.lists(st.sampled_from(SCALE), min_size=2, max_size=12), orders)
def test_agreement_about_one_case_knows_no_order(ratings, random):
    before = within_group_agreement(ratings, points=5)
    assert within_group_agreement(_shuffled(ratings, random), points=5).agreement == pytest.approx(
        before.agreement
    )


@given(tables, orders, st.floats(0.1, 9), st.floats(-9, 9))
def test_intraclass_correlations_know_neither_order_nor_direction_nor_unit(table, random, factor, shift):
    before = intraclass_correlations(table)
    moved = shift - factor * table[random.sample(range(6), 6)][:, random.sample(range(4), 4)]
    after = intraclass_correlations(moved)
    for name in ("icc_1_1", "icc_2_1", "icc_3_1", "icc_1_k", "icc_2_k", "icc_3_k"):
        one, other = getattr(before, name), getattr(after, name)
        assert (one.value is None) == (other.value is None)
        if one.value is not None:
            assert other.value == pytest.approx(one.value, rel=1e-6, abs=1e-8)
            assert one.value <= 1 + 1e-12
            if one.lower is not None and np.isfinite(one.lower):
                assert other.lower == pytest.approx(one.lower, rel=1e-5, abs=1e-7)
                assert one.lower <= one.value + 1e-9
                assert one.value <= one.upper + 1e-9


cubes = arrays(float, (5, 3, 3), elements=st.integers(1, 5).map(float)).filter(lambda x: np.ptp(x) > 0)


@given(cubes, st.sampled_from(["p x q x r", "p x (r:t)"]), orders, st.integers(1, 5), st.integers(1, 5))
def test_generalizability_is_bounded_and_knows_no_order(table, design, random, first, second):
    found = anova_components(table, design)
    # Within a task interviewers may change places; between tasks only whole tasks may.
    moved = table[random.sample(range(5), 5)][:, random.sample(range(3), 3)][:, :, random.sample(range(3), 3)]
    again = anova_components(-2 * moved, design)
    assert [v / 4 for v in again.untruncated.values()] == pytest.approx(
        list(found.untruncated.values()), abs=1e-9
    )
    names = [facet for facet in AXES[design] if facet != "p"]
    one = coefficients(found, dict(zip(names, (first, second), strict=True)))
    more = coefficients(found, dict(zip(names, (first + 1, second), strict=True)))
    for point in (one, more):
        for value in (point.relative, point.absolute):
            assert value is None or 0 <= value <= 1
        if point.relative is not None:
            assert point.absolute <= point.relative + 1e-12
            assert 0 <= point.relative_lower <= point.relative_upper <= 1
    if one.relative is not None:
        assert more.relative >= one.relative - 1e-12
        assert more.absolute >= one.absolute - 1e-12


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), orders, st.floats(0.1, 9), st.floats(-9, 9))
def test_reml_knows_neither_order_nor_names_nor_direction_nor_unit(seed, random, factor, shift):
    rng = np.random.default_rng(seed)
    p, q, r = (code.ravel() for code in np.indices((8, 4, 4)))
    kept = np.flatnonzero(rng.random(len(p)) < 0.7)
    score = (rng.normal(size=8)[p] + rng.normal(size=4)[q] + rng.normal(size=(8, 4))[p, r])[kept]
    score = score + rng.normal(size=len(kept))
    before = reml_components({"p": p[kept], "q": q[kept], "r": r[kept]}, score, "p x q x r")
    order = np.array(random.sample(range(len(kept)), len(kept)))
    mixed = kept[order]
    names = {"p": [f"c{i}" for i in p[mixed]], "q": 10 - q[mixed], "r": r[mixed] * 3.5}
    after = reml_components(names, shift - factor * score[order], "p x q x r")
    for name, value in before.values.items():
        assert after.values[name] / factor**2 == pytest.approx(value, rel=1e-3, abs=2e-4)


@given(arrays(float, (3, 6, 3), elements=st.integers(1, 5).map(float)), orders, st.booleans())
def test_composite_reliability_knows_neither_order_nor_direction(stack, random, linked):
    people, parts = random.sample(range(6), 6), random.sample(range(3), 3)
    w = np.array([1.0, 2.0, 3.0])
    before = composite_reliability(list(stack), w, linked=linked)
    after = composite_reliability([6 - stack[k][people] for k in parts], w[parts], linked=linked)
    assert after.universe == pytest.approx(before.universe)
    assert after.absolute_error == pytest.approx(before.absolute_error)
    if before.relative is not None and before.relative_error >= 0:
        assert 0 <= before.relative <= 1
        assert after.relative == pytest.approx(before.relative)


counts = st.tuples(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30)).map(
    lambda c: (min(c[0], c[1]), c[1], min(c[2], c[3]), c[3])
)


@given(counts, st.integers(2, 5))
def test_impact_of_evidence_counted_twice_has_the_same_size_and_more_weight(case, times):
    one, more = impact(*case), impact(*(times * n for n in case))
    assert (more.ratio is None) == (one.ratio is None)
    assert (more.difference, more.cohen_h) == pytest.approx((one.difference, one.cohen_h))
    assert more.below_four_fifths == one.below_four_fifths
    assert more.shortfall == pytest.approx(times * one.shortfall, abs=1e-9)
    if one.z is not None:
        assert more.z == pytest.approx(times**0.5 * one.z)
    if one.ratio_lower is not None:
        assert more.ratio == pytest.approx(one.ratio)
        assert one.ratio_lower <= more.ratio_lower + 1e-12
        assert more.ratio_upper <= one.ratio_upper + 1e-12


@given(counts)
def test_impact_is_bounded_and_turns_round_with_the_groups(case):
    a, n1, c, n2 = case
    one, other = impact(a, n1, c, n2), impact(c, n2, a, n1)
    assert (other.difference, other.cohen_h) == pytest.approx((-one.difference, -one.cohen_h))
    assert other.fisher == pytest.approx(one.fisher)
    assert other.mid_p == pytest.approx(one.mid_p)
    for p in (
        one.fisher,
        one.fisher_one_sided,
        one.mid_p,
        one.mid_p_one_sided,
        one.probability_below_four_fifths,
    ):
        assert 0 <= p <= 1
    assert not (below_four_fifths(a, n1, c, n2) and below_four_fifths(c, n2, a, n1))
    assert not (flips(a, n1, c, n2) and flips(c, n2, a, n1))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), orders)
def test_holm_goes_with_its_test_wherever_it_stands(p_values, random):
    order = random.sample(range(len(p_values)), len(p_values))
    assert holm([p_values[i] for i in order]) == pytest.approx([holm(p_values)[i] for i in order])


strata = arrays(int, (4, 2, 2), elements=st.integers(0, 20))


@given(strata, orders, st.integers(2, 4))
def test_mantel_haenszel_knows_no_order_and_counts_evidence_once(openings, random, times):
    try:
        before = mantel_haenszel(openings)
    except NotEnoughData:
        return
    after = mantel_haenszel(openings[random.sample(range(4), 4)])
    assert after.odds_ratio == (None if before.odds_ratio is None else pytest.approx(before.odds_ratio))
    assert (after.chi2, after.p) == pytest.approx((before.chi2, before.p))
    assert 0 <= before.p_uncorrected <= before.p <= 1
    more = mantel_haenszel(times * openings)
    turned = mantel_haenszel(openings[:, :, ::-1])
    if before.odds_ratio:
        assert more.odds_ratio == pytest.approx(before.odds_ratio)
        assert turned.odds_ratio == pytest.approx(1 / before.odds_ratio)
        assert np.log(more.upper / more.lower) == pytest.approx(
            np.log(before.upper / before.lower) / times**0.5
        )


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.integers(0, 9)), min_size=1, max_size=40),
    orders,
)
def test_rates_of_the_city_know_neither_order_nor_names_and_count_evidence_once(people, random):
    assume(any(category is not None for category, _ in people))

    def rates(rows):
        found = scoring_rates(*zip(*rows, strict=True), leave_out_small=False)
        return {one.category: (one.rate, one.ratio) for one in found.rates}, found.median

    before, median = rates(people)
    assert rates(_shuffled(people, random)) == (before, median)
    assert rates(people * 3) == (before, median)
    names = {"a": 1, "b": 2, "c": 3, None: None}
    renamed, _ = rates([(names[category], score) for category, score in people])
    assert renamed == {names[category]: value for category, value in before.items()}
    assert all(0 <= rate <= 1 and (ratio is None or 0 <= ratio <= 1) for rate, ratio in before.values())


@st.composite
def roles(draw):
    c, k = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    w = draw(arrays(float, c, elements=st.sampled_from([0.0, 0.5, 1.0, 3.0])).filter(lambda x: x.sum() > 0))
    q = draw(
        arrays(float, (c, k), elements=st.sampled_from([0.0, 1.0, 2.0])).filter(
            lambda x: (x.sum(axis=1) > 0).all()
        )
    )
    e = draw(arrays(float, (c, k), elements=st.sampled_from([0.0, 0.0, 0.7, 2.0, 9.0])))
    return w / w.sum(), q / q.sum(axis=1, keepdims=True), e


@given(roles(), st.floats(0.1, 0.9))
def test_gap_is_full_exactly_without_evidence_and_closed_exactly_with_enough(role, transfer):
    w, q, e = role
    found = evaluation_gap(w, q, e, target_reliability=0.80, transfer=transfer)
    demanded = w > 0
    assert (found.gap > 1 - 1e-12) == bool((e[demanded] == 0).all())
    at_or_above = np.cumsum(e[:, ::-1], axis=1)[:, ::-1]
    enough = (at_or_above >= 4.0) | (w[:, None] * q == 0)
    # Demand below the top is met by what lies at or above it; demand above, by what reaches it.
    assert (found.gap < 1e-12) == bool(enough.all())


@given(st.integers(1, 5), orders)
def test_latent_audit_knows_no_order_and_splits_an_observation_without_loss(n, random):
    rng = np.random.default_rng(n)
    load, level, snr = rng.uniform(0.1, 1, (n, 3)), rng.integers(0, 3, n), rng.uniform(0.2, 3, n)
    w, q = np.array([0.5, 0.3, 0.2]), np.array([[0.2, 0.3, 0.5], [0.0, 0.5, 0.5], [1.0, 0.0, 0.0]])
    before = latent_r_squared(w, q, load, level, snr).r_squared
    order = random.sample(range(n), n)
    assert latent_r_squared(w, q, load[order], level[order], snr[order]).r_squared == pytest.approx(before)
    # Two observations of half the signal-to-noise carry what one of the whole does.
    halves = latent_r_squared(w, q, np.r_[load, load], np.r_[level, level], np.r_[snr, snr] / 2)
    assert halves.r_squared == pytest.approx(before)
    competencies = random.sample(range(3), 3)
    moved = latent_r_squared(w[competencies], q[competencies], load[:, competencies], level, snr)
    assert moved.r_squared == pytest.approx(before)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), orders)
def test_importance_knows_neither_order_nor_unit_and_counts_evidence_once(seed, random):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(40, 3)) + rng.normal(size=(40, 1))
    verdict = (scores[:, 0] + rng.normal(size=40) > 0).astype(float)
    try:
        before = importance_from_data(scores, verdict, replicates=100).importance
    except (NotEnoughData, NoVariation):
        return
    rows_, columns = random.sample(range(40), 40), random.sample(range(3), 3)
    after = importance_from_data(5 - 2 * scores[rows_][:, columns], verdict[rows_], replicates=100).importance
    assert after.weights == pytest.approx(before.weights[columns])
    twice = importance_from_data(np.r_[scores, scores], np.r_[verdict, verdict], replicates=100).importance
    assert twice.weights == pytest.approx(before.weights)
    assert before.weights.min() >= 0
    assert before.weights.sum() == pytest.approx(before.r_squared)
