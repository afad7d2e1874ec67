"""Retranslation keeps what comes back and refuses what does not."""

import pytest

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.questions.retranslation import in_order, retranslate

SORTED = [
    ["debugging", "debugging", "teamwork"],
    ["debugging", "teamwork", "teamwork"],
    ["debugging", "teamwork", "teamwork"],
    ["teamwork", "debugging", "teamwork"],
]
INTENDED = ["debugging", "debugging", "teamwork"]


def test_three_of_four_is_enough_and_half_is_not():
    placed = [[6, 3, 2], [7, 3, 2], [6, 3, 7], [7, 3, 4]]
    high, split, scattered = retranslate(INTENDED, SORTED, placed, lowest=1, highest=7)
    assert (high.agreement, high.rival, high.kept) == (0.75, "teamwork", True)
    assert (high.mean, high.sd) == pytest.approx((6.5, 0.5774), abs=5e-5)
    assert (split.agreement, split.kept) == (0.5, False)
    # Everybody sorts it back, but its height is disputed: sd 2.36 > 1.5.
    assert (scattered.agreement, scattered.rival, scattered.kept) == (1.0, None, False)
    assert scattered.sd == pytest.approx(2.3629, abs=5e-5)


def test_dispersion_is_judged_by_the_width_of_the_scale():
    votes = [["a"]] * 2
    # On 1-7 a standard deviation of 1.41 stays within 1.5; on 1-4 the limit is .75.
    assert retranslate(["a"], votes, [[2], [4]], lowest=1, highest=7)[0].kept
    assert not retranslate(["a"], votes, [[2], [4]], lowest=1, highest=4)[0].kept


def test_anchors_must_rise():
    assert in_order([1.2, 2.5, 3.9])
    assert not in_order([1.2, 2.5, 2.5])


def test_incomplete_sorting_is_refused():
    with pytest.raises(NotEnoughData):
        retranslate(["a"], [["a"]], [[1]], lowest=1, highest=4)
    with pytest.raises(BadInput, match="incidents"):
        retranslate(["a", "b"], [["a"], ["a"]], [[1], [1]], lowest=1, highest=4)
    with pytest.raises(BadInput, match="between 1 and 4"):
        retranslate(["a"], [["a"], ["a"]], [[1], [5]], lowest=1, highest=4)
    with pytest.raises(BadInput, match="lowest"):
        retranslate(["a"], [["a"], ["a"]], [[1], [1]], lowest=4, highest=1)
    with pytest.raises(BadInput, match="agreement"):
        retranslate(["a"], [["a"], ["a"]], [[1], [1]], lowest=1, highest=4, agreement=0)
