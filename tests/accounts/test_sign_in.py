"""Signing in, failing to, and being slowed down."""

import re
from typing import Any

import pytest
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from mail.delivery import deliver
from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


def sign_in(client: Client, email: str, password: str) -> tuple[int, str]:
    answer = client.post(LOGIN, {"login": email, "password": password}, follow=False)
    return answer.status_code, answer.content.decode()


def plain(html: str, email: str) -> str:
    """The page without what differs in every answer."""
    tokens = r'X-CSRFToken": "\w+|name="csrfmiddlewaretoken" value="\w+'
    return re.sub(tokens, "", html.replace(email, ""))


def test_member_signs_in_by_address_in_any_case(client: Client) -> None:
    member = MembershipFactory(user__email="ada@example.org")

    code, _ = sign_in(client, "ADA@example.org", PASSWORD)

    assert code == 302
    assert client.session["_auth_user_id"] == str(member.user_id)


def test_wrong_password_and_unknown_address_read_the_same(client: Client) -> None:
    user = UserFactory(email="known@example.org")
    _, wrong = sign_in(client, user.email, "not-the-password")
    _, unknown = sign_in(client, "other@example.org", "not-the-password")

    assert "_auth_user_id" not in client.session
    assert plain(wrong, user.email) == plain(unknown, "other@example.org")


def test_deactivated_account_cannot_sign_in(client: Client) -> None:
    user = UserFactory(is_active=False)
    sign_in(client, user.email, PASSWORD)

    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_even_with_the_right_password_and_says_what_to_do(client: Client) -> None:
    user = UserFactory()
    for _ in range(10):
        sign_in(client, user.email, "wrong-password")
    _, html = sign_in(client, user.email.upper(), PASSWORD)

    assert "_auth_user_id" not in client.session
    assert "Too many attempts" in html
    assert "15 minutes" in html
    # Somebody else is not kept out.
    other = UserFactory()
    assert sign_in(client, other.email, PASSWORD)[0] == 302


def test_limits_are_kept_by_the_database_and_not_by_one_process() -> None:
    assert isinstance(caches["default"], DatabaseCache)


def test_nobody_closes_an_account_from_another_place(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user = UserFactory()
    stranger, owner = (
        Client(headers={"X-Forwarded-For": place}) for place in ("203.0.113.7", "198.51.100.9")
    )
    for _ in range(12):
        sign_in(stranger, user.email, "wrong-password")

    assert "Too many attempts" in sign_in(stranger, user.email, PASSWORD)[1]
    assert sign_in(owner, user.email, PASSWORD)[0] == 302


def test_many_guesses_from_one_place_do_not_stop_others_behind_the_same_proxy(settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(32):
        # Whatever the sender invents, the proxy's word is the last one.
        places = f"192.0.2.{number}, 203.0.113.7"
        sign_in(Client(headers={"X-Forwarded-For": places}), f"nobody{number}@example.org", "wrong-password")
    user = UserFactory()
    guesser, other = (Client(headers={"X-Forwarded-For": place}) for place in ("203.0.113.7", "198.51.100.9"))

    assert sign_in(guesser, user.email, PASSWORD)[0] != 302
    assert sign_in(other, user.email, PASSWORD)[0] == 302


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    client.post("/accounts/signup/", {"email": "new@example.org", "password1": "a-Long-Enough-1"})

    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("page", ["login/", "password/reset/", "logout/", "signup/"])
def test_sign_in_pages_open(client: Client, page: str) -> None:
    assert client.get(f"/accounts/{page}", follow=True).status_code == 200


def test_person_without_password_gets_a_reset_mail(client: Client, mailoutbox: list[object]) -> None:
    user = User.objects.create_user("fresh@example.org", name="Fresh")
    assert not user.has_usable_password()

    client.post("/accounts/password/reset/", {"email": user.email})
    deliver()

    assert len(mailoutbox) == 1


def test_who_asks_for_too_many_mails_is_told_so_on_a_page_of_ours(client: Client) -> None:
    for number in range(21):
        answer = client.post("/accounts/password/reset/", {"email": f"nobody{number}@example.org"})
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "Too many tries in a short time" in page
    assert 'class="shell"' in page


def test_admin_asks_visitors_to_sign_in_on_the_same_page(client: Client) -> None:
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/accounts/login/?next=/admin/"


def test_admin_refuses_who_is_signed_in_without_the_right(client: Client) -> None:
    client.force_login(MembershipFactory(role=Role.INTERVIEWER).user)

    assert client.get("/admin/", follow=True).status_code == 403


def test_operator_enters_the_admin_and_sees_no_teams_rows(client: Client) -> None:
    MembershipFactory(team__name="CANARY", role=Role.ADMIN)
    client.force_login(User.objects.create_superuser("op@example.org", name="Op"))

    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/accounts/team/").status_code == 403
