"""Role profiles: weighted competencies, required levels, at which realism."""

from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models.triggers import FrozenWithParent
from content.models import Versioned, VersionedQuerySet, frozen_triggers, version_constraints
from roles.models.competencies import Competency


class Realism(models.TextChoices):
    """How close to the job an observation is, in rising order."""

    CONTROLLED = "controlled", "Controlled"
    CONSTRAINED = "constrained", "Constrained"
    PRODUCTION = "production", "Production"


REALISM_ORDER: tuple[str, ...] = (Realism.CONTROLLED, Realism.CONSTRAINED, Realism.PRODUCTION)


class RoleProfileQuerySet(VersionedQuerySet["RoleProfile"]):
    """Asks what every kind of version is asked, and nothing else; it is here for the type of its rows."""


@pghistory.track()
class RoleProfile(Versioned):
    """One version of what a job demands: weighted competencies, must-haves in words, when work counts as done.

    Publishing pins the competency versions that its requirements name. Loops are made for a version, and
    openings pin one.
    """

    name = models.CharField(max_length=120)
    family = models.SlugField(max_length=60, help_text="For example research, production, fde, automation.")
    level = models.CharField(max_length=60, blank=True, help_text="Seniority, where the profile has one.")
    summary = models.TextField(blank=True)
    description = models.TextField(blank=True, help_text="Two plain sentences for candidates.")
    definition_of_done = models.TextField(blank=True)
    must_haves = models.JSONField(default=list, blank=True)
    anti_signals = models.JSONField(default=list, blank=True)
    variants = models.JSONField(default=list, blank=True, help_text="Company variants, second-hand.")

    objects: ClassVar = RoleProfileQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "name", "-version"]
        constraints: ClassVar = version_constraints("role_profile")
        triggers: ClassVar = frozen_triggers()

    def __str__(self) -> str:
        return self.name

    @property
    def full_name(self) -> str:
        """Name and seniority, which some names say already."""
        said = not self.level or self.level.lower() in self.name.lower()
        return self.name if said else f"{self.name}, {self.level}"


_SHARE = [MinValueValidator(0), MaxValueValidator(1)]


@pghistory.track()
class Requirement(models.Model):
    """How much of one competency one profile version asks for, at which level, how close to the job.

    Weights of a profile sum to 1, and so do the three demands of a row; both must hold only when the profile
    is published. A row lives and freezes with its profile, and is copied into each next version.
    """

    profile = models.ForeignKey(RoleProfile, on_delete=models.CASCADE, related_name="requirements")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="requirements")
    position = models.PositiveSmallIntegerField(default=0)
    weight = models.DecimalField(max_digits=6, decimal_places=4, validators=_SHARE)
    weight_rationale = models.TextField(blank=True, help_text="Why it weighs this much; required to publish.")
    required_level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    must_have = models.BooleanField(default=False)
    demand_controlled = models.DecimalField(max_digits=5, decimal_places=4, validators=_SHARE)
    demand_constrained = models.DecimalField(max_digits=5, decimal_places=4, validators=_SHARE)
    demand_production = models.DecimalField(max_digits=5, decimal_places=4, validators=_SHARE)
    realism_basis = models.TextField(blank=True)
    basis = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["profile", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["profile", "competency"], name="requirement_competency_once"),
            models.CheckConstraint(
                condition=models.Q(required_level__range=(1, 5)), name="requirement_level_one_to_five"
            ),
            models.CheckConstraint(
                condition=models.Q(weight__range=(0, 1)), name="requirement_weight_is_share"
            ),
        ]
        triggers: ClassVar = [
            FrozenWithParent(name="frozen_with_profile", parent="roles_roleprofile", fk="profile_id")
        ]

    def __str__(self) -> str:
        return f"{self.competency} in {self.profile}"

    @property
    def demand(self) -> tuple[float, float, float]:
        """Shares of the demand at controlled, constrained and production realism."""
        return float(self.demand_controlled), float(self.demand_constrained), float(self.demand_production)
