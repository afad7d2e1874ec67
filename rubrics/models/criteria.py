"""Criteria (question x competency) and their behavioural anchors."""

from typing import ClassVar

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models.triggers import FrozenWithParent
from roles.models import Competency
from rubrics.models.questions import Question


@pghistory.track()
class Criterion(models.Model):
    """One competency as one question version shows it: how purely, at which level, rated by which anchors.

    It lives and freezes with its question. Difficulty belongs to a criterion version; ``parent`` is the one of
    the earlier question version from which it was made, towards which its difficulty shrinks.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="criteria")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="criteria")
    position = models.PositiveSmallIntegerField(default=0)
    strength = models.DecimalField(
        max_digits=4,
        decimal_places=3,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="How purely it shows the competency, 0 to 1.",
    )
    target_level = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    parent = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["question", "position", "pk"]
        verbose_name_plural = "criteria"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "competency"], name="criterion_competency_once"),
            models.CheckConstraint(
                condition=models.Q(strength__range=(0, 1)), name="criterion_strength_is_share"
            ),
            models.CheckConstraint(
                condition=models.Q(target_level__range=(1, 5)), name="criterion_level_one_to_five"
            ),
        ]
        triggers: ClassVar = [
            FrozenWithParent(name="frozen_with_question", parent="rubrics_question", fk="question_id")
        ]

    def __str__(self) -> str:
        return f"{self.competency} in {self.question}"


@pghistory.track()
class Anchor(models.Model):
    """What was done or said that earns one point of the scale on one criterion.

    A draft may lack anchors; to be published, a question has one for every point of its scale on every
    criterion. It freezes with the question.
    """

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="anchors")
    point = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["criterion", "point"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["criterion", "point"], name="anchor_point_once")
        ]
        triggers: ClassVar = [
            FrozenWithParent(
                name="frozen_with_question",
                parent="rubrics_question",
                fk="criterion_id",
                via=("rubrics_criterion", "question_id"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.point}: {self.text}"
