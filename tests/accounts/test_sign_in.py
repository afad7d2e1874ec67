"""Signing in, failing to, and being slowed down."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.permissions import Role
from tests.factories import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    cache.clear()


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


def test_guessing_is_locked_out_even_with_the_right_password_and_says_what_to_do(client: Client) -> None:
    user = UserFactory()
    answers = []
    for _ in range(14):
        cache.clear()  # the database remembers too, not only one process's memory
        answers.append(sign_in(client, user.email, "wrong-password"))
    code, html = sign_in(client, user.email, PASSWORD)

    assert code == 429
    assert "_auth_user_id" not in client.session
    assert "Too many attempts" in html
    assert "15 minutes" in html
    # Somebody else is not kept out.
    other = UserFactory()
    assert sign_in(client, other.email, PASSWORD)[0] == 302


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

    assert len(mailoutbox) == 1


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
