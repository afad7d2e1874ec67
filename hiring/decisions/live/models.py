"""A debrief held as a meeting: where it stands, and what everybody gives a second time, alone."""

from datetime import timedelta
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Coalesce

from accounts.models import TeamOwned, TeamQuerySet, User
from hiring.decisions.models import Debrief
from roles.models import Competency

__all__ = ["LiveDebrief", "Phase", "Rescore"]


class Phase(models.TextChoices):
    """Where a meeting stands; it moves on one by one and never back, because what was seen stays seen."""

    READING = "reading", "Read in silence"
    RESCORE = "rescore", "Re-score alone"
    REVEAL = "reveal", "Reveal together"
    DISCUSSION = "discussion", "Talk, manager last"
    DECISION = "decision", "Decide"
    OVER = "over", "Over"


#: Planned minutes of each phase: three quarters of an hour in all.
MINUTES = {
    Phase.READING: 7,
    Phase.RESCORE: 5,
    Phase.REVEAL: 3,
    Phase.DISCUSSION: 22,
    Phase.DECISION: 8,
}
ORDER = list(Phase)
REVEALED = (Phase.REVEAL, Phase.DISCUSSION, Phase.DECISION, Phase.OVER)
#: By then the manager's own points are shown, whoever is still missing.
MANAGER_SHOWN = (Phase.DECISION, Phase.OVER)


class LiveDebriefQuerySet(TeamQuerySet["LiveDebrief"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Meetings on debriefs that the user may read."""
        return self.filter(debrief__in=Debrief.objects.visible_to(user))


@pghistory.track()
class LiveDebrief(TeamOwned):
    """One meeting on one debrief, led by a named person through five phases.

    Born once when somebody starts it, with the competencies that are to be scored again; moved on by whoever leads,
    and kept for good.
    """

    audit_hides_values = True  # the trail must not tell what blind scoring still hides

    debrief = models.OneToOneField(Debrief, on_delete=models.PROTECT, related_name="live")
    phase = models.CharField(max_length=12, choices=Phase.choices, default=Phase.READING)
    phase_since = models.DateTimeField()
    started_at = models.DateTimeField()
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Leads the meeting through its phases.",
    )
    asked = models.JSONField(
        default=dict,
        help_text="What is scored again, those most worth the meeting's time first: key of the competency, and ids of "
        "those who rated it, the hiring manager left out.",
    )
    n_asked = models.PositiveSmallIntegerField(
        default=0, help_text="Points that are asked for again, the manager's left out."
    )

    objects: ClassVar = LiveDebriefQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.debrief}, live"

    @property
    def planned(self) -> timedelta | None:
        """How long the phase is planned to take; None once the meeting is over."""
        minutes = MINUTES.get(Phase(self.phase))
        return None if minutes is None else timedelta(minutes=minutes)

    @property
    def revealed(self) -> bool:
        """Whether points given again are shown to everybody in the debrief."""
        return self.phase in REVEALED


class RescoreQuerySet(TeamQuerySet["Rescore"]):
    """Who sees whose second point is said here: one's own, and the others' from the joint reveal on."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; the others' once revealed; the hiring manager's when all the others are in, or at the decision."""
        if not user.is_authenticated:
            return self.none()
        here = self.filter(live__in=LiveDebrief.objects.visible_to(user))
        others = Rescore.objects.filter(live=models.OuterRef("live"), is_manager=False).order_by()
        counted = others.values("live").annotate(n=models.Count("pk")).values("n")
        shown = models.Q(live__phase__in=REVEALED) & (
            models.Q(is_manager=False)
            | models.Q(live__phase__in=MANAGER_SHOWN)
            | models.Q(others_in__gte=models.F("live__n_asked"))
        )
        here = here.alias(others_in=Coalesce(models.Subquery(counted), 0))
        return here.filter(models.Q(person=user) | shown)


@pghistory.track()
class Rescore(TeamOwned):
    """A point that somebody gave a second time, alone, after reading everything and before the joint reveal.

    Born once for each person and competency of a meeting and never changed; the first rating stays where it is. No
    calibration reads it: only an amendment of the scorecard, with its reason, changes what a level rests on.
    """

    audit_hides_values = True  # the trail must not be a way around the joint reveal

    live = models.ForeignKey(LiveDebrief, on_delete=models.PROTECT, related_name="rescores")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    competency = models.ForeignKey(Competency, on_delete=models.PROTECT, related_name="+")
    point = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=500, blank=True, help_text="What changed the person's mind.")
    is_manager = models.BooleanField(
        default=False, help_text="The opening's hiring manager, who speaks last."
    )
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = RescoreQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["live", "competency", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["live", "person", "competency"], name="rescored_once"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="write_once", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.competency}: again"
