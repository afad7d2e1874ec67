"""What a device may keep for the time without a network, and the worker that keeps it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hiring.pipeline.models import Interview
from hiring.scoring.offline import MARK
from tests.scoring.conftest import Session

pytestmark = pytest.mark.django_db


def test_own_form_and_list_are_marked_and_a_submitted_card_is_not(client: Client, session: Session) -> None:
    client.force_login(session.by)
    form = f"/t/acme/interviews/{session.interview.pk}/score/"

    assert client.get(form).headers[MARK] == str(session.by.pk)
    assert client.get("/t/acme/interviews/").headers[MARK] == str(session.by.pk)

    session.submit()
    assert MARK not in client.get(form).headers, "it shows what colleagues wrote"


def test_refused_form_is_not_marked(client: Client, session: Session) -> None:
    client.force_login(session.by)
    url = f"/t/acme/interviews/{session.interview.pk}/score/"

    answer = client.post(url, {"intent": "submit", "revision": "0", "base": ""})

    assert answer.status_code == 422
    assert MARK not in answer.headers


def test_worker_is_served_from_the_root_to_anybody(client: Client) -> None:
    answer = client.get("/interviews-worker.js")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache, private"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    body = answer.content.decode()
    assert body.startswith("globalThis.SETTINGS = {")
    assert MARK in body


def test_forms_of_today_and_what_is_due_are_kept(client: Client, session: Session) -> None:
    client.force_login(session.by)

    def kept() -> bool:
        body = " ".join(client.get("/t/acme/interviews/").content.decode().split())
        return f'/t/acme/interviews/{session.interview.pk}/score/" data-offline-page' in body

    assert kept()
    Interview.objects.update(scheduled_at=timezone.now() + timedelta(days=3))
    assert not kept()
