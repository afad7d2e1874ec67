"""The trail is a chain: whatever is changed, taken out or put in behind the product's back is found."""

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from accounts import audit, trail
from accounts.models import AuditSeal, Team
from tests.conftest import as_owner
from tests.factories import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def tampering(*tables: str) -> Iterator[Any]:
    """What the owner of the database can do, triggers switched off."""
    with as_owner(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def team() -> Team:
    """A team whose making and two renamings are sealed, each renaming in a stretch of its own."""
    user, made = UserFactory(), TeamFactory()
    trail.seal()
    for name in ("Second", "Third"):
        with audit.recording("team.rename", by=user, team=made, reason=f"now {name}"):
            Team.objects.filter(pk=made.pk).update(name=name)
        trail.seal()
    assert trail.verify().faults == []
    assert AuditSeal.objects.count() == 3
    return made


def faults() -> str:
    return " ".join(trail.verify().faults)


def test_whole_chain_is_whole_however_it_grows(team: Team) -> None:
    assert trail.seal() is None
    Team.objects.filter(pk=team.pk).update(name="Fourth")
    verdict = trail.verify()
    assert (verdict.faults, verdict.unsealed, verdict.seals) == ([], 1, 3)
    new = trail.seal()
    assert new is not None
    assert new.stretches["accounts_teamevent"]["events"] == 1
    assert trail.verify().head == new.head


def test_changed_event_is_found(team: Team) -> None:
    with tampering("accounts_teamevent") as cursor:
        cursor.execute("UPDATE accounts_teamevent SET name = 'Never' WHERE name = 'Second'")
    assert "Seal 2, accounts_teamevent: an event or the entry it belongs to was changed." in faults()


@pytest.mark.parametrize(
    "change",
    [
        'metadata = metadata || \'{"by": "somebody@else"}\'',
        "metadata = metadata - 'reason'",
        "created_at = created_at - interval '1 minute'",
    ],
)
def test_changed_entry_is_found(team: Team, change: str) -> None:
    with tampering() as cursor:
        cursor.execute(f"UPDATE pghistory_context SET {change} WHERE metadata->>'reason' = 'now Second'")  # noqa: S608 -- our words
        assert cursor.rowcount == 1
    assert "Seal 2, accounts_teamevent: an event or the entry it belongs to was changed." in faults()


def test_deleted_event_is_found(team: Team) -> None:
    with tampering("accounts_teamevent") as cursor:
        cursor.execute("DELETE FROM accounts_teamevent WHERE name = 'Second'")
    assert "Seal 2, accounts_teamevent: 1 of 1 events were taken out." in faults()


def test_deleted_entry_is_found(team: Team) -> None:
    with tampering() as cursor:
        cursor.execute("DELETE FROM pghistory_context")
    assert "the entries of 1 events are missing" in faults()


def test_back_dated_event_is_found_wherever_it_is_put(team: Team) -> None:
    copy = (
        "INSERT INTO accounts_teamevent (pgh_id, pgh_created_at, pgh_label, pgh_obj_id, id, key, name, "
        "is_library, is_synthetic, created_at) OVERRIDING SYSTEM VALUE "
        "SELECT {number}, pgh_created_at - interval '1 day', pgh_label, pgh_obj_id, id, key, 'Never', is_library, "
        "is_synthetic, created_at FROM accounts_teamevent WHERE name = 'Third'"
    )
    with tampering("accounts_teamevent") as cursor:
        cursor.execute("SELECT max(pgh_id) FROM accounts_teamevent")
        (newest,) = cursor.fetchone()
        cursor.execute(copy.format(number=newest + 1))
    assert "Not sealed yet, accounts_teamevent: an event of" in faults()
    trail.seal()
    assert "was written after that time was sealed" in faults()

    with tampering("accounts_teamevent") as cursor:
        cursor.execute("DELETE FROM accounts_teamevent WHERE pgh_id = %s", [newest - 1])
        cursor.execute(copy.format(number=newest - 1))
    assert "Seal 2, accounts_teamevent: an event or the entry it belongs to was changed." in faults()


def test_entry_that_no_change_wrote_is_found(team: Team) -> None:
    with tampering() as cursor:
        cursor.execute(
            "INSERT INTO pghistory_context (id, created_at, updated_at, metadata) "
            "VALUES (gen_random_uuid(), '2020-01-01', '2020-01-01', '{\"by\": \"somebody@else\"}')"
        )
    assert "nothing was changed by it" in faults()


def test_seal_changed_or_taken_out_is_found(team: Team) -> None:
    kept = trail.head_of()
    assert kept is not None
    with tampering() as cursor:
        cursor.execute(
            "UPDATE accounts_auditseal SET sealed_at = sealed_at - interval '1 h' WHERE number = 2"
        )
    assert "Seal 2: the seal itself was changed." in faults()
    with tampering() as cursor:
        cursor.execute("DELETE FROM accounts_auditseal WHERE number = 2")
    assert "Seal 3: the seals before it are missing." in faults()


def test_chain_made_anew_is_found_by_a_head_that_was_kept(team: Team) -> None:
    kept = trail.head_of()
    assert kept is not None
    assert trail.verify(head=kept.head).faults == []
    with tampering("accounts_teamevent") as cursor:
        cursor.execute("UPDATE accounts_teamevent SET name = 'Never' WHERE name = 'Second'")
        cursor.execute("DELETE FROM accounts_auditseal")
    trail.seal()
    assert trail.verify().faults == []
    assert "The head that was kept is not in the chain" in " ".join(trail.verify(head=kept.head).faults)


def test_event_of_a_transaction_that_commits_late_is_not_passed_over() -> None:
    """Numbers are given when an event is written; a lower one may appear after a higher one was sealed."""
    first, second = TeamFactory(), TeamFactory()
    trail.seal()
    written, go = threading.Event(), threading.Event()

    def late() -> None:
        try:
            with transaction.atomic():
                Team.objects.filter(pk=first.pk).update(name="Late")
                written.set()
                go.wait(20)
        finally:
            connections.close_all()

    writer = threading.Thread(target=late)
    writer.start()
    assert written.wait(20)
    Team.objects.filter(pk=second.pk).update(name="Early")
    assert trail.seal(patience=0.1) is None
    threading.Timer(0.3, go.set).start()
    new = trail.seal(patience=20)
    writer.join()
    assert new is not None
    trail.seal()
    verdict = trail.verify()
    assert verdict.faults == []
    assert verdict.unsealed == 0


def test_writers_do_not_wait_for_a_seal() -> None:
    team = TeamFactory()
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Team.objects.filter(pk=team.pk).update(name="Held")
                held.set()
                go.wait(20)
        finally:
            connections.close_all()

    def seal() -> None:
        try:
            trail.seal(patience=5)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=hold), threading.Thread(target=seal)]
    threads[0].start()
    assert held.wait(20)
    threads[1].start()
    time.sleep(0.2)
    started = time.monotonic()
    TeamFactory()
    assert time.monotonic() - started < 2
    go.set()
    for thread in threads:
        thread.join()


def test_seal_is_due_every_few_minutes(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    Team.objects.filter(pk=team.pk).update(name="Fourth")
    assert trail.seal_when_due() is None
    monkeypatch.setattr(trail, "SEAL_EVERY", timedelta(0))
    assert trail.seal_when_due() is not None


def said(*arguments: str) -> Any:
    out = io.StringIO()
    call_command("audit", *arguments, "--format", "json", stdout=out)
    return json.loads(out.getvalue())


def test_commands_print_the_head_and_verify(team: Team) -> None:
    head = said("head")
    assert head == said("head", "--day", f"{timezone.now():%Y-%m-%d}")
    assert said("verify", "--head", head["head"])["whole"] is True
    for arguments in (["head", "--day", "2001-01-01"], ["head", "--day", "yesterday"]):
        with pytest.raises(CommandError) as refused:
            said(*arguments)
        assert refused.value.returncode == 2

    with tampering("accounts_teamevent") as cursor:
        cursor.execute("UPDATE accounts_teamevent SET name = 'Never' WHERE name = 'Second'")
    with pytest.raises(CommandError, match="not as it was written") as failed:
        said("verify")
    assert failed.value.returncode == 1
