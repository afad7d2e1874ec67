"""How long applications take, from stored times: medians and quartiles are made in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q
from django.db.models.expressions import Combinable

from accounts.models import TeamPolicy
from figures.types import Spread
from hiring.decisions.models import Decision
from reports.dashboard.filters import Filters

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Part:
    """A part of the way: its name, the time it takes, and the applications it is measured on."""

    key: str
    name: str
    time: Combinable
    among: Q


_ALL = Q()
_DEBRIEFED = Q(debriefed_at__isnull=False)
_PARTS = (
    _Part("first", "To first interview", F("first_held") - F("applied_at"), _ALL),
    _Part("interviews", "First to last interview", F("last_held") - F("first_held"), _DEBRIEFED),
    _Part("decision", "Debrief to decision", F("decided") - F("debriefed_at"), _DEBRIEFED),
    _Part("whole", "Whole way to decision", F("decided") - F("applied_at"), _ALL),
)


class _FiveNumbers(Aggregate):
    """5th, 25th, 50th, 75th and 95th percentile, interpolated."""

    function = "percentile_cont"
    template = "%(function)s(ARRAY[.05, .25, .5, .75, .95]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field: ClassVar = ArrayField(DurationField())


def waits(chosen: Filters, policy: TeamPolicy) -> list[Spread]:
    """Days spent in each part of the way: 5th, 25th, 50th, 75th, 95th percentile, in one query."""
    timed = chosen.applications().with_interview_times().annotate(decided=Decision.objects.first_at("pk"))
    wanted: dict[str, Aggregate] = {}
    for part in _PARTS:
        time = ExpressionWrapper(part.time, output_field=DurationField())
        wanted[f"{part.key}_n"] = Count(time, filter=part.among)
        wanted[f"{part.key}_days"] = _FiveNumbers(time, filter=part.among)
    found = timed.aggregate(**wanted)
    return [
        _spread(part.name, found[f"{part.key}_n"], found[f"{part.key}_days"] or (), policy.suppress_under)
        for part in _PARTS
    ]


def _spread(name: str, n: int, times: Sequence[timedelta], shown_from: int) -> Spread:
    """The five numbers in days; left out where they would speak of fewer people than may be shown."""
    if n < shown_from or not times:
        return Spread(name, n, note=f"shown from {shown_from}")
    # A clock that was set back, or a date typed wrong, is no time saved.
    low, q1, median, q3, high = (max(time / _DAY, 0.0) for time in times)
    return Spread(name, n, low, q1, median, q3, high)
