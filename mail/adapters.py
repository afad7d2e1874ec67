"""The sign-in's mail goes through the outbox like all other."""

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.adapters import ClosedAccountAdapter
from accounts.models import User
from mail.actions import store
from mail.models import OutgoingMail

# A link to set a password that comes this late was asked for anew.
LATEST = timedelta(hours=6)


class OutboxAccountAdapter(ClosedAccountAdapter):
    """Nobody signs up by themselves; what is mailed about an account is kept until it is sent, and then wiped."""

    def format_email_subject(self, subject: str) -> str:
        """As it is written: there is no site whose name could stand before it."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail the library wants sent."""
        # The library lists what its templates need; the address in them is the request's.
        message = self.render_mail(
            template_prefix, email, {"request": self.request, "email": email, **context}
        )
        with transaction.atomic():
            store(
                OutgoingMail(
                    user=User.objects.filter(email__iexact=email).first(),
                    to=email,
                    kind=template_prefix.rpartition("/")[2],
                    key=f"account:{uuid.uuid4()}",
                    subject=message.subject,
                    text=str(message.body),
                    is_secret=True,
                    expires_at=timezone.now() + LATEST,
                )
            )
