"""Addresses in mails: whole ones, and signed ones that let somebody do one thing without signing in."""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse


def absolute(name: str, *args: object) -> str:
    """The whole address of a page by its name."""
    return settings.PUBLIC_URL + reverse(name, args=args)


def sign(salt: str, numbers: list[int]) -> str:
    """A token that says ``numbers`` and cannot be made up."""
    return signing.dumps(numbers, salt=f"loopwright.mail.{salt}")


def read(salt: str, token: str, *, within: timedelta) -> list[int] | None:
    """What a token says; None for one that is made up, for another use, or too old."""
    try:
        numbers: list[int] = signing.loads(token, salt=f"loopwright.mail.{salt}", max_age=within)
    except signing.BadSignature:
        return None
    return numbers
