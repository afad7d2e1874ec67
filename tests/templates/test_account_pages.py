"""Sign-in, password and two-step pages: in our words, with our parts, without inline scripts or styles."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
OPEN = ("account_login", "account_reset_password", "account_reset_password_done")
SIGNED_IN = (
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
)


def _check(html: str) -> None:
    assert "<h1>" in html
    assert "style=" not in html
    assert not re.findall(r"<script(?![^>]*(src=|application/json))", html)
    assert 'class="shell"' in html
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", OPEN)
def test_page_for_visitors_renders(client: Client, name: str) -> None:
    response = client.get(reverse(name))

    assert response.status_code == 200
    _check(response.content.decode())


@pytest.mark.parametrize("name", SIGNED_IN)
def test_page_for_members_renders(client: Client, name: str) -> None:
    user = UserFactory()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if name == "mfa_activate_totp":
        client.post(reverse("account_reauthenticate"), {"password": _password(user)})

    response = client.get(reverse(name), follow=True)

    assert response.status_code == 200
    _check(response.content.decode())


def _password(user: object) -> str:
    user.set_password("correct horse battery")  # type: ignore[attr-defined]
    user.save()  # type: ignore[attr-defined]
    return "correct horse battery"


def test_wrong_password_is_said_beside_the_form(client: Client) -> None:
    response = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "wrong"})

    html = response.content.decode()
    assert 'role="alert"' in html
    _check(html)


def test_reset_link_that_was_used_says_what_to_do(client: Client) -> None:
    response = client.get(reverse("account_reset_password_from_key", kwargs={"uidb36": "zz", "key": "set-x"}))

    html = response.content.decode()
    assert "no longer works" in html
    assert reverse("account_reset_password") in html


def test_signed_in_shell_offers_sign_out_by_post(client: Client) -> None:
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")

    html = client.get(reverse("mfa_index")).content.decode()

    assert re.search(rf'<form action="{reverse("account_logout")}" method="post">', html)


def test_address_that_is_nothing_says_so_in_the_shell(client: Client) -> None:
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    _check(response.content.decode())
