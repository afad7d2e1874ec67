"""Debriefs, decisions and how they turned out."""

from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.permissions import Permission
from hiring.calibration.models import CalibrationRun
from hiring.pipeline.models import Application
from roles.models import Competency


class DebriefQuerySet(TeamQuerySet["Debrief"]):
    """Finds debriefs."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Debriefs of teams where the user may see them."""
        return self.permitted(user, Permission.VIEW_DEBRIEF)


@pghistory.track()
class Debrief(TeamOwned):
    """The reveal after all have submitted, or forced open with a reason. Freezes the score of record."""

    audit_hides_values = True  # the trail must not tell what blind scoring still hides

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="debrief")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    forced_reason = models.TextField(blank=True, help_text="Why it was opened before every scorecard was in.")
    run = models.ForeignKey(
        CalibrationRun,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Score of record: later runs never move a decided application's score.",
    )

    objects: ClassVar = DebriefQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-opened_at"]

    def __str__(self) -> str:
        return f"Debrief of {self.application}"


class Verdict(models.TextChoices):
    """What was decided."""

    HIRE = "hire", "Hire"
    NO_HIRE = "no_hire", "No hire"
    MORE_EVIDENCE = "more_evidence", "More evidence"


class DecisionQuerySet(TeamQuerySet["Decision"]):
    """Finds decisions."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Decisions of teams where the user may see debriefs."""
        return self.permitted(user, Permission.VIEW_DEBRIEF)

    def standing(self) -> Self:
        """The newest decision of each application."""
        newer = Decision.objects.filter(
            application_id=models.OuterRef("application_id"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(newer))


@pghistory.track()
class Decision(TeamOwned):
    """A verdict by a named person with a reason. A changed mind is a new row."""

    audit_hides_values = True  # the trail must not tell what blind scoring still hides

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=14, choices=Verdict.choices)
    reason = models.TextField()
    confidence = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(50), MaxValueValidator(100)],
        help_text="The decider's own confidence in per cent.",
    )
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    run = models.ForeignKey(CalibrationRun, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar = DecisionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-decided_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="decision_has_reason"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="write_once", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.application}"


class OutcomeReviewQuerySet(TeamQuerySet["OutcomeReview"]):
    """Finds outcome reviews."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Reviews of teams where the user may record or read them."""
        return self.permitted(user, Permission.REVIEW_OUTCOME)


@pghistory.track()
class OutcomeReview(TeamOwned):
    """The same competencies re-rated on the job, 90, 180 and 365 days after the start."""

    audit_hides_values = True  # the trail must not tell what blind scoring still hides

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="outcome_reviews")
    days = models.PositiveSmallIntegerField(choices=[(90, "90 days"), (180, "180 days"), (365, "365 days")])
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()
    still_employed = models.BooleanField(default=True)
    would_hire_again = models.BooleanField(null=True)
    comment = models.TextField(blank=True)

    objects: ClassVar = OutcomeReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["application", "days"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "days", "reviewer"], name="outcome_review_once"),
        ]

    def __str__(self) -> str:
        return f"{self.application} after {self.days} days"


@pghistory.track()
class OutcomeRating(models.Model):
    """Level shown on the job in one competency."""

    audit_hides_values = True  # the trail must not tell what blind scoring still hides

    review = models.ForeignKey(OutcomeReview, on_delete=models.CASCADE, related_name="ratings")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])

    class Meta:
        ordering: ClassVar = ["review", "competency"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "competency"], name="outcome_rating_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="outcome_level_one_to_five"),
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.level}"
