"""How scorecards look in the API, and what a write may say."""

from typing import Any

from rest_framework import serializers

from hiring.pipeline.api_base import Mine
from hiring.pipeline.models import Interview
from hiring.scoring.models import Asked, InjectionReveal, Rating, Scorecard
from web.api import WholeNumber


class RatingOut(serializers.ModelSerializer[Rating]):
    """One criterion's rating; ``point`` is null where it was not assessed."""

    competency = serializers.CharField(source="criterion.competency.key")
    question = serializers.CharField(source="criterion.question.label")
    withdrawn = serializers.SerializerMethodField(help_text="Why it was taken back; null while it counts.")

    class Meta:
        model = Rating
        fields = (
            "criterion",
            "competency",
            "question",
            "point",
            "not_assessed",
            "evidence",
            "withdrawn",
            "rated_at",
        )

    def get_withdrawn(self, rating: Rating) -> str | None:
        """The reason, once it was taken back."""
        withdrawal = getattr(rating, "withdrawal", None)
        return None if withdrawal is None else str(withdrawal.reason)


class AskedOut(serializers.ModelSerializer[Asked]):
    """What was asked where it differs from the guide."""

    class Meta:
        model = Asked
        fields = ("listed", "question", "used_alternative")


class RevealOut(serializers.ModelSerializer[InjectionReveal]):
    """When a constraint change was put to the candidate; ``by_device`` where the device told it afterwards."""

    class Meta:
        model = InjectionReveal
        fields = ("injection", "revealed_at", "by_device")


class ScorecardOut(serializers.ModelSerializer[Scorecard]):
    """A scorecard. ``revision`` is what a write names in If-Match.

    ``seen_before`` says what its author could have read of others when it was submitted: nothing (empty), cards of
    ``earlier`` stages, or ``others``. ``enters`` says whether its ratings enter levels.
    """

    team = serializers.SlugRelatedField[Any](slug_field="key", read_only=True)
    interviewer = serializers.SlugRelatedField[Any](slug_field="email", read_only=True)
    written_by = serializers.SlugRelatedField[Any](
        slug_field="email", read_only=True, help_text="Who wrote it down on the interviewer's behalf."
    )
    stage = serializers.CharField(source="interview.stage.name")
    ratings = RatingOut(many=True)
    asked = AskedOut(many=True)
    reveals = RevealOut(many=True)

    class Meta:
        model = Scorecard
        fields = (
            "id",
            "team",
            "interview",
            "stage",
            "interviewer",
            "version",
            "state",
            "revision",
            "recommendation",
            "summary",
            "ratings",
            "asked",
            "reveals",
            "amend_reason",
            "seen_before",
            "enters",
            "written_by",
            "saved_at",
            "submitted_at",
        )


class StartIn(serializers.Serializer[Any]):
    """The interview to score."""

    interview = Mine(rows=Interview.objects.all())


class MarkIn(serializers.Serializer[Any]):
    """One criterion: a point of its scale, or a reason for not assessing it; evidence."""

    point = WholeNumber(required=False, allow_null=True)
    not_assessed = serializers.CharField(required=False, allow_blank=True)
    evidence = serializers.CharField(required=False, allow_blank=True)


class AskedIn(serializers.Serializer[Any]):
    """What was put for a listed question."""

    question = WholeNumber(required=False)
    used_alternative = serializers.BooleanField(required=False)


class DraftIn(serializers.Serializer[Any]):
    """Parts of a draft to save; keys of ``ratings`` are criteria, of ``asked`` listed questions.

    Only the shape is read here. Values are validated by the action, which knows the scale.
    """

    ratings = serializers.DictField(child=serializers.DictField(), required=False)
    asked = serializers.DictField(child=serializers.DictField(), required=False)
    recommendation = serializers.JSONField(required=False)
    summary = serializers.JSONField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what is not part of a draft, so that a misspelt name is not silently dropped."""
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError({name: ["This is not part of a draft."] for name in unknown})
        return attrs


class AmendIn(serializers.Serializer[Any]):
    """Why a submitted card is changed."""

    reason = serializers.CharField(max_length=2000)


class WithdrawIn(serializers.Serializer[Any]):
    """Which criterion's rating is taken back, and why."""

    criterion = WholeNumber()
    reason = serializers.CharField(max_length=2000)


class RevealIn(serializers.Serializer[Any]):
    """The constraint change that was put to the candidate."""

    injection = WholeNumber()
