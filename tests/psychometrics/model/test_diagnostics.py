"""Diagnostics find planted faults and leave honest interviewers alone."""

import numpy as np
import pytest
from scipy.special import logit
from scipy.stats import binom

from benchmarks import diagnostics as planting
from benchmarks.generator import simulate
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.files.result import calibrate_scores
from psychometrics.files.score_file import Scores
from psychometrics.files.text_tables import render
from psychometrics.model.calibration import calibrate
from psychometrics.model.calibration.uncertainty import log_variance_covariance
from psychometrics.model.calibration.variance_steps import names
from psychometrics.model.diagnostics import TESTS, diagnose, differential_severity, reliability_table
from psychometrics.model.flag_policy import FlagPolicy
from tests.psychometrics import panels


def _calibrated(panel, score=None, rows=slice(None)):
    score = panel.score if score is None else score
    return calibrate(
        panel.candidate[rows],
        panel.interviewer[rows],
        panel.question[rows],
        score[rows],
        interview=panel.interview[rows],
    )


@pytest.fixture(scope="module")
def honest():
    """Ten honest panels of size S."""
    return [panels.honest(seed) for seed in range(1030, 1040)]


@pytest.fixture(scope="module")
def faults():
    """Diagnostics of a panel of size M with planted faults at 450 ratings, and who bears which."""
    panel, score, kept, planted = planting.with_faults(450, 1)
    return planting.diagnosed(panel, score, kept), planted


def test_planted_faults_are_found_by_their_own_test(faults):
    found, planted = faults
    place = {label: position for position, label in enumerate(found.interviewer)}
    for name, staff in planted.items():
        at = [place[member] for member in staff]
        assert (found.tests[name].p[at] < 0.05).mean() >= 0.8, name
    drifting = [place[member] for member in planted["drift"]]
    assert (found.tests["noise"].p[drifting] < 0.05).mean() < 0.3, "infit does not see drift"
    lean = found.tests["drift"].effect[drifting]
    assert np.median(lean) == pytest.approx(-0.8, abs=0.3)
    others = ~np.isin(found.interviewer, np.concatenate(list(planted.values())))
    for name, test in found.tests.items():
        assert test.flagged[others].mean() < 0.05, name


def test_cannot_tell_is_said_where_an_effect_that_matters_would_be_missed(faults):
    """Somebody with few ratings is not cleared, somebody with many is; benchmarks.validation counts both."""
    panel = panels.small(2, candidates=80, interviewers=12)  # sixty ratings each
    few = diagnose(
        calibrate(panel.candidate, panel.interviewer, panel.question, panel.score), when=panel.candidate
    )
    many, planted = faults
    place = {label: position for position, label in enumerate(many.interviewer)}
    for name in ("drift", "halo"):
        assert {few.verdicts(position)[name] for position in range(12)} <= {"cannot tell", "flagged"}, name
        said = [many.verdicts(place[who])[name] for staff in planted.values() for who in staff]
        assert np.isin(said, ["flagged", "nothing found"]).mean() > 0.7, name


def test_the_smallest_effect_shrinks_with_ratings(honest):
    panel, result = honest[0]
    test = diagnose(result, when=panel.when).tests["discrimination"]
    n = result.interviewers.n
    assert test.smallest[n.argmax()] < test.smallest[n.argmin()]


def test_interviewers_with_few_interviews_are_not_tested():
    panel = simulate("S", halo=0.5)
    few = np.flatnonzero(panel.interviewer == 0)
    kept = np.ones(len(panel.score), bool)
    kept[few[panel.interview[few] > np.unique(panel.interview[few])[3]]] = False
    found = diagnose(_calibrated(panel, rows=kept))
    assert np.isnan(found.tests["halo"].p[0])
    assert not found.tests["halo"].flagged[0]
    assert "drift" not in found.tests


def test_flags_reach_the_score_file():
    panel = simulate("S", halo=0.5)
    rng = np.random.default_rng(0)
    busiest = np.bincount(panel.interviewer).argmax()
    noisy = (panel.interviewer == busiest) & (rng.random(len(panel.score)) < 0.4)
    score = np.where(noisy, rng.integers(0, 4, len(panel.score)), panel.score)
    result = calibrate_scores(
        Scores(
            panel.candidate.astype(str),
            panel.interviewer.astype(str),
            panel.question.astype(str),
            score.astype(float),
            interview=panel.interview.astype(str),
            scored_at=panel.when.astype(float),
        )
    )
    flags = {row["interviewer"]: row["flags"] for row in result["interviewers"]}
    assert "misfit" in flags[str(busiest)]
    effects = {row["interviewer"]: row["flag_effects"] for row in result["interviewers"]}
    (flag,) = (each for each in effects[str(busiest)] if each["flag"] == "misfit")
    assert FlagPolicy().noise < flag["lower"] < flag["effect"] < flag["upper"]
    assert flag["unit"] == TESTS["noise"].unit
    assert all(row["flag_effects"] == [] for row in result["interviewers"] if not row["flags"])
    text = render(result)
    assert "Flagged interviewers: how much, 90 % intervals" in text
    assert f"{flag['effect']:.2f}  {flag['lower']:.2f} to {flag['upper']:.2f}" in text


def test_broken_assumptions_reach_the_score_file():
    panel = simulate("S", halo=0.5)
    leaked = np.bincount(panel.question).argmax()
    easier = (panel.question == leaked) & (panel.when > 0.5)
    score = np.where(easier, np.minimum(panel.score + 1, 3), panel.score)

    def warnings(scores):
        columns = (panel.candidate.astype(str), panel.interviewer.astype(str), panel.question.astype(str))
        rows = Scores(
            *columns,
            scores.astype(float),
            interview=panel.interview.astype(str),
            scored_at=panel.when.astype(float),
        )
        return calibrate_scores(rows)["warnings"]

    assert any(f"moved over time, later against earlier: {leaked} (+" in said for said in warnings(score))
    assert not any("moved over time" in said for said in warnings(panel.score))


def test_a_harsher_interviewer_to_one_group_is_found():
    panel = simulate("S", halo=0.5, seed=1003)
    rng = np.random.default_rng(4)
    group = rng.random(300) < 0.5
    busiest = np.bincount(panel.interviewer).argmax()
    hit = (panel.interviewer == busiest) & group[panel.candidate] & (rng.random(len(panel.score)) < 0.6)
    score = np.where(hit, np.maximum(panel.score - 1, 0), panel.score)
    found = differential_severity(_calibrated(panel, score), group[panel.candidate])
    assert found.flagged[busiest]
    assert found.lower[busiest] > 0.2
    assert np.delete(found.flagged, busiest).sum() <= 1


def test_a_question_harder_for_one_group_is_found():
    panel = simulate("S", halo=0.5, seed=1004)
    rng = np.random.default_rng(4)
    group = rng.random(300) < 0.5
    hit = (panel.question == 3) & group[panel.candidate] & (rng.random(len(panel.score)) < 0.6)
    score = np.where(hit, np.maximum(panel.score - 1, 0), panel.score)
    found = differential_severity(_calibrated(panel, score), group[panel.candidate], by="question")
    assert found.flagged[3]
    assert found.lower[3] > 0.2
    assert found.label[3] == 3
    assert np.delete(found.flagged, 3).sum() <= 1


def test_a_group_that_differs_in_proficiency_is_not_bias(honest):
    """Differences between groups are proficiency unless interviewers disagree about them."""
    p = []
    for panel, result in honest[:10]:
        better = panel.proficiency > np.median(panel.proficiency)
        found = differential_severity(result, better[panel.candidate])
        p.append(found.p[np.isfinite(found.p)])
    p = np.concatenate(p)
    # Exceeded by chance once in ten thousand: .10 of some 290 interviewers.
    assert (p < 0.05).sum() <= binom.isf(1e-4, len(p), 0.05)


def test_small_groups_are_not_judged(honest):
    panel, result = honest[0]
    few = np.zeros(300, bool)
    few[:5] = True
    with pytest.raises(NotEnoughData, match="10 candidates of both groups"):
        differential_severity(result, few[panel.candidate])
    with pytest.raises(BadInput, match="true or false"):
        differential_severity(result, panel.candidate)


def test_reliability_follows_the_formula(honest):
    _, result = honest[0]
    table = reliability_table(result, (1, 2, 8), (1, 4))
    c, h, r, q = (result.components[name] ** 2 for name in ("candidate", "halo", "interviewer", "question"))
    left = (c / table.relative[0, 0]) - c - h
    assert table.relative[1, 1] == pytest.approx(c / (c + h / 2 + left / 8))
    assert table.absolute[1, 1] == pytest.approx(c / (c + h / 2 + left / 8 + r / 2 + q / 8))
    assert (table.absolute < table.relative).all()
    assert (table.relative_lower < table.relative).all()
    assert (table.relative < table.relative_upper).all()


def test_another_interviewer_pays_more_than_another_question(honest):
    _, result = honest[0]
    table = reliability_table(result, (2, 4), (4, 8))
    assert table.relative[1, 0] > table.relative[0, 1]


def test_reliability_intervals_are_those_of_drawn_variances(honest):
    """By drawing log variances instead of the delta method; that they cover is a claim of benchmarks.validation."""
    _, result = honest[0]
    fit, rng = result.posterior.best, np.random.default_rng(0)
    table = reliability_table(result, (3,), (5,))
    named = names(fit.variances)
    variances = np.array([getattr(fit.variances, name) for name in named])
    # A tenth of the errors, so that the curve between a variance and a reliability is straight.
    covariance = log_variance_covariance(fit, result.estimated) / 100
    drawn = variances * np.exp(rng.multivariate_normal(np.zeros(4), covariance, 4000))
    c, r, q, h = (drawn[:, named.index(name)] for name in ("candidate", "interviewer", "question", "halo"))
    left = 15 * (variances[named.index("candidate")] * (1 / table.relative[0, 0] - 1))
    left -= 5 * variances[named.index("halo")]
    for kind, errors in (
        ("relative", h / 3 + left / 15),
        ("absolute", h / 3 + left / 15 + r / 3 + q / 15),
    ):
        expected = 10 * np.log(c / errors).std()
        centre, upper = (logit(getattr(table, name)[0, 0]) for name in (kind, f"{kind}_upper"))
        # The standard deviation of 4,000 draws is known to 1.1 %.
        assert (upper - centre) / 1.6448536 == pytest.approx(expected, rel=0.045), kind


def test_an_impossible_design_is_refused(honest):
    with pytest.raises(BadInput, match="at least one"):
        reliability_table(honest[0][1], (0, 1), (1,))


def test_without_halo_there_is_no_halo_test():
    panel = panels.small(3, candidates=60)
    result = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score, halo=False)
    assert "halo" not in diagnose(result).tests
