"""The display rules on plain numbers."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.special import ndtr

from psychometrics.model.levels import calibrate_levels, estimate, pooled_gap, requirement, rules
from psychometrics.model.levels.rules import LevelFacts, LevelStatus
from tests.psychometrics import worlds
from tests.psychometrics.worlds import REQUIRED, WEIGHTS


def facts(**changes):
    found = {"status": LevelStatus.POINT, "level": 3.4, "se": 0.4, "lower": 2.7, "upper": 4.1}
    found |= {"floor": 1.0, "ceiling": 4.0, "reliability": 0.75, "interviewers": 3, "sessions": 2}
    return LevelFacts(**(found | changes))


def test_rules_load_no_numerics():
    program = (
        "import sys, psychometrics.model.levels.rules as _; "
        "sys.exit(any(n in sys.modules for n in ('numpy', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_level_is_held_to_what_the_criteria_can_show():
    printed = rules.shown(facts(level=4.6, lower=3.9, upper=5.3))
    assert (printed.level, printed.lower, printed.upper) == (4.0, 3.9, 4.0)
    assert (printed.at_or_above, printed.at_or_below) == (True, False)
    assert rules.shown(facts(level=0.2, lower=-0.4, upper=0.8)).at_or_below


def test_without_bounds_the_ends_of_the_scale_hold():
    assert rules.clamped(7.0, None, None) == 5
    assert rules.clamped(-1.0, None, None) == 1
    assert rules.clamped(None, 1.0, 4.0) is None


@pytest.mark.parametrize("status", [LevelStatus.NOT_ASSESSED, LevelStatus.SUPPRESSED])
def test_withheld_levels_show_nothing(status):
    printed, check = rules.shown(facts(status=status)), rules.against(facts(status=status), 4)
    assert (printed.level, printed.lower, printed.at_or_above) == (None, None, False)
    assert (check.gap, check.probability, check.verdict_supported) == (None, None, False)


def test_an_interval_alone_has_a_chance_but_no_gap():
    check = rules.against(facts(status=LevelStatus.INTERVAL_ONLY), 4)
    assert rules.shown(facts(status=LevelStatus.INTERVAL_ONLY)).level is None
    assert check.gap is None
    assert check.probability == pytest.approx(float(ndtr((4 - 0.5 - 3.4) / 0.4)))
    assert not check.verdict_supported


def test_a_requirement_beyond_the_ceiling_has_no_chance():
    check = rules.against(facts(ceiling=4.0), 5)
    assert (check.showable, check.probability, check.verdict_supported) == (False, None, False)
    assert rules.against(facts(ceiling=4.5), 5).showable  # the tolerance counts


def test_how_much_is_enough_can_be_said():
    strict = rules.Enough(point_ratings=4, point_interviewers=3, verdict_interviewers=4)
    assert rules.status(3, 3, valid=True) is LevelStatus.POINT
    assert rules.status(3, 3, valid=True, enough=strict) is LevelStatus.INTERVAL_ONLY
    assert rules.status(4, 2, valid=True, enough=strict) is LevelStatus.INTERVAL_ONLY
    assert rules.status(4, 3, valid=True, enough=strict) is LevelStatus.POINT
    assert not rules.against(facts(), 3, enough=strict).verdict_supported
    few = rules.Enough(verdict_interviewers=1, verdict_sessions=1, verdict_reliability=0.5)
    assert rules.against(facts(interviewers=1, sessions=1, reliability=0.5), 3, enough=few).verdict_supported


@pytest.mark.parametrize("thin", [{"interviewers": 1}, {"sessions": 1}, {"reliability": 0.69}])
def test_a_verdict_wants_all_of_its_evidence(thin):
    assert rules.against(facts(), 3).verdict_supported
    assert not rules.against(facts(**thin), 3).verdict_supported


def test_a_run_and_its_stored_numbers_are_shown_alike():
    run = calibrate_levels(worlds.panel(np.random.default_rng(42), 6, interviewers=5).ratings)
    for candidate in range(3):
        for competency in range(6):
            row = run.row(candidate, competency)
            t = run.table
            stored = LevelFacts(
                status=rules.status(int(t.ratings[row]), int(t.interviewers[row]), valid=run.scale.valid),
                level=float(t.level[row]),
                se=float(t.se[row]),
                lower=float(t.lower[row]),
                upper=float(t.upper[row]),
                floor=float(t.floor[row]),
                ceiling=float(t.ceiling[row]),
                reliability=float(t.reliability[row]),
                interviewers=int(t.interviewers[row]),
                sessions=int(t.sessions[row]),
            )
            fresh = estimate(run, candidate, competency)
            printed = rules.shown(stored)
            assert (printed.level, printed.lower, printed.upper) == (fresh.level, fresh.lower, fresh.upper)
            check = requirement(run, candidate, competency, 4)
            found = rules.against(stored, 4)
            assert (found.gap, found.probability) == (check.gap, check.probability)
        person = run.person(candidate)
        gaps = REQUIRED[person.competencies] - person.level
        joint = rules.pooled(WEIGHTS[person.competencies].tolist(), gaps.tolist(), person.covariance.tolist())
        pooled = pooled_gap(run, candidate, WEIGHTS, REQUIRED)
        assert (joint.gap, joint.se) == (pytest.approx(pooled.gap), pytest.approx(pooled.se))
        assert pooled.upper - joint.gap == pytest.approx(rules.half_width(joint.se, run.confidence))
