"""What raters made of vignettes, and the path on which they come to ask a kind of question alone."""

from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from hiring.lab.models.vignettes import Vignette
from hiring.lab.rights import PRACTISE
from rubrics.models import Criterion, QuestionFormat

_WRITTEN_ONCE = pgtrigger.Update | pgtrigger.Delete


class VignetteSittingQuerySet(TeamQuerySet["VignetteSitting"]):
    """Who may see whose ratings of a vignette, and which of them count, is said here."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; to calibrators everybody's, of vignettes that they have rated themselves."""
        if not user.is_authenticated:
            return self.none()
        own = models.Q(rater=user, team_id__in=team_ids_with(user, PRACTISE))
        rated = VignetteSitting.objects.filter(rater=user, vignette_id=models.OuterRef("vignette_id"))
        scores_in, calibrates_in = (team_ids_with(user, right) for right in (PRACTISE, Permission.CALIBRATE))
        # Who never rates has nothing of their own to keep blind.
        open_to = models.Exists(rated) | ~models.Q(team_id__in=scores_in)
        return self.filter(own | (models.Q(team_id__in=calibrates_in) & open_to))

    def blind(self) -> Self:
        """Made before the reference was seen; what comes after is a repeat, kept and marked as one."""
        return self.filter(number=1)

    def counting(self) -> Self:
        """Those that certify and may link: made blind, of answers without a trap."""
        return self.blind().filter(vignette__trap="")

    def with_ratings(self) -> Self:
        """Load what is needed to hold them against the reference, in three queries."""
        return self.select_related("vignette__question").prefetch_related(
            "ratings__criterion__competency", "vignette__references"
        )


@pghistory.track()
class VignetteSitting(TeamOwned):
    """One rater's ratings of one vignette, submitted at once and never changed; never a scorecard.

    ``number`` counts the rater's ratings of that vignette, earlier versions included. ``drift_of`` is the earlier
    sitting, of another vignette of the same standard or of this one, whose distance from the reference this is
    compared with in a drift check.
    """

    audit_hides_values = True  # the trail must not be a way around blind rating

    vignette = models.ForeignKey(Vignette, on_delete=models.PROTECT, related_name="sittings")
    rater = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="vignette_sittings"
    )
    number = models.PositiveSmallIntegerField(default=1)
    drift_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="checked_by"
    )
    submitted_at = models.DateTimeField(db_index=True)

    objects: ClassVar = VignetteSittingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["submitted_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["team", "rater"], name="sitting_by_rater")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vignette", "rater", "number"], name="sitting_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="sitting_number_from_one"),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=_WRITTEN_ONCE)]

    def __str__(self) -> str:
        return f"{self.rater} on {self.vignette_id}, {self.number}"

    @property
    def is_repeat(self) -> bool:
        """Whether the rater knew the reference."""
        return self.number > 1


@pghistory.track()
class VignetteRating(models.Model):
    """One criterion of a sitting: a point of the scale, or none where the rater holds that it did not come up."""

    audit_hides_values = True  # the trail must not be a way around blind rating

    sitting = models.ForeignKey(VignetteSitting, on_delete=models.PROTECT, related_name="ratings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="vignette_ratings")
    point = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["sitting", "criterion__position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sitting", "criterion"], name="vignette_rating_once")
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=_WRITTEN_ONCE)]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.point if self.point is not None else 'not assessed'}"


class StepKind(models.TextChoices):
    """Interviews on the way to a certificate."""

    SHADOW = "shadow", "Shadow"
    REVERSE_SHADOW = "reverse_shadow", "Reverse shadow"


class PathStepQuerySet(TeamQuerySet["PathStep"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own, and everybody's to those who may record them."""
        if not user.is_authenticated:
            return self.none()
        teams = {
            *team_ids_with(user, Permission.CALIBRATE),
            *team_ids_with(user, Permission.EDIT_PIPELINE),
        }
        own = models.Q(person=user, team_id__in=team_ids_with(user, PRACTISE))
        return self.filter(own | models.Q(team_id__in=teams))

    def standing(self) -> Self:
        """Those that count: not taken back."""
        return self.filter(withdrawn_at=None)


@pghistory.track()
class PathStep(TeamOwned):
    """An interview that somebody watched, or led while a colleague watched, in one family of questions.

    Recorded by a calibrator or recruiter. Taken back with a reason where it was recorded by mistake; never deleted.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="path_steps")
    family = models.CharField(max_length=30, choices=QuestionFormat.choices)
    kind = models.CharField(max_length=14, choices=StepKind.choices)
    beside = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    held_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_because = models.CharField(max_length=200, blank=True)

    objects: ClassVar = PathStepQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["held_on", "pk"]
        indexes: ClassVar = [models.Index(fields=["team", "person"], name="path_by_person")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) ^ ~models.Q(withdrawn_because=""),
                name="path_step_withdrawn_with_reason",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["withdrawn_at", "withdrawn_because"]),
            ),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}, {self.get_family_display()}"


class CertificateQuerySet(TeamQuerySet["Certificate"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own, and everybody's to those who plan interviews or calibrate."""
        if not user.is_authenticated:
            return self.none()
        teams = {
            *team_ids_with(user, Permission.CALIBRATE),
            *team_ids_with(user, Permission.VIEW_PIPELINE),
        }
        own = models.Q(person=user, team_id__in=team_ids_with(user, PRACTISE))
        return self.filter(own | models.Q(team_id__in=teams))


@pghistory.track()
class Certificate(TeamOwned):
    """That somebody may ask one family of questions alone, with the figures it was given on.

    Born the moment the team's policy is met, and never changed: a policy adopted later does not take it away.
    """

    audit_hides_values = True  # how near somebody rates to the reference is theirs and the calibrators'

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="certificates"
    )
    family = models.CharField(max_length=30, choices=QuestionFormat.choices)
    certified_at = models.DateTimeField()
    policy_version = models.PositiveIntegerField()
    n_vignettes = models.PositiveSmallIntegerField()
    n_ratings = models.PositiveSmallIntegerField()
    mean_deviation = models.FloatField()
    agreement = models.FloatField()

    objects: ClassVar = CertificateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["family", "person"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "person", "family"], name="certified_once")
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=_WRITTEN_ONCE)]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_family_display()}"


class VignetteAnchorQuerySet(TeamQuerySet["VignetteAnchor"]):
    def standing(self) -> Self:
        """The newest word on each vignette, where it says that it is used."""
        newer = VignetteAnchor.objects.filter(vignette_id=models.OuterRef("vignette_id")).filter(
            pk__gt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(newer), used=True)


@pghistory.track()
class VignetteAnchor(TeamOwned):
    """That a calibrator lets a vignette's reference stand as a known level, or does so no more; the newest counts."""

    vignette = models.ForeignKey(Vignette, on_delete=models.PROTECT, related_name="anchors")
    used = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = VignetteAnchorQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["vignette", "-pk"]
        triggers: ClassVar = [pgtrigger.Protect(name="append_only", operation=_WRITTEN_ONCE)]

    def __str__(self) -> str:
        return f"{self.vignette_id}: {'used' if self.used else 'not used'}"
