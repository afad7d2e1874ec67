"""The life of a scorecard version."""

from django.db import models


class ScorecardState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    AMENDED = "amended", "Replaced by an amendment"
    #: Written before the decision, submitted after it: kept and shown, and part of no figure.
    LATE = "late", "Submitted after the decision"
