"""Where mail goes that no server takes."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from mail.checks import MISSING


class KeptBackend(BaseEmailBackend):
    """Sends nothing: the row in the database is all there is of the mail. For demos, which show it."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Take them."""
        return len(messages)


class NowhereBackend(BaseEmailBackend):
    """Refuses, in words, where nobody said which server takes mail. Nothing is ever written to a log."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Always raises."""
        raise ConnectionError(MISSING)
