"""What the API says of loops, and what it accepts."""

from typing import Any

from rest_framework import serializers

from content.serializers import DeclaredOut, VersionedOut, declared
from loops import kinds
from loops.kinds import LOOP, STAGE
from loops.models import Loop, Stage, StageKind
from web.api import WholeNumber


class StageOut(DeclaredOut):
    """A stage with the keys and versions of its questions."""

    questions = serializers.SerializerMethodField()
    alternates = serializers.SerializerMethodField()

    class Meta:
        model = Stage
        fields = (*declared(STAGE, "id", "position"), "questions", "alternates")

    def get_questions(self, stage: Stage) -> list[dict[str, Any]]:
        """Questions that are asked, in order."""
        return _placed(stage, alternates=False)

    def get_alternates(self, stage: Stage) -> list[dict[str, Any]]:
        """Questions that stand by."""
        return _placed(stage, alternates=True)


def _placed(stage: Stage, *, alternates: bool) -> list[dict[str, Any]]:
    return [
        {
            "id": row.question_id,
            "key": row.question.key,
            "version": row.question.version,
            "title": row.question.title,
        }
        for row in stage.placements.all()
        if row.is_alternate == alternates
    ]


class LoopRow(VersionedOut):
    """A loop in a list."""

    role = serializers.CharField(source="profile.key", read_only=True)
    role_version = serializers.IntegerField(source="profile.version", read_only=True)

    class Meta:
        model = Loop
        fields: tuple[str, ...] = (
            "id",
            "team",
            "key",
            "version",
            "status",
            "name",
            "role",
            "role_version",
            "budget_minutes",
            "is_default",
            "contrast",
            "content_hash",
            "published_at",
        )


class LoopOut(LoopRow):
    """A loop with its stages. ``revision`` counts changes of a draft; the ETag carries it."""

    stages = StageOut(many=True, read_only=True)
    minutes = serializers.SerializerMethodField()

    class Meta(LoopRow.Meta):
        fields = (
            *declared(LOOP.shape, *LoopRow.Meta.fields, "revision", "minutes", without=["profile"]),
            "stages",
        )

    def get_minutes(self, loop: Loop) -> int:
        """Candidate minutes."""
        return sum(stage.minutes for stage in loop.stages.all())


class StageIn(serializers.Serializer[Any]):
    """A stage to create; questions by key, the newest published versions are taken."""

    kind = serializers.ChoiceField(choices=StageKind.choices)
    name = serializers.CharField(max_length=120, required=False, default="")
    minutes = WholeNumber(min_value=1, max_value=2880)
    interviewers = WholeNumber(min_value=1, max_value=8, default=2)
    questions = serializers.ListField(child=serializers.SlugField(), default=list, max_length=20)
    alternates = serializers.ListField(child=serializers.SlugField(), default=list, max_length=20)


class LoopIn(serializers.Serializer[Any]):
    """A draft to create, empty or with stages."""

    name = serializers.CharField(max_length=160)
    role = serializers.SlugField(help_text="Key of a published role profile of the team.")
    budget_minutes = WholeNumber(min_value=1, max_value=10_000, required=False, allow_null=True)
    stages = StageIn(many=True, default=list)


class WithTexts(serializers.Serializer[Any]):
    """A change with, besides its own fields, a field for each further text that the kind declares."""

    def further_texts(self) -> tuple[str, ...]:
        """Columns that hold them."""
        raise NotImplementedError

    def get_fields(self) -> dict[str, Any]:
        """Its own fields, then the texts."""
        texts = {
            name: serializers.CharField(max_length=20_000, required=False, allow_blank=True)
            for name in self.further_texts()
        }
        return {**super().get_fields(), **texts}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Hand the texts on together, as the actions take them."""
        texts = {name: attrs.pop(name) for name in self.further_texts() if name in attrs}
        return {**attrs, "texts": texts} if texts else attrs


class LoopChange(WithTexts):
    """What may change of a draft itself; what the body leaves out stays."""

    def further_texts(self) -> tuple[str, ...]:
        """Texts of a loop."""
        return kinds.LOOP_TEXTS

    name = serializers.CharField(max_length=160, required=False)
    role = serializers.SlugField(required=False, help_text="Key of a published role profile of the team.")
    budget_minutes = WholeNumber(min_value=1, max_value=10_000, required=False, allow_null=True)
    candidate_notes = serializers.DictField(
        child=serializers.CharField(max_length=4000, allow_blank=True), required=False
    )


class StageChange(WithTexts):
    """What may change of a stage; ``questions`` and ``alternates`` name everything that stays or comes."""

    def further_texts(self) -> tuple[str, ...]:
        """Texts of a stage."""
        return kinds.STAGE_TEXTS

    kind = serializers.ChoiceField(choices=StageKind.choices, required=False)
    name = serializers.CharField(max_length=120, required=False)
    minutes = WholeNumber(min_value=1, max_value=2880, required=False)
    interviewers = WholeNumber(min_value=1, max_value=8, required=False)
    panel = serializers.ListField(child=serializers.CharField(max_length=60), max_length=8, required=False)
    position = WholeNumber(min_value=0, max_value=100, required=False, help_text="Place from 0.")
    questions = serializers.ListField(child=serializers.SlugField(), max_length=20, required=False)
    alternates = serializers.ListField(child=serializers.SlugField(), max_length=20, required=False)


class DuplicateIn(serializers.Serializer[Any]):
    """How the copy is called; without a name it takes the original's."""

    name = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)


class RetireIn(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)


class CompetencyGapOut(serializers.Serializer[Any]):
    """The gap of one competency, in shares of the whole demand."""

    competency = serializers.CharField()
    name = serializers.CharField()
    weight = serializers.FloatField()
    gap = serializers.FloatField()
    content = serializers.FloatField()
    precision = serializers.FloatField()
    realism = serializers.FloatField()
    coverage = serializers.ListField(child=serializers.FloatField(), min_length=3, max_length=3)
    sufficiency = serializers.FloatField()
    must_have = serializers.BooleanField()
    required_level = serializers.IntegerField()
    ceiling = serializers.IntegerField(allow_null=True)


class WarningOut(serializers.Serializer[Any]):
    """Advice on the plan."""

    code = serializers.CharField()
    severity = serializers.CharField()
    reason = serializers.CharField(help_text="Why there is such a rule.")
    drawn_from = serializers.CharField(help_text="Key of the source of the rule.")
    text = serializers.CharField()
    cost = serializers.CharField(allow_blank=True)
    remedy = serializers.CharField(allow_blank=True)


class BestPossibleOut(serializers.Serializer[Any]):
    """The best loop under the team's rules that takes no more of anybody's time, as far as it is known."""

    gap = serializers.FloatField()
    bound = serializers.FloatField(help_text="No such loop leaves less.")
    proved = serializers.BooleanField()
    decision_value = serializers.FloatField(allow_null=True)


class GapOut(serializers.Serializer[Any]):
    """The evaluation gap of a loop against a role; ``gap = content + precision + realism``."""

    loop = serializers.CharField()
    role = serializers.CharField()
    gap = serializers.FloatField()
    content = serializers.FloatField()
    precision = serializers.FloatField()
    realism = serializers.FloatField()
    competencies = CompetencyGapOut(many=True)
    minutes = serializers.IntegerField()
    interviewer_minutes = serializers.IntegerField()
    budget_minutes = serializers.IntegerField(allow_null=True)
    warnings = WarningOut(many=True)
    decision_value = serializers.FloatField(
        allow_null=True,
        help_text="Share of the differences between candidates on the role’s demand that the loop can tell at best.",
    )
    assumptions = serializers.ListField(
        child=serializers.CharField(), help_text="What gap and decision value rest on."
    )
    best_possible = BestPossibleOut(allow_null=True, help_text="Null until it has been worked out.")
    policy = serializers.CharField()
