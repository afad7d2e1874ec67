"""New York City's impact ratios against the rule's own example and a published audit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.fairness.ll144 import intersections, ratios_of_rates, scoring_rates, selection_rates


def _people(**groups):
    """Categories and whether selected, from (selected, total) per group."""
    category, selected = [], []
    for name, (above, total) in groups.items():
        category += [name] * total
        selected += [True] * above + [False] * (total - above)
    return category, selected


def test_culture_fit_example_by_sex():
    # 6 RCNY 5-304, scoring example: 50 of 92 men and 34 of 76 women above the median of 168.
    found = selection_rates(*_people(male=(50, 92), female=(34, 76)))
    assert [one.rate for one in found.rates] == pytest.approx([0.543, 0.447], abs=0.006)
    assert [one.ratio for one in found.rates] == pytest.approx([1.00, 0.82], abs=0.006)
    assert found.rates[1].ratio == pytest.approx(0.8232, abs=5e-5)


def test_culture_fit_example_from_scores():
    # 50 + 34 = 84 are half of 168: scores ranked so that exactly these lie above the median of everybody.
    above = np.r_[np.ones(50), np.zeros(42), np.ones(34), np.zeros(42)].astype(bool)
    scores = np.where(above, 60.0, 40.0) + np.arange(168) / 1000
    found = scoring_rates(["male"] * 92 + ["female"] * 76, scores)
    assert [(one.people, one.above) for one in found.rates] == [(92, 50), (76, 34)]
    assert [one.ratio for one in found.rates] == pytest.approx([1.0, 0.8232], abs=5e-5)
    assert 40 < found.median < 60


def test_selection_example_of_the_rule():
    # 6 RCNY 5-304: 667 of 1,390 men and 555 of 1,181 women selected.
    found = selection_rates(*_people(male=(667, 1390), female=(555, 1181)))
    assert [one.rate for one in found.rates] == pytest.approx([0.48, 0.47], abs=0.006)
    assert [one.ratio for one in found.rates] == pytest.approx([1.00, 0.979], abs=0.006)


def test_where_every_category_is_small_nothing_is_left_to_compare():
    category = [f"group {i}" for i in range(60)]
    found = selection_rates(category, [True] * 60)
    assert {(one.rate, one.ratio, one.small) for one in found.rates} == {(1.0, None, True)}
    assert {one.ratio for one in selection_rates(category, [True] * 60, leave_out_small=False).rates} == {1.0}


def test_what_a_spreadsheet_left_empty_is_unknown():
    found = selection_rates(["a", float("nan"), "b", None], [True, True, False, True])
    assert (found.unknown, len(found.rates)) == (2, 2)
    assert intersections(["a", "b"], [float("nan"), "x"]) == [None, ("b", "x")]


def test_culture_fit_example_by_race():
    # The rule truncates: 18 of 28 is 64.28 %, printed 64.2 %.
    found = selection_rates(
        *_people(hispanic=(18, 28), white=(15, 40), black=(16, 32), pacific=(5, 8), asian=(10, 24))
    )
    assert [one.rate for one in found.rates] == pytest.approx([0.642, 0.375, 0.5, 0.625, 0.417], abs=0.006)
    assert [one.ratio for one in found.rates] == pytest.approx([1.00, 0.58, 0.78, 0.97, 0.65], abs=0.006)


def test_published_audit_leaves_out_categories_under_two_percent():
    # ADP 2023, first audit: sex, then race; 5,050 and 4,329 people of about a million have no ratio.
    assert ratios_of_rates([0.473, 0.466], [500_000, 480_000]) == pytest.approx([1.000, 0.986], abs=0.006)
    rates = [0.470, 0.465, 0.475, 0.489, 0.492, 0.47, 0.48]
    people = [120_000, 250_000, 180_000, 40_000, 400_000, 5_050, 4_329]
    found = ratios_of_rates(rates, people)
    assert found[:5] == pytest.approx([0.956, 0.946, 0.965, 0.994, 1.000], abs=0.006)
    assert found[5:] == (None, None)
    assert None not in ratios_of_rates(rates, people, leave_out_small=False)


def test_scores_equal_to_the_median_are_not_above_it():
    found = scoring_rates(["a", "a", "b", "b", None], [3, 3, 3, 5, 1])
    assert found.median == 3
    assert [one.above for one in found.rates] == [0, 1]
    assert found.unknown == 1


def test_unknown_people_count_towards_the_median():
    category = ["a", "a", "b", "b", None, None, None]
    assert scoring_rates(category, [1, 2, 3, 4, 8, 9, 10]).median == 4


def test_small_categories_keep_their_number_and_rate():
    found = selection_rates(*_people(large=(40, 99), tiny=(1, 1)))
    tiny = found.rates[1]
    assert (tiny.people, tiny.rate, tiny.ratio, tiny.small) == (1, 1.0, None, True)
    assert found.rates[0].ratio == 1.0
    shown = selection_rates(*_people(large=(40, 99), tiny=(1, 1)), leave_out_small=False)
    assert shown.rates[0].ratio == pytest.approx(40 / 99)


def test_two_percent_exactly_is_not_small():
    found = selection_rates(*_people(large=(40, 98), edge=(1, 2)))
    assert (found.rates[1].small, found.rates[1].ratio) == (False, 1.0)


def test_intersections_need_both():
    both = intersections(["f", "m", None], ["x", None, "y"])
    assert both == [("f", "x"), None, None]
    found = selection_rates(both, [True, False, True])
    assert (found.unknown, found.rates[0].category) == (2, ("f", "x"))


def test_nobody_selected_has_no_ratio():
    found = selection_rates(["a", "b"], [0, 0])
    assert [one.ratio for one in found.rates] == [None, None]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), min_size=1, max_size=60))
def test_highest_category_has_ratio_one_and_scale_does_not_matter(rows):
    category, scores = zip(*rows, strict=True)
    found = scoring_rates(category, scores, leave_out_small=False)
    ratios = [one.ratio for one in found.rates]
    assert ratios == [None] * len(ratios) or max(ratios) == 1
    assert scoring_rates(category, np.array(scores) * 10 + 3, leave_out_small=False).rates == found.rates


def test_impossible_data_are_refused():
    with pytest.raises(NotEnoughData, match="known"):
        selection_rates([None], [True])
    with pytest.raises(NotEnoughData):
        scoring_rates([], [])
    with pytest.raises(BadInput, match="true or false"):
        selection_rates(["a"], [2])
    with pytest.raises(BadInput, match="expected"):
        selection_rates(["a", "b"], [True])
    with pytest.raises(BadInput, match="one length"):
        intersections(["a"], [])
    with pytest.raises(BadInput, match="between 0 and 1"):
        ratios_of_rates([1.2], [3])
    with pytest.raises(NotEnoughData):
        ratios_of_rates([0.2], [0])
