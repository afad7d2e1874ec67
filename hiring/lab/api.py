"""The lab over the API: answers to rate, and one's own ratings held against the references."""

from django.db.models import Count, Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import InvalidInput
from accounts.inputs import row_id
from accounts.models.teams import team_ids_with
from hiring.lab import actions
from hiring.lab import serializers as s
from hiring.lab.models import Vignette, VignetteSitting
from hiring.lab.rights import PRACTISE
from hiring.pipeline.api_base import TeamRows


class VignetteViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[Vignette]):
    """Answers to rate in the lab, for those who interview."""

    serializer_class = s.VignetteOut
    filterset_fields = ("key",)

    def rows(self) -> QuerySet[Vignette]:
        """The newest versions on offer, with what a rater sees and no more."""
        mine = team_ids_with(self.person, PRACTISE)
        return (
            Vignette.objects.visible_to(self.person)
            .filter(team_id__in=mine, team__is_library=False)
            .latest_published()
            .select_related("team", "question")
            .prefetch_related("question__criteria__competency", "question__criteria__anchors")
            .annotate(rated=Count("sittings", filter=Q(sittings__rater=self.person)))
        )

    @extend_schema(request=s.RateIn, responses={201: s.SittingOut})
    @action(detail=True, methods=["post"])
    def rate(self, request: Request, pk: str | None = None) -> Response:
        """Submit one's ratings; they are final, and the answer holds the reference. Sent twice, they count once."""
        vignette, given = self.get_object(), self.valid(s.RateIn)
        ratings = {row_id(key): point for key, point in given["ratings"].items()}
        if None in ratings:
            raise InvalidInput(
                "Your ratings were not submitted.",
                problems=[("ratings", "Name each criterion by its id, a whole number.")],
            )
        sitting = actions.submit_ratings(
            vignette,
            ratings={key: point for key, point in ratings.items() if key is not None},
            number=given["number"],
            by=self.person,
        )
        shown = SittingViewSet.loaded(VignetteSitting.objects.filter(pk=sitting.pk)).get()
        return Response(s.SittingOut(shown).data, status=status.HTTP_201_CREATED)


class SittingViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[VignetteSitting]):
    """One's own ratings of answers; calibrators see everybody's, of answers they have rated themselves."""

    serializer_class = s.SittingOut
    filterset_fields = ("vignette",)

    @staticmethod
    def loaded(rows: QuerySet[VignetteSitting]) -> QuerySet[VignetteSitting]:
        """Everything the serializer reads, in four queries."""
        return rows.with_ratings().select_related("team", "rater")  # type: ignore[attr-defined,no-any-return]

    def rows(self) -> QuerySet[VignetteSitting]:
        """Visible ratings, newest first."""
        return self.loaded(VignetteSitting.objects.visible_to(self.person)).order_by("-submitted_at", "-pk")
