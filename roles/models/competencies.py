"""The competency framework: clusters and competencies."""

from typing import ClassVar

import pghistory
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet
from accounts.models.teams import key_validator
from content.models import Versioned, VersionedQuerySet, frozen_triggers, version_constraints


class ClusterQuerySet(TeamQuerySet["Cluster"]):
    includes_library = True


@pghistory.track()
class Cluster(TeamOwned):
    """A heading under which competencies are read; nothing is computed from it.

    It has no versions: a pack or a person makes it, its name and place change in place, its key never does.
    It stays as long as a competency stands under it.
    """

    key = models.SlugField(max_length=80, validators=[key_validator])
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = ClusterQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "position", "key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "key"], name="cluster_key_in_team")]

    def __str__(self) -> str:
        return self.name


class Learnability(models.TextChoices):
    """How long somebody who meets the rest of a role takes to learn it on the job."""

    QUICK = "quick", "Learnable on the job, one to three months"
    STEADY = "steady", "Learnable on the job, three to six months"
    SLOW = "slow", "Hire for it; slow to teach"


class CompetencyQuerySet(VersionedQuerySet["Competency"]):
    """Asks what every kind of version is asked, and nothing else; it is here for the type of its rows."""


@pghistory.track()
class Competency(Versioned):
    """One version of an observable ability that a role may need.

    Role profiles ask for it, criteria and constraint changes of questions show it. They pin a version; a new
    one reaches them with their own next version. ``position`` is its place in the framework and no part of
    what is published.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="competencies")
    name = models.CharField(max_length=120)
    definition = models.TextField()
    evaluation_area = models.SlugField(max_length=60, blank=True)
    motivation = models.TextField(blank=True, help_text="Why it is in the framework, and what suggests so.")
    learnability = models.CharField(max_length=10, choices=Learnability.choices, blank=True)
    development = models.JSONField(
        default=list, blank=True, help_text="What helps somebody who is short of it: short suggestions."
    )
    position = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = CompetencyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "position", "key", "version"]
        verbose_name_plural = "competencies"
        constraints: ClassVar = version_constraints("competency")
        triggers: ClassVar = frozen_triggers()

    def __str__(self) -> str:
        return self.name
