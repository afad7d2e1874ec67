"""Blindness: who sees whose scorecard, in every channel, in every state.

Every secret text is unique, there is always something that could leak, and every
refusal has a twin that is let through.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import TeamPolicy, User
from accounts.models.policy import BlindMode
from hiring.pipeline.models import Application, ApplicationState, Assignment, Interview, InterviewState
from hiring.scoring.models import Scorecard, ScorecardState
from tests.factories import AssignmentFactory, UserFactory
from tests.worlds import Rivals, TeamWorld, submitted_card

pytestmark = pytest.mark.django_db
CANARY = "CANARY-7f3e-of-the-peer"


def peer_submits(ours: TeamWorld) -> Scorecard:
    """The colleague submits both cards; the first one is what might leak."""
    submitted_card(ours.interviews[1], ours.interviewers[1], 1, evidence=CANARY)
    return submitted_card(ours.interviews[0], ours.interviewers[1], 1, evidence=CANARY)


def submits(ours: TeamWorld, user: User, count: int = 2) -> None:
    for interview in ours.interviews[:count]:
        submitted_card(interview, user, 4)


def mode(ours: TeamWorld, value: BlindMode) -> None:
    TeamPolicy.objects.create(team=ours.team, version=1, blind_mode=value, reason="test")


def opens_debrief(ours: TeamWorld) -> None:
    Application.objects.filter(pk=ours.application.pk).update(debriefed_at=timezone.now())


def peer_in(ours: TeamWorld) -> None:
    """Only the colleague has submitted."""


def half_in(ours: TeamWorld) -> None:
    """The interviewer has submitted one card of two."""
    submits(ours, ours.interviewers[0], 1)


def own_in(ours: TeamWorld) -> None:
    """The interviewer has submitted both."""
    submits(ours, ours.interviewers[0])


def own_in_at_debrief(ours: TeamWorld) -> None:
    """The same, in a team that opens cards at the debrief only."""
    mode(ours, BlindMode.AT_DEBRIEF)
    submits(ours, ours.interviewers[0])


def revealed(ours: TeamWorld) -> None:
    """All in, and the debrief is open."""
    own_in_at_debrief(ours)
    opens_debrief(ours)


def revealed_while_owing(ours: TeamWorld) -> None:
    """The debrief was forced while the interviewer still owes a card."""
    submits(ours, ours.interviewers[0], 1)
    opens_debrief(ours)


READERS = {"recruiter", "hiring_manager", "admin", "calibrator"}
STATES: list[tuple[Callable[[TeamWorld], None], set[str]]] = [
    (peer_in, set()),
    (half_in, set()),
    (own_in, {"interviewer"}),
    (own_in_at_debrief, set()),
    (revealed, {"interviewer", *READERS}),
    (revealed_while_owing, READERS),
]
OBSERVERS = ["interviewer", "unassigned", "owing_manager", "leader", "rival", "outsider", *sorted(READERS)]


def observer(world: Rivals, name: str) -> User:
    """The person by the name used in the table."""
    ours = world.ours
    if name == "unassigned":
        user = ours.interviewers[2]
    elif name == "owing_manager":
        user = ours.hiring_manager
        AssignmentFactory(interview=ours.interviews[1], interviewer=user)
    elif name == "rival":
        user = world.theirs.admin
    elif name == "outsider":
        user = world.outsider
    else:
        user = ours.members[name]
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("who", OBSERVERS)
@pytest.mark.parametrize(("state", "seeing"), STATES, ids=[state.__name__ for state, _ in STATES])
def test_who_sees_a_peers_card(
    world: Rivals, who: str, state: Callable[[TeamWorld], None], seeing: set[str]
) -> None:
    card = peer_submits(world.ours)
    state(world.ours)
    user = observer(world, who)
    client = APIClient()
    client.force_authenticate(user)

    listed = client.get("/api/v1/scorecards/")
    detail = client.get(f"/api/v1/scorecards/{card.pk}/")

    expected = who in seeing
    assert (card in Scorecard.objects.visible_to(user)) is expected
    assert (CANARY in listed.content.decode()) is expected
    assert (CANARY in detail.content.decode()) is expected
    assert detail.status_code == (200 if expected else 404)


@pytest.mark.parametrize("who", OBSERVERS)
@pytest.mark.parametrize(("state", "seeing"), STATES, ids=[state.__name__ for state, _ in STATES])
def test_pages_show_a_peers_words_only_to_whom_they_are_open(
    world: Rivals, who: str, state: Callable[[TeamWorld], None], seeing: set[str]
) -> None:
    peer_submits(world.ours)
    state(world.ours)
    client = Client()
    client.force_login(observer(world, who))

    pages = [client.get(f"/t/acme/interviews/{row.pk}/score/") for row in world.ours.interviews]
    pages.append(client.get("/t/acme/interviews/"))

    shown = any(CANARY in page.content.decode() for page in pages)
    # The readers of a debrief read it there; the scoring pages are for those who score.
    assert shown is (who in seeing and who == "interviewer")


@pytest.mark.parametrize("who", ["interviewer", "recruiter", "admin", "hiring_manager"])
def test_one_sees_ones_own_card_in_every_state(world: Rivals, who: str) -> None:
    user = world.ours.members[who]
    AssignmentFactory._meta.model.objects.get_or_create(interview=world.ours.interviews[0], interviewer=user)
    draft = Scorecard.objects.create(
        team=world.ours.team, interview=world.ours.interviews[0], interviewer=user
    )

    assert list(Scorecard.objects.visible_to(User.objects.get(pk=user.pk))) == [draft]


def test_nobody_sees_a_peers_draft(world: Rivals) -> None:
    ours = world.ours
    draft = Scorecard.objects.create(
        team=ours.team, interview=ours.interviews[0], interviewer=ours.interviewers[1], summary=CANARY
    )
    submits(ours, ours.interviewers[0])
    opens_debrief(ours)

    for name in OBSERVERS:
        assert draft not in Scorecard.objects.visible_to(observer(world, name)), name
    assert draft in Scorecard.objects.visible_to(ours.interviewers[1])


def test_released_interviewer_sees_nothing_even_after_own_submit(world: Rivals) -> None:
    ours = world.ours
    peer = peer_submits(ours)
    own_in(ours)
    user = ours.interviewers[0]
    assert peer in Scorecard.objects.visible_to(User.objects.get(pk=user.pk))

    Assignment.objects.filter(interviewer=user).update(
        released_at=timezone.now(), release_reason="Knows them."
    )

    assert peer not in Scorecard.objects.visible_to(User.objects.get(pk=user.pk))


def test_deactivated_member_sees_nothing_on_the_next_request(world: Rivals) -> None:
    ours = world.ours
    peer = peer_submits(ours)
    own_in(ours)
    client = APIClient()
    client.force_login(ours.interviewers[0])
    assert client.get(f"/api/v1/scorecards/{peer.pk}/").status_code == 200

    ours.interviewers[0].memberships.update(is_active=False)

    assert client.get(f"/api/v1/scorecards/{peer.pk}/").status_code == 404
    assert client.get("/t/acme/interviews/").status_code == 404


def test_further_interview_blinds_again(world: Rivals) -> None:
    ours = world.ours
    peer = peer_submits(ours)
    own_in(ours)
    opens_debrief(ours)
    user = ours.interviewers[0]
    assert peer in Scorecard.objects.visible_to(User.objects.get(pk=user.pk))

    Interview.objects.filter(pk=ours.interviews[1].pk).update(state=InterviewState.CANCELLED)
    again = Interview.objects.create(team=ours.team, application=ours.application, stage=ours.stages[1])
    AssignmentFactory(interview=again, interviewer=user)

    assert peer not in Scorecard.objects.visible_to(User.objects.get(pk=user.pk))


def test_cancelled_interview_owes_nothing(world: Rivals) -> None:
    ours = world.ours
    peer = peer_submits(ours)
    half_in(ours)
    user = ours.interviewers[0]
    assert peer not in Scorecard.objects.visible_to(User.objects.get(pk=user.pk))

    Interview.objects.filter(pk=ours.interviews[1].pk).update(state=InterviewState.CANCELLED)

    assert peer in Scorecard.objects.visible_to(User.objects.get(pk=user.pk))


def test_decision_ends_what_is_owed(world: Rivals) -> None:
    ours = world.ours
    peer = peer_submits(ours)
    revealed_while_owing(ours)
    user = ours.interviewers[0]
    assert peer not in Scorecard.objects.visible_to(User.objects.get(pk=user.pk))

    Application.objects.filter(pk=ours.application.pk).update(state=ApplicationState.DECLINED)

    assert peer in Scorecard.objects.visible_to(User.objects.get(pk=user.pk))


def test_own_card_on_another_application_opens_nothing(world: Rivals) -> None:
    ours = world.ours
    peer = peer_submits(ours)
    stranger = UserFactory()
    ours.team.memberships.create(user=stranger, role="interviewer")
    from tests.scoring.conftest import session_in

    other = session_in(ours, by=stranger)
    submitted_card(other.interview, stranger, 3)

    assert peer not in Scorecard.objects.visible_to(User.objects.get(pk=stranger.pk))


def test_replaced_version_is_as_blind_as_its_successor(world: Rivals) -> None:
    ours = world.ours
    card = peer_submits(ours)
    Scorecard.objects.filter(pk=card.pk).update(state=ScorecardState.AMENDED, enters=False)

    assert card not in Scorecard.objects.visible_to(User.objects.get(pk=ours.interviewers[0].pk))


def _observed(client: Client, url: str) -> tuple[int, str, int]:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(url)
    body = re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken)[^>]*', "", answer.content.decode())
    return answer.status_code, re.sub(r"Saved \d\d:\d\d", "", body), len(queries)


@pytest.mark.parametrize("prepare", [peer_in, half_in, own_in_at_debrief])
def test_hidden_card_cannot_be_told_from_an_absent_one(
    world: Rivals, prepare: Callable[[TeamWorld], None]
) -> None:
    """Same status, same page, same number of queries: no oracle in counts, order or work done."""
    ours = world.ours
    prepare(ours)
    client = Client()
    client.force_login(ours.interviewers[0])
    urls = [
        f"/t/acme/interviews/{ours.interviews[1].pk}/score/",
        "/api/v1/scorecards/",
        "/api/v1/interviews/",
    ]
    if prepare is not own_in_at_debrief:
        urls.append("/t/acme/interviews/")
    client.get("/t/acme/interviews/")  # the first visit writes to the session
    absent = [_observed(client, url) for url in urls]

    submitted_card(ours.interviews[0], ours.interviewers[1], 1, evidence=CANARY)
    if prepare is not own_in_at_debrief:
        submitted_card(ours.interviews[1], ours.interviewers[1], 1, evidence=CANARY)

    present = [_observed(client, url) for url in urls]
    for now, before in zip(present, absent, strict=True):
        assert (now[0], now[2]) == (before[0], before[2])
        assert now[1].splitlines() == before[1].splitlines()


def test_filters_do_not_reach_hidden_cards(world: Rivals) -> None:
    peer_submits(world.ours)
    client = APIClient()
    client.force_authenticate(world.ours.interviewers[0])

    known: Any = client.get(f"/api/v1/scorecards/?interview={world.ours.interviews[0].pk}&state=submitted")
    unknown: Any = client.get("/api/v1/scorecards/?interviewer__email__startswith=i")

    assert known.json()["results"] == []
    assert unknown.status_code == 400
