"""Public rating data: agreement with published software, and sensible tables."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from psychometrics import cli
from tests.psychometrics import reference

# sirt 4.1 rm.facets on data.ratings1 (partial-credit steps, MML): severities of the raters.
RATINGS1_SEVERITY = {
    "db01": 1.023, "db02": 0.517, "db03": 0.418, "db07": -0.763, "db08": -0.089, "db31": -0.780,
    "db54": -0.326,
}  # fmt: skip

# Guilford 1954 p. 282 by joint maximum likelihood (the FACETS manual's model): scientists.
GUILFORD_MEASURE = {
    "Betty": 0.66, "Edward": 0.44, "George": 0.29, "Anne": -0.07, "Chris": -0.26, "David": -0.48,
    "Fred": -0.58,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder():
    named = os.environ.get("LOOPWRIGHT_REFERENCE_DATA")
    if not named:
        pytest.skip("LOOPWRIGHT_REFERENCE_DATA is not set: no reference data to compare with")
    return Path(named) / "ratings"


@pytest.fixture
def run(folder, tmp_path):
    def run(name):
        # Slopes as those programs have them.
        path = reference.write(reference.reshape(name, folder), tmp_path / f"{name}.csv")
        return cli.run_csv(path, slopes="common")

    return run


def _column(rows, name, value):
    return {row[name]: row[value] for row in rows}


def _correlation(found, wanted):
    return np.corrcoef([found[name] for name in wanted], list(wanted.values()))[0, 1]


def test_ratings1_severities_agree_with_sirt(run):
    result = run("ratings1")
    assert result["ratings"] == 1370
    assert (
        _correlation(_column(result["interviewers"], "interviewer", "severity"), RATINGS1_SEVERITY) >= 0.999
    )


def test_ratings1_persons_agree_with_sirt(run, folder):
    with (folder / "ratings1_rmfacets_reference_persons.csv").open() as file:
        wanted = {row["pid"]: float(row["EAP"]) for row in csv.DictReader(file)}
    result = run("ratings1")
    assert _correlation(_column(result["candidates"], "candidate", "measure"), wanted) >= 0.998


def test_guilford_agrees_with_joint_maximum_likelihood(run):
    result = run("guilford1954")
    assert _correlation(_column(result["candidates"], "candidate", "measure"), GUILFORD_MEASURE) >= 0.99
    severity = _column(result["interviewers"], "interviewer", "severity")
    assert severity["Brahe"] > severity["Avogadro"] > severity["Cavendish"]
    # Halo is the largest component but that of candidates, so errors are wider than FACETS' .17.
    assert all(row["se"] > 0.25 for row in result["candidates"])


def test_ratings3_is_one_panel(run):
    result = run("ratings3")
    assert (len(result["candidates"]), len(result["interviewers"]), result["ratings"]) == (561, 52, 12551)
    assert len(result["subsets"]) == 1
    assert result["components"]["halo"] < 0.3 < result["components"]["candidate"]


@pytest.fixture(scope="module")
def diving(folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("diving") / "scores.csv"
    return cli.run_csv(reference.write(reference.reshape("diving2000", folder), path))


def test_diving_keeps_men_and_women_apart(diving):
    assert len(diving["subsets"]) == 2
    assert sum(len(subset["candidates"]) for subset in diving["subsets"]) == 156
    assert len(diving["thresholds"]) == 20
    assert any("ask some questions in both" in warning for warning in diving["warnings"])
    best = max(diving["candidates"], key=lambda row: row["fair_average"])
    assert best["raw_mean"] > 8


def test_a_dive_watched_by_seven_judges_counts_once(diving):
    """Emerson et al. 2009: a dive varies by 1.07 points, so sixteen dives leave more than .2 points."""
    assert diving["components"]["performance"] > diving["components"]["halo"]
    divers = {row["candidate"]: row for row in diving["candidates"]}
    assert divers["HU Jia"]["n"] == 112
    assert 0.4 < divers["HU Jia"]["fair_upper"] - divers["HU Jia"]["fair_lower"] < 1.2


def test_diving_judges_agree_with_a_linear_mixed_model(diving, folder):
    """lme4: JScore ~ match + (1|dive) + (1|Judge) + (1|Diver); a lenient judge has a positive effect."""
    with (folder / "diving2000_lmer_judge_reference.csv").open(encoding="utf-8") as file:
        wanted = {row["judge"]: -float(row["lmer_blup"]) for row in csv.DictReader(file)}
    assert _correlation(_column(diving["interviewers"], "interviewer", "severity"), wanted) > 0.9


def test_grant_reviews_show_large_halo(run):
    result = run("AIBS")
    assert len(result["candidates"]) == 72
    assert result["components"]["halo"] > 0.3
    assert result["converged"]
