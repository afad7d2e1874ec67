"""What debriefs and decisions look like over the API."""

from dataclasses import asdict
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.access import has_permission
from accounts.models import TeamPolicy
from accounts.permissions import Permission
from hiring.calibration.moved import LevelMove, level_moves
from hiring.calibration.moved_words import Reader
from hiring.calibration.next_questions import next_questions
from hiring.calibration.readers import LevelView, levels_for
from hiring.decisions.level_serializers import (
    LevelOut,
    NextQuestionsOut,
    PooledOut,
    RecommendationOut,
)
from hiring.decisions.models import Debrief, Decision, Verdict
from hiring.decisions.provenance import card_notes, marks_of
from hiring.decisions.record import Change, changes, is_stale
from hiring.decisions.rule import recommend
from hiring.pipeline.models import ENDED, Interview
from hiring.scoring.late import being_written, late_cards
from hiring.scoring.models import Rating, RatingQuerySet, Scorecard, ScorecardQuerySet
from web.api import WholeNumber


class DecisionOut(serializers.ModelSerializer[Decision]):
    """A decision by a named person."""

    decided_by = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)

    class Meta:
        model = Decision
        fields = ("id", "verdict", "reason", "confidence", "against", "decided_by", "decided_at", "run")


class DecisionIn(serializers.Serializer[Any]):
    """What is decided, and why."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    reason = serializers.CharField(max_length=5000)
    confidence = WholeNumber(required=False, allow_null=True, default=None)
    against = serializers.ListField(
        child=serializers.CharField(max_length=80),
        max_length=100,
        required=False,
        default=list,
        help_text="Keys of must-haves that a hire goes against; those the reason names need not stand here.",
    )


class PlanIn(serializers.Serializer[Any]):
    """Which of the questions that the debrief names is planned, and who of those named asks it."""

    question = serializers.CharField(max_length=120)
    competency = serializers.CharField(max_length=120)
    interviewer = WholeNumber(min_value=1)


class PlannedOut(serializers.ModelSerializer[Interview]):
    """A further session that asks one question."""

    stage = serializers.CharField(source="stage.name")
    question = serializers.CharField(source="extra_question.key")

    class Meta:
        model = Interview
        fields = ("id", "stage", "session", "question", "scheduled_at")


class DebriefOut(serializers.ModelSerializer[Debrief]):
    """An open debrief."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    candidate = serializers.CharField(source="application.candidate.name")
    opening = serializers.CharField(source="application.opening.key")

    class Meta:
        model = Debrief
        fields: tuple[str, ...] = (
            "id",
            "team",
            "application",
            "candidate",
            "opening",
            "opened_at",
            "forced_reason",
            "run",
        )


class ChangeOut(serializers.Serializer[Change]):
    """A scorecard that came in or was amended after the debrief opened."""

    by = serializers.EmailField(source="card.interviewer.email")
    stage = serializers.CharField(source="card.interview.stage.name")
    at = serializers.DateTimeField()
    amended = serializers.BooleanField()
    missed = serializers.BooleanField(help_text="The levels do not hold it yet.")
    moved = serializers.SerializerMethodField()

    @extend_schema_field(
        {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}
    )
    def get_moved(self, change: Change) -> list[dict[str, str]]:
        """Points that the amendment changed: competency, before, after."""
        return [asdict(one) for one in change.moved]


class LateOut(serializers.ModelSerializer[Scorecard]):
    """A scorecard that was submitted after the decision."""

    by = serializers.EmailField(source="interviewer.email")
    stage = serializers.CharField(source="interview.stage.name")
    at = serializers.DateTimeField(source="submitted_at")

    class Meta:
        model = Scorecard
        fields = ("id", "by", "stage", "at")


class StampOut(serializers.Serializer[Any]):
    """What has to be known of one scorecard besides what it says."""

    scorecard = serializers.IntegerField()
    by = serializers.EmailField()
    notes = serializers.ListField(child=serializers.CharField())


class DebriefDetail(DebriefOut):
    """A debrief with levels and decisions."""

    changes = serializers.SerializerMethodField()
    stale = serializers.SerializerMethodField()
    late = serializers.SerializerMethodField()
    drafts = serializers.SerializerMethodField()
    stamps = serializers.SerializerMethodField()
    levels = serializers.SerializerMethodField()
    pooled = serializers.SerializerMethodField()
    recommendation = serializers.SerializerMethodField()
    next_questions = serializers.SerializerMethodField()
    decisions = serializers.SerializerMethodField()

    class Meta(DebriefOut.Meta):
        fields = (
            *DebriefOut.Meta.fields,
            "stale",
            "stamps",
            "changes",
            "late",
            "drafts",
            "levels",
            "pooled",
            "recommendation",
            "next_questions",
            "decisions",
        )

    def get_stale(self, debrief: Debrief) -> bool:
        """Whether ratings are in no level yet; nothing is decided then."""
        return is_stale(debrief.application, debrief.run)

    @extend_schema_field(StampOut(many=True))
    def get_stamps(self, debrief: Debrief) -> Any:
        """What has to be known of a card: written after seeing others, amended after the reveal, written down by."""
        cards = self._cards(debrief).select_related("interviewer", "written_by").order_by("pk")
        found: Any = [
            {"scorecard": card.pk, "by": card.interviewer.email, "notes": notes}
            for card in cards
            if (notes := card_notes(card))
        ]
        return found

    @extend_schema_field(ChangeOut(many=True))
    def get_changes(self, debrief: Debrief) -> Any:
        """What came in or was amended since it opened, oldest first."""
        cards = self._cards(debrief).select_related("interviewer", "interview__stage")
        found: Any = changes(debrief, debrief.run, cards, self._ratings(debrief))
        return ChangeOut(found, many=True).data

    @extend_schema_field(LateOut(many=True))
    def get_late(self, debrief: Debrief) -> Any:
        """Scorecards submitted after the decision: in no level and no calibration. Their ratings: /scorecards/."""
        person = cast("dict[str, Any]", self.context)["request"].user
        return LateOut(late_cards(debrief.application, person), many=True).data

    def get_drafts(self, debrief: Debrief) -> int:
        """Scorecards begun and not submitted, which a decision makes late; 0 once it is decided."""
        return being_written(debrief.application)

    def _policy(self, debrief: Debrief) -> TeamPolicy:
        found = cast("dict[str, Any]", self.context).setdefault("policies", {})
        if debrief.team_id not in found:
            found[debrief.team_id] = TeamPolicy.objects.current_for(debrief.team_id)
        policy: TeamPolicy = found[debrief.team_id]
        return policy

    def _found(self, debrief: Debrief) -> Any:
        found = cast("dict[str, Any]", self.context).setdefault("levels", {})
        if debrief.pk not in found:
            policy = self._policy(debrief)
            found[debrief.pk] = levels_for(debrief.application, run=debrief.run, policy=policy)
        return found[debrief.pk]

    @extend_schema_field(LevelOut(many=True))
    def get_levels(self, debrief: Debrief) -> Any:
        """Calibrated levels of the run the debrief is read beside; frozen by the decision."""
        levels = self._found(debrief).levels
        user = self.context["request"].user
        context = {
            "reader": Reader(user.pk, has_permission(user, Permission.CALIBRATE, team=debrief.team)),
            "moves": self._moves(debrief, levels),
        }
        return LevelOut(levels, many=True, context=context).data

    def _moves(self, debrief: Debrief, levels: list[LevelView]) -> dict[str, LevelMove]:
        ratings = list(self._ratings(debrief).select_related("scorecard__written_by", "withdrawal"))
        counted = {pk: mark.counted for pk, mark in marks_of(ratings).items()}
        return level_moves(debrief.run, levels, ratings, counted)

    def _cards(self, debrief: Debrief) -> ScorecardQuerySet:
        cards: ScorecardQuerySet = Scorecard.objects.submitted().filter(
            interview__application=debrief.application_id
        )
        return cards

    def _ratings(self, debrief: Debrief) -> RatingQuerySet:
        ratings: RatingQuerySet = Rating.objects.filter(scorecard__in=self._cards(debrief)).select_related(
            "criterion__competency", "criterion__question__scale", "scorecard"
        )
        return ratings

    @extend_schema_field(PooledOut)
    def get_pooled(self, debrief: Debrief) -> Any:
        """Pooled gap."""
        return PooledOut(self._found(debrief).pooled).data

    @extend_schema_field(RecommendationOut)
    def get_recommendation(self, debrief: Debrief) -> Any:
        """What the decision rule says."""
        return RecommendationOut(recommend(self._found(debrief), self._policy(debrief))).data

    @extend_schema_field(NextQuestionsOut(allow_null=True))
    def get_next_questions(self, debrief: Debrief) -> Any:
        """What one more question would settle; null once the application is decided or withdrawn."""
        if debrief.application.state in ENDED:
            return None
        return NextQuestionsOut(next_questions(debrief.application, debrief.run)).data

    @extend_schema_field(DecisionOut(many=True))
    def get_decisions(self, debrief: Debrief) -> Any:
        """Decisions, newest first."""
        rows = debrief.application.decisions.select_related("decided_by").order_by("-pk")
        return DecisionOut(rows, many=True).data
