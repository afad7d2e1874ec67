"""What the workers run to remind people: one look at every team, a few times an hour."""

import structlog
from celery import shared_task
from django.utils import timezone

from accounts.models import Team
from hiring.outcomes.requests import ask_for_reviews
from hiring.reminders.actions import remind_team
from hiring.reminders.digest import send_digests
from jobs.upkeep import add_round

log = structlog.get_logger(__name__)

ROUND = "hiring.remind"


@shared_task(name=ROUND)
def remind() -> None:
    """Write what it is time for. A team that cannot be looked at holds up no other."""
    now = timezone.now()
    for team in Team.objects.ordinary():
        for work in (remind_team, send_digests, ask_for_reviews):
            try:
                work(team, now=now)
            except Exception:  # the next round tries again; one team's fault is nobody else's silence
                log.exception("reminders_failed", team=team.pk, work=work.__name__)


add_round(ROUND, every=300.0, useful=600)
