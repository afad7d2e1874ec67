"""When a reminder is due, and when nobody is to be disturbed. Plain times in, plain answers out."""

from datetime import datetime, timedelta, tzinfo

from accounts.models import TeamPolicy
from accounts.models.policy import DigestDay, ReminderSchedule

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


def is_quiet(now: datetime, zone: tzinfo, policy: TeamPolicy) -> bool:
    """Whether it is night where the receiver is; no quiet hours where both ends are the same."""
    hour, start, end = now.astimezone(zone).hour, policy.quiet_from, policy.quiet_until
    if start <= end:
        return start <= hour < end
    return hour >= start or hour < end


def next_waking(now: datetime, zone: tzinfo, policy: TeamPolicy) -> datetime:
    """``now``, or when the quiet hours that it falls into are over."""
    if not is_quiet(now, zone, policy):
        return now
    local = now.astimezone(zone)
    morning = local.replace(hour=policy.quiet_until, minute=0, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)


def digest_week(now: datetime, zone: tzinfo, policy: TeamPolicy) -> str | None:
    """The week whose digest it is time for, as 2026-W49; None on other days, never, and at night."""
    local = now.astimezone(zone)
    if policy.digest_day == DigestDay.NEVER or local.weekday() != policy.digest_day:
        return None
    if is_quiet(now, zone, policy):
        return None
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02}"
