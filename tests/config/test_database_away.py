"""A database that is away: 503 with a time to come back, in words; other faults stay what they are."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.test import Client

from accounts.actions.tokens import create_token
from config.database_away import is_away
from tests.factories import UserFactory

ROOT = Path(__file__).parents[2]


def wrapped(outer: type[Exception], inner: Exception) -> Exception:
    error = outer(str(inner))
    error.__cause__ = inner
    return error


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (wrapped(OperationalError, psycopg.OperationalError("connection failed")), True),
        (wrapped(OperationalError, psycopg.errors.AdminShutdown("terminating connection")), True),
        (wrapped(OperationalError, psycopg.errors.CannotConnectNow("the database is starting up")), True),
        (wrapped(OperationalError, psycopg.errors.TooManyConnections("too many clients")), True),
        (wrapped(OperationalError, psycopg.errors.ConnectionFailure("lost")), True),
        (wrapped(InterfaceError, psycopg.InterfaceError("the connection is closed")), True),
        (wrapped(ValueError, wrapped(OperationalError, psycopg.OperationalError("connection failed"))), True),
        (wrapped(OperationalError, psycopg.errors.LockNotAvailable("lock timeout")), False),
        (wrapped(OperationalError, psycopg.errors.DeadlockDetected("deadlock")), False),
        (wrapped(OperationalError, psycopg.errors.QueryCanceled("statement timeout")), False),
        (wrapped(IntegrityError, psycopg.errors.UniqueViolation("twice")), False),
        (wrapped(DataError, psycopg.DataError("NUL")), False),
        (ValueError("x"), False),
        (None, False),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_away_is_told_from_other_faults(error: Exception | None, away: bool) -> None:
    assert is_away(error) is away


@pytest.fixture
def lost(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Calling it loses the database."""

    def refuse(*_: Any, **__: Any) -> None:
        raise wrapped(OperationalError, psycopg.OperationalError("connection failed"))

    return lambda: monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", refuse)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/t/acme/reports/", "/admin/", "/accounts/login/"])
def test_page_says_when_to_come_back(address: str, lost: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory())
    lost()
    answer = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "The database does not answer just now." in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["get", "post"])
def test_api_says_when_to_come_back(verb: str, lost: Any) -> None:
    token = create_token(UserFactory(), by=None)
    client = Client(
        headers={"Authorization": f"Token {token}", "Idempotency-Key": "k"}, raise_request_exception=False
    )
    lost()
    answer = getattr(client, verb)("/api/v1/candidates/", content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 503
    assert "try again" in answer.json()["detail"]


@pytest.mark.django_db
def test_fault_of_ours_is_no_503(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("ours")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", crash)
    assert (
        Client(raise_request_exception=False)
        .get("/admin/", headers={"Cookie": f"sessionid={'x' * 32}"})
        .status_code
        == 500
    )


def test_command_says_it_in_one_line(tmp_path: Path) -> None:
    nowhere = f"postgres://nobody@/nothing?host={tmp_path}"
    environment = {**os.environ, "DATABASE_URL": nowhere, "DATABASE_OWNER_URL": nowhere}
    result = subprocess.run(
        [sys.executable, "manage.py", "create_team", "acme", "Acme", "--admin", "ada@example.org"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 1
    assert result.stderr.startswith("error: the database does not answer: ")
    assert result.stderr.count("\n") == 1
