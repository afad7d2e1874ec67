"""The lives of openings, applications and interviews, and which ends mean what."""

from django.db import models


class OpeningState(models.TextChoices):
    OPEN = "open", "Open"
    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"


class ApplicationState(models.TextChoices):
    ACTIVE = "active", "Interviewing"
    DEBRIEF = "debrief", "In debrief"
    HIRED = "hired", "Hired"
    DECLINED = "declined", "Not hired"
    WITHDRAWN = "withdrawn", "Withdrawn"


# Decided: a person said hire or no hire, so that scorecards cannot change any more.
DECIDED = (ApplicationState.HIRED, ApplicationState.DECLINED)

# Ended: decided, or the candidate left. Nothing is planned on such an application.
ENDED = (*DECIDED, ApplicationState.WITHDRAWN)


class InterviewState(models.TextChoices):
    PLANNED = "planned", "Planned"
    DONE = "done", "Held"
    CANCELLED = "cancelled", "Cancelled"
