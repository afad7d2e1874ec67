"""The dashboard: aggregates only, nobody named, small counts hidden, nothing of another team."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import TeamPolicy
from hiring.calibration.models import CalibrationRun, InterviewerEstimate
from hiring.pipeline.models import Application, ApplicationState
from reports.dashboard import agreement
from reports.dashboard.filters import filters
from tests.factories import ApplicationFactory, CandidateFactory, OpeningFactory, TeamFactory, UserFactory
from tests.reports.conftest import Scored, signed_in
from tests.worlds import TeamWorld

pytestmark = pytest.mark.django_db
ADDRESS = reverse("dashboard", args=["acme"])


def page(world: TeamWorld, **query: str) -> str:
    """The page as a browser reads it: a line break in the source is a space."""
    answer = signed_in(world.leader).get(reverse("dashboard", args=[world.team.key]), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def apply_(
    world: TeamWorld, count: int, *, opening: Any = None, state: str = ApplicationState.ACTIVE
) -> None:
    for number in range(count):
        candidate = CandidateFactory(team=world.team, name=f"Canary {number} of {world.team.key}")
        ApplicationFactory(
            team=world.team, opening=opening or world.opening, candidate=candidate, state=state
        )


def another_opening(world: TeamWorld, key: str) -> Any:
    return OpeningFactory(
        team=world.team, loop=world.loop, profile=world.profile, key=key, title=f"Opening {key}"
    )


def test_nobody_is_named_and_nothing_of_the_rival_is_there(scored: Scored) -> None:
    apply_(scored.ours, 12)
    apply_(scored.worlds.theirs, 12)
    html = page(scored.ours)
    canaries = [who.name for who in scored.ours.interviewers]
    canaries += list(Application.objects.values_list("candidate__name", flat=True))
    canaries += [who.email for who in scored.ours.interviewers]
    canaries += ["Named the failing link", "alert(", "rival", "Rival"]
    assert not [word for word in canaries if word in html]
    assert "Canary" not in html


def test_team_without_openings_is_told_what_will_stand_here() -> None:
    from accounts.permissions import Role
    from tests.factories import MembershipFactory

    team, leader = TeamFactory(key="new"), UserFactory()
    MembershipFactory(team=team, user=leader, role=Role.LEADERSHIP)
    answer = signed_in(leader).get(reverse("dashboard", args=["new"]))
    assert answer.status_code == 200
    assert "No opening yet" in answer.content.decode()


def test_few_applications_are_hidden_and_a_second_opening_with_them(scored: Scored) -> None:
    ours = scored.ours
    apply_(ours, 12)
    apply_(ours, 3, opening=another_opening(ours, "small"))
    apply_(ours, 20, opening=another_opening(ours, "large"))
    html = page(ours)
    assert "36 applications" in html  # 13, 3 and 20
    assert "20 applications" in html
    assert html.count("too few applications to show") == 2
    assert "13 applications" not in html


def test_small_funnel_is_hidden_and_large_one_shown(scored: Scored) -> None:
    few = page(scored.ours)
    assert "fewer than 10 applications" in few
    assert "Fewer than 10 people: too few to show." in few
    apply_(scored.ours, 30, state=ApplicationState.HIRED)
    many = page(scored.ours)
    assert "31 applications" in many
    assert "Applied: 31 people" in many
    assert "Interviewed: under 10 people" in many or "Interviewed: 0 people" in many


def test_panel_is_shown_from_ten_interviewers_without_names_or_counts(scored: Scored) -> None:
    policy = TeamPolicy.objects.current_for(scored.ours.team.pk)
    assert agreement.panel_severity(scored.run, policy) == []
    run = panel_of(scored, 12)
    shown = agreement.panel_severity(run, policy)
    assert len(shown) == 12
    assert {mark.name for mark in shown} == {""}
    html = page(scored.ours)
    assert "One line for each of 12 interviewers" in html
    assert "Hidden Canary" not in html
    assert "12 interviewers from" in html


def panel_of(scored: Scored, count: int) -> CalibrationRun:
    """A newer run with a panel of ``count``; runs are written once, so it is a run of its own."""
    values = {
        field.attname: getattr(scored.run, field.attname)
        for field in CalibrationRun._meta.concrete_fields
        if field.attname not in ("id", "created_at")
    }
    run: CalibrationRun = CalibrationRun.objects.create(**values)
    InterviewerEstimate.objects.bulk_create(
        InterviewerEstimate(
            run=run,
            interviewer=UserFactory(name=f"Hidden Canary {number}"),
            severity=0.1 * number,
            se=0.2,
            lower=0.1 * number - 0.3,
            upper=0.1 * number + 0.3,
            severity_levels=0.1 * number,
            lower_levels=0.1 * number - 0.3,
            upper_levels=0.1 * number + 0.3,
            n_ratings=40,
            n_scorecards=20 + number,
        )
        for number in range(count)
    )
    return run


def test_disagreement_needs_ten_people_behind_a_cell(scored: Scored) -> None:
    policy = TeamPolicy.objects.current_for(scored.ours.team.pk)
    chosen, known = filters(scored.ours.team)
    found = agreement.disagreement(chosen, policy, known)
    assert (found.answers, found.apart, found.grid) == (0, 0, None)


def test_filters_narrow_to_an_opening_of_the_team(scored: Scored) -> None:
    another_opening(scored.ours, "other")
    assert "Opening other" in page(scored.ours)
    chosen = page(scored.ours, opening="opening")
    assert chosen.count("Opening other") == 1  # in the list of filters only
    # A rival's key chooses nothing rather than everything.
    assert "No opening yet" in page(scored.ours, opening="no-such")
    assert page(scored.ours, period="<script>", opening='"><img>').count("<img") == 0


def queries(world: TeamWorld) -> int:
    client = signed_in(world.leader)
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("dashboard", args=[world.team.key]))
    return len(seen)


def test_queries_do_not_grow_with_openings_or_applications(scored: Scored) -> None:
    queries(scored.ours)
    one = queries(scored.ours)
    for key in ("b", "c"):
        apply_(scored.ours, 5, opening=another_opening(scored.ours, key))
    assert queries(scored.ours) == one


def test_figures_stand_in_the_page_without_scripts(scored: Scored) -> None:
    apply_(scored.ours, 30)
    html = page(scored.ours)
    assert "<svg" in html.split('id="fig-funnel"')[1][:400]
    assert ' style="' not in html
    assert 'data-figure-toggle aria-pressed="false" hidden' in html  # offered by the script alone


def test_totals_are_of_every_opening_however_many_there_are(scored: Scored) -> None:
    for number in range(60):
        apply_(scored.ours, 1, opening=another_opening(scored.ours, f"zz_{number:02}"))

    chosen, known = filters(scored.ours.team, period="")

    assert len(known) == 61
    assert chosen.applications().count() == Application.objects.in_team(scored.ours.team).count() == 61
    assert "61 openings" in page(scored.ours, period="")
