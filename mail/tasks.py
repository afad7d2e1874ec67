"""What the workers run for mail."""

from celery import shared_task

from jobs.upkeep import add_round
from mail import delivery

DELIVER = "mail.deliver"
FORGET = "mail.forget"


@shared_task(name=DELIVER)
def deliver() -> None:
    """Send what is due."""
    delivery.deliver()


@shared_task(name=FORGET)
def forget() -> None:
    """Wipe the words of old mail."""
    delivery.forget()


add_round(DELIVER, every=5.0, useful=30)
add_round(FORGET, every=3600.0, useful=3600)
