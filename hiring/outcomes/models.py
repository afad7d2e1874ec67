"""How it turned out: the competencies of the role, re-rated on the job."""

from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.permissions import Permission
from hiring.pipeline.models import Application
from roles.models import Competency

#: When a review is made, in days after the hire.
PERIODS = [(90, "90 days"), (180, "180 days"), (365, "365 days")]


class OutcomeReviewQuerySet(TeamQuerySet["OutcomeReview"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Reviews of teams where the user may record or read them."""
        return self.permitted(user, Permission.REVIEW_OUTCOME)

    def standing(self) -> Self:
        """The newest version of each review: the one that counts."""
        newer = OutcomeReview.objects.filter(
            Q(reviewer=models.OuterRef("reviewer")) | Q(request=models.OuterRef("request")),
            application_id=models.OuterRef("application_id"),
            days=models.OuterRef("days"),
            version__gt=models.OuterRef("version"),
        )
        return self.filter(~models.Exists(newer))


class ReviewRequestQuerySet(TeamQuerySet["ReviewRequest"]):
    """Finds requests."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Requests of teams where the user may record or read reviews."""
        return self.permitted(user, Permission.REVIEW_OUTCOME)


@pghistory.track()
class ReviewRequest(TeamOwned):
    """Somebody was asked by mail how a hire does on the job.

    Born when the time has come and the hiring manager is asked, or when a recruiter asks somebody who has no account.
    Their link opens this one review, until it is given or has expired.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="review_requests")
    days = models.PositiveSmallIntegerField(choices=PERIODS)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="None for somebody without an account.",
    )  # fmt: skip
    name = models.CharField(max_length=120)
    email = models.EmailField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()

    objects: ClassVar = ReviewRequestQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "days", "email"], name="review_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.application} after {self.days} days"


@pghistory.track()
class OutcomeReview(TeamOwned):
    """The same competencies re-rated on the job, 90, 180 or 365 days after the start.

    Born for a hire when somebody who works with the person records it, once for each person and
    date; never changed. An amendment is a new version with a reason, which counts; the one before stays.
    """

    audit_hides_values = True  # the trail must not tell what blind scoring still hides

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="outcome_reviews")
    days = models.PositiveSmallIntegerField(choices=PERIODS)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        help_text="None for somebody without an account, who came by the link of a request.",
    )  # fmt: skip
    request = models.ForeignKey(
        ReviewRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="reviews"
    )
    version = models.PositiveSmallIntegerField(default=1)
    amend_reason = models.TextField(blank=True)
    reviewed_at = models.DateTimeField()
    still_employed = models.BooleanField(default=True)
    would_hire_again = models.BooleanField(null=True)
    comment = models.TextField(blank=True)

    objects: ClassVar = OutcomeReviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["application", "days"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "days", "reviewer", "version"], name="outcome_review_once"
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(request__isnull=False, reviewer=None),
                name="outcome_review_once_by_link",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=False) | Q(request__isnull=False),
                name="outcome_review_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(version=1) ^ ~Q(amend_reason=""), name="outcome_amendment_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} after {self.days} days"

    @property
    def author(self) -> str:
        """Who gave it, by name."""
        return str(self.reviewer) if self.reviewer else self.request.name if self.request else ""


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
