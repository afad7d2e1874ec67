"""How long applications take, from stored times: medians and quartiles are made in SQL."""

from collections.abc import Sequence

from django.db import connection

from accounts.models import TeamPolicy
from figures.types import Spread
from reports.overview import Filters

_WAITS = """
SELECT step, count(*), percentile_cont(ARRAY[.05, .25, .5, .75, .95]) WITHIN GROUP (ORDER BY days)
FROM (
  SELECT 1 AS step, extract(epoch FROM min(i.scheduled_at) - a.applied_at) / 86400 AS days
    FROM hiring_application a JOIN hiring_interview i ON i.application_id = a.id AND i.state = 'done'
   WHERE a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY a.id
  UNION ALL
  SELECT 2, extract(epoch FROM max(i.scheduled_at) - min(i.scheduled_at)) / 86400
    FROM hiring_application a JOIN hiring_interview i ON i.application_id = a.id AND i.state = 'done'
   WHERE a.debriefed_at IS NOT NULL
     AND a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY a.id
  UNION ALL
  SELECT 3, extract(epoch FROM min(d.decided_at) - a.debriefed_at) / 86400
    FROM hiring_application a JOIN hiring_decision d ON d.application_id = a.id
   WHERE a.debriefed_at IS NOT NULL
     AND a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY a.id
  UNION ALL
  SELECT 4, extract(epoch FROM min(d.decided_at) - a.applied_at) / 86400
    FROM hiring_application a JOIN hiring_decision d ON d.application_id = a.id
   WHERE a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY a.id
) waits GROUP BY step ORDER BY step
"""
_STEPS = ("To first interview", "First to last interview", "Debrief to decision", "Whole way to decision")


def waits(chosen: Filters, policy: TeamPolicy) -> list[Spread]:
    """Days spent in each part of the way: 5th, 25th, 50th, 75th, 95th percentile, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, {"openings": list(chosen.openings), "since": chosen.since})
        found: dict[int, tuple[int, Sequence[float]]] = {step: (n, q) for step, n, q in cursor.fetchall()}
    spreads = []
    for number, name in enumerate(_STEPS, 1):
        n, quantiles = found.get(number, (0, ()))
        if n < policy.suppress_under:
            spreads.append(Spread(name, n, note=f"shown from {policy.suppress_under}"))
        else:
            low, q1, median, q3, high = (max(float(value), 0.0) for value in quantiles)
            spreads.append(Spread(name, n, low, q1, median, q3, high))
    return spreads
