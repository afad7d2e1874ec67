"""Writing behind the back of triggers, as only the owner of the database can: to put canaries into frozen rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

from tests.conftest import as_owner

# In a schema of its own, which the rights of the product do not reach.
_INSTALL = """
CREATE SCHEMA IF NOT EXISTS tests;
CREATE OR REPLACE FUNCTION tests.guards(tables text[], verb text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE name text;
BEGIN
    -- A table with checks put off to the commit cannot be altered.
    SET CONSTRAINTS ALL IMMEDIATE;
    FOREACH name IN ARRAY tables LOOP
        EXECUTE format('ALTER TABLE %I %s TRIGGER USER', name, verb);
    END LOOP;
    SET CONSTRAINTS ALL DEFERRED;
END $$;
GRANT USAGE ON SCHEMA tests TO PUBLIC;
"""


def install() -> None:
    """Make the helper in the test database."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(_INSTALL)


@contextmanager
def unguarded(*tables: type[models.Model]) -> Iterator[None]:
    """Switch the triggers of these tables off for a while."""
    names = [model._meta.db_table for model in tables]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tests.guards(%s, 'DISABLE')", [names])
        yield
        cursor.execute("SELECT tests.guards(%s, 'ENABLE')", [names])
