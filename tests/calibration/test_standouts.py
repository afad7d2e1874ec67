"""What stands out of a fit, from simulated panels in which one interviewer and one criterion rate differently."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from hiring.calibration import standouts
from hiring.calibration.dataset import CriterionFacts, Dataset, RatingRow
from hiring.calibration.fitting import Fitted
from hiring.calibration.flags import CRITERIA, INTERVIEWERS, LOOKED_FOR, StoredFlag, shown
from psychometrics.model.diagnostics.interviewers import TESTS
from psychometrics.model.levels import LevelRatings, calibrate_levels
from tests.psychometrics import worlds

START = datetime(2026, 1, 5, tzinfo=UTC)
#: Ids stand apart from codes, so that neither is taken for the other.
PEOPLE, CRITERIA_FROM = 100, 1000


def fitted(ratings: LevelRatings) -> tuple[Dataset, Fitted]:
    """A fit of ``ratings`` and the rows they would have been read from: interviews in the order of candidates."""
    columns = (ratings.candidate, ratings.session, ratings.interviewer, ratings.criterion, ratings.score)
    rows = [
        RatingRow(
            application=int(who),
            opening=1,
            stage=int(session),
            interview=int(who) * 10 + int(session),
            interviewer=PEOPLE + int(by),
            scorecard=0,
            criterion=CRITERIA_FROM + int(what),
            point=int(point) + 1,
            weight=1.0,
            submitted=START + timedelta(days=int(who)),
        )
        for who, session, by, what, point in zip(*map(np.asarray, columns), strict=True)
    ]
    people = sorted({row.interviewer for row in rows})
    criteria = sorted({row.criterion for row in rows})
    facts = {pk: CriterionFacts("", 3, pk) for pk in criteria}
    result = calibrate_levels(ratings)
    applications = sorted({row.application for row in rows})
    return Dataset(rows, facts, START, 0), Fitted(result, applications, people, criteria, [], 0.0)


@pytest.fixture(scope="module")
def planted() -> tuple[Dataset, Fitted, standouts.StandOuts]:
    """Interviewer 2 becomes stricter by two points half-way; criterion 7 is rated at random."""
    rng = np.random.default_rng(4)
    ratings = worlds.panel(rng, 90, interviewers=8).ratings
    score, by, who = (np.array(a) for a in (ratings.score, ratings.interviewer, ratings.candidate))
    late = (by == 2) & (who >= 45)
    score[late] = np.maximum(score[late] - 2, 0)
    at_random = np.asarray(ratings.criterion) == 7
    score[at_random] = rng.integers(0, 4, at_random.sum())
    data, fit = fitted(replace(ratings, score=score))
    return data, fit, standouts.find(data, fit)


def test_a_standard_that_moved_is_told_in_levels(
    planted: tuple[Dataset, Fitted, standouts.StandOuts],
) -> None:
    _, fit, found = planted
    flag = next(flag for flag in found.interviewers[2] if flag.code == "drifts_harsh")

    assert flag.unit == "levels"
    assert flag.upper is not None
    assert flag.lower < flag.effect < flag.upper < -0.8 / fit.result.scale.spacing
    (words,) = shown([flag.plain()], INTERVIEWERS)
    assert words.size.startswith(f"{abs(flag.effect):.1f} levels stricter in the later half")
    assert words.interval == f"{abs(flag.upper):.1f} to {abs(flag.lower):.1f}"
    assert not any(found.interviewers[place] for place in range(8) if place != 2)


def test_a_criterion_rated_at_random_misfits_and_no_other_does(
    planted: tuple[Dataset, Fitted, standouts.StandOuts],
) -> None:
    _, _, found = planted
    (flag,) = found.criteria[7]

    assert (flag.code, flag.unit) == ("misfit", "share")
    assert flag.lower > 0.15
    assert sum(map(bool, found.criteria)) == 1


def test_what_is_stored_is_plain_and_says_what_was_looked_for(
    planted: tuple[Dataset, Fitted, standouts.StandOuts],
) -> None:
    _, _, found = planted
    rows = [flag.plain() for flags in (*found.interviewers, *found.criteria) for flag in flags]

    assert json.loads(json.dumps(rows)) == rows
    assert [test["test"] for test in found.looked_for] == list(LOOKED_FOR)
    assert {test["tested"] for test in found.looked_for} == {8}
    assert all(value is not None for value in found.infit)


def test_few_ratings_of_a_criterion_or_by_one_alone_are_no_misfit(
    planted: tuple[Dataset, Fitted, standouts.StandOuts], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, fit, _ = planted
    alone = [replace(row, interviewer=PEOPLE) for row in data.rows]
    assert not any(standouts.find(replace(data, rows=alone), fit).criteria)

    monkeypatch.setattr(standouts, "CRITERION_RATINGS", 10_000)
    assert not any(standouts.find(data, fit).criteria)


def test_a_small_panel_is_not_looked_at() -> None:
    data, fit = fitted(worlds.panel(np.random.default_rng(1), 3, interviewers=2, per_session=1).ratings)

    found = standouts.find(data, fit)

    assert found.looked_for == []
    assert not any(found.interviewers)
    assert not any(found.criteria)


def test_every_word_of_the_tests_has_its_sentences() -> None:
    words = {word for meaning in TESTS.values() for word in (meaning.more, meaning.less)}

    assert set(INTERVIEWERS) == words | {"harsh", "lenient"}
    assert list(LOOKED_FOR) == ["severity", *TESTS]
    for wording in INTERVIEWERS.values():
        assert all((wording.finding, wording.ask, wording.own, wording.advice))
        assert "{}" in wording.size


def test_sizes_read_as_shares_ratios_and_without_an_upper_bound() -> None:
    rows = [
        StoredFlag("overfit", -0.31, -0.4, -0.22, "share", "").plain(),
        StoredFlag("central_tendency", 1.82, 1.3, 2.5, "times", "").plain(),
        StoredFlag("misfit", 0.9, 0.3, None, "share", "").plain(),
    ]
    less, middle, more = shown([*rows, "one_interviewer"], INTERVIEWERS)

    assert less.size == "they scatter 31\u202f% less around what the other ratings lead to expect"
    assert less.interval == "22 to 40\u202f%"
    assert middle.size == "as if the points lay 1.8 times as far apart as for the panel"
    assert middle.interval == "1.3 to 2.5"
    assert more.interval == "30\u202f% or more"
    assert [row.wording for row in shown(["one_interviewer", *rows], CRITERIA)] == [
        CRITERIA["overfit"],
        CRITERIA["misfit"],
    ]
