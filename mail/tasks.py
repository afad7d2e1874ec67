"""What the workers run for mail."""

from celery import shared_task

from jobs.upkeep import add_round
from mail import delivery

DELIVER = "mail.deliver"


@shared_task(name=DELIVER)
def deliver() -> None:
    """Send what is due."""
    delivery.deliver()


add_round(DELIVER, every=5.0, useful=30)
