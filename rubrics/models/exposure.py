"""What has become known of a question: a leak lowers what its ratings are worth."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet
from accounts.models.teams import key_validator


class QuestionExposureQuerySet(TeamQuerySet["QuestionExposure"]):
    def leaks_in(self, team_id: int) -> dict[str, float]:
        """Leak discount (0 to 1) by question key, for the questions of a team that have one."""
        return dict(self.filter(team_id=team_id, leak__gt=0).values_list("question_key", "leak"))


@pghistory.track()
class QuestionExposure(TeamOwned):
    """How far one question of a team is known outside: its leak discount.

    It concerns every version, so it hangs on the key and not on a row. It is born when somebody first marks
    the question as leaked and changes in place with each later judgement, the trail keeping the earlier ones;
    0 takes it back. It belongs to the team and travels with no pack.
    """

    question_key = models.SlugField(max_length=80, validators=[key_validator])
    leak = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
        help_text="0: unknown outside. 1: everybody has seen it; its ratings carry nothing.",
    )
    since = models.DateTimeField(
        null=True, blank=True, help_text="When it became known; ratings made before keep their weight."
    )
    reason = models.TextField()
    noted_at = models.DateTimeField(auto_now=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar = QuestionExposureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "question_key"], name="exposure_question_in_team"),
            models.CheckConstraint(condition=models.Q(leak__range=(0, 1)), name="exposure_leak_is_share"),
        ]

    def __str__(self) -> str:
        return f"{self.question_key}: leak {self.leak}"
