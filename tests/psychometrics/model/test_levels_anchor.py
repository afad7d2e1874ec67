"""Vignettes as links and as an anchor: panels that share nobody become comparable, and how much is enough."""

import math
from dataclasses import replace

import numpy as np
import pytest

from psychometrics.errors import BadInput
from psychometrics.model.levels import LevelRatings, calibrate_levels, compare
from psychometrics.model.levels.anchor import anchored
from psychometrics.model.levels.display import NotComparable
from tests.psychometrics import worlds

SCALE = {
    "components": {"halo": 0.45, "performance": 0.45, "difficulty": 0.5},
    "spacing": 1.6,
    "steps": [-1.4, 0.1, 1.3],
    "bar": 0.74,
    "known_level_sd": 0.3,
    "wanted_se": 0.3,
}


def two_panels() -> LevelRatings:
    """Two panels of three interviewers each, with candidates and criteria of their own, and six vignettes.

    Each vignette is rated by everybody on one criterion of either panel.
    """
    rng = np.random.default_rng(5)
    rows = [
        (10 * panel + i, 3 * panel + j, 2 * panel + k)
        for panel in (0, 1)
        for i in range(8)
        for j in range(3)
        for k in range(2)
    ]
    rows += [(30 + v, j, k) for v in range(6) for j in range(6) for k in (0, 2)]
    who, by, what = np.array(rows).T
    return LevelRatings(
        candidate=who,
        session=np.where(who >= 30, 90, what),
        interviewer=by,
        criterion=what,
        score=np.where(who >= 30, np.clip(1 + who % 3, 0, 3), rng.integers(0, 4, len(rows))),
        criterion_competency=np.array([0, 1, 0, 1]),
        criterion_target=np.array([3, 4, 3, 4]),
        opening=np.where(who >= 30, 0, who // 10),
        known_levels={(30 + v, 0): 2.0 + v % 3 for v in range(6)},
    )


def without(ratings: LevelRatings) -> LevelRatings:
    kept = np.asarray(ratings.candidate) < 30
    return replace(worlds.selected(ratings, kept), known_levels={})


def test_panels_that_share_no_candidate_become_comparable():
    ratings = two_panels()
    apart, tied = calibrate_levels(without(ratings)), calibrate_levels(ratings)

    assert apart.links.subsets == 2
    assert "disconnected" in {notice.code for notice in apart.notices}
    with pytest.raises(NotComparable):
        compare(apart, 0, 10, 0)
    assert tied.links.subsets == 1
    assert {notice.code for notice in tied.notices}.isdisjoint({"disconnected", "openings_unlinked"})
    assert compare(tied, 0, 10, 0).se > 0


def test_openings_are_linked_where_enough_interviewers_of_each_have_rated_some():
    ratings = two_panels()
    by, who = np.asarray(ratings.interviewer), np.asarray(ratings.candidate)
    one_each = (who < 30) | np.isin(by, [0, 3])

    found = calibrate_levels(replace(worlds.selected(ratings, one_each), known_levels=ratings.known_levels))

    assert found.links.subsets == 1
    assert "openings_unlinked" in {notice.code for notice in found.notices}


def test_links_of_one_panel_are_what_they_were():
    ratings = two_panels()
    one = np.isin(np.asarray(ratings.candidate), range(8))
    found = calibrate_levels(worlds.selected(without(ratings), one[np.asarray(ratings.candidate) < 30]))
    assert found.links.subsets == 1
    assert found.links.candidate_subset.tolist() == [0] * 8


def test_standard_error_is_the_formula_spelled_out():
    """Two raters on one criterion of two vignettes, one on another of one."""
    steps, bar = SCALE["steps"], SCALE["bar"]
    weights = np.exp(np.cumsum([0.0, *(bar - np.array(steps))]))
    weights /= weights.sum()
    scores = np.arange(4)
    information = weights @ scores**2 - (weights @ scores) ** 2
    noise, fixed = 0.45**2 + 1 / information, (0.3 * 1.6) ** 2 + 0.45**2
    first = 0.5**2 + (fixed + noise / 2) / 2
    second = 0.5**2 + fixed + noise
    expected = (1 / first + 1 / second) ** -0.5 / 1.6

    found = anchored([("a", 2), ("a", 2), ("b", 1)], **SCALE)

    assert found.se == pytest.approx(expected, rel=1e-12)


def test_more_vignettes_and_raters_come_nearer_and_fewer_are_lacking():
    nothing = anchored([], **SCALE)
    few = anchored([(c, 3) for c in range(3)], **SCALE)
    many = anchored([(c, 3) for c in range(12)], **SCALE)

    assert nothing.se == math.inf
    assert not nothing.enough
    assert nothing.more > few.more > many.more == 0
    assert many.enough
    assert anchored([(c, 5) for c in range(3)], **SCALE).se < few.se
    # Another vignette on a criterion that is there already tells less than one on a new one.
    assert anchored([(0, 3), (0, 3)], **SCALE).se > anchored([(0, 3), (1, 3)], **SCALE).se


def test_number_still_lacking_is_enough():
    """As many ratings as are said to be lacking, three to a vignette and criterion, reach what is wanted."""
    more = anchored([], **SCALE).more
    assert anchored([(c, 3) for c in range(-(-more // 3))], **SCALE).enough
    assert not anchored([(c, 3) for c in range(more // 3 - 1)], **SCALE).enough


@pytest.mark.parametrize(
    "wrong", [{"spacing": 0.0}, {"wanted_se": 0.0}, {"wanted_se": float("nan")}, {"cells": [("a", 0)]}]
)
def test_what_anchors_nothing_is_refused(wrong):
    with pytest.raises(BadInput):
        anchored(**{"cells": [("a", 1)], **SCALE, **wrong})
