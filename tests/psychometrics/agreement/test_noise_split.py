"""Noise taken apart from judgements of any design."""

import numpy as np
import pytest

from psychometrics.agreement.noise_audit import audit_noise
from psychometrics.agreement.noise_split import REPEATS, split_noise
from psychometrics.errors import NotEnoughData

# Six cases, four judges (Shrout & Fleiss 1979).
TABLE = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])


def long(table):
    cases, judges = np.indices(table.shape)
    return cases.ravel(), judges.ravel(), table.ravel().astype(float)


def test_a_complete_table_gives_what_the_audit_gives():
    found, known = split_noise(*long(TABLE)), audit_noise(TABLE)

    assert found.level.value**2 == pytest.approx(known.level, rel=1e-4)
    assert found.pattern.value**2 == pytest.approx(known.pattern, rel=1e-4)
    assert found.system.value**2 == pytest.approx(known.system, rel=1e-4)
    assert found.occasion is None
    assert (found.cases, found.judges, found.judgements, found.repeats) == (6, 4, 24, 0)
    for part in (found.level, found.pattern, found.system):
        assert part.lower <= part.value <= part.upper


def test_planted_noise_of_three_kinds_is_found_where_two_of_twelve_judge_each_case():
    rng = np.random.default_rng(3)
    cases, judges = 300, 12
    case = np.repeat(np.arange(cases), 2)
    judge = np.array([rng.choice(judges, 2, replace=False) for _ in range(cases)]).ravel()
    true = rng.normal(0, 1, cases)[case] + rng.normal(0, 0.6, judges)[judge] + rng.normal(0, 0.5, len(case))
    again = rng.random(len(case)) < 0.4
    score = np.concatenate([true, true[again]]) + rng.normal(0, 0.4, len(case) + again.sum())

    found = split_noise(np.concatenate([case, case[again]]), np.concatenate([judge, judge[again]]), score)

    assert found.level.lower < 0.6 < found.level.upper
    assert found.pattern.value == pytest.approx(0.5, abs=0.07)
    assert found.occasion is not None
    assert found.occasion.value == pytest.approx(0.4, abs=0.04)
    assert found.occasion.lower < 0.4 < found.occasion.upper
    assert found.repeats == again.sum()


def test_cases_that_one_person_judged_change_nothing():
    case, judge, score = long(TABLE)
    alone = split_noise(np.append(case, 99), np.append(judge, 0), np.append(score, 1.0))

    assert alone.level == split_noise(case, judge, score).level
    assert alone.cases == 6


def test_few_repeats_leave_occasion_noise_within_pattern_noise():
    case, judge, score = long(TABLE)
    few = slice(REPEATS - 1)
    found = split_noise(
        np.append(case, case[few]), np.append(judge, judge[few]), np.append(score, score[few])
    )

    assert found.occasion is None
    assert found.repeats == REPEATS - 1


@pytest.mark.parametrize(
    "rows",
    [
        ([1, 2, 3], [1, 2, 3], [1.0, 2.0, 3.0]),
        ([1, 1, 2, 2], [1, 2, 1, 2], [3.0, 3.0, 3.0, 3.0]),
        ([1, 1], [1, 2], [1.0, 2.0]),
    ],
)
def test_too_little_is_said_to_be_too_little(rows):
    with pytest.raises(NotEnoughData):
        split_noise(*rows)
