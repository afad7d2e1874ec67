"""Vignettes in the fit: known levels by the reference, nobody's answer by itself, and nothing moved without them."""

import numpy as np
import pytest

from accounts.models import TeamPolicy
from hiring.calibration import dataset, fitting
from hiring.calibration.actions import calibrate_team
from hiring.calibration.models import CalibrationRun, LevelEstimate
from hiring.lab.actions import set_anchor
from hiring.lab.linking import known_level
from hiring.lab.models import Vignette, VignetteAnchor
from psychometrics.model.levels import LevelRatings, calibrate_levels
from tests.factories import ApplicationFactory, InterviewFactory
from tests.lab.worlds import answers, sat
from tests.worlds import TeamWorld, our_world, submitted_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> TeamWorld:
    made = our_world()
    for interview in made.interviews:
        for point, interviewer in enumerate(made.interviewers[:2]):
            submitted_card(interview, interviewer, 2 + point)
    return made


def rated_by_everybody(world: TeamWorld) -> list[Vignette]:
    made = answers(world)
    for vignette in made:
        right = vignette.references.get().point
        for interviewer in world.interviewers:
            sat(vignette, interviewer, right)
        sat(vignette, world.calibrator, right)
    return made


def anchored(world: TeamWorld) -> list[Vignette]:
    """Two of those who rated have interviewed candidates: the team asks for no more."""
    made = rated_by_everybody(world)
    TeamPolicy.objects.create(team=world.team, version=1, anchor_raters=2, reason="A small team.")
    for vignette in made:
        if not vignette.trap:
            set_anchor(vignette, used=True, by=world.calibrator)
    return made


@pytest.mark.parametrize(
    ("point", "target", "level"), [(3, 4, 4.0), (4, 4, 5.0), (1, 4, 2.0), (1, 2, 1.0), (4, 5, 5.0)]
)
def test_known_level_is_the_target_where_the_bar_is_met_and_a_level_a_point(
    point: int, target: int, level: float
) -> None:
    assert known_level(point, target=target, meets=3) == level


def test_ratings_alone_change_nothing_until_a_calibrator_says_so(world: TeamWorld) -> None:
    before = calibrate_team(team=world.team, by=None)

    rated_by_everybody(world)

    assert calibrate_team(team=world.team, by=None) == before


def test_levels_without_vignettes_stay_bit_identical(world: TeamWorld) -> None:
    policy = TeamPolicy.objects.current_for(world.team.pk)
    scale = world.questions[0].scale
    data = dataset.load(world.team, scale, policy)
    rows = data.rows
    codes = {pk: code for code, pk in enumerate(sorted({row.criterion for row in rows}))}
    people = {pk: code for code, pk in enumerate(sorted({row.interviewer for row in rows}))}
    sessions = {pk: code for code, pk in enumerate(sorted({row.interview for row in rows}))}
    stages = {pool: code for code, pool in enumerate(sorted({(row.opening, row.stage) for row in rows}))}
    keys = sorted({facts.competency for facts in data.criteria.values()})
    direct = calibrate_levels(
        LevelRatings(
            candidate=np.zeros(len(rows), int),
            session=np.array([sessions[row.interview] for row in rows]),
            interviewer=np.array([people[row.interviewer] for row in rows]),
            criterion=np.array([codes[row.criterion] for row in rows]),
            score=np.array([row.point - 1 for row in rows]),
            criterion_competency=np.array([keys.index(data.criteria[pk].competency) for pk in sorted(codes)]),
            criterion_target=np.array([data.criteria[pk].target for pk in sorted(codes)]),
            pool=np.array([stages[row.opening, row.stage] for row in rows]),
            opening=np.array([row.opening for row in rows]),
            weight=np.array([row.weight for row in rows]),
            criterion_parent=np.array(list(range(len(codes)))),
        ),
        level=policy.interval_level,
    )

    found = fitting.fit(data, scale, policy).result

    assert np.array_equal(found.table.level, direct.table.level)
    assert np.array_equal(found.table.se, direct.table.se)


def test_levels_with_vignettes_equal_the_package_called_directly(world: TeamWorld) -> None:
    anchored(world)
    policy = TeamPolicy.objects.current_for(world.team.pk)
    scale = world.questions[0].scale
    data = dataset.load(world.team, scale, policy)
    assert {row.interviewer for row in data.vignettes} == {each.pk for each in world.interviewers[:2]}

    run = calibrate_team(team=world.team, by=None)

    rows, shown = data.rows, data.vignettes
    codes = {pk: code for code, pk in enumerate(sorted(data.criteria))}
    people = {pk: code for code, pk in enumerate(sorted({row.interviewer for row in rows}))}
    vignettes = {pk: 1 + code for code, pk in enumerate(sorted({row.vignette for row in shown}))}
    keys = sorted({facts.competency for facts in data.criteria.values()})
    level = {
        (vignettes[row.vignette], keys.index(data.criteria[row.criterion].competency)): float(
            data.criteria[row.criterion].target + right - 3
        )
        for row in shown
        for right in [Vignette.objects.get(pk=row.vignette).references.get().point or 0]
    }
    given = [(0, row.interview, row.interviewer, row.criterion, row.point, row.weight) for row in rows]
    given += [
        (vignettes[row.vignette], 10_000 + row.vignette, row.interviewer, row.criterion, row.point, 1.0)
        for row in shown
    ]
    who, session, by, what, point, weight = (list(column) for column in zip(*given, strict=True))
    pools = sorted({(row.opening, row.stage) for row in rows})
    direct = calibrate_levels(
        LevelRatings(
            candidate=np.array(who),
            session=np.array(session),
            interviewer=np.array([people[pk] for pk in by]),
            criterion=np.array([codes[pk] for pk in what]),
            score=np.array(point) - 1,
            criterion_competency=np.array([keys.index(data.criteria[pk].competency) for pk in sorted(codes)]),
            criterion_target=np.array([data.criteria[pk].target for pk in sorted(codes)]),
            pool=np.array([*(pools.index((row.opening, row.stage)) for row in rows), *[0] * len(shown)]),
            weight=np.array(weight),
            known_levels={key: min(max(value, 1.0), 5.0) for key, value in level.items()},
        ),
        level=policy.interval_level,
    )
    stored = LevelEstimate.objects.filter(run=run).order_by("competency__key")
    assert [row.level for row in stored] == pytest.approx(direct.table.level.tolist(), abs=1e-9)
    assert [row.se for row in stored] == pytest.approx(direct.table.se.tolist(), abs=1e-9)
    assert run.n_ratings == len(rows)


def test_page_says_how_many_ratings_anchor_and_how_many_are_needed(world: TeamWorld) -> None:
    bare = calibrate_team(team=world.team, by=None)
    anchored(world)
    run = calibrate_team(team=world.team, by=None)

    assert bare.anchoring["ratings"] == 0
    assert bare.anchoring["more"] > 0
    assert not bare.anchored
    assert run.data_hash != bare.data_hash
    assert run.anchoring["vignettes"] == 6
    assert run.anchoring["ratings"] == 12
    assert 0 < run.anchoring["se"] < 1
    assert run.anchored == (run.anchoring["more"] == 0)
    codes = [warning["code"] for warning in run.warnings]
    assert codes.count("relative_to_team") == (0 if run.anchored else 1)


def test_traps_repeats_and_strangers_never_link(world: TeamWorld) -> None:
    made = anchored(world)
    trap = next(each for each in made if each.trap)
    # By hand, past the action that refuses it.
    VignetteAnchor.objects.create(team=world.team, vignette=trap, used=True, set_by=world.calibrator)
    sat(made[0], world.interviewers[0], 4, number=2)
    policy = TeamPolicy.objects.current_for(world.team.pk)

    rows = dataset.load(world.team, world.questions[0].scale, policy).vignettes

    assert trap.pk not in {row.vignette for row in rows}
    assert len(rows) == 12
    assert world.interviewers[2].pk not in {row.interviewer for row in rows}
    too_few = replace_policy(policy, 3)
    assert dataset.load(world.team, world.questions[0].scale, too_few).vignettes == []


def replace_policy(policy: TeamPolicy, raters: int) -> TeamPolicy:
    policy.anchor_raters = raters
    return policy


def test_anchor_taken_back_counts_no_more(world: TeamWorld) -> None:
    made = anchored(world)
    for vignette in made:
        if not vignette.trap:
            set_anchor(vignette, used=False, by=world.calibrator, reason="Two of us doubt it.")

    run = calibrate_team(team=world.team, by=None)

    assert run.anchoring["ratings"] == 0
    assert CalibrationRun.objects.in_team(world.team).count() == 1


def test_panels_that_share_no_candidate_become_comparable() -> None:
    """Two people who never met the other two, nor asked what they asked: apart, until all have rated answers."""
    world = our_world()
    second = ApplicationFactory(team=world.team, opening=world.opening)
    other = InterviewFactory(team=world.team, application=second, stage=world.stages[1])
    panels = [
        (world.interviews[0], world.interviewers[:2]),
        (other, [world.interviewers[2], world.hiring_manager]),
    ]
    for interview, people in panels:
        for point, person in enumerate(people):
            submitted_card(interview, person, 2 + point)
    apart = calibrate_team(team=world.team, by=None)
    TeamPolicy.objects.create(team=world.team, version=1, anchor_raters=2, reason="A small team.")
    for vignette in answers(world)[:6]:
        for person in (*world.interviewers, world.hiring_manager, world.calibrator):
            sat(vignette, person, vignette.references.get().point)
        set_anchor(vignette, used=True, by=world.calibrator)

    tied = calibrate_team(team=world.team, by=None)

    assert len(apart.subsets) == 2
    assert "disconnected" in [warning["code"] for warning in apart.warnings]
    assert len(tied.subsets) == 1
    assert "disconnected" not in [warning["code"] for warning in tied.warnings]
