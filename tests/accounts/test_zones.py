"""Times in the reader's own zone; where it is the server's, the zone is named."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.actions import set_time_zone
from accounts.errors import InvalidInput
from accounts.models import AuditEvent, User
from accounts.zones import in_own_zone, named_zone, zone_names
from tests.factories import MembershipFactory, UserFactory
from tests.worlds import team_world
from web.templatetags.moments import clock, moment

NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)


def test_the_servers_zone_is_named_and_ones_own_is_not() -> None:
    assert clock(NOON) == "12:00 UTC"
    with in_own_zone(ZoneInfo("Asia/Tokyo")):
        assert clock(NOON) == "21:00"
        with named_zone(ZoneInfo("Europe/Amsterdam")):  # a mail written during somebody's request
            assert moment(NOON) == "Tue 1 Jul 2025, 14:00 CEST"
    assert clock(None) == ""


def test_names_to_choose_from_are_places() -> None:
    assert zone_names()[0] == "UTC"
    assert "Europe/Amsterdam" in zone_names()
    assert not [name for name in zone_names() if name.startswith("Etc/")]


@pytest.mark.django_db
def test_a_zone_is_one_that_there_is_and_its_change_is_on_record() -> None:
    user = UserFactory()
    with pytest.raises(InvalidInput, match="Mars/Olympus"):
        set_time_zone(user, name="Mars/Olympus", by=user)
    set_time_zone(user, name="Asia/Tokyo", by=user)

    assert User.objects.get(pk=user.pk).zone == ZoneInfo("Asia/Tokyo")
    assert AuditEvent.objects.filter(metadata__action="user.set_time_zone").exists()


@pytest.mark.django_db
def test_the_browser_tells_its_zone_once_and_ones_choice_stays(client: Client) -> None:
    user = MembershipFactory().user
    client.force_login(user)
    page = client.get("/accounts/settings/").content.decode()
    assert 'data-zone-url="/accounts/settings/zone/"' in page

    assert client.post("/accounts/settings/zone/", {"zone": "Nowhere"}).status_code == 422
    assert client.post("/accounts/settings/zone/", {"zone": "Asia/Tokyo"}).status_code == 204
    assert client.post("/accounts/settings/zone/", {"zone": "Europe/Paris"}).status_code == 204

    user.refresh_from_db()
    assert user.time_zone == "Asia/Tokyo"
    assert "data-zone-url" not in client.get("/accounts/settings/").content.decode()


@pytest.mark.django_db
def test_pages_are_written_in_the_readers_zone(client: Client) -> None:
    ours = team_world()
    interview = ours.interviews[0]
    interview.scheduled_at = datetime(2027, 7, 1, 12, tzinfo=UTC)
    interview.state = "planned"
    interview.save()
    client.force_login(ours.interviewers[0])
    assert "12:00 UTC" in client.get("/t/acme/interviews/").content.decode()

    said = {"time_zone": "Asia/Tokyo", "gets_digest": "on"}
    assert client.post("/accounts/settings/", said).status_code == 302

    page = client.get("/t/acme/interviews/").content.decode()
    assert "21:00" in page
    assert "21:00 UTC" not in page
    assert client.post("/accounts/settings/", {"time_zone": "Mars/Olympus"}).status_code == 422
