"""A colleague's words are found nowhere before one's own: by a manager on the panel, and by somebody from outside.

The interviewer, the rival team and everybody else are principals of the matrix (``test_matrix.py``).
"""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from hiring.pipeline.actions import assign_interviewer
from hiring.pipeline.models import Application, Interview
from hiring.pipeline.outside import invite_outsider
from reports.models import Report
from tests.security.routes import routes
from tests.security.scene import Scene
from tests.security.test_matrix import body_of, found

pytestmark = pytest.mark.django_db
BLIND = {"blind-evidence", "blind-summary"}


def _told(scene: Scene, user: User) -> set[tuple[str, str]]:
    """Every place of our team's addresses, and of a list's pages, in which a blind canary stands."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    leaks = set()
    for route in routes():
        if route.is_library or route.name == "schema":
            continue
        for address in route.addresses(scene.ours):
            for query in ("", "?q=CANARY&search=CANARY", "?show=running&ordering=-pk"):
                if query and not route.pattern.endswith(
                    ("/debriefs/", "interviews/$", "scorecards/$", "application/")
                ):
                    continue
                seen = found(scene.ours, body_of(client.get(address + query))) & BLIND
                leaks |= {(route.pattern, name) for name in seen}
    return leaks


@pytest.fixture
def interview(scene: Scene) -> Interview:
    """The interview that one has scored and the others owe; its debrief is open, so that there is much to see."""
    blind: Interview = Interview.objects.get(pk=scene.ours.rows["interview"][1])
    Application.objects.filter(pk=blind.application_id).update(debriefed_at=timezone.now())
    return blind


def test_manager_on_the_panel_who_owes_a_card_meets_no_colleagues_word(
    scene: Scene, interview: Interview
) -> None:
    manager = scene.people["manager"]
    client = Client()
    client.force_login(manager)
    cards = client.get(f"/api/v1/scorecards/?interview={interview.pk}")
    assert found(scene.ours, body_of(cards)) & BLIND, "without a card of his own he reads them"

    assign_interviewer(interview, manager, by=scene.people["recruiter"])

    assert _told(scene, manager) == set()
    assert not Report.objects.visible_to(manager).filter(
        subject_id=interview.application_id, kind="skill-gap"
    )


def test_somebody_from_outside_meets_no_colleagues_word(scene: Scene, interview: Interview) -> None:
    link, _ = invite_outsider(interview, name="Olga", email="olga@else.example", by=scene.people["recruiter"])

    assert _told(scene, link.user) == set()
