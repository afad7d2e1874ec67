"""Whether mail can go anywhere: asked before the product serves anybody."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

MISSING = (
    "Mail goes nowhere: EMAIL_URL is not set. Name your mail server, for example "
    "EMAIL_URL=smtp+tls://user:password@mail.example.org:587, and LOOPWRIGHT_URL, the address people reach this "
    "installation at. `EMAIL_URL=kept:` sends nothing and keeps mail to be read in the product: for demos."
)


def require_mail() -> None:
    """Refuse to serve where mail could not be sent: reset links and reminders would be lost without a word."""
    if not settings.MAIL_CONFIGURED and not settings.DEBUG:
        raise ImproperlyConfigured(MISSING)


@register(Tags.security, deploy=True)
def mail_goes_somewhere(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """The same for ``manage.py check --deploy``."""
    return [] if settings.MAIL_CONFIGURED else [Error(MISSING, id="mail.E001")]
