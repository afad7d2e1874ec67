"""Loops: ordered stages for a role profile."""

from typing import ClassVar, Self

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet
from accounts.models.triggers import FrozenWithParent
from content.models import Versioned, VersionedQuerySet, frozen_triggers, version_constraints
from roles.models import RoleProfile
from rubrics.models import Question

# A candidate faces no more people than this in one session.
MOST_INTERVIEWERS = 8


class StageKind(models.TextChoices):
    SCREEN = "screen", "Screen"
    TECHNICAL_SCREEN = "technical_screen", "Technical screen"
    PAST_WORK = "past_work", "Past work"
    SCENARIO = "scenario", "Scenario"
    DEBUGGING = "debugging", "Debugging"
    SYSTEM_DESIGN = "system_design", "System design"
    DECOMPOSITION = "decomposition", "Decomposition"
    LIVE_CODING = "live_coding", "Live coding"
    WORK_SAMPLE = "work_sample", "Work sample"
    TAKE_HOME = "take_home", "Take-home"
    RESEARCH_DISCUSSION = "research_discussion", "Research discussion"
    KNOWLEDGE = "knowledge", "Knowledge"
    BEHAVIOURAL = "behavioural", "Behavioural"
    VALUES = "values", "Values and conduct"


class LoopQuerySet(VersionedQuerySet["Loop"]):
    def with_stages(self) -> Self:
        """Load stages and what stands in them by id, for ``loops.remembered.plan``, in three queries."""
        return self.select_related("profile").prefetch_related("stages__placements")

    def with_plan(self) -> Self:
        """Load everything a gap or a builder needs, in a fixed number of queries."""
        return self.select_related("profile").prefetch_related(
            "profile__requirements__competency",
            "stages__placements__question__criteria__competency",
            "stages__placements__question__injections",
        )

    def with_kit(self) -> Self:
        """Load what interviewers would have in hand (``loops.kit``), in a fixed number of queries."""
        return self.select_related("team", "profile").prefetch_related(
            "profile__requirements__competency",
            "stages__placements__question__scale__points",
            "stages__placements__question__criteria__competency",
            "stages__placements__question__criteria__anchors",
            "stages__placements__question__injections__probes",
        )


@pghistory.track()
class Loop(Versioned):
    """One version of a plan for interviewing: stages, and what each asks, for one role profile version.

    A draft points at the profile and question versions that were chosen for it; publishing pins them. Openings
    are made for a published version. ``is_default`` may move between published loops, everything else freezes.
    ``expected_gap`` comes with a pack alone, and ``revision`` counts changes while the row is a draft.
    """

    name = models.CharField(max_length=160)
    profile = models.ForeignKey(RoleProfile, on_delete=models.PROTECT, related_name="loops")
    budget_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Candidate minutes the team is willing to ask for."
    )
    is_default = models.BooleanField(
        default=False, help_text="Proposed first for new openings of its profile."
    )
    contrast = models.BooleanField(default=False, help_text="The conventional loop, kept to compare against.")
    variant_of = models.SlugField(max_length=80, blank=True)
    variant = models.CharField(max_length=40, blank=True)
    rationale = models.TextField(blank=True, help_text="Why it asks what it asks, and what it leaves out.")
    elapsed_days_from = models.PositiveSmallIntegerField(null=True, blank=True)
    elapsed_days_to = models.PositiveSmallIntegerField(null=True, blank=True)
    candidate_notes = models.JSONField(
        default=dict,
        blank=True,
        help_text="What candidates are told: expect, prepare, accommodations, may_ask.",
    )
    expected_gap = models.JSONField(
        default=dict, blank=True, editable=False, help_text="The gap its author computed, as a check on ours."
    )

    revision = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Counts changes of a draft, so that two editors notice each other.",
    )

    objects: ClassVar = LoopQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "name", "-version"]
        constraints: ClassVar = [
            *version_constraints("loop"),
        ]
        # Which loop is proposed first is a mark on it, not part of what was published.
        triggers: ClassVar = frozen_triggers(free=["is_default"])

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Stage(models.Model):
    """One session of a loop version: what is asked, for how long, by how many interviewers.

    It lives and freezes with its loop. An interview is one candidate's run through one stage.
    """

    loop = models.ForeignKey(Loop, on_delete=models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=30, choices=StageKind.choices)
    name = models.CharField(max_length=120)
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(2880)])
    interviewers = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_INTERVIEWERS)]
    )
    panel = models.JSONField(default=list, blank=True, help_text="Functions the interviewers come from.")
    note = models.TextField(blank=True)
    round = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Stages of one round share a number."
    )
    touched = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="The draft's revision by which it last changed, so that changes of different stages merge.",
    )
    questions = models.ManyToManyField(Question, through="StageQuestion", related_name="stages")

    class Meta:
        ordering: ClassVar = ["loop", "position", "pk"]
        triggers: ClassVar = [FrozenWithParent(name="frozen_with_loop", parent="loops_loop", fk="loop_id")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class StageQuestion(models.Model):
    """One question version placed in one stage; alternates stand by to replace it and carry no evidence.

    It is placed, moved and taken away while the loop is a draft, and freezes with it.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="placements")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="placements")
    position = models.PositiveSmallIntegerField(default=0)
    is_alternate = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["stage", "is_alternate", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stage", "question"], name="question_once_per_stage"),
        ]
        triggers: ClassVar = [
            FrozenWithParent(
                name="frozen_with_loop", parent="loops_loop", fk="stage_id", via=("loops_stage", "loop_id")
            )
        ]

    def __str__(self) -> str:
        return f"{self.question} in {self.stage}"


class LoopDesign(TeamOwned):
    """The best loop found for one role under certain wishes, and how far it is proved to be the best.

    ``inputs`` is a hash over everything it was computed from: the role, the questions on offer and how far they are
    known outside, the policy and the wishes. When one of these changes, another row answers, and this one stays as what
    was true then. A row is written when somebody asks, filled in by the worker, and stopped by ``stop_asked``. It
    can be computed again at any time, so nothing is lost with it.

    Where ``others`` names more roles, loops for all of them were designed together, and ``found`` holds those.
    """

    # A draft of a role may be thrown away; what was designed for it stays readable for itself.
    profile = models.ForeignKey(RoleProfile, null=True, on_delete=models.SET_NULL, related_name="designs")
    inputs = models.CharField(max_length=64)
    others = models.JSONField(default=list, blank=True, help_text="Profiles designed for together with it.")
    wishes = models.JSONField()
    policy_version = models.PositiveIntegerField()
    found = models.JSONField(
        default=dict, help_text="Stages, gap, bound, decision value; empty until there is one."
    )
    stop_asked = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar = TeamQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "inputs"], name="design_once_per_inputs"),
        ]

    def __str__(self) -> str:
        return f"Design for {self.profile}, {self.wishes.get('minutes')} min"
