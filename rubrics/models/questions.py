"""Question banks and versioned questions."""

from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet
from accounts.models.teams import key_validator
from accounts.models.triggers import FrozenWithParent
from content.models import Versioned, VersionedQuerySet, frozen_triggers, version_constraints
from roles.models import Competency, Realism
from rubrics.models.scales import RatingScale


class QuestionFormat(models.TextChoices):
    SCENARIO = "scenario", "Scenario"
    SYSTEM_DESIGN = "system_design", "System design"
    DEBUGGING = "debugging", "Debugging"
    LIVE_CODING = "live_coding", "Live coding"
    WORK_SAMPLE = "work_sample", "Work sample"
    TAKE_HOME = "take_home", "Take-home"
    PAST_WORK_PROBE = "past_work_probe", "Past work"
    RESEARCH_DISCUSSION = "research_discussion", "Research discussion"
    DECOMPOSITION = "decomposition", "Decomposition"
    KNOWLEDGE = "knowledge", "Knowledge"
    VALUES = "values", "Values and conduct"


class QuestionBankQuerySet(TeamQuerySet["QuestionBank"]):
    includes_library = True


@pghistory.track()
class QuestionBank(TeamOwned):
    """A named collection under which a team files its questions.

    It has no versions: a pack or a person makes it, its name changes in place, its key never does. The bank
    ``main`` is made when a pack has questions that name none. It stays as long as a question is filed in it.
    """

    key = models.SlugField(max_length=80, validators=[key_validator])
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)

    objects: ClassVar = QuestionBankQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "key"], name="bank_key_in_team")]

    def __str__(self) -> str:
        return self.name


class QuestionQuerySet(VersionedQuerySet["Question"]):
    def for_plan(self) -> Self:
        """Load what a plan asks of a question, in three queries."""
        return self.prefetch_related("criteria__competency", "injections")

    def with_criteria(self) -> Self:
        """Load criteria, their competencies and anchors in four queries."""
        return self.select_related("scale").prefetch_related(
            "criteria__competency", "criteria__anchors", "injections__probes"
        )


@pghistory.track()
class Question(Versioned):
    """One version of a question: prompt, follow-ups and notes, with the criteria and constraint changes below it.

    Publishing pins the versions of its scale and of every competency that it names. Loops place a version in
    their stages, and ratings refer to its criteria. How far it is known outside hangs on its key and concerns
    all versions (``QuestionExposure``).
    """

    bank = models.ForeignKey(QuestionBank, on_delete=models.PROTECT, related_name="questions")
    scale = models.ForeignKey(RatingScale, on_delete=models.PROTECT, related_name="questions")
    title = models.CharField(max_length=200)
    format = models.CharField(max_length=30, choices=QuestionFormat.choices)
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(2880)])
    realism = models.CharField(max_length=12, choices=Realism.choices)
    evaluation_area = models.SlugField(max_length=60, blank=True)
    signal = models.CharField(max_length=20, blank=True, help_text="surface, deep or conduct")
    target_level = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)], help_text="Default for its criteria."
    )
    prompt = models.TextField()
    alternative_prompt = models.TextField(blank=True, help_text="Asked of people without the experience.")
    alternative_scoring = models.TextField(blank=True)
    interviewer_materials = models.TextField(blank=True)
    material_place = models.CharField(
        max_length=300,
        blank=True,
        help_text="Where interviewers find the material: a link, a folder, a repository. "
        "Without it a question that names material counts as constrained at most.",
    )
    preparation_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(2880)],
        help_text="Minutes each interviewer needs before it is asked.",
    )
    marking_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(2880)],
        help_text="Minutes each interviewer needs afterwards to read and mark what was handed in.",
    )
    variant_family = models.SlugField(
        max_length=80,
        blank=True,
        help_text="Shared by questions that are variants of one another: asking two is asking one twice.",
    )
    follow_ups = models.JSONField(default=list, blank=True)
    red_flags = models.JSONField(default=list, blank=True)
    strong_answer = models.JSONField(default=list, blank=True, help_text="For interviewers only.")
    misreadings = models.JSONField(default=list, blank=True, help_text="For interviewers only.")
    injection_note = models.TextField(blank=True)
    conventional = models.BooleanField(default=False, help_text="Kept for contrast, not recommended.")

    objects: ClassVar = QuestionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "title", "-version"]
        constraints: ClassVar = version_constraints("question")
        triggers: ClassVar = frozen_triggers()

    def __str__(self) -> str:
        return self.title

    @property
    def lacks_material(self) -> bool:
        """Whether it names material and nobody has said where that is."""
        return bool(self.interviewer_materials) and not self.material_place

    @property
    def performance(self) -> str:
        """What asking it lets a candidate perform: variants of one another are one performance."""
        return performance_of(self.key, self.variant_family)


def performance_of(key: str, variant_family: str) -> str:
    """A code for what a question lets a candidate perform, equal for variants of one another."""
    return f"family {variant_family}" if variant_family else f"question {key}"


@pghistory.track()
class Injection(models.Model):
    """A limit that changes on the way through a question: the interviewer reveals it, with a time stamp.

    It lives and freezes with its question's version. That and when it was revealed in one interview is a row
    of its own, kept with the scorecard.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="injections")
    position = models.PositiveSmallIntegerField(default=0)
    at_minute = models.PositiveSmallIntegerField()
    probes = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    change = models.TextField()
    listen_for = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["question", "position", "pk"]
        triggers: ClassVar = [
            FrozenWithParent(name="frozen_with_question", parent="rubrics_question", fk="question_id")
        ]

    def __str__(self) -> str:
        return self.change
