"""Is a worker there?"""

from datetime import datetime, timedelta

from django.db.models.functions import Now

from jobs.models import Heartbeat

LATE_AFTER = timedelta(seconds=45)


def worker_state() -> tuple[str, datetime | None]:
    """Return ``ok``, ``late`` or ``never seen``, and when a worker was last seen, by the database's clock."""
    row = Heartbeat.objects.filter(name="worker").values_list("seen_at", Now()).first()
    if row is None:
        return "never seen", None
    seen, now = row
    return ("ok" if now - seen <= LATE_AFTER else "late"), seen
