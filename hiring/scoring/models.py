"""Scorecards: what one interviewer saw in one interview."""

from datetime import datetime
from typing import ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.models.triggers import Both
from hiring.pipeline.models import Interview
from hiring.scoring.states import ENTERING_STATES, ScorecardState, SeenBefore
from hiring.scoring.visibility import visible_scorecards
from rubrics.models import Criterion, Injection, Question

__all__ = [
    "Asked",
    "InjectionReveal",
    "NotAssessed",
    "Rating",
    "Recommendation",
    "Scorecard",
    "ScorecardQuerySet",
    "ScorecardState",
]


class Recommendation(models.TextChoices):
    """Overall recommendation; never calibrated, used in the decision layer only."""

    STRONG_NO = "strong_no", "Strong no"
    NO = "no", "No"
    YES = "yes", "Yes"
    STRONG_YES = "strong_yes", "Strong yes"


class NotAssessed(models.TextChoices):
    """Why a criterion was not rated."""

    NO_TIME = "no_time", "Ran out of time"
    NOT_REACHED = "not_reached", "The conversation did not reach it"
    NOT_ASKED = "not_asked", "The question was not asked"
    COLLEAGUE = "colleague", "A colleague covers it"
    CANNOT_JUDGE = "cannot_judge", "I cannot judge this"


class ScorecardQuerySet(TeamQuerySet["Scorecard"]):
    """Everything about blindness is decided here, for every surface."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own; others' submitted ones once the blindness rules allow (hiring.scoring.visibility)."""
        return visible_scorecards(self, user)

    def current(self) -> Self:
        """Drafts and the newest submitted version of each card; replaced versions left out."""
        return self.exclude(state=ScorecardState.AMENDED)

    def submitted(self) -> Self:
        """Cards that stand: the newest submitted version of each."""
        return self.filter(state=ScorecardState.SUBMITTED)

    def late(self) -> Self:
        """Cards submitted after the decision: shown, and in no figure."""
        return self.filter(state=ScorecardState.LATE)

    def entering(self) -> Self:
        """Cards whose ratings a number is made of; see ``Scorecard.enters``."""
        return self.filter(state__in=ENTERING_STATES, enters=True)


class NotesOnAssignment(pgtrigger.Trigger):
    """Writes on the interviewer's assignment that the first scorecard came in.

    So that who owes one can be told without reading scorecards, whichever way they are written.
    """

    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update
    condition = pgtrigger.Q(new__state="submitted") | pgtrigger.Q(new__state="shadow")
    func = (
        "UPDATE hiring_assignment SET submitted_at = NEW.submitted_at "
        "WHERE interview_id = NEW.interview_id AND interviewer_id = NEW.interviewer_id "
        "AND submitted_at IS NULL; RETURN NULL;"
    )


@pghistory.track()
class Scorecard(TeamOwned):
    """One version of what one interviewer wrote about one interview.

    Born as a draft when its interviewer begins; changed by nobody else; frozen by submitting. An amendment is
    a new version with a reason, which counts from its own submit on; the version it replaces stays, marked
    as amended. A draft submitted after the decision is late for good and never counts. Only a draft that is not
    wanted any more is deleted.

    ``seen_before`` says what its author could have read of colleagues' cards when it was submitted. ``enters``, decided
    at the same moment by that and the team's policy, says whether its ratings enter levels and other numbers. It is at
    most one version of each interviewer's card: where an amendment was made after the reveal, the version before it.

    ``revision`` rises with every saved draft: a write names the revision it was made
    from, and a stale one is refused, so that two tabs cannot overwrite each other.
    """

    audit_hides_values = True  # the trail must not be a way around blind scoring

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="scorecards")
    interviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="scorecards"
    )
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ScorecardState.choices, default=ScorecardState.DRAFT)
    revision = models.PositiveIntegerField(default=0)
    recommendation = models.CharField(max_length=10, choices=Recommendation.choices, blank=True)
    summary = models.TextField(blank=True)
    # Item ("c12" a criterion, "q7" a listed question, "recommendation", "summary") -> revision it changed in.
    # Lets two tabs merge what they did not both touch, and tells "no recommendation" from "not said yet".
    touched = models.JSONField(default=dict, blank=True, editable=False)
    amend_reason = models.TextField(blank=True)
    seen_before = models.CharField(
        max_length=8, choices=SeenBefore.choices, blank=True, default=SeenBefore.NOTHING, editable=False
    )
    enters = models.BooleanField(default=True, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who wrote it down on the interviewer's behalf.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ScorecardQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["interview", "interviewer", "-version"]
        indexes: ClassVar = [
            models.Index(fields=["team", "state", "submitted_at"], name="scorecard_by_time"),
            models.Index(fields=["interviewer", "state"], name="scorecard_by_interviewer"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["interview", "interviewer", "version"], name="scorecard_version_once"
            ),
            models.UniqueConstraint(
                fields=["interview", "interviewer"],
                condition=models.Q(state="submitted"),
                name="one_counting_scorecard",
            ),
            models.UniqueConstraint(
                fields=["interview", "interviewer"],
                condition=models.Q(state="draft"),
                name="one_draft_scorecard",
            ),
            models.UniqueConstraint(
                fields=["interview", "interviewer"],
                condition=models.Q(enters=True, state__in=ENTERING_STATES),
                name="one_entering_scorecard",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") ^ models.Q(submitted_at__isnull=False),
                name="scorecard_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(version=1) | ~models.Q(amend_reason=""),
                name="scorecard_amendment_has_reason",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="frozen_update",
                operation=pgtrigger.Update,
                condition=Both(
                    ~pgtrigger.Q(old__state="draft"),
                    pgtrigger.AnyChange(exclude=["state", "enters", "saved_at"]),
                ),
            ),
            pgtrigger.Protect(
                name="frozen_delete", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__state="draft")
            ),
            pgtrigger.Protect(
                name="no_return_to_draft",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__state="draft") & pgtrigger.Q(new__state="draft"),
            ),
            pgtrigger.Protect(
                name="late_stays_late",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="late") & ~pgtrigger.Q(new__state="late"),
            ),
            NotesOnAssignment(name="notes_on_assignment"),
        ]

    def __str__(self) -> str:
        return f"{self.interviewer} on {self.interview}"


class FrozenWithScorecard(pgtrigger.Trigger):
    """Keeps the rows of a submitted scorecard as they are."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [("card_state", "TEXT")]

    def __init__(self, *, name: str) -> None:
        """The body looks the card's state up and refuses unless it is a draft."""
        lookup = 'SELECT state INTO card_state FROM "hiring_scorecard" WHERE id = {row}.scorecard_id;'
        refuse = (
            "IF card_state IS NOT NULL AND card_state <> 'draft' THEN "
            "RAISE EXCEPTION 'pgtrigger: rows of a submitted scorecard cannot change'; END IF;"
        )
        body = (
            "IF TG_OP <> 'INSERT' THEN " + lookup.format(row="OLD") + refuse + " END IF; "
            "IF TG_OP <> 'DELETE' THEN " + lookup.format(row="NEW") + refuse + " RETURN NEW; END IF; "
            "RETURN OLD;"
        )
        super().__init__(name=name, func=body)


class RatingQuerySet(models.QuerySet["Rating"]):
    """Which ratings count is said here and nowhere else."""

    def submitted(self) -> Self:
        """Ratings of cards that count, what was not assessed included."""
        return self.filter(scorecard__state=ScorecardState.SUBMITTED)

    def counting(self) -> Self:
        """Ratings that a number is made of: a point was given, on the version of a card that enters, not withdrawn."""
        return self.filter(
            scorecard__state__in=ENTERING_STATES,
            scorecard__enters=True,
            point__isnull=False,
            withdrawal__isnull=True,
        )

    def given(self) -> Self:
        """Points as they stand: on the newest submitted version of a card, whether it enters or not, not withdrawn."""
        return self.submitted().filter(point__isnull=False, withdrawal__isnull=True)

    def replaced(self, *, submitted_until: datetime) -> Self:
        """Ratings of versions that an amendment replaced, of those that were in by then, the newest version last."""
        return self.filter(
            scorecard__state=ScorecardState.AMENDED, scorecard__submitted_at__lte=submitted_until
        ).order_by("scorecard__version")

    def with_hypothetical(self) -> Self:
        """Mark each with ``hypothetical``: the alternative prompt was asked, which describes and does not do."""
        described = Asked.objects.filter(
            scorecard_id=models.OuterRef("scorecard_id"),
            question_id=models.OuterRef("criterion__question_id"),
            used_alternative=True,
        )
        return self.annotate(hypothetical=models.Exists(described))


@pghistory.track()
class Rating(models.Model):
    """Scorecard x criterion: a point of the scale, or not assessed with a reason.

    No row means not answered yet. Lives and freezes with its scorecard; ratings of a question that was
    exchanged for another are kept in a draft, so that changing back loses nothing, and go at the submit.
    """

    audit_hides_values = True  # the trail must not be a way around blind scoring

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="ratings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="ratings")
    point = models.PositiveSmallIntegerField(null=True, blank=True)
    not_assessed = models.CharField(max_length=16, choices=NotAssessed.choices, blank=True)
    evidence = models.TextField(blank=True)
    rated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = RatingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["scorecard", "criterion"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard", "criterion"], name="rating_once"),
            models.CheckConstraint(
                condition=models.Q(point=None) | models.Q(not_assessed=""), name="rating_point_or_reason"
            ),
        ]
        triggers: ClassVar = [FrozenWithScorecard(name="frozen_with_scorecard")]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.point if self.point is not None else 'not assessed'}"


@pghistory.track()
class Asked(models.Model):
    """What was put to the candidate where it differs from the guide. No row: asked as listed.

    Lives and freezes with its scorecard; a draft's rows are written anew by each save that changes one of them.
    ``listed`` is the question the stage plans, ``question`` the one asked in its place
    (the same one, if only its alternative prompt was used).
    """

    audit_hides_values = True  # the trail must not be a way around blind scoring

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="asked")
    listed = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    used_alternative = models.BooleanField(default=False, help_text="The alternative prompt was asked.")

    class Meta:
        ordering: ClassVar = ["scorecard", "pk"]
        verbose_name_plural = "asked"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard", "listed"], name="asked_once_per_listed"),
            models.UniqueConstraint(fields=["scorecard", "question"], name="asked_once_per_question"),
        ]
        triggers: ClassVar = [FrozenWithScorecard(name="frozen_with_scorecard")]

    def __str__(self) -> str:
        return f"{self.question} for {self.listed}"


@pghistory.track()
class InjectionReveal(models.Model):
    """When an interviewer put a constraint change to the candidate, by the server's clock.

    Born once for each change and scorecard, the first time counts; frozen with the scorecard. ``by_device``:
    the form was without a network, and its device told later how long ago it was.
    """

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="reveals")
    injection = models.ForeignKey(Injection, on_delete=models.PROTECT, related_name="+")
    revealed_at = models.DateTimeField()
    by_device = models.BooleanField(
        default=False, help_text="Told by the device afterwards; the server saw it later."
    )

    class Meta:
        ordering: ClassVar = ["scorecard", "revealed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scorecard", "injection"], name="injection_revealed_once"),
        ]
        triggers: ClassVar = [FrozenWithScorecard(name="frozen_with_scorecard")]

    def __str__(self) -> str:
        return f"{self.injection} at {self.revealed_at}"
