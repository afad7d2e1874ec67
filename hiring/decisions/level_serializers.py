"""What levels, the rule's advice and the next best questions look like over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hiring.calibration.moved import LevelMove
from hiring.calibration.moved_words import Part, parts, sentence
from hiring.calibration.next_questions import NextQuestion, NextQuestions, Outlook
from hiring.calibration.readers import LevelView
from hiring.decisions.rule import RuleAdvice, RuleSays


class MovedByOut(serializers.Serializer[Part]):
    """One cause that moved a level away from the raw one."""

    cause = serializers.CharField()
    levels = serializers.FloatField(source="moved")


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
    pooled_as = serializers.FloatField(
        allow_null=True, help_text="The level that counts in the pooled gap; null where it has no part in it."
    )
    why = serializers.SerializerMethodField()
    moved_by = serializers.SerializerMethodField()

    def get_why(self, view: LevelView) -> str:
        """Why the level is not the raw one, in a sentence; empty where both read alike."""
        return sentence(self._move(view), self.context["reader"])

    @extend_schema_field(MovedByOut(many=True))
    def get_moved_by(self, view: LevelView) -> Any:
        """How far each cause moved the level, in levels; for calibrators, since it tells of people's severity."""
        move, reader = self._move(view), self.context["reader"]
        if move is None or not reader.calibrates:
            return []
        found: Any = parts(move, reader)
        return MovedByOut(found, many=True).data

    def _move(self, view: LevelView) -> LevelMove | None:
        moves: dict[str, LevelMove] = self.context["moves"]
        return moves.get(view.requirement.competency.key)


class PooledOut(serializers.Serializer[Any]):
    """Weighted gap over what was assessed, in levels."""

    gap = serializers.FloatField(allow_null=True)
    lower = serializers.FloatField(allow_null=True)
    upper = serializers.FloatField(allow_null=True)
    covered = serializers.FloatField()


class RecommendationOut(serializers.Serializer[RuleSays]):
    """What the decision rule says; it advises and never decides."""

    advice = serializers.ChoiceField(choices=[advice.value for advice in RuleAdvice])
    says = serializers.CharField()
    level = serializers.FloatField(source="pooled.level", allow_null=True)
    bar = serializers.FloatField(allow_null=True, help_text="Weighted required level less the tolerance.")
    tolerance = serializers.FloatField(source="kappa")
    p_meets_bar = serializers.FloatField(source="chance", allow_null=True)
    covered = serializers.FloatField(source="pooled.covered", help_text="Share of the weight it speaks of.")
    must_haves_ruled_out = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_must_haves_ruled_out(self, found: RuleSays) -> list[str]:
        """Must-haves missed even at the upper end of their interval, by key."""
        return [view.requirement.competency.key for view in found.ruled_out]


class NextQuestionOut(serializers.Serializer[NextQuestion]):
    """One more rating: the chance of a wrong verdict after it, and who could give it."""

    question = serializers.CharField(source="criterion.question.key")
    competency = serializers.CharField(source="criterion.competency.key")
    wrong = serializers.FloatField()
    se = serializers.FloatField()
    by = serializers.ListField(child=serializers.CharField())
    people = serializers.DictField(child=serializers.CharField(), help_text="The same people: name by id.")


class NextQuestionsOut(serializers.Serializer[NextQuestions]):
    """What one more question would settle: the chance of a wrong verdict now, and questions worth asking."""

    outlook = serializers.ChoiceField(choices=[outlook.value for outlook in Outlook])
    covered = serializers.FloatField(allow_null=True)
    wrong = serializers.FloatField(allow_null=True)
    se = serializers.FloatField(allow_null=True)
    questions = NextQuestionOut(many=True)
