"""The debrief shows the gap of what was rated beside the gap planned."""

import pytest
from django.urls import reverse

from accounts.models import TeamPolicy
from hiring.calibration.evidence import gap_layers
from hiring.decisions.actions import open_debrief
from tests.reports.conftest import signed_in
from tests.worlds import rivals, submitted_card
from web import numbers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("people", [1, 2])
def test_debrief_shows_the_gap_of_what_was_rated(people: int) -> None:
    ours = rivals().ours
    for interview in ours.interviews:
        for interviewer in ours.interviewers[:people]:
            submitted_card(interview, interviewer)
    open_debrief(
        application=ours.application, by=ours.hiring_manager, reason="Two people are away this week."
    )
    layers = gap_layers(ours.application, policy=TeamPolicy.objects.current_for(ours.team.pk))

    path = reverse("debrief", args=[ours.team.key, ours.application.pk])
    page = signed_in(ours.hiring_manager).get(path).content.decode()

    assert f"<dd>{numbers.gap(layers.rated.gap)}</dd>" in page
    assert f"of what was rated, against {numbers.gap(layers.planned)} planned" in page
    assert (layers.lost > 0.001) == (people == 1)
