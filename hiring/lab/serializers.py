"""How answers and one's ratings of them look in the API; references appear with one's own ratings and not before."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hiring.lab.comparison import compare
from hiring.lab.models import Vignette, VignetteSitting
from rubrics.models import Criterion
from web.api import WholeNumber


class AnchorToRate(serializers.Serializer[Any]):
    """One point of a criterion: what was done or said that earns it."""

    point = serializers.IntegerField()
    text = serializers.CharField()


class CriterionToRate(serializers.ModelSerializer[Criterion]):
    """A criterion with its anchors."""

    competency = serializers.CharField(source="competency.key")
    name = serializers.CharField(source="competency.name")
    anchors = AnchorToRate(many=True)

    class Meta:
        model = Criterion
        fields = ("id", "competency", "name", "anchors")


class VignetteOut(serializers.ModelSerializer[Vignette]):
    """An answer as a rater sees it: neither trap nor reference. ``rated`` counts one's own ratings of it."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    question = serializers.CharField(source="question.label")
    title = serializers.CharField(source="question.title")
    family = serializers.CharField(source="question.format")
    prompt = serializers.SerializerMethodField()
    criteria = CriterionToRate(source="question.criteria", many=True)
    rated = serializers.IntegerField()

    class Meta:
        model = Vignette
        fields = (
            "id",
            "team",
            "key",
            "version",
            "question",
            "title",
            "family",
            "role",
            "minutes",
            "alternative",
            "prompt",
            "setting",
            "answer",
            "criteria",
            "rated",
        )

    def get_prompt(self, row: Vignette) -> str:
        """What was asked: the alternative prompt where the answer is to that."""
        question = row.question
        return (row.alternative and question.alternative_prompt) or question.prompt


class ComparedOut(serializers.Serializer[Any]):
    """One criterion held against the reference; null points were, or are to be, not assessed."""

    competency = serializers.CharField()
    point = serializers.IntegerField(allow_null=True)
    reference = serializers.IntegerField(allow_null=True)
    acceptable = serializers.ListField(child=serializers.IntegerField())
    deviation = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    common_mistake = serializers.CharField()


class SittingOut(serializers.ModelSerializer[VignetteSitting]):
    """Ratings of an answer with the reference. ``number`` above 1 is a repeat; ``drift_check`` whether it is one."""

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    rater = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    vignette_key = serializers.CharField(source="vignette.key")
    trap = serializers.CharField(source="vignette.trap")
    drift_check = serializers.SerializerMethodField()
    ratings = serializers.SerializerMethodField()

    class Meta:
        model = VignetteSitting
        fields = (
            "id",
            "team",
            "rater",
            "vignette",
            "vignette_key",
            "trap",
            "number",
            "drift_check",
            "submitted_at",
            "ratings",
        )

    def get_drift_check(self, row: VignetteSitting) -> bool:
        """Whether it was made as part of a drift check."""
        return row.drift_of_id is not None

    @extend_schema_field(ComparedOut(many=True))
    def get_ratings(self, row: VignetteSitting) -> Any:
        """Criterion by criterion, in the question's order."""
        said = {each.competency: each for each in row.vignette.references.all()}
        return [
            {
                "competency": each.competency,
                "point": each.point,
                "reference": each.reference,
                "acceptable": list(each.acceptable),
                "deviation": each.deviation,
                "reason": said[each.competency].reason,
                "common_mistake": said[each.competency].common_mistake,
            }
            for each in compare(row)
        ]


class RateIn(serializers.Serializer[Any]):
    """A point, or null for not assessed, for each criterion by its id; which of one's own ratings this is."""

    number = WholeNumber(min_value=1, max_value=1000)
    ratings = serializers.DictField(child=WholeNumber(allow_null=True))
