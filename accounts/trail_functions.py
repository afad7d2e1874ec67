"""The database functions that write and close the audit trail, installed by the owner after every migration.

The trail's libraries bring functions that run with the rights of whoever changes a row, and that anybody may
steer by a session's settings: an entry once written could be given another person or reason, and every trigger
could be told to look away. Here they are replaced: what writes the trail runs as its owner, an entry that
stands is never changed, and only the owner may ask a trigger to look away.
"""

from typing import Any

SEAL = "accounts_seal_trail"

# The first change of an action writes the action's entry; the later ones point to it. An entry with the same
# number and other facts would be the same entry rewritten.
_ATTACH = """
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    facts jsonb := nullif(current_setting('pghistory.context_metadata', true), '')::jsonb;
BEGIN
    IF entry IS NULL OR facts IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
    VALUES (entry, facts, now(), now()) ON CONFLICT (id) DO NOTHING;
    IF NOT FOUND THEN
        PERFORM 1 FROM pghistory_context c WHERE c.id = entry AND c.metadata = facts;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'An entry of the audit trail cannot be rewritten'
            USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN entry;
END $$
"""

_IGNORE = """
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT session_user = %(owner)s
    AND coalesce(trigger_name = ANY(nullif(current_setting('pgtrigger.ignore', true), '')::text[]), false)
$$
"""

# Closes the stretch of the trail that is complete. Numbers of events are given in the order of writing, not of
# committing: the function notes the highest it sees, then waits until every transaction that writes at that
# moment, and so could still commit a lower one, has ended. Nothing that is being written waits for it.
_SEAL = f"""
CREATE OR REPLACE FUNCTION {SEAL}(patience double precision) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    source record;
    last record;
    found_at jsonb := '{{}}';
    stretches jsonb := '{{}}';
    highest bigint;
    stretch jsonb;
    waiting text[];
    until timestamptz := clock_timestamp() + make_interval(secs => patience);
    at timestamptz;
    head text;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('{SEAL}')) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO last FROM accounts_auditseal ORDER BY number DESC LIMIT 1;
    FOR source IN
        SELECT c.relname AS name FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND (
            SELECT count(*) FROM pg_attribute a
            WHERE a.attrelid = c.oid AND a.attname IN ('pgh_id', 'pgh_context_id') AND NOT a.attisdropped
        ) = 2
    LOOP
        EXECUTE format('SELECT max(pgh_id) FROM %I', source.name) INTO highest;
        IF highest > coalesce((last.reached ->> source.name)::bigint, 0) THEN
            found_at := found_at || jsonb_build_object(source.name, highest);
        END IF;
    END LOOP;
    IF found_at = '{{}}' THEN
        RETURN NULL;
    END IF;
    waiting := ARRAY(
        SELECT l.virtualtransaction FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
        AND l.pid IS DISTINCT FROM pg_backend_pid() AND coalesce(a.datname = current_database(), true)
    );
    WHILE EXISTS (
        SELECT FROM pg_locks l WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.granted
        AND l.virtualtransaction = ANY(waiting)
    ) LOOP
        IF clock_timestamp() > until THEN
            RETURN NULL;
        END IF;
        PERFORM pg_sleep(0.05);
    END LOOP;
    FOR source IN SELECT key AS name, value::bigint AS highest FROM jsonb_each_text(found_at) ORDER BY key LOOP
        stretch := jsonb_build_object(
            'after', coalesce((last.reached ->> source.name)::bigint, 0),
            'to', source.highest,
            'columns', (
                SELECT jsonb_agg(a.attname ORDER BY a.attname) FROM pg_attribute a
                WHERE a.attrelid = format('public.%I', source.name)::regclass
                AND a.attnum > 0 AND NOT a.attisdropped
            )
        );
        stretches := stretches || jsonb_build_object(
            source.name, stretch || accounts_digest_trail(source.name, stretch)
        );
    END LOOP;
    at := clock_timestamp();
    head := encode(sha256(convert_to(
        coalesce(last.head, '') || (coalesce(last.number, 0) + 1)::text || to_jsonb(at)::text || stretches::text,
        'UTF8')), 'hex');
    INSERT INTO accounts_auditseal (number, sealed_at, previous, stretches, reached, head)
    VALUES (
        coalesce(last.number, 0) + 1, at, coalesce(last.head, ''), stretches,
        coalesce(last.reached, '{{}}') || found_at, head
    );
    RETURN coalesce(last.number, 0) + 1;
END $$
"""

# Number and hash of the events of one stretch, each with the entry it belongs to. ``{columns}`` are those that
# the table had when the stretch was sealed; whoever verifies asks the same question without the function.
DIGEST_QUERY = """
SELECT count(*), encode(sha256(coalesce(string_agg(
    sha256(convert_to(jsonb_build_array({columns}, c.id, c.created_at, c.updated_at, c.metadata)::text, 'UTF8')),
    ''::bytea ORDER BY e.pgh_id
), ''::bytea)), 'hex')
FROM {table} e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
WHERE e.pgh_id > {after} AND e.pgh_id <= {to}
"""

_DIGEST = f"""
CREATE OR REPLACE FUNCTION accounts_digest_trail(source text, stretch jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    columns text;
    events bigint;
    digest text;
BEGIN
    SELECT string_agg(format('e.%I', c.name), ', ' ORDER BY c.place) INTO columns
    FROM jsonb_array_elements_text(stretch -> 'columns') WITH ORDINALITY AS c (name, place);
    EXECUTE format($query${DIGEST_QUERY.format(columns="%s", table="%I", after="$1", to="$2")}$query$, columns, source)
    INTO events, digest USING (stretch ->> 'after')::bigint, (stretch ->> 'to')::bigint;
    RETURN jsonb_build_object('events', events, 'digest', digest);
END $$
"""

# Triggers that write events do so as the owner: the application need not, and may not, write there itself.
_WRITERS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prorettype = 'trigger'::regtype
AND p.prosrc LIKE '%\\_pgh\\_attach\\_context()%' AND pg_has_role(p.proowner, 'USAGE')
AND NOT (p.prosecdef AND p.proconfig IS NOT NULL)
"""


def install(cursor: Any) -> None:
    """Put the functions in place; nothing is written where they are there already."""
    cursor.execute("SELECT quote_literal(current_user)")
    (owner,) = cursor.fetchone()
    texts = [_ATTACH, _IGNORE % {"owner": owner}, _DIGEST, _SEAL]
    cursor.execute("SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
    known = {row[0] for row in cursor.fetchall()}
    for text in texts:
        if text.split("$$")[1] not in known:
            cursor.execute(text)
    cursor.execute(_WRITERS)
    for (function,) in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp")
