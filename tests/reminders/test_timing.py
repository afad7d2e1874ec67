"""When a reminder is due, and when people sleep."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import TeamPolicy
from hiring.reminders.timing import digest_week, is_late_enough, turn_of
from mail.quiet import is_quiet, next_waking

DUE = datetime(2026, 12, 1, 9, tzinfo=UTC)
AMSTERDAM, TOKYO = ZoneInfo("Europe/Amsterdam"), ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("schedule", "hours", "turn"),
    [
        ("none", 30, None),
        ("once", -1, None),
        ("once", 0, 0),
        ("once", 90, 0),
        ("daily", 23, 0),
        ("daily", 24, 1),
        ("six_hourly", 5, 0),
        ("six_hourly", 12, 2),
        ("daily", 24 * 15, None),
        ("once", 24 * 15, None),
    ],
)
def test_turns_follow_the_schedule_and_end(schedule: str, hours: int, turn: int | None) -> None:
    assert turn_of(DUE, DUE + timedelta(hours=hours), schedule) == turn


@pytest.mark.parametrize(
    ("start", "end", "hour", "quiet"),
    [(19, 8, 18, False), (19, 8, 19, True), (19, 8, 3, True), (19, 8, 8, False), (1, 5, 2, True),
     (1, 5, 6, False), (0, 0, 3, False)],
)  # fmt: skip
def test_quiet_hours_are_the_receivers(start: int, end: int, hour: int, quiet: bool) -> None:
    policy = TeamPolicy(quiet_from=start, quiet_until=end)
    at = datetime(2026, 12, 1, hour, 30, tzinfo=AMSTERDAM)

    assert is_quiet(at.astimezone(UTC), AMSTERDAM, policy) is quiet


def test_one_moment_is_night_for_one_and_day_for_another() -> None:
    policy = TeamPolicy()
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)

    assert not is_quiet(noon, AMSTERDAM, policy)
    assert is_quiet(noon, TOKYO, policy)
    assert next_waking(noon, AMSTERDAM, policy) == noon
    assert next_waking(noon, TOKYO, policy) == datetime(2026, 12, 2, 8, tzinfo=TOKYO)
    assert next_waking(datetime(2026, 12, 1, 2, tzinfo=TOKYO), TOKYO, policy).day == 1


def test_recruiters_hear_after_the_hours_of_the_policy_and_not_for_ever() -> None:
    policy = TeamPolicy(escalate_hours=48)

    assert not is_late_enough(DUE, DUE + timedelta(hours=47), policy)
    assert is_late_enough(DUE, DUE + timedelta(hours=48), policy)
    assert not is_late_enough(DUE, DUE + timedelta(days=30), policy)
    assert not is_late_enough(DUE, DUE + timedelta(hours=99), TeamPolicy(escalate_hours=0))


def test_the_week_begins_where_the_receiver_is() -> None:
    policy = TeamPolicy(digest_day=0)
    # Sunday evening in Amsterdam is Monday morning in Tokyo.
    moment = datetime(2026, 12, 7, 9, tzinfo=TOKYO)

    assert digest_week(moment, TOKYO, policy) == "2026-W50"
    assert digest_week(moment, AMSTERDAM, policy) is None
    assert digest_week(moment, TOKYO, TeamPolicy(digest_day=7)) is None
    assert digest_week(datetime(2026, 12, 7, 5, tzinfo=TOKYO), TOKYO, policy) is None
