"""Meetings that link subsets: the cheapest that do, and errors that refits confirm."""

import itertools

import numpy as np
import pytest

from psychometrics import calibrate, plan_meetings
from psychometrics.errors import BadInput
from tests.psychometrics import panels


def _islands(seed, count=3, people=24, judges=3):
    """Unlinked sites: own candidates, own interviewers, own questions."""
    rng = np.random.default_rng(seed)
    rows = []
    for site in range(count):
        for person in range(people):
            for judge in rng.choice(judges, 2, replace=False):
                rows += [
                    (site * people + person, site * judges + judge, site * 6 + what)
                    for what in rng.choice(6, 3, replace=False)
                ]
    who, by, what = np.array(rows).T
    eta = rng.normal(0, 1, count * people)[who] - rng.normal(0, 0.6, count * judges)[by]
    return who, by, what, panels.rate(eta - rng.normal(0, 0.5, 6 * count)[what], rng)


@pytest.fixture(scope="module")
def islands():
    return calibrate(*_islands(1))


def test_three_islands_need_two_meetings(islands):
    plan = plan_meetings(islands)
    assert plan.linked
    assert len(plan.meetings) == 2
    assert plan.cost == 2
    assert plan.error_after < plan.error_before


def test_linked_panels_need_none():
    panel = panels.small(1)
    plan = plan_meetings(calibrate(panel.candidate, panel.interviewer, panel.question, panel.score))
    assert (plan.meetings, plan.linked, plan.cost) == ((), True, 0.0)


def test_cheapest_links_are_those_of_every_combination(islands):
    subset = dict(zip(islands.candidates.label.tolist(), islands.candidates.subset.tolist(), strict=True))
    home = {judge: part.number for part in islands.subsets for judge in part.interviewers.tolist()}
    rng = np.random.default_rng(4)
    offered = [(int(rng.integers(72)), int(rng.integers(9)), float(rng.integers(1, 9))) for _ in range(14)]

    def linked(chosen):
        groups = {1: 1, 2: 2, 3: 3}
        for person, judge, _ in chosen:
            one, other = groups[subset[person]], groups[home[judge]]
            groups = {part: one if group == other else group for part, group in groups.items()}
        return len(set(groups.values())) == 1

    cheapest = min(
        sum(cost for *_, cost in chosen)
        for size in (1, 2, 3)
        for chosen in itertools.combinations(offered, size)
        if linked(chosen)
    )
    plan = plan_meetings(islands, offered)
    assert plan.linked
    assert plan.cost == cheapest


def test_more_meetings_bring_the_error_under_the_target(islands):
    just = plan_meetings(islands)
    target = 0.93 * just.error_after
    plan = plan_meetings(islands, target=target)
    assert plan.error_after <= target
    assert len(plan.meetings) > len(just.meetings)


def test_what_cannot_be_linked_is_said(islands):
    first = int(islands.subsets[0].candidates[0])
    other = int(islands.subsets[1].interviewers[0])
    plan = plan_meetings(islands, [(first, other, 1.0)])
    assert not plan.linked
    assert len(plan.meetings) == 1
    assert plan_meetings(islands, []).meetings == ()


@pytest.mark.parametrize(
    ("meetings", "target", "said"),
    [
        ([("x", 0, 1.0)], None, "no candidate"),
        ([(0, "x", 1.0)], None, "no interviewer"),
        ([(0, 8, 0.0)], None, "must cost more"),
        (None, 0.0, "target"),
    ],
)
def test_bad_meetings_are_refused(islands, meetings, target, said):
    with pytest.raises(BadInput, match=said):
        plan_meetings(islands, meetings, target=target)
