"""People in a loop: openings, candidates, applications, interviews and who holds them."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.models.teams import key_validator, team_ids_with
from accounts.permissions import Permission
from loops.models import Loop, Stage
from roles.models import RoleProfile


class OpeningState(models.TextChoices):
    """Life of an opening."""

    OPEN = "open", "Open"
    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"


class OpeningQuerySet(TeamQuerySet["Opening"]):
    """Finds openings."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Openings of teams whose pipeline or dashboard the user may see."""
        if not user.is_authenticated:
            return self.none()
        teams = {
            *team_ids_with(user, Permission.VIEW_PIPELINE),
            *team_ids_with(user, Permission.VIEW_DASHBOARD),
        }
        return self.filter(team_id__in=teams)


@pghistory.track()
class Opening(TeamOwned):
    """A job being filled. Pins the versions of the role profile and of the loop."""

    key = models.SlugField(max_length=80, validators=[key_validator])
    title = models.CharField(max_length=160)
    profile = models.ForeignKey(RoleProfile, on_delete=models.PROTECT, related_name="openings")
    loop = models.ForeignKey(Loop, on_delete=models.PROTECT, related_name="openings")
    state = models.CharField(max_length=10, choices=OpeningState.choices, default=OpeningState.OPEN)
    location = models.CharField(max_length=120, blank=True)
    headcount = models.PositiveSmallIntegerField(default=1)
    hiring_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = OpeningQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "-opened_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "key"], name="opening_key_in_team"),
            models.CheckConstraint(
                condition=models.Q(state="closed") ^ models.Q(closed_at=None), name="opening_closed_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class _PipelineQuerySet(TeamQuerySet["Candidate"]):
    """Base: visible to those who may see the whole pipeline."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.permitted(user, Permission.VIEW_PIPELINE)


@pghistory.track()
class Candidate(TeamOwned):
    """A person who applied. Demographic answers are kept elsewhere, never here."""

    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    source = models.CharField(
        max_length=60, blank=True, help_text="Where the person came from, e.g. referral."
    )
    external_id = models.CharField(
        max_length=120, blank=True, help_text="Identifier in the applicant-tracking system."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = _PipelineQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["team", "external_id"],
                condition=~models.Q(external_id=""),
                name="candidate_external_id_in_team",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApplicationState(models.TextChoices):
    """Where an application stands."""

    ACTIVE = "active", "Interviewing"
    DEBRIEF = "debrief", "In debrief"
    HIRED = "hired", "Hired"
    DECLINED = "declined", "Not hired"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ApplicationQuerySet(TeamQuerySet["Application"]):
    """Finds applications."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Applications of teams whose pipeline the user may see."""
        return self.permitted(user, Permission.VIEW_PIPELINE)

    def for_openings(self, openings: Collection[int], *, since: datetime | None = None) -> Self:
        """Applications to these openings, made at ``since`` or later."""
        rows = self.filter(opening_id__in=openings)
        return rows if since is None else rows.filter(applied_at__gte=since)

    def with_interview_times(self) -> Self:
        """Adds when the first and the last interview that was held began: ``first_held``, ``last_held``."""
        held = models.Q(interviews__state=InterviewState.DONE)
        return self.annotate(
            first_held=models.Min("interviews__scheduled_at", filter=held),
            last_held=models.Max("interviews__scheduled_at", filter=held),
        )


@pghistory.track()
class Application(TeamOwned):
    """One person's run through one opening."""

    opening = models.ForeignKey(Opening, on_delete=models.PROTECT, related_name="applications")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=10, choices=ApplicationState.choices, default=ApplicationState.ACTIVE)
    applied_at = models.DateTimeField()
    debriefed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the debrief opened; scores are revealed from then on.",
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ApplicationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["opening", "-applied_at"]
        indexes: ClassVar = [models.Index(fields=["team", "state"], name="application_by_state")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opening", "candidate"], name="one_application_per_opening"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate}, {self.opening}"


class InterviewState(models.TextChoices):
    """Where an interview stands."""

    PLANNED = "planned", "Planned"
    DONE = "done", "Held"
    CANCELLED = "cancelled", "Cancelled"


class InterviewQuerySet(TeamQuerySet["Interview"]):
    """Finds interviews."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Interviews of pipelines the user may see, and those the user is assigned to."""
        if not user.is_authenticated:
            return self.none()
        mine = models.Exists(
            Assignment.objects.filter(
                interview_id=models.OuterRef("pk"),
                interviewer=user,
                released_at=None,
                interview__team_id__in=team_ids_with(user, Permission.SCORE),
            )
        )
        return self.filter(
            models.Q(team_id__in=team_ids_with(user, Permission.VIEW_PIPELINE)) | models.Q(mine)
        )

    def assigned_to(self, user: User) -> Self:
        """Interviews ``user`` is to hold or has held."""
        return self.visible_to(user).filter(
            models.Exists(
                Assignment.objects.filter(
                    interview_id=models.OuterRef("pk"), interviewer=user, released_at=None
                )
            )
        )


@pghistory.track()
class Interview(TeamOwned):
    """Application x stage: one session, with assigned interviewers."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="interviews")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="interviews")
    state = models.CharField(max_length=10, choices=InterviewState.choices, default=InterviewState.PLANNED)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True, help_text="A room or a call's address.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = InterviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-scheduled_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["team", "state", "scheduled_at"], name="interview_by_time")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "stage"],
                condition=~models.Q(state="cancelled"),
                name="one_live_interview_per_stage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage}: {self.application.candidate}"


@pghistory.track()
class Assignment(models.Model):
    """An interviewer of an interview. Released, never deleted, so that history keeps its names."""

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="assignments")
    interviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    assigned_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["interview", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interview", "interviewer"], name="assigned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.interviewer}: {self.interview}"
