"""What the pipeline tells others."""

from events.kinds import declare

APPLIED = declare("application.started", "A candidate runs for an opening.", ids=("opening", "candidate"))
WITHDRAWN = declare("application.withdrawn", "A candidate left.", ids=("opening", "candidate"))
PLANNED = declare(
    "interview.planned", "A stage of an application is to be held.", ids=("application", "stage")
)
RESCHEDULED = declare(
    "interview.rescheduled", "Time or place of a planned interview changed.", ids=("application", "stage")
)
CANCELLED = declare(
    "interview.cancelled", "A planned interview will not be held.", ids=("application", "stage")
)
HELD = declare("interview.held", "An interview took place.", ids=("application", "stage"))
ASSIGNED = declare(
    "assignment.made", "Somebody is to hold an interview and to score it.", ids=("interview", "interviewer")
)
RELEASED = declare(
    "assignment.released", "An interviewer was let off an interview.", ids=("interview", "interviewer")
)
