"""The bar on top of every page: declared by the apps, in the order of the settings."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.factories import MembershipFactory
from web.navigation import Entry, bar

#: What each role finds in the bar, in order.
BARS = {
    Role.ADMIN: ["Interviews", "Lab", "Debriefs", "Dashboard", "Reports", "Admin"],
    Role.RECRUITER: ["Interviews", "Lab", "Debriefs", "Dashboard", "Reports", "Admin"],
    Role.HIRING_MANAGER: ["Interviews", "Lab", "Debriefs", "Dashboard", "Reports", "Admin"],
    Role.INTERVIEWER: ["Interviews", "Lab", "Debriefs"],
    Role.LEADERSHIP: ["Dashboard", "Reports"],
    Role.OUTSIDE: ["Interviews"],
}


@pytest.mark.parametrize("name", [*settings.NAVIGATION, *settings.FIRST_STEPS])
def test_setting_names_an_entry(name: str) -> None:
    assert isinstance(import_string(name), Entry)


@pytest.mark.parametrize("role", Role.values)
def test_each_role_has_its_bar(role: str) -> None:
    assert [entry.label for entry in bar(ROLE_PERMISSIONS[role])] == BARS[Role(role)]


def test_calibrators_have_calibration_after_the_reports() -> None:
    granted = ROLE_PERMISSIONS[Role.LEADERSHIP] | {Permission.CALIBRATE}

    assert [entry.label for entry in bar(granted)] == ["Dashboard", "Reports", "Calibration"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_every_entry_opens_for_whom_it_is_shown_and_says_where_one_is(role: str, client: Client) -> None:
    member = MembershipFactory(role=role, is_calibrator=True)
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")

    entries = bar(member.permissions)

    for entry in entries:
        page = client.get(entry.address(member.team), follow=True)
        assert page.status_code == 200, entry
        if entry.in_team:
            links = page.context["nav"]
            assert [link.label for link in links] == [each.label for each in entries]
            assert [link.label for link in links if link.current] == [entry.label]


@pytest.mark.django_db
def test_visitors_see_no_bar(client: Client) -> None:
    assert client.get(reverse("account_login")).context["nav"] == []
