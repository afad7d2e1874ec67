"""The admin's sidebar: complete, and never leading to a refusal."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory

from accounts.models import User
from accounts.permissions import Role
from config.sidebar import GROUPS, navigation
from config.unfold import UNFOLD
from tests.factories import MembershipFactory

ENTRIES = [entry for _, entries in GROUPS for entry in entries]
OURS = ("accounts", "hiring", "jobs", "loops", "reports", "roles", "rubrics")


def _links(user: User, rf: RequestFactory) -> Iterator[str]:
    request = rf.get("/admin/")
    request.user = user
    if not admin.site.has_permission(request):
        return  # not admitted, so there is no sidebar
    for group in navigation(request):
        yield from (item["link"] for item in group["items"])


def test_every_list_of_ours_has_its_entry() -> None:
    registered = {model for model in admin.site._registry if model._meta.app_label in OURS}

    assert registered <= {model for _, _, model in ENTRIES}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_every_link_opens_for_whom_it_is_shown(role: str, client: Client, rf: RequestFactory) -> None:
    user = MembershipFactory(role=role).user
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    for link in _links(user, rf):
        assert client.get(link).status_code == 200, link


def test_theme_takes_its_neutrals_and_accent_from_the_tokens() -> None:
    from django.conf import settings

    tokens = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()

    assert UNFOLD["COLORS"]["primary"]["600"] in tokens
    for step in ("50", "100", "200", "300", "500", "600"):
        assert UNFOLD["COLORS"]["base"][step] in tokens
