"""From submitted scorecards to stored estimates."""

import pytest
from django.test import Client

from accounts.actions.policies import adopt_policy
from accounts.models import TeamPolicy
from hiring.calibration.actions import NothingToCalibrate, calibrate_team
from hiring.calibration.models import CalibrationRun, LevelDisplay
from hiring.calibration.own_severity import own_severity
from hiring.calibration.readers import levels_for
from tests.standing import standing
from tests.worlds import TeamWorld, our_world, submitted_card

pytestmark = pytest.mark.django_db


_built, ours = standing(our_world)


def score_all(world: TeamWorld, point: int) -> None:
    for interview in world.interviews:
        for interviewer in world.interviewers[:2]:
            submitted_card(interview, interviewer, point)


def test_calibrate_without_scorecards_says_so_and_stores_nothing(ours: TeamWorld) -> None:
    with pytest.raises(NothingToCalibrate, match="nothing to calibrate yet"):
        calibrate_team(team=ours.team, by=None)

    assert not CalibrationRun.objects.exists()


def test_first_candidate_gets_levels_with_intervals(ours: TeamWorld) -> None:
    score_all(ours, 3)

    run = calibrate_team(team=ours.team, by=None)

    found = levels_for(ours.application, run=run, policy=TeamPolicy.objects.current_for(ours.team.pk))
    assert [view.display for view in found.levels] == [LevelDisplay.POINT, LevelDisplay.POINT]
    for view in found.levels:
        assert view.level is not None
        assert view.lower is not None
        assert view.upper is not None
        assert view.lower < view.level < view.upper
        assert not view.verdict_supported  # one session each
    assert found.pooled.covered == pytest.approx(1.0)


def test_what_is_enough_for_a_point_and_a_verdict_is_policy(ours: TeamWorld) -> None:
    score_all(ours, 3)
    first = calibrate_team(team=ours.team, by=None)
    values = {"verdict_sessions": 1, "verdict_reliability": 0.0}
    lenient = adopt_policy(team=ours.team, values=values, reason="A small team.", by=ours.admin)
    found = levels_for(ours.application, run=first, policy=lenient)
    assert [view.verdict_supported for view in found.levels] == [True, True]

    values = {"point_ratings": 3, "agreement_from": 2}
    strict = adopt_policy(team=ours.team, values=values, reason="More before a point.", by=ours.admin)
    second = calibrate_team(team=ours.team, by=None)

    assert second != first
    found = levels_for(ours.application, run=second, policy=strict)
    assert {view.display for view in found.levels} == {LevelDisplay.INTERVAL}
    assert (first.agreement[0]["units"], second.agreement[0]["units"]) == (2, 2)
    assert first.agreement[0]["alpha"] is None


def test_one_interviewer_earns_an_interval_and_no_point(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], 4)

    run = calibrate_team(team=ours.team, by=None)

    found = levels_for(ours.application, run=run, policy=TeamPolicy.objects.current_for(ours.team.pk))
    first, second = found.levels
    assert (first.display, first.level, first.gap) == (LevelDisplay.INTERVAL, None, None)
    assert first.lower is not None
    assert (second.display, second.lower, second.p_gap) == (LevelDisplay.NOT_ASSESSED, None, None)


def test_severity_of_an_interviewer_alone_is_neither_stored_nor_shown(
    client: Client, ours: TeamWorld
) -> None:
    alone = ours.interviewers[0]
    for interview in ours.interviews:
        submitted_card(interview, alone, 4)

    run = calibrate_team(team=ours.team, by=None)

    assert not run.interviewers.exists()
    assert run.n_interviewers == 1
    line = own_severity(alone, ours.team, TeamPolicy.objects.current_for(ours.team.pk))
    assert line.alone
    assert line.row is None
    client.force_login(ours.calibrator)
    page = client.get("/t/acme/calibration/").content.decode()
    assert "Not enough data: one interviewer gave all ratings" in page
    assert "±" not in page.split('id="panel"')[1].split("</section>")[0]


def test_unchanged_data_keep_their_run(ours: TeamWorld) -> None:
    score_all(ours, 2)

    first, second = calibrate_team(team=ours.team, by=None), calibrate_team(team=ours.team, by=None)

    assert first == second
    assert CalibrationRun.objects.count() == 1


def test_run_reads_no_other_team(ours: TeamWorld) -> None:
    score_all(ours, 3)
    alone = calibrate_team(team=ours.team, by=None)
    score_all(rivals_of(ours), 1)

    assert calibrate_team(team=ours.team, by=None) == alone


def rivals_of(world: TeamWorld) -> TeamWorld:
    from tests.worlds import team_world

    return team_world(f"not-{world.team.key}")
