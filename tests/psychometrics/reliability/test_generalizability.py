"""Generalizability against Shrout & Fleiss (1979), Brennan (2001) and Guilford (1954)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from psychometrics.errors import BadInput, NotEnoughData, NoVariation
from psychometrics.reliability.generalizability import anova_components, coefficients, d_study
from psychometrics.reliability.icc import intraclass_correlations
from psychometrics.reliability.spearman_brown import lengthened
from tests.psychometrics.published_tables import BRENNAN, GUILFORD, SHROUT_FLEISS


def test_shrout_fleiss_components_and_d_study():
    found = anova_components(SHROUT_FLEISS, "p x r")
    assert list(found.values.values()) == pytest.approx([2.556, 5.244, 1.019], abs=5.01e-4)
    points = d_study(found, {"r": [1, 2, 4, 8]})
    assert [one.relative for one in points] == pytest.approx([0.715, 0.834, 0.909, 0.953], abs=6e-4)
    assert [one.absolute for one in points] == pytest.approx([0.290, 0.449, 0.620, 0.765], abs=6e-4)


def test_shrout_fleiss_interval_is_that_of_the_f_distribution():
    point = coefficients(anova_components(SHROUT_FLEISS, "p x r"), {"r": 1}, level=0.90)
    exact = intraclass_correlations(SHROUT_FLEISS, level=0.90).icc_3_1
    assert (point.relative_lower, point.relative_upper) == pytest.approx((exact.lower, exact.upper), abs=0.02)
    agreement = intraclass_correlations(SHROUT_FLEISS, level=0.90).icc_2_1
    assert (point.absolute_lower, point.absolute_upper) == pytest.approx(
        (agreement.lower, agreement.upper), abs=0.05
    )


def test_different_interviewers_for_everybody_make_severity_error():
    found = anova_components(SHROUT_FLEISS, "r:p")
    point = coefficients(found, {"r": 4})
    assert point.relative == point.absolute == pytest.approx(0.44, abs=0.005)  # ICC(1,4)
    assert found.values["r:p"] == pytest.approx(6.26, abs=0.005)


def test_brennan_mean_squares_and_components():
    found = anova_components(BRENNAN, "p x (r:t)")
    squares = {"p": 10.2963, "t": 24.1, "r:t": 8.8556, "pt": 4.6185, "pr:t": 2.3802}
    assert dict(found.mean_squares) == pytest.approx(squares, abs=1e-4)
    # Printed on p. 116; the residual there is 2.3803 in one place and 2.3802 in another.
    published = {"p": 0.4731, "t": 0.3252, "r:t": 0.6475, "pt": 0.5596, "pr:t": 2.3802}
    assert dict(found.values) == pytest.approx(published, abs=1e-4)
    assert found.degrees == {"p": 9, "t": 2, "r:t": 9, "pt": 18, "pr:t": 81}


@pytest.mark.parametrize(
    ("tasks", "raters", "relative", "absolute", "delta", "big_delta"),
    [
        (3, 4, 0.5514, 0.4637, 0.3849, 0.5472),
        (1, 1, 0.1386, 0.1079, 2.9398, 3.9125),
        (3, 1, 0.3256, 0.2662, 0.9799, 1.3042),
        (6, 2, 0.6187, 0.5420, 0.2916, 0.3998),
        (12, 1, 0.6589, 0.5920, 0.2450, 0.3260),
        (1, 12, 0.3843, 0.2938, 0.7579, 1.1370),
    ],
)
def test_brennan_d_study(tasks, raters, relative, absolute, delta, big_delta):
    point = coefficients(anova_components(BRENNAN, "p x (r:t)"), {"t": tasks, "r": raters})
    assert (point.relative, point.absolute) == pytest.approx((relative, absolute), abs=1e-4)
    assert (point.relative_error, point.absolute_error) == pytest.approx((delta, big_delta), abs=1e-4)


def test_guilford_mean_squares():
    found = anova_components(GUILFORD, "p x q x r")
    squares = {"p": 15.82, "q": 11.63, "r": 4.52, "pq": 2.14, "pr": 8.22, "qr": 1.62, "pqr": 1.18}
    assert dict(found.mean_squares) == pytest.approx(squares, abs=0.005)
    # Judges differ less than chance: the estimate is negative, and reported as 0.
    assert found.untruncated["r"] < 0
    assert found.values["r"] == 0


def test_surface_is_ordered_and_complete():
    points = d_study(anova_components(GUILFORD, "p x q x r"), {"q": [1, 5], "r": [1, 2, 4]})
    assert [(one.conditions["q"], one.conditions["r"]) for one in points] == [
        (1, 1), (1, 2), (1, 4), (5, 1), (5, 2), (5, 4),
    ]  # fmt: skip
    # A second question by the same judges saturates; another judge keeps paying.
    assert points[4].relative - points[3].relative > points[3].relative - points[0].relative


tables = arrays(float, (4, 3, 2), elements=st.integers(1, 4).map(float)).filter(lambda x: np.ptp(x) > 0)


@given(tables, st.sampled_from(["p x q x r", "p x (r:t)"]))
def test_components_of_mean_squares_rebuild_them(table, design):
    found = anova_components(table, design)
    total = ((table - table.mean()) ** 2).sum()
    explained = sum(found.mean_squares[name] * found.degrees[name] for name in found.mean_squares)
    assert explained == pytest.approx(total)
    assert sum(found.degrees.values()) == table.size - 1
    moved = anova_components(table * -2 + 7, design)
    assert list(moved.untruncated.values()) == pytest.approx(
        [4 * v for v in found.untruncated.values()], abs=1e-9
    )


@given(st.integers(1, 20))
def test_p_by_r_follows_spearman_brown(raters):
    found = anova_components(SHROUT_FLEISS, "p x r")
    one = coefficients(found, {"r": 1}).relative
    assert coefficients(found, {"r": raters}).relative == pytest.approx(lengthened(one, raters))


def test_intervals_cover_the_population():
    # Candidate 1, interviewer .5, residual 1; two interviewers: E rho2 = 1 / 1.5.
    rng = np.random.default_rng(11)
    hits = []
    for _ in range(200):
        table = rng.normal(size=(25, 1)) + rng.normal(0, 0.5**0.5, (1, 5)) + rng.normal(size=(25, 5))
        point = coefficients(anova_components(table, "p x r"), {"r": 2})
        hits.append(
            (
                point.relative_lower <= 1 / 1.5 <= point.relative_upper,
                point.absolute_lower <= 1 / 1.75 <= point.absolute_upper,
            )
        )
    relative, absolute = np.mean(hits, axis=0)
    assert 0.84 <= relative <= 0.95
    assert 0.84 <= absolute <= 0.97


def test_no_variance_to_share_is_undefined():
    # Interviewers differ, candidates do not: relative has neither signal nor error.
    found = anova_components(np.tile([1.0, 2.0, 3.0], (4, 1)), "p x r")
    point = coefficients(found, {"r": 2})
    assert (point.relative, point.relative_lower) == (None, None)
    assert point.absolute == 0


def test_impossible_tables_are_refused():
    with pytest.raises(BadInput, match="design"):
        anova_components(SHROUT_FLEISS, "p x i")
    with pytest.raises(BadInput, match="axes"):
        anova_components(SHROUT_FLEISS, "p x q x r")
    with pytest.raises(BadInput, match="reml"):
        anova_components([[1, np.nan], [2, 3]], "p x r")
    with pytest.raises(NotEnoughData):
        anova_components([[1, 2, 3]], "p x r")
    with pytest.raises(NoVariation):
        anova_components(np.ones((3, 3)), "p x r")
    found = anova_components(SHROUT_FLEISS, "p x r")
    for conditions in ({"r": 0}, {"q": 2}, {"r": 2, "q": 2}):
        with pytest.raises(BadInput, match="conditions"):
            coefficients(found, conditions)
