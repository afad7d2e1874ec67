"""Sending: a worker takes a mail with a lease and a token, hands it to the mail server, and writes down that it did.

Two workers never send one mail. A worker that dies between the server's "accepted" and its own note leaves a mail
that is sent again once the lease has run out: SMTP has no way to ask whether a message arrived. The Message-ID is
the same at every attempt, so that mail servers and programs show such a mail once.
"""

import smtplib
import uuid
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from mail.models import MailState, OutgoingMail

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=3)
BATCH = 50
# What a mail said is kept so long, for its receiver's questions; that there was one is kept for good.
WORDS_KEPT = timedelta(days=30)
# Waits after the first, second ... failure; after the last one the mail has failed.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))


def deliver() -> int:
    """Send what is due, oldest first, over one connection; return how many went out."""
    _expire()
    sent = 0
    connection: BaseEmailBackend | None = None
    try:
        for _ in range(BATCH):
            mail = _claim()
            if mail is None:
                return sent
            try:
                if connection is None:
                    connection = get_connection()
                    connection.open()
                message_of(mail, connection).send()
            except smtplib.SMTPRecipientsRefused as error:
                codes = [code for code, _ in error.recipients.values()]
                _give_back(mail, error, for_good=all(code >= 500 for code in codes))
            except (OSError, smtplib.SMTPException) as error:
                # The server, not the mail: what else waits would meet the same.
                _give_back(mail, error, for_good=False)
                return sent
            else:
                sent += _note_sent(mail)
    finally:
        if connection is not None:
            connection.close()
    return sent


def message_of(mail: OutgoingMail, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The message as it travels, with the headers that tell programs what it is."""
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if mail.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{mail.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.to],
        headers=headers,
        connection=connection,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _claim() -> OutgoingMail | None:
    """Take the oldest mail that is due; a worker that died with one has lost it to whoever comes after its lease."""
    due = Q(state=MailState.WAITING, send_after__lte=Now()) | Q(
        state=MailState.SENDING, leased_until__lt=Now()
    )
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update(skip_locked=True).filter(due).order_by("pk").first()
        if mail is None:
            return None
        mail.token = uuid.uuid4()
        OutgoingMail.objects.filter(pk=mail.pk).update(
            state=MailState.SENDING, token=mail.token, leased_until=Now() + LEASE, attempts=F("attempts") + 1
        )
        mail.attempts += 1
    return mail


def _note_sent(mail: OutgoingMail) -> int:
    kept = settings.MAIL_IS_KEPT
    wiped = {"text": "", "html": ""} if mail.is_secret and not kept else {}
    return _held(mail).update(
        state=MailState.KEPT if kept else MailState.SENT,
        sent_at=Now(),
        token=None,
        leased_until=None,
        error="",
        **wiped,
    )


def _give_back(mail: OutgoingMail, error: Exception, *, for_good: bool) -> None:
    """For another attempt later, or for good after the last. The note names the fault, never the mail's words."""
    code = getattr(error, "smtp_code", None)
    note = f"{type(error).__name__}{f' {code}' if code else ''}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        note = (
            f"The mail server refuses the address: {', '.join(str(c) for c, _ in error.recipients.values())}."
        )
    log.warning("mail_not_sent", mail=mail.pk, kind=mail.kind, attempt=mail.attempts, error=note)
    if for_good or mail.attempts > len(BACKOFF):
        wiped = {"text": "", "html": ""} if mail.is_secret else {}
        _held(mail).update(state=MailState.FAILED, token=None, leased_until=None, error=note[:300], **wiped)
        return
    _held(mail).update(
        state=MailState.WAITING,
        token=None,
        leased_until=None,
        error=note[:300],
        send_after=timezone.now() + BACKOFF[mail.attempts - 1],
    )


def _held(mail: OutgoingMail) -> "QuerySet[OutgoingMail]":
    return OutgoingMail.objects.filter(pk=mail.pk, token=mail.token, state=MailState.SENDING)


def _expire() -> None:
    """What came too late is not sent: a link that has expired helps nobody."""
    late = OutgoingMail.objects.waiting().filter(expires_at__lt=Now())
    late.filter(is_secret=True).update(text="", html="", state=MailState.DROPPED)
    late.update(state=MailState.DROPPED)


def forget() -> int:
    """Wipe the words of mail that was written a month ago and waits for nothing; return how many."""
    old = OutgoingMail.objects.filter(created_at__lt=Now() - WORDS_KEPT).exclude(text="", html="")
    return old.exclude(state__in=[MailState.WAITING, MailState.SENDING]).update(text="", html="")
