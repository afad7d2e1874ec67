"""A fit of several competencies is asked what one of one trait is: does the model hold, what would more ratings buy?"""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import robustness
from benchmarks.broken_worlds import WORLDS, plain, rate
from benchmarks.generator import simulate
from psychometrics import (
    LevelRatings,
    calibrate,
    calibrate_levels,
    check_assumptions,
    diagnose,
    reliability_table,
)
from psychometrics.errors import BadInput
from psychometrics.model.levels.components import components
from tests.psychometrics import panels, worlds

KINDS = ("relative", "relative_lower", "relative_upper", "absolute", "absolute_lower", "absolute_upper")


def one_competency(panel, score, kept, **options):
    """Ratings of a panel as those of one competency, every interview a session of its own."""
    session = panel.interview if hasattr(panel, "interview") else panel.interviewer
    questions = int(panel.question.max()) + 1
    return LevelRatings(
        candidate=panel.candidate[kept],
        session=session[kept],
        interviewer=panel.interviewer[kept],
        criterion=panel.question[kept],
        score=score[kept],
        criterion_competency=np.zeros(questions, int),
        criterion_target=np.full(questions, 3.0),
        top=3,
        **options,
    )


# Of the worlds that break the same assumption one speaks for all: python -m benchmarks.robustness has every one.
@pytest.mark.parametrize(
    "name",
    [
        "skewed proficiency (gamma 2)",
        "interviewers' slopes, log sd .3",
        "questions' own steps, sd .4",
        "harsh interviewers meet better people",
        "a better site, given as group",
        "seniors see finalists, stage given as group",
        "one question leaked",
    ],
)
def test_of_one_competency_the_same_is_said_as_of_one_trait(name):
    rng = np.random.default_rng([5000, 7])
    world = WORLDS[name](plain(simulate("S", halo=0.5, seed=5000)), rng)
    panel, score = world.panel, rate(world, rng)
    kept, group = np.ones(len(score), bool), None
    if world.selection is not None:
        kept, group = world.selection(world, score)
    kept = kept & (panel.candidate % 3 > 0)  # two hundred candidates will do
    trait = robustness._calibrated(panel, score, kept, group)
    pools = {} if group is None else {"pool": group[kept], "opening": np.zeros(int(kept.sum()), int)}
    run = calibrate_levels(one_competency(panel, score, kept, **pools), levels=False)
    said = [
        {finding.name for finding in check_assumptions(one, when=panel.when[kept])} for one in (trait, run)
    ]
    assert said[0] == said[1]
    assert bool(said[0]) == (name != "a better site, given as group")


def test_a_criterion_that_moved_is_named_by_its_code():
    ratings = worlds.known(3, 80, interviewers=12).ratings
    score, what = np.array(ratings.score), np.asarray(ratings.criterion)
    when = np.random.default_rng(6).random(len(score))
    leaked = (what == 4) & (when > 0.5)
    score[leaked] = np.minimum(score[leaked] + 1, 3)
    run = calibrate_levels(replace(ratings, score=score))
    found = {finding.name: finding.text for finding in check_assumptions(run, when=when)}
    assert ": 4 (+" in found["questions"]
    assert check_assumptions(run, when=when, diagnostics=diagnose(run, when=when)) == check_assumptions(
        run, when=when
    )
    assert "questions" not in {finding.name for finding in check_assumptions(run)}, "nothing without times"
    with pytest.raises(BadInput, match="when has 3 values"):
        check_assumptions(run, when=[1, 2, 3])


def test_longer_loops_for_better_openings_are_no_selection():
    """Candidates are compared within their opening: two openings differ in level and in the length of their loop."""
    ratings = worlds.panel(np.random.default_rng(2), 120, interviewers=20).ratings
    second = np.asarray(ratings.candidate) >= 60
    kept = second | (np.asarray(ratings.session) < 4)
    score = np.minimum(np.asarray(ratings.score) + second, 3)
    one_pool = worlds.selected(replace(ratings, score=score), kept)
    openings = replace(one_pool, pool=second[kept].astype(int))
    said = [
        {finding.name for finding in check_assumptions(calibrate_levels(each))}
        for each in (one_pool, openings)
    ]
    assert "stages" in said[0]
    assert "stages" not in said[1]


def test_reliability_of_one_competency_is_that_of_one_trait():
    panel = panels.small(4, candidates=200, interviewers=12)
    everything = np.ones(len(panel.score), bool)
    trait = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score)
    run = calibrate_levels(one_competency(panel, panel.score, everything), levels=False)
    one, other = (reliability_table(each, (1, 3), (1, 4)) for each in (trait, run))
    for kind in KINDS:
        # The two fits draw their variances to different priors, and 1,800 ratings do not outweigh that altogether.
        np.testing.assert_allclose(getattr(other, kind), getattr(one, kind), atol=0.03, err_msg=kind)
    assert other.level == run.confidence
    with pytest.raises(BadInput, match="at least one"):
        reliability_table(run, (0,), (1,))


@pytest.fixture(scope="module")
def several():
    """Forty candidates, six competencies, answers rated twice."""
    return worlds.fitted(1, 40, interviewers=10)


def test_of_levels_a_rating_bears_the_performance_that_others_would_share(several):
    """One more interviewer or question moves the table as the formula says."""
    table = reliability_table(several, (1, 2, 8), (1, 4))
    general, competency, halo, performance, severity, difficulty = (
        several.components[term] ** 2
        for term in ("general", "competency", "halo", "performance", "severity", "difficulty")
    )
    between = general + competency
    left = between / table.relative[0, 0] - between - halo
    known = components(several)
    assert known.watched > 0.9
    assert left == pytest.approx(1 / known.information.mean() + known.watched * performance)
    assert table.relative[1, 1] == pytest.approx(between / (between + halo / 2 + left / 8))
    assert table.absolute[1, 1] == pytest.approx(
        between / (between + halo / 2 + left / 8 + severity / 2 + difficulty / 8)
    )
    assert (table.absolute < table.relative).all()
    assert (table.relative_lower < table.relative).all()
    assert (table.relative < table.relative_upper).all()


def test_weights_do_not_change_what_other_designs_would_buy():
    full = worlds.panel(np.random.default_rng(1), 30, interviewers=8).ratings
    light = replace(full, weight=np.full(len(np.asarray(full.score)), 0.5))
    one, other = (reliability_table(calibrate_levels(ratings), (2,), (3,)) for ratings in (full, light))
    for kind in KINDS:
        np.testing.assert_allclose(getattr(other, kind), getattr(one, kind), atol=1e-3, err_msg=kind)
