"""The evidence rule: single ratings, panels, mixed realism, leaks, and ratings actually made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.design.evidence import (
    EvidenceModel,
    MadeRatings,
    PlannedRatings,
    plan_evidence,
    rating_evidence,
    session_evidence,
)

SIGNAL = 0.44 / 0.56


def test_one_interviewer_and_one_rating_carry_strength_times_signal():
    assert session_evidence([0.6], 1) == pytest.approx(0.6 * SIGNAL)


def test_two_interviewers_in_one_room_share_the_performance():
    # With .54 of the noise shared by all who watch, two carry 1.02 and a reliability of .51.
    shared = EvidenceModel(performance_share=0.54, interviewer_share=0.0, rating_share=0.46)
    carried = session_evidence([1.0], 2, model=shared)
    assert carried == pytest.approx(1.02, abs=0.005)
    assert carried / (1 + carried) == pytest.approx(0.51, abs=0.01)


def test_more_questions_by_the_same_people_saturate():
    many = session_evidence([1.0] * 10_000, 2)
    o, h, _ = EvidenceModel().noise
    assert many == pytest.approx(1 / (o + h / 2), rel=1e-3)


def test_plan_adds_sessions_and_credits_levels():
    plan = PlannedRatings(
        session=[0, 0, 0, 1],
        competency=[0, 0, 1, 0],
        strength=[0.9, 0.5, 0.7, 0.4],
        realism=[2, 0, 1, 2],
        interviewers=[2, 2, 2, 1],
    )
    evidence = plan_evidence(plan, 3)
    at_top = session_evidence([0.9], 2) + session_evidence([0.4], 1)
    below = session_evidence([0.9, 0.5], 2) - session_evidence([0.9], 2)
    assert evidence[0] == pytest.approx([below, 0, at_top])
    assert evidence[1] == pytest.approx([0, session_evidence([0.7], 2), 0])
    assert np.all(evidence[2] == 0)


def test_leak_discounts_the_strength():
    leaked = PlannedRatings([0], [0], [0.8], [1], [2], leak=[0.25])
    assert plan_evidence(leaked, 1)[0, 1] == pytest.approx(session_evidence([0.6], 2))
    gone = PlannedRatings([0], [0], [0.8], [1], [2], leak=[1.0])
    assert np.all(plan_evidence(gone, 1) == 0)


def test_empty_plan_carries_nothing():
    assert np.all(plan_evidence(PlannedRatings([], [], [], [], []), 2) == 0)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (PlannedRatings([0, 0], [0, 1], [0.5, 0.5], [0, 0], [1, 2]), "two different numbers"),
        (PlannedRatings([0], [3], [0.5], [0], [1]), "competency codes"),
        (PlannedRatings([0], [0], [1.5], [0], [1]), "strengths"),
        (PlannedRatings([0], [0], [0.5], [3], [1]), "realism"),
        (PlannedRatings([0], [0], [0.5], [0], [0]), "at least one interviewer"),
        (PlannedRatings([0], [0], [0.5], [0], [1], leak=[-0.1]), "leaks"),
        (PlannedRatings([0, 1], [0], [0.5], [0], [1]), "same length"),
    ],
)
def test_unusable_plan_is_refused(plan, message):
    with pytest.raises(ValueError, match=message):
        plan_evidence(plan, 2)


def test_noise_shares_must_sum_to_one():
    with pytest.raises(ValueError, match="sum to 1"):
        EvidenceModel(performance_share=0.5)


strengths = st.floats(0.05, 1)
plans = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 1), strengths, st.integers(0, 2)),
    min_size=1,
    max_size=8,
)


def columns(rows):
    return [np.array(column) for column in zip(*rows, strict=True)]


@given(plans, st.lists(st.integers(1, 3), min_size=4, max_size=4))
def test_ratings_by_everyone_equal_the_plan(rows, present):
    session, competency, strength, realism = columns(rows)
    planned = PlannedRatings(session, competency, strength, realism, np.array(present)[session])
    made = [(s, 10 * s + j, c, a, k) for s, c, a, k in rows for j in range(present[s])]
    assert rating_evidence(MadeRatings(*columns(made)), 2) == pytest.approx(plan_evidence(planned, 2))


made_rows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.just(0), strengths, st.integers(0, 2)),
    min_size=1,
    max_size=7,
)


@given(made_rows, made_rows.map(lambda rows: rows[0]))
def test_another_rating_never_lowers_evidence_at_or_above_any_level(rows, extra):
    before = rating_evidence(MadeRatings(*columns(rows)), 1)[0]
    after = rating_evidence(MadeRatings(*columns([*rows, extra])), 1)[0]
    assert np.all(np.cumsum(after[::-1]) >= np.cumsum(before[::-1]) - 1e-9)


def test_the_same_interviewer_twice_carries_less_than_two_people():
    twice = MadeRatings([0, 1], [5, 5], [0, 0], [1.0, 1.0], [2, 2])
    two = MadeRatings([0, 1], [5, 6], [0, 0], [1.0, 1.0], [2, 2])
    o, h, e = EvidenceModel().noise
    assert rating_evidence(twice, 1)[0, 2] == pytest.approx(1 / (h + (o + e) / 2))
    assert rating_evidence(two, 1)[0, 2] == pytest.approx(2 * SIGNAL)


def test_interviewers_who_split_the_criteria_carry_less_than_both_rating_all():
    split = MadeRatings([0, 0], [1, 2], [0, 0], [1.0, 1.0], [2, 2])
    both = MadeRatings([0] * 4, [1, 1, 2, 2], [0] * 4, [1.0] * 4, [2] * 4)
    o, h, e = EvidenceModel().noise
    assert rating_evidence(split, 1)[0, 2] == pytest.approx(1 / (o + (h + e) / 2))
    assert rating_evidence(both, 1)[0, 2] == pytest.approx(session_evidence([1.0, 1.0], 2))


def test_evidence_without_rating_noise_is_still_defined():
    model = EvidenceModel(performance_share=0.5, interviewer_share=0.5, rating_share=0.0)
    ratings = MadeRatings([0, 0, 1], [1, 2, 1], [0, 0, 0], [1.0, 1.0, 1.0], [2, 2, 2])
    carried = rating_evidence(ratings, 1, model=model)[0, 2]
    assert SIGNAL < carried < 3 * SIGNAL


@given(made_rows, st.randoms(use_true_random=False))
def test_order_of_ratings_and_names_of_people_do_not_matter(rows, random):
    shuffled = random.sample(rows, len(rows))
    renamed = [(7 - s, 100 - 3 * j, c, a, k) for s, j, c, a, k in shuffled]
    before = rating_evidence(MadeRatings(*columns(rows)), 1)
    assert rating_evidence(MadeRatings(*columns(renamed)), 1) == pytest.approx(before)


@given(plans, st.randoms(use_true_random=False))
def test_order_of_a_plan_does_not_matter(rows, random):
    def carried(some):
        session, competency, strength, realism = columns(some)
        return plan_evidence(PlannedRatings(session, competency, strength, realism, np.full(len(some), 2)), 2)

    assert carried(random.sample(rows, len(rows))) == pytest.approx(carried(rows))


@given(plans, st.integers(1, 3))
def test_evidence_of_one_competency_does_not_depend_on_the_others(rows, interviewers):
    session, competency, strength, realism = columns(rows)
    n = np.full(len(rows), interviewers)
    whole = plan_evidence(PlannedRatings(session, competency, strength, realism, n), 2)
    for c in (0, 1):
        mine = competency == c
        alone = PlannedRatings(session[mine], np.zeros(mine.sum()), strength[mine], realism[mine], n[mine])
        assert plan_evidence(alone, 1)[0] == pytest.approx(whole[c])


@given(made_rows, st.data())
def test_stronger_more_realistic_or_less_leaked_ratings_never_lower_evidence(rows, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    session, interviewer, competency, strength, realism = columns(rows)
    leak = np.full(len(rows), 0.3)

    def at_or_above(strength, realism, leak):
        made = MadeRatings(session, interviewer, competency, strength, realism, leak)
        return np.cumsum(rating_evidence(made, 1)[0][::-1])

    before = at_or_above(strength, realism, leak)
    one = np.arange(len(rows)) == place
    for better in (
        at_or_above(np.where(one, np.minimum(strength * 1.3, 1), strength), realism, leak),
        at_or_above(strength, np.where(one, 2, realism), leak),
        at_or_above(strength, realism, np.where(one, 0.0, leak)),
    ):
        assert np.all(better >= before - 1e-9)
