"""Effects of circumstances against lme4 on a public data set, closed forms and planted truth."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psychometrics.errors import BadInput, NotEnoughData, NoVariation
from psychometrics.reliability.mixed_effects import mixed_effects
from psychometrics.reliability.reml import reml_components


def _panel(seed=0, people=40, interviewers=8, effect=0.5):
    """Every second pair met by video; candidate sd 1, interviewer .6, error .7."""
    rng = np.random.default_rng(seed)
    p, r = (code.ravel() for code in np.indices((people, interviewers)))
    kept = rng.random(len(p)) < 0.6
    p, r = p[kept], r[kept]
    video = (rng.random(len(p)) < 0.5).astype(float)
    score = rng.normal(0, 1, people)[p] + rng.normal(0, 0.6, interviewers)[r] + rng.normal(0, 0.7, len(p))
    return score + effect * video + 3, {"candidate": p, "interviewer": r}, {"video": video}


def test_complete_design_is_the_paired_comparison():
    # Everybody rated once in each condition: the effect is the mean difference, its error that of the differences.
    rng = np.random.default_rng(3)
    level = rng.normal(0, 2, 25)
    first, second = level + rng.normal(size=25), level + 0.8 + rng.normal(size=25)
    found = mixed_effects(
        np.concatenate([first, second]),
        {"candidate": np.tile(np.arange(25), 2)},
        {"second": np.repeat([0.0, 1.0], 25)},
    )
    apart = second - first
    effect = found.effects["second"]
    assert effect.estimate == pytest.approx(apart.mean())
    assert effect.standard_error == pytest.approx(apart.std(ddof=1) / 5)
    assert effect.z == pytest.approx(effect.estimate / effect.standard_error)
    assert found.mean == pytest.approx(first.mean())
    assert found.components["error"] == pytest.approx(apart.var(ddof=1) / 2)


def test_without_covariates_the_components_are_those_of_reml():
    score, groups, _ = _panel()
    found = mixed_effects(score, groups, {})
    other = reml_components({"p": groups["candidate"], "r": groups["interviewer"]}, score, "p x r")
    assert list(found.components.values()) == pytest.approx(list(other.values.values()), rel=1e-5)
    assert found.effects == {}


def test_limits_cover_the_planted_effect():
    hits = []
    for seed in range(80):
        effect = mixed_effects(*_panel(seed), level=0.90).effects["video"]
        hits.append(effect.lower <= 0.5 <= effect.upper)
    assert 0.81 <= np.mean(hits) <= 0.98


def test_a_severe_interviewer_who_meets_people_by_video_does_not_make_video_harmful():
    score, groups, covariates = _panel(5, effect=0.0)
    severe = groups["interviewer"] == 0
    video = np.where(severe, 1.0, covariates["video"])
    score = score - 3.0 * severe
    raw = score[video == 1].mean() - score[video == 0].mean()
    effect = mixed_effects(score, groups, {"video": video}).effects["video"]
    assert raw < -0.3
    assert effect.lower < 0 < effect.upper


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 20), st.floats(-50, 50))
def test_order_names_and_units_do_not_matter(seed, factor, shift):
    score, groups, covariates = _panel(seed, people=12, interviewers=5)
    before = mixed_effects(score, groups, covariates)
    order = np.random.default_rng(seed).permutation(len(score))
    after = mixed_effects(
        -factor * score[order] + shift,
        {
            "candidate": [f"c{-i}" for i in groups["candidate"][order]],
            "interviewer": 9 - groups["interviewer"][order],
        },
        {"video": 1 - covariates["video"][order]},
    )
    assert after.effects["video"].estimate == pytest.approx(
        factor * before.effects["video"].estimate, rel=1e-4, abs=1e-6
    )
    assert after.effects["video"].standard_error == pytest.approx(
        factor * before.effects["video"].standard_error, rel=1e-4
    )
    for name, value in before.components.items():
        assert after.components[name] == pytest.approx(factor**2 * value, rel=1e-3, abs=1e-4 * factor**2)


def test_what_cannot_be_told_apart_is_refused():
    score, groups, covariates = _panel()
    with pytest.raises(NotEnoughData, match="same for every rating"):
        mixed_effects(score, groups, {"video": np.ones(len(score))})
    with pytest.raises(NotEnoughData, match="follows from the others"):
        mixed_effects(score, groups, covariates | {"again": 2 * covariates["video"] + 1})
    with pytest.raises(NotEnoughData, match="group the ratings alike"):
        mixed_effects(score, groups | {"person": groups["candidate"]}, covariates)
    with pytest.raises(NotEnoughData, match="level per rating"):
        mixed_effects(score, {"rating": np.arange(len(score))}, covariates)
    with pytest.raises(NotEnoughData, match="one level"):
        mixed_effects(score, {"team": np.zeros(len(score))}, covariates)
    with pytest.raises(NoVariation):
        mixed_effects(np.ones(len(score)), groups, covariates)
    with pytest.raises(BadInput, match="at least one group"):
        mixed_effects(score, {}, covariates)
    with pytest.raises(BadInput, match="expected"):
        mixed_effects(score, groups, {"video": [1.0]})
    with pytest.raises(BadInput, match="by name"):
        mixed_effects(score, [1], covariates)


def test_judges_favour_divers_of_their_country_as_lme4_has_it():
    # Emerson, Seltzer & Lin 2009, diving at Sydney 2000; lmer JScore ~ match + (1|dive) + (1|Judge) + (1|Diver).
    named = os.environ.get("LOOPWRIGHT_REFERENCE_DATA")
    if not named:
        pytest.skip("LOOPWRIGHT_REFERENCE_DATA is not set: no reference data to compare with")
    with (Path(named) / "ratings" / "diving2000.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 10_787
    score = np.array([float(row["JScore"]) for row in rows])
    country = np.array([row["Country"] for row in rows])
    assert score.mean() == pytest.approx(6.832576, abs=5e-7)
    assert [score[country == one].mean() for one in ("CHN", "USA")] == pytest.approx(
        [8.158986, 7.477191], abs=5e-7
    )
    match = np.array([float(row["Country"] == row["JCountry"]) for row in rows])
    assert match.sum() == 314
    dive = [f"{row['Event']} {row['Round']} {row['Diver']} {row['DiveNo']}" for row in rows]
    groups = {"dive": dive, "judge": [row["Judge"] for row in rows], "diver": [row["Diver"] for row in rows]}
    found = mixed_effects(score, groups, {"match": match})
    effect = found.effects["match"]
    assert effect.estimate == pytest.approx(0.290, abs=5e-4)
    assert effect.standard_error == pytest.approx(0.0266, abs=5e-5)
    assert effect.z == pytest.approx(10.9, abs=0.05)
    expected = {"dive": 1.148, "diver": 0.877, "error": 0.188}
    assert {name: found.components[name] for name in expected} == pytest.approx(expected, abs=5.1e-4)
    assert found.components["judge"] == pytest.approx(0.00475, abs=5.1e-6)
