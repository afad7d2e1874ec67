"""Writing a mail, and taking one back that nobody needs any more."""

import uuid
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Team, User
from mail.letters import Letter, write
from mail.models import MailState, OutgoingMail


def post(
    letter: Letter,
    *,
    kind: str,
    key: str,
    team: Team | None,
    to: User | str,
    about: str = "",
    send_after: datetime | None = None,
    expires_at: datetime | None = None,
    unsubscribe_url: str = "",
) -> bool:
    """Write ``letter`` to somebody within the caller's transaction; False if the occasion ``key`` had its mail.

    A worker sends it after the commit, not before ``send_after`` and not after ``expires_at``.
    """
    written = write(letter)
    return store(
        OutgoingMail(
            team=team,
            user=to if isinstance(to, User) else None,
            to=to.email if isinstance(to, User) else to,
            kind=kind,
            key=key,
            about=about,
            subject=letter.subject,
            text=written.text,
            html=written.html,
            send_after=send_after or timezone.now(),
            expires_at=expires_at,
            unsubscribe_url=unsubscribe_url,
        )
    )


def store(mail: OutgoingMail) -> bool:
    """Keep a mail that was put together elsewhere; False if there is one of its key already."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(
            f"A mail of kind {mail.kind} was written outside the transaction of what it tells."
        )
    mail.subject = " ".join(mail.subject.split())[:200]
    mail.message_id = f"<{uuid.uuid4()}@{_domain()}>"
    known = OutgoingMail.objects.filter(key=mail.key).exists()
    if known:
        return False
    # Somebody may be writing the same at this moment: theirs counts, and this one is none.
    OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
    return OutgoingMail.objects.filter(message_id=mail.message_id).exists()


def drop(*, kind: str, about: str) -> int:
    """Take back what waits of ``kind`` about a row; what has been sent is sent. Returns how many."""
    waiting = OutgoingMail.objects.waiting().filter(kind=kind, about=about)
    return waiting.update(state=MailState.DROPPED)


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
