"""Mail is written with what it tells, sent once, tried again, and tells no secrets afterwards."""

import smtplib
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.utils import timezone

from mail import delivery
from mail.actions import drop, post, store
from mail.letters import Letter, LetterItem, LetterLink, LetterPart, write
from mail.models import MailState, OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LETTER = Letter(
    subject="Scorecard due: Debugging",
    lines=("Ada, it is late & <b>dark</b>.",),
    facts=(("Candidate", "Bo Li"),),
    parts=(LetterPart("Ahead", (LetterItem("Debugging", "tomorrow", "https://x.example/1"),)),),
    button=LetterLink("Write it", "https://x.example/score"),
    why="You are assigned.",
)


@pytest.fixture(autouse=True)
def _a_server(settings: Any) -> None:
    """Mail goes to a server, which is the test's list of messages."""
    settings.MAIL_IS_KEPT = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def written(key: str = "k", **more: Any) -> OutgoingMail:
    post(LETTER, kind="reminder", key=key, team=None, to="ada@example.org", **more)
    return OutgoingMail.objects.get(key=key)


def test_letter_is_the_same_in_both_forms_and_escaped_in_html() -> None:
    both = write(LETTER)

    for words in ("Bo Li", "https://x.example/score", "https://x.example/1", "tomorrow", "You are assigned."):
        assert words in both.text
        assert words in both.html
    assert "it is late & <b>dark</b>." in both.text
    assert "it is late &amp; &lt;b&gt;dark&lt;/b&gt;." in both.html
    assert "\n\n\n" not in both.text


def test_one_occasion_has_one_mail_and_is_sent_once_with_its_headers() -> None:
    first = written(unsubscribe_url="https://x.example/off")
    assert post(LETTER, kind="reminder", key="k", team=None, to="ada@example.org") is False

    assert delivery.deliver() == 1
    assert delivery.deliver() == 0

    (message,) = django_mail.outbox
    assert message.extra_headers["Message-ID"] == first.message_id
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.extra_headers["List-Unsubscribe"] == "<https://x.example/off>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [kind for _, kind in message.alternatives] == ["text/html"]
    first.refresh_from_db()
    assert first.state == MailState.SENT
    assert first.sent_at is not None


def test_a_mail_goes_with_the_change_that_it_tells() -> None:
    with transaction.atomic():
        written()
        transaction.set_rollback(True)

    assert not OutgoingMail.objects.exists()


def test_what_waits_for_later_or_came_too_late_is_not_sent() -> None:
    now = timezone.now()
    later = written("later", send_after=now + timedelta(hours=1))
    late = written("late", expires_at=now - timedelta(minutes=1))
    dropped = written("dropped", about="hiring.assignment:1")
    assert drop(kind="reminder", about="hiring.assignment:1") == 1

    assert delivery.deliver() == 0

    for mail, state in ((later, "waiting"), (late, "dropped"), (dropped, "dropped")):
        mail.refresh_from_db()
        assert mail.state == state


def _refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def send(self: EmailBackend, messages: Any) -> int:
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", send)


def test_a_server_that_is_away_is_tried_again_with_the_same_message_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, other = written("a"), written("b")
    with monkeypatch.context() as away:
        _refuse(away, ConnectionRefusedError("no"))
        assert delivery.deliver() == 0
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.state, first.attempts, other.attempts) == ("waiting", 1, 0)
    assert first.error == "ConnectionRefusedError"
    assert first.send_after > timezone.now()

    OutgoingMail.objects.update(send_after=timezone.now())
    assert delivery.deliver() == 2
    ids = {message.extra_headers["Message-ID"] for message in django_mail.outbox}
    assert ids == {first.message_id, other.message_id}


def test_an_address_that_is_refused_for_good_fails_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mail = written()
    _refuse(monkeypatch, smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"who?")}))

    delivery.deliver()

    mail.refresh_from_db()
    assert mail.state == MailState.FAILED
    assert "550" in mail.error


def test_after_the_last_attempt_it_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = written()
    OutgoingMail.objects.update(attempts=len(delivery.BACKOFF))
    _refuse(monkeypatch, TimeoutError())

    delivery.deliver()

    mail.refresh_from_db()
    assert mail.state == MailState.FAILED


def test_a_worker_that_died_loses_its_mail_and_its_word() -> None:
    mail = written()
    dead = delivery._claim()
    assert dead is not None
    assert delivery._claim() is None  # it is somebody's
    OutgoingMail.objects.update(leased_until=timezone.now() - timedelta(seconds=1))

    assert delivery.deliver() == 1

    assert delivery._note_sent(dead) == 0  # back from the dead: its token counts no more
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("sent", 2)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_one_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        with transaction.atomic():
            written(f"k{number}")
    seen: list[str] = []
    monkeypatch.setattr(
        EmailBackend,
        "send_messages",
        lambda self, messages: seen.extend(m.extra_headers["Message-ID"] for m in messages) or len(messages),
    )

    def work() -> None:
        try:
            delivery.deliver()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == len(set(seen)) == 20


def test_a_secret_is_wiped_once_it_is_sent_or_given_up() -> None:
    def secret(key: str, **more: Any) -> OutgoingMail:
        mail = OutgoingMail(
            to="ada@example.org", kind="reset", key=key, subject="Set a password", text="https://x/secret",
            is_secret=True, **more,
        )  # fmt: skip
        assert store(mail)
        return OutgoingMail.objects.get(key=key)

    sent = secret("a")
    given_up = secret("b", expires_at=timezone.now() - timedelta(seconds=1))
    delivery.deliver()

    assert "https://x/secret" in str(django_mail.outbox[0].body)
    for mail, state in ((sent, "sent"), (given_up, "dropped")):
        mail.refresh_from_db()
        assert (mail.state, mail.text, mail.html) == (state, "", "")


def test_a_line_break_in_a_subject_is_no_header() -> None:
    user = UserFactory()
    letter = Letter(subject="Due: a\r\nBcc: all@example.org", lines=(), why="")
    post(letter, kind="reminder", key="x", team=None, to=user)

    assert OutgoingMail.objects.get(key="x").subject == "Due: a Bcc: all@example.org"
    assert delivery.deliver() == 1


def test_words_are_forgotten_after_a_month_and_the_mail_is_not() -> None:
    old, waiting, new = written("old"), written("waiting"), written("new")
    OutgoingMail.objects.filter(pk__in=[old.pk, new.pk]).update(state="sent")
    OutgoingMail.objects.exclude(pk=new.pk).update(created_at=timezone.now() - timedelta(days=31))

    assert delivery.forget() == 1
    assert delivery.forget() == 0

    old.refresh_from_db()
    assert (old.text, old.html, old.subject) == ("", "", LETTER.subject)
    for mail in (waiting, new):
        mail.refresh_from_db()
        assert mail.text
