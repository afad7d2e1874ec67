"""What the API asks and answers about the forecast of a loop."""

from math import isfinite
from typing import Any

from rest_framework import serializers

from accounts.inputs import LARGEST_ID
from loops.forecast import BASE_RATE, HIGHEST_SEED, HIGHEST_SHARE, HIRED, LOWEST_SHARE, SEED
from web.api import WholeNumber


class Share(serializers.FloatField):
    """A share that somebody may ask about; what is no number compares with nothing and is refused."""

    def __init__(self, **given: Any) -> None:
        super().__init__(min_value=LOWEST_SHARE, max_value=HIGHEST_SHARE, **given)

    def to_internal_value(self, data: Any) -> float:
        """Refuse nan."""
        value = super().to_internal_value(data)
        if not isfinite(value):
            self.fail("invalid")
        return value


class ForecastIn(serializers.Serializer[Any]):
    """What somebody wants to know; in the query."""

    base_rate = Share(default=BASE_RATE, help_text="Share of those who apply who meet the role.")
    hired = Share(default=HIRED, help_text="Share of those who apply who are hired, the best scores.")
    calibrated = serializers.BooleanField(
        default=False, help_text="Severity is taken out of the scores, as calibration does; else it stays in."
    )
    compare = WholeNumber(
        min_value=1, max_value=LARGEST_ID, required=False, help_text="Id of a loop to run for the same role."
    )
    seed = WholeNumber(
        min_value=0, max_value=HIGHEST_SEED, default=SEED, help_text="The same seed gives the same figures."
    )


class EstimateOut(serializers.Serializer[Any]):
    """A share, 0..1, and its Monte-Carlo standard error."""

    value = serializers.FloatField()
    error = serializers.FloatField()


class ClosedFormOut(serializers.Serializer[Any]):
    """What the bivariate normal gives where every planned rating is made."""

    right_of_hired = serializers.FloatField()
    same_verdict = serializers.FloatField()
    fails_again = serializers.FloatField()


class MethodValidityOut(serializers.Serializer[Any]):
    """Published operational validity of a method: 80 % of settings lie between."""

    method = serializers.CharField()
    lower = serializers.FloatField()
    upper = serializers.FloatField()


class ExpectedValidityOut(serializers.Serializer[Any]):
    """An interval, never a point."""

    lower = serializers.FloatField()
    upper = serializers.FloatField()
    ceiling = serializers.FloatField(help_text="Root of the decision value.")
    methods = MethodValidityOut(many=True)


class OutcomeOut(serializers.Serializer[Any]):
    """Shares of all who apply; ``right_of_hired`` and ``fails_again`` are shares of those hired."""

    hired_meets = EstimateOut()
    hired_short = EstimateOut()
    turned_away_meets = EstimateOut()
    turned_away_short = EstimateOut()
    right_of_hired = EstimateOut(allow_null=True)
    same_verdict = EstimateOut()
    fails_again = EstimateOut(allow_null=True)
    right_hires_in_batches_of_100 = serializers.ListField(
        child=serializers.IntegerField(), min_length=2, max_length=2, help_text="The 5 and 95 % points."
    )
    closed_form = ClosedFormOut()
    expected_validity = ExpectedValidityOut()


class DecidedOut(serializers.Serializer[Any]):
    """One loop; ``outcome`` is null where it asks nothing that the role demands."""

    loop = serializers.CharField()
    version = serializers.CharField()
    minutes = serializers.IntegerField()
    gap = serializers.FloatField()
    decision_value = serializers.FloatField(allow_null=True)
    pooled_reliability = serializers.FloatField(allow_null=True)
    outcome = OutcomeOut(allow_null=True)


class DesignRowOut(serializers.Serializer[Any]):
    """Reliability of one competency, now and by questions (outer list) and interviewers (inner list)."""

    competency = serializers.CharField(allow_blank=True, help_text="Blank for the composite.")
    name = serializers.CharField()
    strength = serializers.FloatField(allow_null=True)
    now = serializers.FloatField(allow_null=True)
    reliability = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))


class DesignOut(serializers.Serializer[Any]):
    """The D study: what more interviewers or questions, each in a session of its own, would buy."""

    target_reliability = serializers.FloatField()
    interviewers = serializers.ListField(child=serializers.IntegerField())
    questions = serializers.ListField(child=serializers.IntegerField())
    pooled = DesignRowOut(allow_null=True)
    pooled_two_questions_in_one_session = serializers.FloatField(
        allow_null=True, help_text="With one interviewer; what the candidate shows there is shared."
    )
    competencies = DesignRowOut(many=True)


class ForecastAssumptionOut(serializers.Serializer[Any]):
    """One thing taken for granted, and where it comes from."""

    name = serializers.CharField()
    value = serializers.FloatField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field's own attribute of this name


class ForecastOut(serializers.Serializer[Any]):
    """What a loop will decide, with what that rests on."""

    loop = serializers.CharField()
    role = serializers.CharField()
    base_rate = serializers.FloatField()
    hired = serializers.FloatField()
    calibrated = serializers.BooleanField()
    seed = serializers.IntegerField()
    candidates = serializers.IntegerField()
    result = DecidedOut()
    compared = DecidedOut(allow_null=True)
    design = DesignOut()
    assumptions = ForecastAssumptionOut(many=True)
    leaves_out = serializers.ListField(child=serializers.CharField())
    validity_source = serializers.CharField()
    policy = serializers.CharField()
