"""Typed settings from the environment that fail loudly.

Every reader names the variable, what it got and what it wants, so that a wrong
deployment stops at start and not in the middle of an interview.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    """Return variable ``name``; raise if it is unset and has no default."""
    value = os.environ.get(name, "")
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(
            f"Environment variable {name} is not set. See .env.example for what it means."
        )
    return default


def secret(name: str, default: str | None = None) -> str:
    """Return a secret from ``name``, or from the file that ``name``_FILE points to."""
    path = os.environ.get(f"{name}_FILE", "")
    if not path:
        return text(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE points to {path}, which cannot be read: {error}.") from error


def flag(name: str, *, default: bool) -> bool:
    """Return a yes/no variable; anything but a plain yes or no is refused."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off. Use 1 or 0.")


def integer(name: str, default: int, *, low: int, high: int) -> int:
    """Return a whole number within ``low``..``high``."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from None
    if not low <= number <= high:
        raise ImproperlyConfigured(f"{name}={number} is outside {low}..{high}.")
    return number


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """Return a comma-separated list without blanks."""
    value = os.environ.get(name, "")
    return [part.strip() for part in value.split(",") if part.strip()] or list(default)


def database(name: str) -> dict[str, Any]:
    """Return Django's settings for the PostgreSQL address in variable ``name``."""
    address = secret(name)
    if not address.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            f"{name} must be a PostgreSQL address such as postgres://user:password@host:5432/loopwright. "
            "No other database is supported."
        )
    return dict(environ.Env.db_url_config(address))


def address(name: str, default: str) -> str:
    """Return a web address without a slash at its end."""
    value = text(name, default).rstrip("/")
    if not value.startswith(("http://", "https://")):
        raise ImproperlyConfigured(
            f"{name}={value!r} is no web address. Write it as https://hire.example.org."
        )
    return value


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over; ``kept`` where it goes nowhere and is read in the product instead."""

    backend: str
    kept: bool = False
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False


_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_MAIL_HOW = (
    "Write smtp+tls://user:password@mail.example.org:587 (STARTTLS), smtps:// (TLS from the first byte), smtp:// (a "
    "relay on your own network), or kept: for a demo."
)


def mail(name: str) -> MailServer | None:
    """Return the mail server in variable ``name`` (or the file ``name``_FILE points to), None where it is unset.

    What is wrong is said without repeating the value, which holds a password.
    """
    url = secret(name, " ").strip()
    if not url:
        return None
    if url == "kept:":
        return MailServer("mail.backends.KeptBackend", kept=True)
    parts = urlsplit(url)
    if parts.scheme not in _MAIL_PORTS or not parts.hostname:
        raise ImproperlyConfigured(f"{name} is no mail server. {_MAIL_HOW}")
    return MailServer(
        "django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=_port(name, parts) or _MAIL_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtps",
    )


def _port(name: str, parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} names a port that is none. {_MAIL_HOW}") from None
