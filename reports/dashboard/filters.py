"""Which openings and which time the dashboard speaks of."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import Team
from hiring.pipeline.models import Application, ApplicationQuerySet, Opening

PERIODS = (("90", "Last 90 days"), ("180", "Last 180 days"), ("365", "Last 12 months"), ("", "All time"))


@dataclass(frozen=True)
class Filters:
    """Which openings, and applications since when."""

    team: Team
    openings: tuple[int, ...]
    since: datetime | None

    def applications(self) -> ApplicationQuerySet:
        """The applications that every count on the page is made over."""
        rows: ApplicationQuerySet = Application.objects.in_team(self.team)
        return rows.for_openings(self.openings, since=self.since)


def filters(team: Team, *, opening: str = "", period: str = "365") -> tuple[Filters, list[Opening]]:
    """Read the page's filters; return them and the openings to choose from.

    All of them: with a limit the totals would be of some.
    """
    known = list(Opening.objects.in_team(team).only("pk", "key", "title").order_by("title", "pk"))
    chosen = tuple(row.pk for row in known if not opening or row.key == opening)
    days = next((int(value) for value, _ in PERIODS if value and value == period), None)
    since = timezone.now() - timedelta(days=days) if days else None
    return Filters(team, chosen, since), known
