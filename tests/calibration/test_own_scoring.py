"""One's own scoring on a page of its own: to oneself and to calibrators, with intervals, from enough scorecards on."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import TeamPolicy, User
from events.models import Event
from hiring.calibration import habits, own_scoring
from hiring.calibration.facts import MIRROR_OPENED
from hiring.calibration.flags import INTERVIEWERS
from hiring.calibration.measures import NOT_ENOUGH
from tests.calibration.test_flags_shown import Planted, planted_rivals
from tests.reports.conftest import signed_in
from tests.standing import standing

pytestmark = pytest.mark.django_db

OWN = "/t/acme/your-scoring/"
_built, planted = standing(planted_rivals)


def page(user: User, planted: Planted) -> own_scoring.OwnScoringPage:
    return own_scoring.page_of(user, planted.ours.team, own=True)


def text(user: User, path: str) -> str:
    return " ".join(signed_in(user).get(path).content.decode().split())


def test_every_measure_has_value_interval_and_words(planted: Planted) -> None:
    ours = planted.ours
    found = page(ours.interviewers[0], planted)

    assert [line.name for line in found.measures] == [
        "Severity",
        "Drift",
        "Agreement",
        "Halo",
        "Use of the scale",
        "Telling candidates apart",
        "Predictability",
        "Evidence",
        "On time",
    ]
    told = {line.name: line for line in found.told}
    assert {"Severity", "Use of the scale", "Predictability"} <= told.keys()
    for line in told.values():
        assert line.interval
        assert line.words
    assert found.months
    assert found.months[-1].severity is not None
    assert found.months[-1].lower < found.months[-1].severity < found.months[-1].upper


def test_what_stands_out_leads_to_one_suggestion(planted: Planted) -> None:
    found = page(planted.dice, planted)
    out = {line.name for line in found.out}

    assert "Predictability" in out
    assert found.suggestion in {INTERVIEWERS[code].advice for code in ("misfit", "discriminates_less")}
    body = text(planted.dice, OWN)
    assert "stands out" in body
    assert found.suggestion in body


def test_evidence_that_names_a_verdict_is_not_counted(planted: Planted) -> None:
    """Everybody wrote "Seen." in this world."""
    months = habits.by_month(planted.ours.interviewers[0], planted.ours.team, within=own_scoring.timedelta(1))

    assert sum(month.rated for month in months) > 20
    assert sum(month.telling for month in months) == 0
    evidence = next(
        line for line in page(planted.ours.interviewers[0], planted).measures if line.name == "Evidence"
    )
    assert evidence.stands_out


def test_agreement_counts_only_what_one_may_read(planted: Planted) -> None:
    """The debriefs are not open: nobody sees anybody else's card, so there is nothing to agree with."""
    ines = planted.ours.interviewers[0]

    assert habits.agreement(ines, planted.ours.team).pairs == 0
    line = next(line for line in page(ines, planted).measures if line.name == "Agreement")
    assert line.value == NOT_ENOUGH

    planted.ours.opening.applications.update(debriefed_at="2026-11-01T12:00Z")
    manager = planted.ours.hiring_manager
    found = habits.agreement(manager, planted.ours.team)
    assert found.pairs > 50
    assert found.same < found.near <= found.pairs
    assert found.colleagues == 4


def test_few_scorecards_are_not_enough(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = TeamPolicy.objects.current_for(planted.ours.team.pk)
    policy.own_counts_from = policy.estimates_from = 1000
    monkeypatch.setattr(type(TeamPolicy.objects), "current_for", lambda self, team_id: policy)

    found = page(planted.dice, planted)

    assert not found.enough
    assert found.told == []
    assert found.out == []
    body = text(planted.dice, OWN)
    assert "shown from 1000 scorecards on" in body
    assert "Month by month" not in body


def test_a_calibrator_opens_a_colleagues_and_the_colleague_sees_that(planted: Planted) -> None:
    ours = planted.ours
    path = f"{OWN}{planted.dice.pk}/"
    assert "No calibrator has opened it." in text(planted.dice, OWN)

    asked = text(ours.calibrator, path)
    assert "Opening it is on record" in asked
    assert "Month by month" not in asked
    assert not Event.objects.of(MIRROR_OPENED).exists()
    body = " ".join(signed_in(ours.calibrator).post(path).content.decode().split())

    assert f"How {planted.dice.name} scores" in body
    event = Event.objects.of(MIRROR_OPENED).get()
    assert (event.by, event.team) == (ours.calibrator, ours.team)
    assert "Calibrators opened it 1 time, last" in text(planted.dice, OWN)
    assert "No calibrator has opened it." in text(ours.interviewers[0], OWN)


@pytest.mark.parametrize("role", ["admin", "recruiter", "hiring_manager", "leader", "interviewer"])
def test_nobody_else_opens_a_colleagues(planted: Planted, role: str) -> None:
    path = f"{OWN}{planted.dice.pk}/"

    client, rival = signed_in(planted.ours.members[role]), signed_in(planted.worlds.theirs.calibrator)
    assert {client.get(path).status_code, client.post(path).status_code} == {403}
    assert {rival.get(path).status_code, rival.post(path).status_code} == {404}
    assert not Event.objects.of(MIRROR_OPENED).exists()


def test_somebody_of_another_team_is_not_found(planted: Planted) -> None:
    stranger = planted.worlds.theirs.interviewers[0]

    assert signed_in(planted.ours.calibrator).get(f"{OWN}{stranger.pk}/").status_code == 404


def test_the_page_costs_the_same_however_many_cards(planted: Planted) -> None:
    counts: list[int] = []
    users: list[Any] = [planted.dice, planted.ours.leader]
    for user in users:
        with CaptureQueriesContext(connection) as queries:
            page(user, planted)
        counts.append(len(queries))

    assert max(counts) <= 13


def test_the_first_page_leads_to_it(planted: Planted) -> None:
    assert OWN in text(planted.dice, "/t/acme/interviews/")
