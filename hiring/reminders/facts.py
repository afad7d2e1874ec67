"""What reminders tell others."""

from events.kinds import declare

STOPPED = declare(
    "reminders.stopped",
    "Somebody wants no more reminders of a scorecard, or did not hold the interview.",
    ids=("interview", "interviewer"),
)
