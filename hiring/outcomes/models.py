"""How it turned out: the competencies of the role, re-rated on the job."""

from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.permissions import Permission
from hiring.pipeline.models import Application
from roles.models import Competency


class OutcomeReviewQuerySet(TeamQuerySet["OutcomeReview"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Reviews of teams where the user may record or read them."""
        return self.permitted(user, Permission.REVIEW_OUTCOME)


@pghistory.track()
class OutcomeReview(TeamOwned):
    """The same competencies re-rated on the job, 90, 180 or 365 days after the start.

    Born for a hire when somebody who works with the person records it, once for each person and
    date; never changed.
    """

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
    """Level shown on the job in one competency, 1 to 5, at the time of one review.

    Born with its review and never changed. A competency that was not seen on the job has no row.
    """

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
