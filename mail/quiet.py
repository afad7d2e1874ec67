"""When nobody is to be disturbed. Plain times in, plain answers out."""

from datetime import datetime, timedelta, tzinfo

from accounts.models import TeamPolicy


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
