"""The decision rule: compensatory, must-haves only by the upper end, P(meets the bar); the pooled gap from its rows."""

from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.models import TeamPolicy
from hiring.calibration.models import LevelDisplay, PooledEstimate
from hiring.calibration.readers import ApplicationLevels, LevelView, levels_for
from hiring.decisions.actions import open_debrief
from hiring.decisions.debrief import DebriefView, build
from hiring.decisions.models import Debrief
from hiring.decisions.record import adopt_run
from hiring.decisions.rule import RuleAdvice, recommend
from tests.calibration.test_one_more import Asked, asked
from tests.reports.conftest import signed_in
from tests.standing import standing

pytestmark = pytest.mark.django_db
SHIPPED = TeamPolicy(version=0)


def opened() -> Asked:
    world = asked()
    for application in (world.ours.application, *world.others[1:]):
        open_debrief(application=application, by=world.ours.recruiter, reason="The offer expires tonight.")
    adopt_run(world.run)
    return world


_built, world = standing(opened)


def levels(world: Asked) -> ApplicationLevels:
    return levels_for(world.ours.application, run=world.run, policy=SHIPPED)


def with_must(found: ApplicationLevels, **changed: object) -> ApplicationLevels:
    """``found`` with other figures on its must-have."""
    views = [
        replace(view, **changed) if view.requirement.must_have else view  # type: ignore[arg-type]
        for view in found.levels
    ]
    return replace(found, levels=views)


def view_of(world: Asked) -> DebriefView:
    debrief = Debrief.objects.get(application=world.ours.application)
    policy = TeamPolicy.objects.current_for(world.ours.team.pk)
    return build(debrief.application, debrief, user=world.ours.hiring_manager, policy=policy)


def test_chance_to_meet_the_bar_is_that_of_the_joint_posterior(world: Asked) -> None:
    told = PooledEstimate.objects.get(run=world.run, application=world.ours.application).one_more
    meets = levels(world).pooled.meets
    assert told is not None
    assert told["covered"] == pytest.approx(1.0)
    assert meets is not None
    # What the worker stored is the chance of being on the other side of the same bar, to the first order.
    assert min(meets, 1 - meets) == pytest.approx(told["wrong"], abs=0.01)


@pytest.mark.parametrize(
    ("meets", "advice"),
    [(0.8, RuleAdvice.MEETS), (0.79, RuleAdvice.OPEN), (0.21, RuleAdvice.OPEN), (0.2, RuleAdvice.BELOW)],
)
def test_the_whole_is_called_by_the_bands_of_the_policy(
    world: Asked, meets: float, advice: RuleAdvice
) -> None:
    found = levels(world)
    found = replace(found, pooled=replace(found.pooled, meets=meets))
    assert recommend(found, SHIPPED).advice == advice


def test_strengths_make_up_for_a_must_have_that_is_short_but_not_ruled_out(world: Asked) -> None:
    found = levels(world)
    found = replace(found, pooled=replace(found.pooled, meets=0.9))
    required = next(view.required for view in found.levels if view.requirement.must_have)
    short = with_must(found, verdict_supported=True, p_gap=0.97, lower=1.5, upper=required - 0.5)
    assert recommend(short, SHIPPED).advice == RuleAdvice.MEETS

    out = with_must(found, verdict_supported=True, p_gap=0.97, lower=1.5, upper=required - 0.51)
    said = recommend(out, SHIPPED)
    assert said.advice == RuleAdvice.RULED_OUT
    assert [view.requirement.must_have for view in said.ruled_out] == [True]

    thin = with_must(found, verdict_supported=False, p_gap=0.97, lower=1.5, upper=required - 0.51)
    assert recommend(thin, SHIPPED).advice == RuleAdvice.MEETS, "too few ratings rule nobody out"


def test_page_and_api_say_what_the_rule_says(world: Asked) -> None:
    said = recommend(levels(world), TeamPolicy.objects.current_for(world.ours.team.pk))
    client = signed_in(world.ours.hiring_manager)
    page = client.get(reverse("debrief", args=["acme", world.ours.application.pk])).content.decode()
    assert said.says in page
    assert "a named person decides" in " ".join(page.split())
    debrief = Debrief.objects.get(application=world.ours.application)
    body = client.get(f"/api/v1/debriefs/{debrief.pk}/").json()["recommendation"]
    assert body["advice"] == said.advice
    assert body["p_meets_bar"] == pytest.approx(said.chance)
    assert body["level"] == pytest.approx(body["bar"] + 0.5 - levels(world).pooled.gap)
    assert body["must_haves_ruled_out"] == [v.requirement.competency.key for v in said.ruled_out]


def by_hand(views: list[LevelView]) -> float:
    """What a reader works out: from the level of a row, or from the one that the row says it counts as."""
    counted = [view for view in views if view.pooled_as is not None]
    levels = [view.pooled_as if view.pooled_apart else view.level for view in counted]
    gaps = [
        view.weight * (view.required - (level or 0.0)) for view, level in zip(counted, levels, strict=True)
    ]
    return sum(gaps) / sum(view.weight for view in counted)


def test_pooled_gap_is_what_its_rows_give_or_the_row_says_why_not(world: Asked) -> None:
    for application in (world.ours.application, *world.others[1:]):
        for ratings, interviewers in ((2, 2), (9, 9)):
            policy = TeamPolicy(version=0, point_ratings=ratings, point_interviewers=interviewers)
            found = levels_for(application, run=world.run, policy=policy)
            assert found.pooled.gap is not None
            assert by_hand(found.levels) == pytest.approx(found.pooled.gap, abs=0.05)
            for view in found.levels:
                hidden = view.display == LevelDisplay.INTERVAL
                clamped = view.at_or_above or view.at_or_below
                assert not (hidden and view.pooled_as is not None) or view.pooled_apart
                assert view.pooled_apart is False or hidden or clamped


def test_row_says_what_it_counts_as_where_it_shows_no_level(world: Asked) -> None:
    view = view_of(world)
    row = view.rows[0]
    hidden = replace(row.view, level=None, display=LevelDisplay.INTERVAL)
    assert hidden.pooled_apart
    printed = view.pooled_from_print
    counted = [
        (round(100 * r.view.weight), round(r.view.pooled_as or 0, 1), r.view.required) for r in view.rows
    ]
    by_print = sum(w * (need - level) for w, level, need in counted) / sum(w for w, _, _ in counted)
    gap = view.levels.pooled.gap
    assert gap is not None
    assert (printed is None) == (f"{by_print:.1f}" == f"{gap:.1f}")
