"""Why a level is not the raw one: parts that add up, largest first, signs right, nobody's severity given away."""

from statistics import fmean

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import TeamPolicy
from hiring.calibration.models import CriterionEstimate, InterviewerEstimate
from hiring.calibration.moved import Cause, LevelMove, level_moves
from hiring.calibration.moved_words import Reader, named, parts, sentence
from hiring.calibration.readers import ApplicationLevels, levels_for
from hiring.decisions.actions import open_debrief
from hiring.decisions.models import Debrief
from hiring.decisions.record import adopt_run
from hiring.pipeline.models import Application
from hiring.scoring.models import Rating
from psychometrics.model.levels.points import width_of_a_point
from psychometrics.model.levels.scale import meets_the_bar
from tests.calibration.test_one_more import Asked, asked
from tests.reports.conftest import signed_in
from tests.standing import standing

pytestmark = pytest.mark.django_db
CALIBRATOR = Reader(50, calibrates=True)

_built, world = standing(asked)


def ratings_of(application: Application) -> list[Rating]:
    return list(
        Rating.objects.submitted()
        .filter(scorecard__interview__application=application)
        .select_related("criterion__competency", "criterion__question__scale", "scorecard")
    )


def found(world: Asked, application: Application) -> tuple[ApplicationLevels, dict[str, LevelMove]]:
    levels = levels_for(application, run=world.run, policy=TeamPolicy(version=0))
    return levels, level_moves(world.run, levels.levels, ratings_of(application))


def test_parts_add_up_to_the_way_from_the_raw_to_the_shown_level(world: Asked) -> None:
    n = 0
    for application in (world.ours.application, *world.others):
        levels, moves = found(world, application)
        for view in levels.levels:
            move = moves[view.requirement.competency.key]
            assert move.level == view.level
            assert sum(move.parts.values()) == pytest.approx(move.level - move.raw, abs=1e-9)
            for reader in (CALIBRATOR, Reader(None), Reader(world.ours.recruiter.pk)):
                told = parts(move, reader)
                assert sum(part.moved for part in told) == pytest.approx(move.level - move.raw, abs=1e-9)
                assert [abs(p.moved) for p in told] == sorted((abs(p.moved) for p in told), reverse=True)
            n += 1
    assert n == 10


def test_severity_and_difficulty_are_those_of_the_run(world: Asked) -> None:
    application = world.others[1]
    _, moves = found(world, application)
    ratings = [r for r in ratings_of(application) if r.criterion.competency.key == "debugging"]
    severity = dict(
        InterviewerEstimate.objects.filter(run=world.run).values_list("interviewer_id", "severity_levels")
    )
    difficulty = dict(
        CriterionEstimate.objects.filter(run=world.run).values_list("criterion_id", "difficulty")
    )
    row = InterviewerEstimate.objects.filter(run=world.run).exclude(severity_levels=0).first()
    assert row is not None
    spacing = row.severity / row.severity_levels
    move = moves["debugging"]
    assert move.parts[Cause.RATERS] == pytest.approx(
        fmean(severity[r.scorecard.interviewer_id] for r in ratings)
    )
    assert move.parts[Cause.QUESTIONS] == pytest.approx(
        fmean(difficulty[r.criterion_id] for r in ratings) / spacing, abs=1e-6
    )


def move(people: set[int], **moved: float) -> LevelMove:
    """A level moved so far by each cause."""
    shares = {cause: moved.get(cause.name.lower(), 0.0) for cause in Cause}
    return LevelMove(3.5, 3.5 + sum(shares.values()), shares, 0.56, frozenset(people), 1, 0.5)


def test_sentence_names_the_largest_with_their_signs() -> None:
    said = sentence(move({1, 2, 3}, questions=-0.4, team=-0.25, raters=0.05), Reader(9))
    assert said == (
        "3.5 to 2.9: the question was easier than its target; 56\u202f% is borrowed from the team, "
        "whose levels are lower. Mostly borrowed."
    )
    up = sentence(move({1, 2, 3}, questions=0.4, raters=-0.12, point=0.3), Reader(9))
    assert up.startswith(
        "3.5 to 4.1: the question was harder than its target; a point of the scale is worth more"
    )
    assert "more lenient than most" in up
    assert "Mostly borrowed: 56\u202f% from the team." in up


def test_direction_is_always_explained_and_nothing_is_said_of_what_did_not_move() -> None:
    small = move({1, 2, 3}, questions=-0.06, team=-0.05, raters=0.04, point=-0.04)
    assert small.shown
    assert [part.moved < 0 for part in named(small, Reader(9))] == [True]
    assert sentence(move({1, 2, 3}, questions=0.2, team=-0.2), Reader(9)) == ""
    assert sentence(None, Reader(9)) == ""


def test_severity_is_spoken_of_only_where_it_is_nobodys() -> None:
    harsh = {"raters": 0.6, "other_answers": -0.1}
    assert "stricter" in sentence(move({1, 2, 3}, **harsh), Reader(9))
    assert "stricter" in sentence(move({1, 2}, **harsh), Reader(9))
    for raters, reader in (({1, 2}, Reader(1)), ({1}, Reader(9)), ({1, 2}, Reader(None))):
        text = sentence(move(raters, **harsh), reader)
        assert "stricter" not in text
        assert "who rated, and this candidate’s other answers, pull it up" in text
    assert "you are stricter" in sentence(move({1}, **harsh), Reader(1))
    assert "the person who rated is stricter than most (+0.6)" in sentence(move({1}, **harsh), CALIBRATOR)
    assert "0.6" not in sentence(move({1, 2, 3}, **harsh), Reader(9)).partition(":")[2], (
        "no figures for others"
    )


def test_nothing_is_said_of_a_level_that_rests_on_other_ratings(world: Asked) -> None:
    levels, _ = found(world, world.others[1])
    fewer = ratings_of(world.others[1])[:-1]
    key = ratings_of(world.others[1])[-1].criterion.competency.key
    assert key not in level_moves(world.run, levels.levels, fewer)


def test_width_of_a_point_is_that_of_the_model() -> None:
    for steps, meets in (([-1.4, 0.1, 1.9], 2), ([-0.5, 0.8], 1)):
        for link in ("acl", "cl"):
            assert width_of_a_point(steps, meets, link=link) == pytest.approx(
                meets_the_bar(np.array(steps), meets, link).width, rel=1e-6
            )


def test_page_and_api_have_the_sentence_and_only_calibrators_the_figures(world: Asked) -> None:
    ours = world.ours
    application = world.others[1]
    open_debrief(application=application, by=ours.recruiter)
    adopt_run(world.run)
    levels, moves = found(world, application)
    shown = {key: sentence(one, Reader(ours.hiring_manager.pk)) for key, one in moves.items()}
    assert any(shown.values())
    client = signed_in(ours.hiring_manager)
    path = reverse("debrief", args=["acme", application.pk])
    page = client.get(path).content.decode()
    body = client.get(f"/api/v1/debriefs/{Debrief.objects.get(application=application).pk}/").json()
    for row in body["levels"]:
        assert row["why"] == shown[row["competency"]]
        assert row["why"] in page
        assert row["moved_by"] == []
    told = signed_in(ours.calibrator).get(f"/api/v1/debriefs/{body['id']}/").json()
    for row in told["levels"]:
        whole = moves[row["competency"]].level - moves[row["competency"]].raw
        assert sum(one["levels"] for one in row["moved_by"]) == pytest.approx(whole)
    with CaptureQueriesContext(connection) as seen:
        level_moves(world.run, levels.levels, ratings_of(application))
    assert len(seen) == 3, "the ratings, severities and difficulties"
