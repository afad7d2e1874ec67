"""Questions with criteria and anchors as the API gives them."""

from typing import Any

from rest_framework import serializers

from roles.serializers import VERSION_FIELDS, VersionedOut
from rubrics.models import Anchor, Criterion, Injection, Question


class AnchorOut(serializers.ModelSerializer[Anchor]):
    """What earns one point."""

    class Meta:
        model = Anchor
        fields = ("point", "text")
        read_only_fields = fields


class CriterionOut(serializers.ModelSerializer[Criterion]):
    """One competency as the question shows it."""

    competency = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    competency_id = serializers.IntegerField(read_only=True, help_text="The version that is pinned.")
    competency_name = serializers.CharField(source="competency.name", read_only=True)
    strength = serializers.FloatField(read_only=True)
    parent_id = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The criterion this was made from."
    )
    anchors = AnchorOut(many=True, read_only=True)

    class Meta:
        model = Criterion
        fields = (
            "id",
            "competency",
            "competency_id",
            "competency_name",
            "strength",
            "target_level",
            "parent_id",
            "anchors",
        )
        read_only_fields = fields


class InjectionOut(serializers.ModelSerializer[Injection]):
    """A limit that changes on the way."""

    probes = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)

    class Meta:
        model = Injection
        fields = ("id", "at_minute", "probes", "change", "listen_for")
        read_only_fields = fields


class QuestionOut(VersionedOut):
    """A question in a list."""

    bank = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    competencies = serializers.SerializerMethodField(help_text="Keys of what it rates.")

    class Meta:
        model = Question
        fields = (
            *VERSION_FIELDS,
            "title",
            "bank",
            "format",
            "minutes",
            "realism",
            "target_level",
            "signal",
            "evaluation_area",
            "conventional",
            "competencies",
        )
        read_only_fields = fields

    def get_competencies(self, question: Question) -> list[str]:
        """Keys in the order of the criteria."""
        return [row.competency.key for row in question.criteria.all()]


class QuestionDetail(QuestionOut):
    """A question, whole: interviewer's notes included, since only members who may see content get here."""

    scale = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    criteria = CriterionOut(many=True, read_only=True)
    injections = InjectionOut(many=True, read_only=True)

    class Meta:
        model = Question
        fields = (
            *QuestionOut.Meta.fields,
            "scale",
            "prompt",
            "alternative_prompt",
            "alternative_scoring",
            "interviewer_materials",
            "follow_ups",
            "red_flags",
            "strong_answer",
            "misreadings",
            "injection_note",
            "source",
            "basis",
            "criteria",
            "injections",
        )
        read_only_fields = fields
