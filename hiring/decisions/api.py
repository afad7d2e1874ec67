"""Debriefs and decisions over the API: the same actions and the same blindness as the pages."""

from dataclasses import asdict
from typing import Any, cast

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.models import TeamPolicy
from accounts.permissions import Permission
from hiring.calibration.next_questions import NextQuestion, NextQuestions, Outlook, next_questions
from hiring.calibration.readers import LevelView, levels_for
from hiring.decisions import actions
from hiring.decisions.models import Debrief, Decision, Verdict
from hiring.decisions.provenance import card_notes
from hiring.decisions.record import Change, changes, is_stale
from hiring.pipeline.api_base import Mine, TeamRows
from hiring.pipeline.models import ENDED, Application
from hiring.scoring.late import being_written, late_cards
from hiring.scoring.models import Rating, Scorecard
from hiring.scoring.visibility import owes_scorecard
from web.api import WholeNumber


class DecisionOut(serializers.ModelSerializer[Decision]):
    """A decision by a named person."""

    decided_by = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)

    class Meta:
        model = Decision
        fields = ("id", "verdict", "reason", "confidence", "decided_by", "decided_at", "run")


class DecisionIn(serializers.Serializer[Any]):
    """What is decided, and why."""

    verdict = serializers.ChoiceField(choices=Verdict.choices)
    reason = serializers.CharField(max_length=5000)
    confidence = WholeNumber(required=False, allow_null=True, default=None)


class LevelOut(serializers.Serializer[LevelView]):
    """A competency against its requirement; null where the display rules forbid a value."""

    competency = serializers.CharField(source="requirement.competency.key")
    weight = serializers.FloatField()
    required = serializers.IntegerField()  # type: ignore[assignment]  # a field of that name
    must_have = serializers.BooleanField(source="requirement.must_have")
    display = serializers.CharField()
    level = serializers.FloatField(allow_null=True)
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    gap = serializers.FloatField(allow_null=True)
    p_gap = serializers.FloatField(allow_null=True)
    showable = serializers.BooleanField()
    verdict_supported = serializers.BooleanField()
    raw_mean = serializers.FloatField(allow_null=True)
    borrowed = serializers.FloatField(allow_null=True)
    n_ratings = serializers.IntegerField()
    n_interviewers = serializers.IntegerField()
    n_sessions = serializers.IntegerField()


class PooledOut(serializers.Serializer[Any]):
    """Weighted gap over what was assessed, in levels."""

    gap = serializers.FloatField(allow_null=True)
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    covered = serializers.FloatField()


class NextQuestionOut(serializers.Serializer[NextQuestion]):
    """One more rating: the chance of a wrong verdict after it, and who could give it."""

    question = serializers.CharField(source="criterion.question.key")
    competency = serializers.CharField(source="criterion.competency.key")
    wrong = serializers.FloatField()
    se = serializers.FloatField()
    by = serializers.ListField(child=serializers.CharField())


class NextQuestionsOut(serializers.Serializer[NextQuestions]):
    """What one more question would settle: the chance of a wrong verdict now, and questions worth asking."""

    outlook = serializers.ChoiceField(choices=[outlook.value for outlook in Outlook])
    covered = serializers.FloatField(allow_null=True)
    wrong = serializers.FloatField(allow_null=True)
    se = serializers.FloatField(allow_null=True)
    questions = NextQuestionOut(many=True)


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
            "next_questions",
            "decisions",
        )

    def get_stale(self, debrief: Debrief) -> bool:
        """Whether ratings are in no level yet; nothing is decided then."""
        return is_stale(debrief.application, debrief.run)

    @extend_schema_field(StampOut(many=True))
    def get_stamps(self, debrief: Debrief) -> Any:
        """What has to be known of a card: written after seeing others, amended after the reveal, written down by."""
        cards = (
            Scorecard.objects.submitted()
            .filter(interview__application=debrief.application_id)
            .select_related("interviewer", "written_by")
            .order_by("pk")
        )
        found: Any = [
            {"scorecard": card.pk, "by": card.interviewer.email, "notes": notes}
            for card in cards
            if (notes := card_notes(card))
        ]
        return found

    @extend_schema_field(ChangeOut(many=True))
    def get_changes(self, debrief: Debrief) -> Any:
        """What came in or was amended since it opened, oldest first."""
        cards = (
            Scorecard.objects.submitted()
            .filter(interview__application=debrief.application_id)
            .select_related("interviewer", "interview__stage")
        )
        ratings = Rating.objects.filter(scorecard__in=cards).select_related("criterion__competency")
        found: Any = changes(debrief, debrief.run, cards, ratings)
        return ChangeOut(found, many=True).data

    @extend_schema_field(LateOut(many=True))
    def get_late(self, debrief: Debrief) -> Any:
        """Scorecards submitted after the decision: in no level and no calibration. Their ratings: /scorecards/."""
        person = cast("dict[str, Any]", self.context)["request"].user
        return LateOut(late_cards(debrief.application, person), many=True).data

    def get_drafts(self, debrief: Debrief) -> int:
        """Scorecards begun and not submitted, which a decision makes late; 0 once it is decided."""
        return being_written(debrief.application)

    def _found(self, debrief: Debrief) -> Any:
        found = cast("dict[str, Any]", self.context).setdefault("levels", {})
        if debrief.pk not in found:
            policy = TeamPolicy.objects.current_for(debrief.team_id)
            found[debrief.pk] = levels_for(debrief.application, run=debrief.run, policy=policy)
        return found[debrief.pk]

    @extend_schema_field(LevelOut(many=True))
    def get_levels(self, debrief: Debrief) -> Any:
        """Calibrated levels of the run the debrief is read beside; frozen by the decision."""
        return LevelOut(self._found(debrief).levels, many=True).data

    @extend_schema_field(PooledOut)
    def get_pooled(self, debrief: Debrief) -> Any:
        """Pooled gap."""
        return PooledOut(self._found(debrief).pooled).data

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


class OpenIn(serializers.Serializer[Any]):
    """Which application's debrief to open; a reason opens it before every scorecard is in."""

    application = Mine(rows=Application.objects.all())
    reason = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class DebriefViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[Debrief]):
    """Open debriefs. Whoever still owes a scorecard on an application sees nothing of it."""

    filterset_fields = ("application",)

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        """Levels only in the detail."""
        return DebriefOut if self.action == "list" else DebriefDetail

    def rows(self) -> QuerySet[Debrief]:
        """Visible debriefs, those of applications one owes a scorecard on left out."""
        rows: QuerySet[Debrief] = Debrief.objects.visible_to(self.person)
        owed = Application.objects.filter(owes_scorecard(self.person, "pk"), pk=OuterRef("application_id"))
        return rows.filter(~Exists(owed)).select_related(
            "team", "run", "application__candidate", "application__opening__profile"
        )

    @extend_schema(request=OpenIn, responses={201: DebriefDetail})
    def create(self, request: Request) -> Response:
        """Open a debrief; opening an open one returns it."""
        values = self.valid(OpenIn)
        application: Application = values["application"]
        require(self.person, Permission.FORCE_DEBRIEF, team=application.team)
        debrief = actions.open_debrief(application=application, by=self.person, reason=values["reason"])
        found = self.rows().filter(pk=debrief.pk).first()
        if found is None:  # opened for the others; this person still owes a scorecard
            return Response(status=status.HTTP_204_NO_CONTENT)
        detail = DebriefDetail(found, context=self.get_serializer_context())
        return Response(detail.data, status=status.HTTP_201_CREATED)

    @extend_schema(request=DecisionIn, responses={201: DecisionOut})
    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str | None = None) -> Response:
        """Record a decision; a changed mind is a new one."""
        debrief = self.get_object()
        require(self.person, Permission.DECIDE, team=debrief.team)
        decision = actions.decide(application=debrief.application, by=self.person, **self.valid(DecisionIn))
        return Response(DecisionOut(decision).data, status=status.HTTP_201_CREATED)
