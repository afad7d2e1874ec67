"""Rating scales: ordered points with labels."""

from typing import ClassVar

import pghistory
from django.db import models

from accounts.models.triggers import FrozenWithParent
from content.models import Versioned, VersionedQuerySet, frozen_triggers, version_constraints


class RatingScaleQuerySet(VersionedQuerySet["RatingScale"]):
    """Asks what every kind of version is asked, and nothing else; it is here for the type of its rows."""


@pghistory.track()
class RatingScale(Versioned):
    """One version of the points that a rating may take; one calibration run covers one scale of one team.

    Questions pin a version of it when they are published.
    """

    name = models.CharField(max_length=120)
    meets_point = models.PositiveSmallIntegerField(
        default=3, help_text="The point that shows a criterion's target level."
    )

    objects: ClassVar = RatingScaleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "key", "version"]
        constraints: ClassVar = version_constraints("rating_scale")
        triggers: ClassVar = frozen_triggers()

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ScalePoint(models.Model):
    """One point of a scale version: its number, its label, what it means. It lives and freezes with the scale."""

    scale = models.ForeignKey(RatingScale, on_delete=models.CASCADE, related_name="points")
    value = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=60)
    meaning = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["scale", "value"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scale", "value"], name="scale_point_once"),
            models.CheckConstraint(condition=models.Q(value__gte=1), name="scale_point_from_one"),
        ]
        triggers: ClassVar = [
            FrozenWithParent(name="frozen_with_scale", parent="rubrics_ratingscale", fk="scale_id")
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"
