"""Typed settings from the environment that fail loudly.

Every reader names the variable, what it got and what it wants, so that a wrong
deployment stops at start and not in the middle of an interview.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
