"""The application's database role may do what is declared, and nothing else, on every table there is."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from accounts import audit
from accounts.database_rights import VERBS, declared, event_tables, set_rights
from accounts.models import AuditEvent, Membership, Team, TeamPolicy
from tests.conftest import as_owner
from tests.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db

STATEMENTS = {
    "SELECT": "SELECT 1 FROM {table} LIMIT 0",
    "INSERT": "INSERT INTO {table} SELECT * FROM {table} WHERE false",
    "UPDATE": "UPDATE {table} SET {column} = {column} WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
}


def allowed(statement: str) -> bool:
    """Whether the application role may run a statement; what it did is undone."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        return False
    return True


def tables() -> Iterator[tuple[str, str]]:
    """Every table, view and the like of the product, with one of its columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname, (
                SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
                AND NOT a.attisdropped ORDER BY a.attnum LIMIT 1
            )
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
            AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1
            """
        )
        yield from cursor.fetchall()


def test_every_verb_on_every_table_is_as_declared() -> None:
    rights, wrong, tried = declared(), [], 0
    for table, column in tables():
        wanted = rights.of(table)
        if wanted is None:
            wrong.append(f"{table} is not declared: add it to config/database_rights.py")
            continue
        # INSERT copies what it reads: without SELECT it would fail for another reason.
        assert "SELECT" in wanted
        for verb in VERBS:
            statement = STATEMENTS[verb].format(table=f'"{table}"', column=f'"{column}"')
            tried += 1
            if allowed(statement) != (verb in wanted):
                wrong.append(f"{table}: {verb}")
    assert wrong == []
    assert tried > 400


def test_list_names_no_table_that_is_gone() -> None:
    assert set(declared().by_table) - {table for table, _ in tables()} == set()


def test_table_declared_twice_is_refused(settings: Any) -> None:
    settings.DATABASE_RIGHTS = {"SELECT": ("a",), "SELECT, INSERT": ("a",)}
    with pytest.raises(ValueError, match="declared twice"):
        declared()


def test_nothing_of_the_trail_is_written_by_the_application() -> None:
    for table in [*event_tables(), "pghistory_context", "accounts_auditseal"]:
        assert declared().of(table) == {"SELECT"}


def test_functions_that_write_the_trail_cannot_be_called() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc p WHERE pronamespace = 'public'::regnamespace "
            "AND has_function_privilege(oid, 'EXECUTE') "
            "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
        assert {row[0] for row in cursor.fetchall()} == {"_pgtrigger_should_ignore", "accounts_seal_trail"}
    assert not allowed("SELECT _pgh_attach_context()")
    assert not allowed("CREATE TABLE public.mine (id int)")
    assert not allowed("SELECT nextval('accounts_team_id_seq')")
    assert not allowed("ALTER TABLE accounts_team DISABLE TRIGGER USER")


def test_session_cannot_tell_triggers_to_look_away() -> None:
    team = TeamFactory()
    policy = TeamPolicy.objects.create(team=team, version=1, reason="first")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger "
            "WHERE NOT tgisinternal"
        )
    Team.objects.filter(pk=team.pk).update(name="Unseen")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM accounts_teamevent WHERE pgh_obj_id = %s ORDER BY pgh_id", [team.pk])
        assert [row[0] for row in cursor.fetchall()][-1] == "Unseen"
    with pytest.raises(DatabaseError), transaction.atomic():
        TeamPolicy.objects.filter(pk=policy.pk).update(reason="another")


def test_entry_once_written_keeps_who_and_why() -> None:
    """By reuse of its number in a session's settings, which is how the trail's library names an entry."""
    member = MembershipFactory()
    with audit.recording("member.change", by=member.user, team=member.team, reason="right"):
        Membership.objects.filter(pk=member.pk).update(function="sales")
    entry = AuditEvent.objects.get(metadata__reason="right")
    forged = json.dumps({**entry.metadata, "by": "somebody@else"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), "
            "set_config('pghistory.context_metadata', %s, true)",
            [str(entry.pk), forged],
        )
    with pytest.raises(DatabaseError, match="cannot be rewritten"), transaction.atomic():
        Membership.objects.filter(pk=member.pk).update(function="x")
    entry.refresh_from_db()
    assert entry.by == member.user.email


def test_time_of_an_entry_is_the_databases() -> None:
    team = TeamFactory()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', %s, true), "
            "set_config('pghistory.context_metadata', '{\"created_at\": \"2001-01-01\"}', true)",
            [str(uuid.uuid4())],
        )
        cursor.execute("UPDATE accounts_team SET name = 'x' WHERE id = %s", [team.pk])
        cursor.execute("SELECT count(*) FROM pghistory_context WHERE created_at = now()")
        assert cursor.fetchone()[0] >= 1


@pytest.mark.django_db(transaction=True)
def test_rights_added_by_hand_are_taken_back_with_the_next_migration(settings: Any) -> None:
    def held() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege('pghistory_context', 'DELETE'), "
                "has_sequence_privilege('accounts_team_id_seq', 'USAGE'), "
                "has_function_privilege('_pgh_attach_context()', 'EXECUTE')"
            )
            return any(cursor.fetchone())

    try:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("GRANT ALL ON pghistory_context TO PUBLIC")
            cursor.execute(f"GRANT ALL ON SEQUENCE accounts_team_id_seq TO {settings.DATABASE_APP_ROLE}")
            cursor.execute("GRANT EXECUTE ON FUNCTION _pgh_attach_context() TO PUBLIC")
        assert held()
    finally:
        with as_owner():
            set_rights()
    assert not held()


@pytest.mark.django_db(transaction=True)
def test_setting_rights_again_changes_nothing_and_asks_little(django_assert_max_num_queries: Any) -> None:
    with as_owner(), django_assert_max_num_queries(10) as asked:
        set_rights()
    assert not [
        query["sql"]
        for query in asked
        if query["sql"].split()[0] in {"GRANT", "REVOKE", "ALTER", "CREATE", "DROP"}
    ]
