"""Exposure control against Sympson & Hetter (1985) and Chen, Ankenmann & Spray (2003)."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.errors import BadInput, DidNotConverge, NotEnoughData
from psychometrics.questions.exposure import (
    leak_discount,
    mean_overlap,
    randomesque,
    sympson_hetter,
    tuned_exposure,
)


def test_sympson_hetter_halves_and_passes():
    assert sympson_hetter([0.5, 0.2, 0.1, 0.0], 0.2) == pytest.approx([0.4, 1, 1, 1])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.floats(0.01, 0.99))
def test_after_one_round_nothing_is_exposed_above_the_limit(selected, limit):
    assert np.all(sympson_hetter(selected, limit) * np.array(selected) <= limit + 1e-12)


def _best_first(administer):
    """One question is asked: the best that passes its lottery. P(S) is the chance to be reached."""
    return np.concatenate([[1.0], np.cumprod(1 - administer)[:-1]])


def test_tuning_spreads_one_favourite_over_the_bank():
    found = tuned_exposure(_best_first, 8, 0.25, tolerance=0.001)
    assert np.all(found.exposure <= 0.251)
    assert found.exposure[:4] == pytest.approx([0.25] * 4, abs=0.002)
    assert found.rounds > 1


def test_tuning_says_when_the_bank_is_too_small():
    with pytest.raises(NotEnoughData, match="add questions"):
        tuned_exposure(_best_first, 3, 0.25)


def test_tuning_says_when_it_was_stopped_too_early():
    with pytest.raises(DidNotConverge, match="simulate more"):
        tuned_exposure(_best_first, 8, 0.25, rounds=2)


def test_randomesque_draws_among_the_best():
    rng = np.random.default_rng(0)
    drawn = [randomesque([0.1, 0.9, 0.5, 0.8], 2, rng) for _ in range(400)]
    assert set(drawn) == {1, 3}
    assert drawn.count(1) == pytest.approx(200, abs=50)
    assert randomesque([0.1, 0.9, 0.9], 1, rng) == 1


def test_overlap_of_even_and_of_fixed_loops():
    assert mean_overlap([0.1] * 100) == pytest.approx(0.10)
    assert mean_overlap([1.0] * 10 + [0.0] * 90) == pytest.approx(1.0)


def test_overlap_is_the_share_two_loops_have_in_common():
    loops = [{0, 1}, {0, 2}, {0, 3}, {1, 2}]
    rates = [sum(q in loop for loop in loops) / 4 for q in range(5)]
    pairs = [len(a & b) / 2 for a, b in itertools.product(loops, repeat=2)]
    assert mean_overlap(rates) == pytest.approx(np.mean(pairs))


def test_leaks_add_up():
    assert leak_discount(0, 0.02) == 0
    assert leak_discount(35, 0.02) == pytest.approx(1 - np.exp(-0.7))
    kept = (1 - leak_discount(10, 0.02)) * (1 - leak_discount(25, 0.02))
    assert 1 - leak_discount(35, 0.02) == pytest.approx(kept)


def test_impossible_arguments_are_refused():
    with pytest.raises(BadInput, match="shares"):
        sympson_hetter([1.2], 0.2)
    with pytest.raises(BadInput, match="r_max"):
        sympson_hetter([0.2], 1.0)
    with pytest.raises(BadInput, match="best"):
        randomesque([0.1], 2, np.random.default_rng(0))
    with pytest.raises(BadInput, match="at least one"):
        tuned_exposure(_best_first, 0, 0.5)
    with pytest.raises(BadInput, match="must return"):
        tuned_exposure(lambda k: [0.1], 2, 0.5)
    with pytest.raises(NotEnoughData):
        mean_overlap([0.0, 0.0])
    with pytest.raises(BadInput):
        leak_discount(-1, 0.1)
