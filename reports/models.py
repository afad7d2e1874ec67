"""Reports that were made: the only table of this app; everything else it shows is read elsewhere."""

from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.permissions import Permission
from hiring.pipeline.models import Application
from jobs.models import Job
from loops.models import Loop


class ReportKind(models.TextChoices):
    """Kinds of PDF."""

    SKILL_GAP = "skill-gap", "Skill gap"
    EVALUATION_GAP = "evaluation-gap", "Evaluation gap"


class ReportQuerySet(TeamQuerySet["Report"]):
    """Finds reports."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Reports of teams where the user may make them; skill gaps need the debrief right too."""
        if not user.is_authenticated:
            return self.none()
        return self.permitted(user, Permission.VIEW_REPORTS).filter(
            ~models.Q(kind=ReportKind.SKILL_GAP)
            | models.Q(pk__in=self.permitted(user, Permission.VIEW_DEBRIEF))
        )


@pghistory.track()
class Report(TeamOwned):
    """One PDF: what it is about, the job that makes it, and the finished file."""

    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    title = models.CharField(max_length=200)
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="reports"
    )
    loop = models.ForeignKey(Loop, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    paper = models.CharField(max_length=8, default="a4", choices=[("a4", "A4"), ("letter", "US Letter")])
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    file = models.FileField(upload_to="reports/", blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(null=True)
    provenance = models.JSONField(
        default=dict, help_text="Versions, hashes, run and policy the numbers came from."
    )

    objects: ClassVar = ReportQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="skill-gap", application__isnull=False, loop=None)
                | models.Q(kind="evaluation-gap", loop__isnull=False, application=None),
                name="report_subject_matches_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.title
