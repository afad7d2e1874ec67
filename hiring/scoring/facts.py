"""What scoring tells others."""

from events.kinds import declare

SUBMITTED = declare(
    "scorecard.submitted",
    "An interviewer submitted their scorecard of an interview.",
    ids=("interview", "application"),
)
LATE = declare(
    "scorecard.late",
    "An interviewer submitted a draft after the decision; it is kept and shown, and counts in no figure.",
    ids=("interview", "application"),
)
AMENDED = declare(
    "scorecard.amended",
    "An interviewer submitted another version of a scorecard; it counts in place of the earlier one.",
    ids=("interview", "application"),
)
WITHDRAWN = declare(
    "scorecard.rating_withdrawn",
    "A submitted rating was taken back; it counts no longer.",
    ids=("interview", "application"),
)
