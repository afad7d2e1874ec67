"""The evaluation gap against its worked example, hand checks and its stated properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from psychometrics.design.evaluation_gap import evaluation_gap, evidence_gap, marginal_gaps
from psychometrics.design.evidence import MadeRatings, PlannedRatings, plan_evidence

# The worked example: modelling, production, coding, communication at three realism levels.
WEIGHTS = np.array([0.30, 0.35, 0.20, 0.15])
DEMAND = np.array([[0.2, 0.5, 0.3], [0, 0.3, 0.7], [0.3, 0.5, 0.2], [0, 0.6, 0.4]])
SIGNAL = 0.44 / 0.56
# Loop A, "puzzle": 2 coding and 2 modelling controlled, 1 modelling and 2 communication constrained.
PUZZLE = SIGNAL * np.array([[2, 1, 0], [0, 0, 0], [2, 0, 0], [0, 2, 0]])
# Loop B: 1 coding controlled, 2 modelling constrained, 3 incidents (.8 production, .2 coding) in
# production, 1 communication constrained.
SCENARIO = SIGNAL * np.array([[0, 2, 0], [0, 0, 2.4], [1, 0, 0.6], [0, 1, 0]])


@pytest.mark.parametrize(
    ("evidence", "target", "total", "parts", "local"),
    [
        (PUZZLE, 0.80, 0.7937, (0.3500, 0.3357, 0.1080), (0.6268, 1, 0.7643, 0.6857)),
        (SCENARIO, 0.80, 0.6641, (0.0, 0.6248, 0.0393), (0.6661, 0.5286, 0.7643, 0.8429)),
        (PUZZLE, 0.70, 0.6480, (0.3500, 0.1143, 0.1838), (0.3656, 1, 0.5959, 0.4612)),
        (SCENARIO, 0.70, 0.4242, (0.0, 0.3568, 0.0673), (0.4276, 0.1918, 0.5959, 0.7306)),
    ],
)
def test_gap_of_the_worked_example(evidence, target, total, parts, local):
    result = evaluation_gap(WEIGHTS, DEMAND, evidence, target_reliability=target)
    assert result.gap == pytest.approx(total, abs=1e-4)
    assert (result.content, result.precision, result.realism) == pytest.approx(parts, abs=1e-4)
    assert result.competencies.local == pytest.approx(local, abs=1e-4)


@pytest.mark.parametrize(
    ("transfer", "puzzle", "scenario"),
    [(0.25, 0.8382, 0.6823), (0.5, 0.7937, 0.6641), (0.75, 0.7429, 0.6450), (1, 0.6857, 0.6248)],
)
def test_gap_falls_as_transfer_rises(transfer, puzzle, scenario):
    for evidence, expected in ((PUZZLE, puzzle), (SCENARIO, scenario)):
        result = evaluation_gap(WEIGHTS, DEMAND, evidence, target_reliability=0.8, transfer=transfer)
        assert result.gap == pytest.approx(expected, abs=1e-4)


def test_gap_of_the_hand_check():
    result = evaluation_gap(
        [0.6, 0.4], [[0, 0.5, 0.5], [1, 0, 0]], [[2, 0, 0], [0, 0, 4]], target_reliability=0.8
    )
    assert result.gap == pytest.approx(0.4875)
    assert result.precision == pytest.approx(0.30)
    assert result.realism == pytest.approx(0.1875)
    assert result.competencies.coverage[0] == pytest.approx([0.5, 0.25, 0.125])


def test_gap_of_the_optimal_fixture_set():
    # ML trivia, two ML cases, two incidents: the best 240 minutes of the fixture's bank.
    evidence = SIGNAL * np.array([[1, 2, 0], [0, 0, 1.6], [0, 0, 0.4], [0, 0, 0]])
    result = evaluation_gap(WEIGHTS, DEMAND, evidence, target_reliability=0.8)
    assert result.gap == pytest.approx(0.7431696428571428, abs=1e-12)


def test_unlimited_toy_evidence_leaves_the_realism_gap():
    saturated = np.tile([1000.0, 0, 0], (4, 1))
    result = evaluation_gap(WEIGHTS, DEMAND, saturated, target_reliability=0.8)
    assert result.gap == pytest.approx(0.54875)
    assert result.realism == pytest.approx(result.gap)
    assert result.competencies.coverage[:, 2] == pytest.approx(0.25)


def test_saturated_production_evidence_closes_the_gap():
    saturated = np.tile([0.0, 0, 1000], (4, 1))
    assert evaluation_gap(WEIGHTS, DEMAND, saturated).gap == 0


def test_no_evidence_is_all_content():
    result = evaluation_gap(WEIGHTS, DEMAND, np.zeros((4, 3)))
    assert (result.gap, result.content) == (pytest.approx(1), pytest.approx(1))
    assert np.all(result.competencies.coverage == 0)


@pytest.mark.parametrize(
    ("weights", "demand", "evidence", "message"),
    [
        ([0.5, 0.4], [[1.0], [1.0]], [[0.0], [0.0]], "sum to 1"),
        ([0.5, 0.5], [[1.0], [0.5]], [[0.0], [0.0]], "row of demand"),
        ([0.5, 0.5], [[1.0], [1.0]], [[0.0], [-1.0]], "not negative"),
        ([0.5, 0.5], [[1.0], [1.0]], [[0.0, 0.0]], "must match"),
        ([1.5, -0.5], [[1.0], [1.0]], [[0.0], [0.0]], "weights"),
    ],
)
def test_unusable_input_is_refused(weights, demand, evidence, message):
    with pytest.raises(ValueError, match=message):
        evaluation_gap(weights, demand, evidence)


@pytest.mark.parametrize("policy", [{"target_reliability": 1.0}, {"transfer": 1.5}])
def test_unusable_policy_is_refused(policy):
    with pytest.raises(ValueError, match=next(iter(policy))):
        evaluation_gap([1.0], [[1.0]], [[1.0]], **policy)


def shares(rows, columns):
    """Rows of non-negative numbers that sum to 1."""
    raw = arrays(float, (rows, columns), elements=st.floats(0.01, 1))
    return raw.map(lambda values: values / values.sum(axis=1, keepdims=True))


@st.composite
def loops(draw):
    c, k = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    weights = draw(shares(1, c))[0]
    demand = draw(shares(c, k))
    amount = st.one_of(st.just(0.0), st.floats(0.001, 6))
    return weights, demand, draw(arrays(float, (c, k), elements=amount))


POLICY = {"target_reliability": st.floats(0.3, 0.9), "transfer": st.floats(0, 1)}


@given(loops(), POLICY["target_reliability"], POLICY["transfer"])
def test_gap_is_bounded_and_its_parts_add_up(loop, target, transfer):
    result = evaluation_gap(*loop, target_reliability=target, transfer=transfer)
    rows = result.competencies
    assert -1e-12 <= result.gap <= 1 + 1e-12
    assert result.gap == pytest.approx(result.content + result.precision + result.realism)
    assert rows.gap == pytest.approx(rows.content + rows.precision + rows.realism)
    assert rows.gap == pytest.approx(loop[0] * (loop[1] * (1 - rows.coverage)).sum(axis=1))
    assert min(rows.content.min(), rows.precision.min(), rows.realism.min()) >= 0


@given(loops(), st.data())
def test_more_or_more_realistic_evidence_never_raises_the_gap(loop, data):
    weights, demand, evidence = loop
    before = evaluation_gap(weights, demand, evidence).gap
    c = data.draw(st.integers(0, evidence.shape[0] - 1))
    k = data.draw(st.integers(0, evidence.shape[1] - 1))
    more = evidence.copy()
    more[c, k] += data.draw(st.floats(0, 3))
    assert evaluation_gap(weights, demand, more).gap <= before + 1e-12
    lifted = evidence.copy()
    lifted[c, -1] += lifted[c, k]
    lifted[c, k] -= evidence[c, k]
    assert evaluation_gap(weights, demand, lifted).gap <= before + 1e-12


@given(loops(), st.floats(0.1, 0.9))
def test_splitting_a_competency_into_identical_rows_changes_nothing(loop, share):
    weights, demand, evidence = loop
    split = np.concatenate([[share * weights[0], (1 - share) * weights[0]], weights[1:]])
    doubled = evaluation_gap(split, np.vstack([demand[:1], demand]), np.vstack([evidence[:1], evidence]))
    assert doubled.gap == pytest.approx(evaluation_gap(weights, demand, evidence).gap)


@given(loops())
def test_gap_is_the_weighted_sum_of_its_competencies_alone(loop):
    weights, demand, evidence = loop
    whole = evaluation_gap(weights, demand, evidence)
    alone = [evaluation_gap([1.0], demand[[c]], evidence[[c]]).gap for c in range(len(weights))]
    assert whole.competencies.local == pytest.approx(alone)
    assert whole.gap == pytest.approx(weights @ alone)


def test_marginal_gaps_are_those_of_the_enlarged_plan():
    base = PlannedRatings([0, 0], [0, 1], [0.4, 0.6], [1, 1], [2, 2])
    joins = PlannedRatings([0], [0], [0.9], [2], [2])
    separate = PlannedRatings([7], [1], [0.9], [0], [1], leak=[0.5])
    weights, demand = [0.7, 0.3], [[0.2, 0.3, 0.5], [0.1, 0.4, 0.5]]
    found = marginal_gaps(weights, demand, base, [joins, separate])
    enlarged = (
        PlannedRatings([0, 0, 0], [0, 1, 0], [0.4, 0.6, 0.9], [1, 1, 2], [2, 2, 2]),
        PlannedRatings([0, 0, 7], [0, 1, 1], [0.4, 0.6, 0.45], [1, 1, 0], [2, 2, 1]),
    )
    expected = [evaluation_gap(weights, demand, plan_evidence(plan, 2)).gap for plan in enlarged]
    assert found == pytest.approx(expected)
    before = evaluation_gap(weights, demand, plan_evidence(base, 2)).gap
    assert np.all(found < before)


def test_a_weak_rating_gains_more_once_a_strong_one_is_there():
    """The rule is not submodular, which is why marginal values are recomputed."""

    def rated(strengths):
        n = len(strengths)
        return PlannedRatings([0] * n, [0] * n, strengths, [2] * n, [1] * n)

    def gain(plan):
        demand = [[0.0, 0.0, 1.0]]
        before = evaluation_gap([1.0], demand, plan_evidence(plan, 1)).gap
        return before - marginal_gaps([1.0], demand, plan, [rated([0.1])])[0]

    weak = rated([0.1] * 4)
    assert gain(weak.joined(rated([1.0]))) > 2 * gain(weak)


@given(loops(), st.randoms(use_true_random=False))
def test_order_of_competencies_does_not_matter(loop, random):
    weights, demand, evidence = loop
    order = random.sample(range(len(weights)), len(weights))
    before, after = evaluation_gap(*loop), evaluation_gap(weights[order], demand[order], evidence[order])
    assert after.gap == pytest.approx(before.gap)
    assert after.competencies.gap == pytest.approx(before.competencies.gap[order])


@given(loops(), loops(), st.floats(0.1, 0.9))
def test_gap_of_two_roles_together_is_their_weighted_mean(first, second, share):
    levels = min(first[1].shape[1], second[1].shape[1])
    roles = []
    for weights, demand, evidence in (first, second):
        cut = demand[:, :levels] / demand[:, :levels].sum(axis=1, keepdims=True)
        roles.append((weights, cut, evidence[:, :levels]))
    (w1, q1, e1), (w2, q2, e2) = roles
    both = evaluation_gap(
        np.concatenate([share * w1, (1 - share) * w2]), np.vstack([q1, q2]), np.vstack([e1, e2])
    )
    apart = [evaluation_gap(*role).gap for role in roles]
    assert both.gap == pytest.approx(share * apart[0] + (1 - share) * apart[1])


@given(loops(), st.floats(0.5, 0.95), st.floats(0.0, 0.04))
def test_asking_for_more_reliability_never_lowers_the_gap(loop, target, more):
    before = evaluation_gap(*loop, target_reliability=target).gap
    assert evaluation_gap(*loop, target_reliability=target + more).gap >= before - 1e-12


def test_evidence_gap_equals_the_plan_until_somebody_is_missing_or_comes_twice():
    weights, demand = [0.7, 0.3], [[0.2, 0.3, 0.5], [0.1, 0.4, 0.5]]
    plan = PlannedRatings([0, 1, 1], [0, 0, 1], [0.8, 0.6, 0.7], [2, 1, 1], [2, 1, 1])
    planned = evaluation_gap(weights, demand, plan_evidence(plan, 2)).gap

    def rated(people):
        return MadeRatings([0, 0, 1, 1], people, [0, 0, 0, 1], [0.8, 0.8, 0.6, 0.7], [2, 2, 1, 1])

    assert evidence_gap(weights, demand, rated([1, 2, 3, 3])).gap == pytest.approx(planned)
    assert evidence_gap(weights, demand, rated([1, 2, 2, 2])).gap > planned + 0.001
    alone = MadeRatings([0, 1, 1], [1, 3, 3], [0, 0, 1], [0.8, 0.6, 0.7], [2, 1, 1])
    assert evidence_gap(weights, demand, alone).gap > planned + 0.001
    assert evidence_gap(weights, demand, MadeRatings([], [], [], [], [])).gap == pytest.approx(1)
