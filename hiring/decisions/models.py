"""Debriefs and decisions."""

from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from hiring.calibration.models import CalibrationRun
from hiring.pipeline.models import Application
from hiring.scoring.visibility import owes_scorecard, took_part


class DebriefQuerySet(TeamQuerySet["Debrief"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Debriefs of teams where the user may see them, and those of applications the user has scored.

        Never of an application that the user still owes a scorecard on, whatever the role.
        """
        if not user.is_authenticated:
            return self.none()
        reads = models.Q(team_id__in=team_ids_with(user, Permission.VIEW_DEBRIEF))
        return self.filter(reads | models.Q(took_part(user, "application_id"))).exclude(
            owes_scorecard(user, "application_id")
        )


@pghistory.track()
class Debrief(TeamOwned):
    """The reveal of one application's scorecards, after all have submitted or forced with a reason.

    Born once for each application and never closed. ``run`` is the newest run that holds every scorecard and moves
    with each newer one that does, until somebody decides: then it is the score of record and stays.
    """

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
        help_text="Levels are read from it; the decision freezes it as the score of record.",
    )

    objects: ClassVar = DebriefQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-opened_at"]

    def __str__(self) -> str:
        return f"Debrief of {self.application}"


class Verdict(models.TextChoices):
    HIRE = "hire", "Hire"
    NO_HIRE = "no_hire", "No hire"
    MORE_EVIDENCE = "more_evidence", "More evidence"


class DecisionQuerySet(TeamQuerySet["Decision"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Decisions of teams where the user may see debriefs."""
        return self.permitted(user, Permission.VIEW_DEBRIEF)

    def standing(self) -> Self:
        """The newest decision of each application."""
        newer = Decision.objects.filter(
            application_id=models.OuterRef("application_id"), pk__gt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(newer))

    def first_at(self, application_ref: str) -> models.Subquery:
        """When the application named by ``application_ref`` was first decided."""
        of_it = self.filter(application_id=models.OuterRef(application_ref)).order_by("decided_at")
        return models.Subquery(of_it.values("decided_at")[:1])


@pghistory.track()
class Decision(TeamOwned):
    """A verdict by a named person with a reason.

    Born when it is recorded and never changed or deleted; a changed mind is a new row, and the newest
    stands. It carries the run that the page showed, so that it can be read later beside what was known.
    """

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
    against = models.JSONField(
        default=list,
        blank=True,
        help_text="Keys of must-haves that were short, with enough ratings to say so, when this hire was decided.",
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
