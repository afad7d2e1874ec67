"""The demo's page of mail: nobody's but invented people's, and only where mail is kept."""

from typing import Any

import pytest
from django.test import Client

from mail.actions import post
from mail.letters import Letter
from mail.models import OutgoingMail
from tests.factories import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

LETTER = Letter(subject="Your week", lines=("Three things.",), why="You are a member.")


@pytest.fixture
def invented(settings: Any) -> Any:
    settings.MAIL_IS_KEPT = True
    return MembershipFactory(team__is_synthetic=True)


def mail_to(user: Any) -> OutgoingMail:
    post(LETTER, kind="digest", key=f"to{user.pk}", team=None, to=user)
    return OutgoingMail.objects.get(key=f"to{user.pk}")


def test_kept_mail_is_read_as_text_and_as_html(client: Client, invented: Any) -> None:
    mail = mail_to(invented.user)
    client.force_login(invented.user)

    assert "Your week" in client.get("/demo/mail/").content.decode()
    assert "Three things." in client.get(f"/demo/mail/{mail.pk}/").content.decode()
    html = client.get(f"/demo/mail/{mail.pk}/html/")
    assert "<h1>Your week</h1>" in html.content.decode()
    assert "style-src 'self' 'unsafe-inline'" in html.headers["Content-Security-Policy"]


def test_mail_to_real_people_is_not_shown(client: Client, invented: Any) -> None:
    real = MembershipFactory().user
    both = MembershipFactory(team=invented.team).user
    MembershipFactory(team=TeamFactory(), user=both)
    client.force_login(invented.user)

    for user in (real, both, UserFactory()):
        assert client.get(f"/demo/mail/{mail_to(user).pk}/").status_code == 404
    assert "Your week" not in client.get("/demo/mail/").content.decode()


def test_real_people_do_not_read_the_demos_mail(client: Client, invented: Any) -> None:
    mail = mail_to(invented.user)
    client.force_login(MembershipFactory().user)

    assert client.get(f"/demo/mail/{mail.pk}/").status_code == 404


def test_there_is_no_such_page_where_mail_is_sent(client: Client, invented: Any, settings: Any) -> None:
    settings.MAIL_IS_KEPT = False
    client.force_login(invented.user)

    assert client.get("/demo/mail/").status_code == 404
