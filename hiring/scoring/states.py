"""The life of a scorecard version."""

from django.db import models


class ScorecardState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    AMENDED = "amended", "Replaced by an amendment"
    #: Written before the decision, submitted after it: kept and shown, and part of no figure.
    LATE = "late", "Submitted after the decision"
    SHADOW = "shadow", "Submitted as a shadow"


# Submitted and meant to count; which of a card's versions does is said by ``Scorecard.enters``.
ENTERING_STATES = (ScorecardState.SUBMITTED, ScorecardState.AMENDED)


class SeenBefore(models.TextChoices):
    """What its author could have read of colleagues before this version of a card was submitted."""

    NOTHING = "", "Nothing"
    EARLIER = "earlier", "Cards of earlier stages"
    OTHERS = "others", "Others’ cards"
