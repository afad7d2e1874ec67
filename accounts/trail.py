"""The audit trail as a chain: sealed as it grows, and shown to be whole.

Every few minutes the database seals what is complete (``trail_functions``): the events of each table since the
last seal, each with its entry, as one hash that holds the hash before it. Whoever keeps a head of the chain
elsewhere can later prove that nothing before it was changed, taken out or put in, by anybody, the owner of the
database included.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.database_rights import event_tables
from accounts.models import AuditSeal
from accounts.trail_functions import DIGEST_QUERY, SEAL

log = structlog.get_logger(__name__)

SEAL_EVERY = timedelta(minutes=5)
# An event bears the time at which its transaction began; none runs longer than this.
LONGEST_TRANSACTION = timedelta(hours=1)

_HEAD = """
SELECT encode(sha256(convert_to(previous || number::text || to_jsonb(sealed_at)::text || stretches::text, 'UTF8')), 'hex')
FROM accounts_auditseal WHERE number = %s
"""  # noqa: E501 -- one expression, as the function that seals has it
_TIMES = """
SELECT min(e.pgh_created_at), max(e.pgh_created_at), max(greatest(
    c.created_at - e.pgh_created_at, e.pgh_created_at - c.created_at
)), count(*) FILTER (WHERE e.pgh_context_id IS NOT NULL AND c.id IS NULL)
FROM {table} e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
WHERE e.pgh_id > %s AND e.pgh_id <= %s
"""


@dataclass
class TrailVerdict:
    """What a verification found: how much there is, and every fault in words."""

    seals: int = 0
    events: int = 0
    unsealed: int = 0
    head: str = ""
    faults: list[str] = field(default_factory=list)


def seal(*, patience: float = 5.0) -> AuditSeal | None:
    """Seal what is complete; None if there is nothing new, or it is still being written after ``patience`` seconds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {SEAL}(%s)", [patience])
        (number,) = cursor.fetchone()
    if number is None:
        return None
    new = AuditSeal.objects.get(number=number)
    last = AuditSeal.objects.filter(number=number - 1).first()
    if last is not None and last.sealed_at.date() < new.sealed_at.date():
        # The day is over: its head goes to the log, which leaves this machine.
        log.info("audit_head", day=f"{last.sealed_at:%Y-%m-%d}", number=last.number, head=last.head)
    return new


def seal_when_due() -> AuditSeal | None:
    """Seal if the last seal is older than SEAL_EVERY; called by whoever looks after the work."""
    if AuditSeal.objects.filter(sealed_at__gt=Now() - SEAL_EVERY).exists():
        return None
    return seal(patience=1.0)


def head_of(day: date | None = None) -> AuditSeal | None:
    """Return the last seal of a day (UTC), or of all."""
    seals = AuditSeal.objects.order_by("-number")
    return (seals.filter(sealed_at__date=day) if day else seals).first()


def verify(*, head: str | None = None) -> TrailVerdict:
    """Compute the whole chain anew and compare; ``head`` must be among its heads if it is given."""
    verdict = TrailVerdict()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'")
        columns = _columns(cursor)
        reached: dict[str, int] = {}
        last: AuditSeal | None = None
        heads = set()
        for row in AuditSeal.objects.order_by("number").iterator():
            verdict.faults += _chain_faults(cursor, row, last)
            for table, stretch in sorted(row.stretches.items()):
                verdict.faults += _stretch_faults(cursor, row, last, table, stretch, reached, columns)
                reached[table] = stretch["to"]
                verdict.events += stretch["events"]
            if row.reached != reached:
                verdict.faults.append(
                    f"Seal {row.number}: what it says to have reached is not what was sealed."
                )
            last = row
            heads.add(row.head)
            verdict.seals += 1
        verdict.head = last.head if last else ""
        if head is not None and head not in heads:
            verdict.faults.append(
                "The head that was kept is not in the chain: seals were taken out or made anew."
            )
        for table in sorted(columns):
            verdict.unsealed += _unsealed(cursor, table, reached.get(table, 0), last, verdict)
        verdict.faults += _entries_without_events(cursor, columns)
    return verdict


def _columns(cursor: Any) -> dict[str, set[str]]:
    """The columns that each table of events has now."""
    cursor.execute(
        "SELECT table_name, array_agg(column_name::text) FROM information_schema.columns "
        "WHERE table_schema = 'public' AND table_name = ANY(%s) GROUP BY 1",
        [list(event_tables())],
    )
    return {table: set(names) for table, names in cursor.fetchall()}


def _chain_faults(cursor: Any, row: AuditSeal, last: AuditSeal | None) -> Iterator[str]:
    if row.number != (last.number if last else 0) + 1:
        yield f"Seal {row.number}: the seals before it are missing."
    if row.previous != (last.head if last else ""):
        yield f"Seal {row.number}: it does not continue the seal before it."
    cursor.execute(_HEAD, [row.number])
    if cursor.fetchone()[0] != row.head:
        yield f"Seal {row.number}: the seal itself was changed."


def _stretch_faults(
    cursor: Any,
    row: AuditSeal,
    last: AuditSeal | None,
    table: str,
    stretch: dict[str, Any],
    reached: dict[str, int],
    columns: dict[str, set[str]],
) -> Iterator[str]:
    where = f"Seal {row.number}, {table}"
    if stretch["after"] != reached.get(table, 0):
        yield f"{where}: it does not begin where the last one ended."
    gone = set(stretch["columns"]) - columns.get(table, set())
    if gone:
        yield f"{where}: it cannot be verified, because these columns are gone: {', '.join(sorted(gone))}."
        return
    quote = connection.ops.quote_name
    listed = ", ".join(f"e.{quote(name)}" for name in stretch["columns"])
    bounds = [stretch["after"], stretch["to"]]
    cursor.execute(DIGEST_QUERY.format(columns=listed, table=quote(table), after="%s", to="%s"), bounds)
    events, digest = cursor.fetchone()
    if events < stretch["events"]:
        yield f"{where}: {stretch['events'] - events} of {stretch['events']} events were taken out."
    elif events > stretch["events"]:
        yield f"{where}: {events - stretch['events']} events were put in afterwards."
    elif digest != stretch["digest"]:
        yield f"{where}: an event or the entry it belongs to was changed."
    yield from _time_faults(cursor, where, table, bounds, (last.sealed_at if last else None, row.sealed_at))


def _time_faults(
    cursor: Any,
    where: str,
    table: str,
    bounds: list[int],
    between: tuple[datetime | None, datetime | None],
) -> Iterator[str]:
    """Events are as old as the stretch in which they are sealed, and as old as their entry."""
    cursor.execute(_TIMES.format(table=connection.ops.quote_name(table)), bounds)
    first, newest, apart, dangling = cursor.fetchone()
    after, before = between
    if after is not None and first is not None and first < after - LONGEST_TRANSACTION:
        yield f"{where}: an event of {first:%Y-%m-%d %H:%M} was written after that time was sealed."
    if before is not None and newest is not None and newest > before:
        yield f"{where}: an event bears a time that had not come yet."
    if apart is not None and apart > LONGEST_TRANSACTION:
        yield f"{where}: an event and its entry bear times far apart."
    if dangling:
        yield f"{where}: the entries of {dangling} events are missing."


def _unsealed(cursor: Any, table: str, reached: int, last: AuditSeal | None, verdict: TrailVerdict) -> int:
    """Count the events after the last seal, and look at their times."""
    cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)} WHERE pgh_id > %s", [reached])
    (count,) = cursor.fetchone()
    if count:
        between = (last.sealed_at if last else None, None)
        verdict.faults += _time_faults(
            cursor, f"Not sealed yet, {table}", table, [reached, 2**63 - 1], between
        )
    return int(count)


def _entries_without_events(cursor: Any, columns: dict[str, set[str]]) -> Iterator[str]:
    """An entry is written with the first change it is about: one without any was put there by hand."""
    events = " UNION ALL ".join(
        f"SELECT pgh_context_id FROM {connection.ops.quote_name(table)}" for table in sorted(columns)
    )
    cursor.execute(f"SELECT id FROM pghistory_context EXCEPT ({events}) LIMIT 20")
    for (entry,) in cursor.fetchall():
        yield f"Entry {entry}: nothing was changed by it, so no action wrote it."
