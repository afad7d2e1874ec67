"""When a reminder is due. Plain times in, plain answers out."""

from datetime import datetime, timedelta, tzinfo

from accounts.models import TeamPolicy
from accounts.models.policy import DigestDay, ReminderSchedule
from mail.quiet import is_quiet

#: Time between two reminders.
EVERY = {
    ReminderSchedule.DAILY: timedelta(days=1),
    ReminderSchedule.SIX_HOURLY: timedelta(hours=6),
}
# After this the interviewer has been told often enough: recruiters know, and a card this old is no matter of mail.
LATEST = timedelta(days=14)


def turn_of(due: datetime, now: datetime, schedule: str) -> int | None:
    """Which reminder it is time for, counted from 0; None before the card is due, or when there is none (any more)."""
    if now < due or now - due > LATEST or schedule == ReminderSchedule.NONE:
        return None
    if schedule == ReminderSchedule.ONCE:
        return 0
    return (now - due) // EVERY[ReminderSchedule(schedule)]


def is_late_enough(due: datetime, now: datetime, policy: TeamPolicy) -> bool:
    """Whether recruiters are to hear of a card that is missing."""
    after = timedelta(hours=policy.escalate_hours)
    return bool(policy.escalate_hours) and due + after <= now <= due + after + LATEST


def digest_week(now: datetime, zone: tzinfo, policy: TeamPolicy) -> str | None:
    """The week whose digest it is time for, as 2026-W49; None on other days, never, and at night."""
    local = now.astimezone(zone)
    if policy.digest_day == DigestDay.NEVER or local.weekday() != policy.digest_day:
        return None
    if is_quiet(now, zone, policy):
        return None
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02}"
