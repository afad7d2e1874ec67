"""The reference: for people who signed in, drawn without anything from elsewhere."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.worlds import TeamWorld

pytestmark = pytest.mark.django_db


def test_reference_asks_visitors_to_sign_in(client: Client) -> None:
    assert client.get("/api/docs/").headers["Location"] == "/accounts/login/?next=/api/docs/"
    assert client.get("/api/schema/").status_code == 401


def test_reference_loads_nothing_from_elsewhere(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.interviewers[0])

    answer = client.get("/api/docs/")

    page, policy = answer.content.decode(), answer["Content-Security-Policy"]
    sources = re.findall(r'(?:src|href|data-schema)="([^"]+)"', page)
    assert sources
    assert all(source.startswith("/") for source in sources)
    for source in sources:
        if source.startswith("/static/"):
            assert finders.find(source.removeprefix("/static/")), source
    assert "script-src 'self';" in policy
    assert "http" not in policy
    assert "<script>" not in page
    assert "style=" not in page
    assert client.get("/api/schema/").status_code == 200
