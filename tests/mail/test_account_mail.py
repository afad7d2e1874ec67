"""A link that sets a password goes through the outbox, and stands nowhere once it is sent."""

import re
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client

from mail import delivery
from mail.models import OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_link_to_set_a_password_is_mailed_works_and_is_wiped(client: Client, settings: Any) -> None:
    settings.MAIL_IS_KEPT = False
    user = UserFactory(email="ada@example.org")

    answer = client.post("/accounts/password/reset/", {"email": user.email})

    assert answer.status_code == 302
    mail = OutgoingMail.objects.get()
    assert (mail.user, mail.team, mail.is_secret) == (user, None, True)
    assert delivery.deliver() == 1
    mail.refresh_from_db()
    assert (mail.text, mail.html) == ("", "")
    (message,) = django_mail.outbox
    link = re.search(r"http://testserver(/\S+)", str(message.body))
    assert link is not None
    assert client.get(link[1], follow=True).status_code == 200
    assert message.subject == "Set your password"
    assert user.email in str(message.body)


def test_an_unknown_address_is_told_so_by_mail_alone(client: Client) -> None:
    known = client.post("/accounts/password/reset/", {"email": UserFactory().email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})

    assert known["Location"] == unknown["Location"]
    assert OutgoingMail.objects.get(to="nobody@example.org").subject == "No account with this address"


def test_the_mail_is_not_wiped_where_the_demo_shows_it(client: Client, settings: Any) -> None:
    settings.MAIL_IS_KEPT = True
    user = UserFactory()
    client.post("/accounts/password/reset/", {"email": user.email})
    delivery.deliver()

    mail = OutgoingMail.objects.get()
    assert mail.state == "kept"
    assert "/accounts/password/reset/key/" in mail.text
