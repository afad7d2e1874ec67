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
from loops.designing.differences import DIFFERENCES_FROM
from loops.designing.several import FEWEST_ROLES, MOST_ROLES, SeveralAnswer
from loops.designing.told import in_full, keys_of
from loops.designing.wishes import (
    ANY_COMPETENCIES,
    LEAST_MINUTES,
    MOST_DIFFERENCE,
    MOST_MINUTES,
    MOST_PEOPLE,
    OBJECTIVES,
    Wishes,
)
from loops.models import MOST_INTERVIEWERS, LoopDesign, StageKind
from roles.models import RoleProfile
from web.api import TeamViewSet, WholeNumber


def _numbers(help_text: str) -> serializers.DictField:
    return serializers.DictField(
        child=WholeNumber(min_value=0, max_value=MOST_PEOPLE), default=dict, help_text=help_text
    )


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
    competencies = WholeNumber(
        min_value=1,
        max_value=ANY_COMPETENCIES,
        required=False,
        allow_null=True,
        default=None,
        help_text="Rated in one session at most; the policy’s number where it is left out.",
    )
    must_haves = serializers.BooleanField(
        default=True, help_text="Must-haves are rated by as many people as the policy asks."
    )
    exposed = serializers.FloatField(
        min_value=0,
        max_value=1,
        required=False,
        allow_null=True,
        default=None,
        help_text="Leave out what is known outside by more than this share, unless it is pinned.",
    )
    difference = serializers.FloatField(
        min_value=0,
        max_value=MOST_DIFFERENCE,
        required=False,
        allow_null=True,
        default=None,
        help_text="Most subgroup difference: published d of each question’s method, summed over the questions. "
        f"{DIFFERENCES_FROM}. Of groups in other studies, not of this team’s candidates.",
    )
    apart = serializers.ListField(
        child=serializers.ListField(child=serializers.SlugField(), min_length=2, max_length=30),
        default=list,
        max_length=100,
        help_text="Groups of questions of which at most one is asked.",
    )
    kinds = _numbers(f"Least number of stages by kind: {', '.join(StageKind.values)}.")
    kinds_most = _numbers("Largest number of stages by kind; 0 leaves the kind out.")
    trained = _numbers("How many people are trained for a kind of stage; what is not named has enough.")
    raters = _numbers("How many people can rate a competency, by its key; what is not named has enough.")


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


class PriceOut(serializers.Serializer[Any]):
    """What one rule costs: by how much the gap would be smaller without it, at least so much unless proved."""

    name = serializers.CharField()
    words = serializers.CharField()
    points = serializers.FloatField()
    proved = serializers.BooleanField()


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
    difference = serializers.FloatField(help_text="Published subgroup difference, summed over the questions.")
    frontier = BudgetOut(many=True)
    prices = PriceOut(many=True, help_text="What each rule costs, all together last; empty until worked out.")


class SeveralDesignIn(LoopDesignIn):
    """What is wished for of each of several roles’ loops."""

    roles = serializers.ListField(
        child=serializers.SlugField(),
        min_length=FEWEST_ROLES,
        max_length=MOST_ROLES,
        help_text="Keys of published role profiles of the team.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """All that a single role is asked, but for the role."""
        found = super().get_fields()
        del found["role"]
        return found


class SharedStageOut(serializers.Serializer[Any]):
    """A session of a role’s loop; ``shared`` where every role’s loop holds it."""

    kind = serializers.CharField()
    name = serializers.CharField()
    minutes = serializers.IntegerField()
    interviewers = serializers.IntegerField()
    questions = serializers.ListField(child=serializers.CharField(), help_text="Keys.")
    shared = serializers.BooleanField()


class RoleLoopOut(serializers.Serializer[Any]):
    """One role’s loop; ``cost`` is by how much its gap is larger than that of the best for the role alone."""

    role = serializers.CharField()
    gap = serializers.FloatField()
    cost = serializers.FloatField()
    minutes = serializers.IntegerField()
    interviewer_minutes = serializers.IntegerField()
    unmet = serializers.ListField(child=serializers.CharField())
    stages = SharedStageOut(many=True)


class SharingOut(serializers.Serializer[Any]):
    """A loop for each role with at least ``least`` sessions in common; ``gap`` is the mean of the roles’ gaps."""

    least = serializers.IntegerField()
    gap = serializers.FloatField()
    bound = serializers.FloatField(help_text="No choice of sessions leaves a smaller mean.")
    proved = serializers.BooleanField()
    minutes = serializers.IntegerField(help_text="Of somebody who applies for all of the roles.")
    sessions = serializers.IntegerField(help_text="Different sessions to be staffed.")
    loops = RoleLoopOut(many=True)


class SeveralDesignOut(serializers.Serializer[Any]):
    """Loops for several roles, by the number of sessions they share; empty until a worker has found them."""

    id = serializers.IntegerField()
    roles = serializers.ListField(child=serializers.CharField())
    finished = serializers.BooleanField()
    reason = serializers.CharField(help_text="Why there are none, where a finished design holds none.")
    sharings = SharingOut(many=True)


class DesignViewSet(mixins.RetrieveModelMixin, TeamViewSet[LoopDesign]):
    """The best loop for a role within a budget."""

    writes_library = True
    serializer_class = LoopDesignOut

    def get_queryset(self) -> QuerySet[LoopDesign]:
        """Designs of the teams whose content the person may read."""
        if getattr(self, "swagger_fake_view", False):
            return LoopDesign.objects.none()
        mine = team_ids_with(self.person, Permission.VIEW_CONTENT)
        rows = LoopDesign.objects.filter(team__in=mine, others=[]).select_related("team", "profile")
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
        design, _ = store.ask(ground, wishes, by=self.person, at_once=True)
        return Response(self._shown(design), status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What has been found so far."""
        return Response(self._shown(self.get_object()))

    def _shown(self, design: LoopDesign) -> dict[str, Any]:
        found = store.so_far(design) or Answer()
        keys = keys_of([found])
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


class SeveralDesignViewSet(mixins.RetrieveModelMixin, TeamViewSet[LoopDesign]):
    """Loops for several roles at once, and what it costs that they share sessions."""

    writes_library = True
    serializer_class = SeveralDesignOut

    def get_queryset(self) -> QuerySet[LoopDesign]:
        """Designs for several roles of the teams whose content the person may read."""
        if getattr(self, "swagger_fake_view", False):
            return LoopDesign.objects.none()
        mine = team_ids_with(self.person, Permission.VIEW_CONTENT)
        rows = LoopDesign.objects.filter(team__in=mine).exclude(others=[])
        return self.of_team_asked_for(rows.select_related("team"))

    @extend_schema(request=SeveralDesignIn, responses={201: SeveralDesignOut})
    def create(self, request: Request) -> Response:
        """Have loops for several roles looked for in the team named by ``?team=``."""
        values = self.valid(SeveralDesignIn)
        team = self.team()
        require(self.person, Permission.EDIT_LOOPS, team=team)
        profiles = [_loaded(newest_profile(team, key).pk) for key in values.pop("roles")]
        grounds = store.grounds_of(team, sorted(profiles, key=lambda each: (each.name, each.pk)))
        design, _ = store.ask_several(grounds, Wishes.from_dict(values), by=self.person)
        return Response(_several_shown(design), status=status.HTTP_201_CREATED)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What has been found."""
        return Response(_several_shown(self.get_object()))


def _several_shown(design: LoopDesign) -> dict[str, Any]:
    found = SeveralAnswer.read(design.found) if design.finished_at is not None else SeveralAnswer()
    wanted = [design.profile_id, *design.others]
    labels = {row.pk: row.label for row in RoleProfile.objects.filter(pk__in=wanted)}
    roles = [labels.get(pk, "") for pk in wanted]
    return {
        "id": design.pk,
        "roles": roles,
        "finished": design.finished_at is not None,
        **in_full(found, roles),
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
    "difference",
    "frontier",
    "prices",
)


def _loaded(pk: int) -> RoleProfile:
    return RoleProfile.objects.prefetch_related("requirements__competency").get(pk=pk)
