"""People in a loop: openings, candidates, applications, interviews and who holds them."""

from collections.abc import Collection
from datetime import datetime
from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.models.teams import key_validator, team_ids_with
from accounts.permissions import Permission
from hiring.pipeline.states import DECIDED, ENDED, ApplicationState, InterviewState, OpeningState
from loops.models import Loop, Stage, StageQuestion
from roles.models import RoleProfile
from rubrics.models import Question

__all__ = [
    "DECIDED",
    "ENDED",
    "Application",
    "ApplicationQuerySet",
    "ApplicationState",
    "Assignment",
    "AssignmentQuerySet",
    "Candidate",
    "Interview",
    "InterviewState",
    "Opening",
    "OpeningState",
]


class OpeningQuerySet(TeamQuerySet["Opening"]):
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
    """A job being filled, with the versions of role profile and loop that it is filled by.

    Born when a recruiter opens it; title, place and manager may change, the two versions may not, so that
    all its candidates are asked the same. Paused and reopened at will, closed when every application has
    an answer, never deleted.
    """

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
    """A person who applied, once per team, however often they apply.

    Born by hand or from another system, whose identifier it then keeps. Name and address may be corrected.
    Demographic answers are kept elsewhere, never here.
    """

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


class ApplicationQuerySet(TeamQuerySet["Application"]):
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

    def with_scorecards_in(self, reader: User) -> Self:
        """Mark each with ``n_expected`` scorecards, how many are in, ``n_in``, and whether the reader is ``blind``.

        Who is blind owes a card on it: nothing of others' cards is shown to them, not even how many there are.
        """
        expected = Assignment.objects.expecting_scorecard().filter(
            interview__application=models.OuterRef("pk")
        )
        owed = Assignment.objects.owing().filter(
            interviewer=reader, interview__application=models.OuterRef("pk")
        )
        return self.annotate(
            n_expected=_count(expected),
            n_in=_count(expected.filter(submitted_at__isnull=False)),
            blind=models.Exists(owed),
        )

    def with_every_scorecard_in(self) -> Self:
        """Applications on which every scorecard that is expected is in, and one at least is."""
        expected = Assignment.objects.expecting_scorecard().filter(
            interview__application=models.OuterRef("pk")
        )
        return self.filter(models.Exists(expected), ~models.Exists(expected.filter(submitted_at=None)))


def _count(assignments: "AssignmentQuerySet") -> Coalesce:
    """How many rows a subquery over assignments has, for each application."""
    counted = assignments.order_by().values("interview__application").annotate(n=models.Count("pk"))
    return Coalesce(models.Subquery(counted.values("n")), 0)


@pghistory.track()
class Application(TeamOwned):
    """One person's run through one opening.

    Born active; in debrief once the scorecards are revealed; ended by a decision or by a withdrawal. A
    decision of "more evidence" leads back into debrief. Never deleted: what was decided about a person
    stays on record until retention ends.
    """

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


class InterviewQuerySet(TeamQuerySet["Interview"]):
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
    """Application x stage: one session with the candidate.

    Born without a time or interviewers when the loop is planned, at most one that is not cancelled for each
    stage and ``session``: a further session of a stage is planned where the first left something open, and may ask
    one question alone. Held once
    somebody says so or submits a scorecard on it; then neither its time nor itself can go.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="interviews")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="interviews")
    state = models.CharField(max_length=10, choices=InterviewState.choices, default=InterviewState.PLANNED)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True, help_text="A room or a call's address.")
    session = models.PositiveSmallIntegerField(
        default=1, help_text="Which session of the stage this is; most stages have one."
    )
    extra_question = models.ForeignKey(
        Question,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The one question that this interview asks, in place of those of its stage.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = InterviewQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-scheduled_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["team", "state", "scheduled_at"], name="interview_by_time")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "stage", "session"],
                condition=~models.Q(state="cancelled"),
                name="one_live_interview_per_stage",
            ),
            models.CheckConstraint(condition=models.Q(session__gte=1), name="interview_session_from_one"),
        ]

    def __str__(self) -> str:
        again = "" if self.session == 1 else f", session {self.session}"
        return f"{self.stage}{again}: {self.application.candidate}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """What it means to owe a scorecard is said here and nowhere else."""

    def expecting_scorecard(self) -> Self:
        """Assignments that a scorecard belongs to, whether it is in or not.

        Whoever was released is expected to write nothing, a cancelled interview did not take place,
        a stage that asks no question is a conversation, in which there is nothing to rate, and nobody waits for
        the card of a shadow, who listens to learn.
        """
        return self.taking_notes().filter(shadow=False)

    def taking_notes(self) -> Self:
        """Assignments whose holder writes a card: those a scorecard belongs to, and shadows."""
        asked = StageQuestion.objects.filter(
            stage_id=models.OuterRef("interview__stage_id"), is_alternate=False
        )
        return self.filter(models.Exists(asked), released_at=None).exclude(
            interview__state=InterviewState.CANCELLED
        )

    def owing(self) -> Self:
        """Assignments on which a scorecard is owed, whether the interview was held yet or not.

        A decision ends what is owed: a draft submitted after it is late, and counts nowhere.
        """
        return (
            self.expecting_scorecard()
            .filter(submitted_at=None)
            .exclude(interview__application__state__in=DECIDED)
        )

    def to_submit(self) -> Self:
        """What their holders have to write: what is owed, and the cards of shadows, which nobody waits for."""
        return self.owing() | self.taking_notes().filter(shadow=True, submitted_at=None).exclude(
            interview__application__state__in=DECIDED
        )

    def to_hold(self) -> Self:
        """Assignments to interviews still planned, conversations too; whoever has scored one has held it."""
        return self.filter(
            released_at=None, submitted_at=None, interview__state=InterviewState.PLANNED
        ).exclude(interview__application__state__in=ENDED)

    def with_owing(self) -> Self:
        """Mark each with ``owes``: whether its interviewer owes a scorecard."""
        return self.annotate(owes=models.Exists(Assignment.objects.owing().filter(pk=models.OuterRef("pk"))))


@pghistory.track()
class Assignment(models.Model):
    """An interviewer of an interview, who owes a scorecard on it if the stage asks anything.

    Born by a recruiter, or by a colleague who hands theirs over. Ended by release with a reason, as long as no
    scorecard is in, and taken up again if the same person is assigned anew; never deleted, so that history keeps
    its names. ``submitted_at`` is written by the database when the first scorecard comes in and stays. A
    ``shadow`` listens to learn: their card enters no number and nobody waits for it.
    """

    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="assignments")
    interviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    assigned_at = models.DateTimeField(default=timezone.now, editable=False)
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=200, blank=True)
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The colleague who took the interview over.",
    )
    shadow = models.BooleanField(
        default=False, help_text="Listens to learn: the card enters no number and nobody waits for it."
    )
    submitted_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When the interviewer's first scorecard came in; the database sets it with the scorecard.",
    )

    objects: ClassVar = AssignmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["interview", "pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["interviewer", "interview"],
                condition=models.Q(submitted_at=None, released_at=None),
                name="assignment_without_scorecard",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interview", "interviewer"], name="assigned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.interviewer}: {self.interview}"
