"""Where mail goes is said by the environment, and never left to a log."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from mail.backends import NowhereBackend
from mail.checks import mail_goes_somewhere, require_mail


def server(monkeypatch: pytest.MonkeyPatch, value: str) -> env.MailServer | None:
    monkeypatch.setenv("EMAIL_URL", value)
    return env.mail("EMAIL_URL")


@pytest.mark.parametrize(
    ("url", "port", "starttls", "tls"),
    [
        ("smtp+tls://ada:p%40ss@mail.example.org", 587, True, False),
        ("smtps://ada:p%40ss@mail.example.org:4650", 4650, False, True),
        ("smtp://ada:p%40ss@mail.example.org", 25, False, False),
    ],
)
def test_a_server_is_read_from_its_address(
    monkeypatch: pytest.MonkeyPatch, url: str, port: int, starttls: bool, tls: bool
) -> None:
    found = server(monkeypatch, url)

    assert found is not None
    assert (found.host, found.user, found.password) == ("mail.example.org", "ada", "p@ss")
    assert (found.port, found.starttls, found.tls, found.kept) == (port, starttls, tls, False)
    assert "p@ss" not in repr(found)


@pytest.mark.parametrize("url", ["console:", "smtp://", "mail.example.org", "smtp+tls://u:hunter2@m:99x"])
def test_what_is_no_server_is_refused_without_repeating_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        server(monkeypatch, url)

    assert "smtp+tls://" in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_without_a_server_the_product_does_not_serve(settings: object) -> None:
    settings.MAIL_CONFIGURED, settings.DEBUG = False, False  # type: ignore[attr-defined]

    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        require_mail()
    assert [message.id for message in mail_goes_somewhere(None)] == ["mail.E001"]
    with pytest.raises(ConnectionError, match="EMAIL_URL"):
        NowhereBackend().send_messages([])
    settings.MAIL_CONFIGURED = True  # type: ignore[attr-defined]
    require_mail()


def test_the_web_server_refuses_to_start_without_one() -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("EMAIL_URL", "DEBUG")}
    answer = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=Path(__file__).parents[2], env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert answer.returncode != 0
    assert "EMAIL_URL is not set" in answer.stderr
