"""Questions with criteria and anchors as the API gives them."""

from rest_framework import serializers

from content.serializers import VERSION_FIELDS, DeclaredOut, VersionedOut, declared
from rubrics.kinds import EVIDENCE, INJECTION, QUESTION
from rubrics.models import Anchor, Criterion, Injection, Question


class AnchorOut(DeclaredOut):
    """What earns one point."""

    class Meta:
        model = Anchor
        fields = ("point", "text")


class CriterionOut(DeclaredOut):
    """One competency as the question shows it."""

    competency_id = serializers.IntegerField(read_only=True, help_text="The version that is pinned.")
    competency_name = serializers.CharField(source="competency.name", read_only=True)
    parent_id = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="The criterion this was made from."
    )
    anchors = AnchorOut(many=True, read_only=True)

    class Meta:
        model = Criterion
        fields = (
            *declared(EVIDENCE, "id", "competency", "competency_id", "competency_name"),
            "parent_id",
            "anchors",
        )


class InjectionOut(DeclaredOut):
    """A limit that changes on the way."""

    class Meta:
        model = Injection
        fields = declared(INJECTION, "id")


class QuestionOut(VersionedOut):
    """A question in a list."""

    competencies = serializers.SerializerMethodField(help_text="Keys of what it rates.")

    class Meta:
        model = Question
        fields: tuple[str, ...] = (
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

    def get_competencies(self, question: Question) -> list[str]:
        """Keys in the order of the criteria."""
        return [row.competency.key for row in question.criteria.all()]


class QuestionDetail(QuestionOut):
    """A question, whole: interviewer's notes included, since only members who may see content get here."""

    criteria = CriterionOut(many=True, read_only=True)
    injections = InjectionOut(many=True, read_only=True)

    class Meta:
        model = Question
        fields = (*declared(QUESTION.shape, *QuestionOut.Meta.fields), "criteria", "injections")
