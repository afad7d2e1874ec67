"""Designs over the API: ask for the best loop, and read what has been found."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission
from loops.api_editing import newest_profile
from loops.designing import store
from loops.designing.answers import Answer
from loops.designing.wishes import LEAST_MINUTES, MOST_MINUTES, OBJECTIVES, Wishes
from loops.models import MOST_INTERVIEWERS, LoopDesign, StageKind
from roles.models import RoleProfile
from rubrics.models import Question
from web.api import TeamViewSet, WholeNumber


class LoopDesignIn(serializers.Serializer[Any]):
    """What is wished for of a loop; what is left out asks nothing."""

    role = serializers.SlugField(help_text="Key of a published role profile of the team.")
    minutes = WholeNumber(min_value=LEAST_MINUTES, max_value=MOST_MINUTES, help_text="Of the candidate.")
    sessions = WholeNumber(min_value=1, max_value=30, required=False, allow_null=True, default=None)
    interviewer_minutes = WholeNumber(
        min_value=LEAST_MINUTES,
        max_value=60 * MOST_MINUTES,
        required=False,
        allow_null=True,
        default=None,
        help_text="Of all interviewers together, with preparation and marking.",
    )
    interviewers = serializers.ListField(
        child=WholeNumber(min_value=1, max_value=MOST_INTERVIEWERS),
        default=[1, 2],
        max_length=MOST_INTERVIEWERS,
        help_text="How many a session may have.",
    )
    take_homes = serializers.BooleanField(default=True)
    every = serializers.BooleanField(default=False, help_text="Ask every competency at least once.")
    rules = serializers.BooleanField(
        default=True, help_text="Hold to the team’s rules; without them one sees what they cost."
    )
    objective = serializers.ChoiceField(choices=sorted(OBJECTIVES), default="gap")
    pinned = serializers.ListField(child=serializers.SlugField(), default=list, max_length=30)
    banned = serializers.ListField(child=serializers.SlugField(), default=list, max_length=200)
    kinds = serializers.DictField(
        child=WholeNumber(min_value=0, max_value=30),
        default=dict,
        help_text=f"Least number of stages by kind: {', '.join(StageKind.values)}.",
    )


class DesignedStageOut(serializers.Serializer[Any]):
    """A session of the design; ``without`` is by how much the gap grows if it is left out."""

    kind = serializers.CharField()
    name = serializers.CharField()
    minutes = serializers.IntegerField()
    interviewers = serializers.IntegerField()
    questions = serializers.ListField(child=serializers.CharField(), help_text="Keys.")
    without = serializers.FloatField()


class BudgetOut(serializers.Serializer[Any]):
    """The best found for another length of loop."""

    minutes = serializers.FloatField()
    gap = serializers.FloatField()
    bound = serializers.FloatField()
    decision_value = serializers.FloatField()


class LoopDesignOut(serializers.Serializer[Any]):
    """A design. While a worker looks for the best, ``finished`` is false and the first answer is given."""

    id = serializers.IntegerField()
    role = serializers.CharField()
    finished = serializers.BooleanField()
    stages = DesignedStageOut(many=True)
    reason = serializers.CharField(help_text="Why there is none, where ``stages`` is empty.")
    gap = serializers.FloatField()
    content = serializers.FloatField()
    precision = serializers.FloatField()
    realism = serializers.FloatField()
    decision_value = serializers.FloatField(allow_null=True)
    minutes = serializers.IntegerField()
    interviewer_minutes = serializers.IntegerField()
    bound = serializers.FloatField(allow_null=True, help_text="No loop of these questions leaves less.")
    optimality_gap = serializers.FloatField(allow_null=True)
    proved = serializers.BooleanField()
    untested = serializers.ListField(child=serializers.CharField())
    unmet = serializers.ListField(
        child=serializers.CharField(), help_text="Wishes and rules not met, and why."
    )
    frontier = BudgetOut(many=True)


class DesignViewSet(mixins.RetrieveModelMixin, TeamViewSet[LoopDesign]):
    """The best loop for a role within a budget."""

    writes_library = True
    serializer_class = LoopDesignOut

    def get_queryset(self) -> QuerySet[LoopDesign]:
        """Designs of the teams whose content the person may read."""
        if getattr(self, "swagger_fake_view", False):
            return LoopDesign.objects.none()
        mine = team_ids_with(self.person, Permission.VIEW_CONTENT)
        rows = LoopDesign.objects.filter(team__in=mine).select_related("team", "profile")
        return self.of_team_asked_for(rows)

    @extend_schema(request=LoopDesignIn, responses={201: LoopDesignOut})
    def create(self, request: Request) -> Response:
        """Have the best loop looked for in the team named by ``?team=``; a first answer comes at once."""
        values = self.valid(LoopDesignIn)
        team = self.team()
        require(self.person, Permission.EDIT_LOOPS, team=team)
        profile = _loaded(newest_profile(team, values.pop("role")).pk)
        wishes = Wishes.from_dict(values)
        ground = store.ground_of(team, profile)
        design, _ = store.ask(ground, wishes, by=self.person)
        return Response(self._shown(design, ground), status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What has been found so far."""
        design = self.get_object()
        ground = None
        if design.finished_at is None and design.profile is not None:
            ground = store.ground_of(design.team, _loaded(design.profile.pk))
        return Response(self._shown(design, ground))

    def _shown(self, design: LoopDesign, ground: store.Ground | None) -> dict[str, Any]:
        found = store.answer_of(design)
        if found is None:
            wishes = Wishes.from_dict(design.wishes)
            found = store.answer(ground, wishes, exact=False) if ground is not None else Answer()
        keys = dict(
            Question.objects.filter(
                pk__in={pk for stage in found.shape for pk in stage.questions}
            ).values_list("pk", "key")
        )
        return {
            "id": design.pk,
            "role": design.profile.label if design.profile is not None else "",
            "finished": design.finished_at is not None,
            "stages": [
                {
                    "kind": stage.kind,
                    "name": stage.name,
                    "minutes": stage.minutes,
                    "interviewers": stage.interviewers,
                    "questions": [keys.get(pk, "") for pk in stage.questions],
                    "without": without,
                }
                for stage, without in zip(found.shape, found.without, strict=True)
            ],
            "optimality_gap": found.optimality_gap,
            **{name: value for name, value in found.stored().items() if name in _PLAIN},
        }


_PLAIN = (
    "reason",
    "gap",
    "content",
    "precision",
    "realism",
    "decision_value",
    "minutes",
    "interviewer_minutes",
    "bound",
    "proved",
    "untested",
    "unmet",
    "frontier",
)


def _loaded(pk: int) -> RoleProfile:
    return RoleProfile.objects.prefetch_related("requirements__competency").get(pk=pk)
