"""Vignettes: invented answers to a question of the bank, each with the rating that its author holds to be right."""

from typing import ClassVar, Self

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import TeamOwned, TeamQuerySet
from accounts.models.teams import key_validator
from accounts.models.triggers import FrozenWithParent
from content.models import Versioned, VersionedQuerySet, frozen_triggers, version_constraints
from rubrics.models import Question


class Trap(models.TextChoices):
    """What tempts a rater away from the anchors."""

    CHARM = "charm", "Charm"
    JARGON = "jargon", "Jargon"
    CONFIDENCE = "confidence", "Confidence"
    BREVITY = "brevity", "Brevity"
    HALO = "halo", "Halo"
    HESITANCY = "hesitancy", "Hesitancy"


class PairUse(models.TextChoices):
    """What two vignettes of one standard are held beside each other for."""

    DRIFT = "drift", "Drift: both plain, rated some weeks apart"
    TRAP = "trap", "Trap: one plain, one that tempts"


class VignetteQuerySet(VersionedQuerySet["Vignette"]):
    def plain(self) -> Self:
        """Those without a trap: they certify, and they alone may link. The others teach."""
        return self.filter(trap="")

    def with_anchors(self) -> Self:
        """Load the question with its criteria and anchors, and the references."""
        return self.select_related("question__scale").prefetch_related(
            "question__scale__points",
            "question__criteria__competency",
            "question__criteria__anchors",
            "references",
        )


@pghistory.track()
class Vignette(Versioned):
    """One version of an anonymised answer, bound to the question version whose anchors it is rated on.

    Raters see setting and answer beside question and anchors; trap, references and pairs only after they have
    submitted. A new version of its question makes a new version of the vignette, with ratings of its own.
    """

    audit_hides_values = True  # the trail must not tell a rater the reference

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="vignettes")
    role = models.SlugField(
        max_length=80, blank=True, help_text="Key of the role whose panel it is meant for."
    )
    trap = models.CharField(max_length=20, choices=Trap.choices, blank=True)
    alternative = models.BooleanField(
        default=False,
        help_text="Answers the alternative prompt; read the anchors with the alternative scoring.",
    )
    minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(60)], help_text="To read it once."
    )
    setting = models.TextField()
    answer = models.TextField(help_text="One turn a line, each beginning with who speaks.")

    objects: ClassVar = VignetteQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "key", "-version"]
        constraints: ClassVar = version_constraints("vignette")
        triggers: ClassVar = frozen_triggers()

    def __str__(self) -> str:
        return f"Answer to “{self.question.title}”"

    @property
    def turns(self) -> list[tuple[str, str]]:
        """Who says what, in order; nobody where a paragraph names no speaker."""
        return [_turn(part) for part in self.answer.splitlines() if part.strip()]


def _turn(part: str) -> tuple[str, str]:
    speaker, colon, said = part.strip().partition(": ")
    return (speaker, said) if colon and len(speaker) <= 20 else ("", part.strip())


@pghistory.track()
class VignetteReference(models.Model):
    """The point that one criterion of a vignette deserves, why, and what raters get wrong; none: not assessed.

    It lives and freezes with its vignette, in the order of the question's criteria.
    """

    audit_hides_values = True  # the trail must not tell a rater the reference

    vignette = models.ForeignKey(Vignette, on_delete=models.CASCADE, related_name="references")
    position = models.PositiveSmallIntegerField(default=0)
    competency = models.SlugField(max_length=80)
    point = models.PositiveSmallIntegerField(null=True, help_text="Empty: the topic did not come up.")
    acceptable = models.JSONField(
        default=list,
        help_text="The point, or two neighbours where experts could differ; empty with no point.",
    )
    reason = models.TextField()
    common_mistake = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["vignette", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vignette", "competency"], name="reference_competency_once")
        ]
        triggers: ClassVar = [
            FrozenWithParent(name="frozen_with_vignette", parent="hiring_vignette", fk="vignette_id")
        ]

    def __str__(self) -> str:
        return f"{self.competency}: {self.point if self.point is not None else 'not assessed'}"


class VignettePairQuerySet(TeamQuerySet["VignettePair"]):
    includes_library = True

    def drift(self) -> Self:
        """Two plain vignettes of one standard."""
        return self.filter(use=PairUse.DRIFT)

    def traps(self) -> Self:
        """A trap beside a plain vignette of its standard."""
        return self.filter(use=PairUse.TRAP)

    def of(self, key: str) -> Self:
        """Pairs that hold a vignette."""
        return self.filter(Q(first=key) | Q(second=key))


@pghistory.track()
class VignettePair(TeamOwned):
    """Two vignettes whose references are the same points in the same order, by their keys.

    It has no versions: it comes with a content pack, which changes it in place. It holds for the newest versions.
    """

    audit_hides_values = True  # that two answers deserve the same is half of the reference

    key = models.SlugField(max_length=80, validators=[key_validator])
    first = models.SlugField(max_length=80)
    second = models.SlugField(max_length=80)
    use = models.CharField(max_length=8, choices=PairUse.choices)
    why = models.TextField(blank=True)
    basis = models.CharField(max_length=200, blank=True)

    objects: ClassVar = VignettePairQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["team", "key"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "key"], name="pair_key_in_team")]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"

    def other(self, key: str) -> str:
        """The key of the one beside ``key``."""
        return self.second if key == self.first else self.first
