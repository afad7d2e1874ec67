"""Scorecards over the API: the same actions and the same blindness as the form."""

import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions, mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hiring.pipeline.rest import TeamRows
from hiring.scoring import actions
from hiring.scoring import serializers as s
from hiring.scoring.items import stored
from hiring.scoring.models import Rating, Scorecard
from hiring.scoring.plan import Plan
from rubrics.models import Injection

_ETAG = re.compile(r'\A(?:W/)?"?(\d{1,9})"?\Z')
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The revision the write was made from.",
)


class RevisionNeeded(exceptions.APIException):
    """A write on a draft did not say which revision it was made from."""

    status_code = 428
    default_detail = "Name the revision you read, in the If-Match header."


def revision_of(request: Request) -> int:
    """The revision named in If-Match."""
    header = request.headers.get("If-Match", "")
    found = _ETAG.match(header.strip())
    if not found:
        raise RevisionNeeded
    return int(found[1])


def items_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body's parts under the names the action knows."""
    changes: dict[str, Any] = {f"c{key}": value for key, value in body.get("ratings", {}).items()}
    changes |= {f"q{key}": value for key, value in body.get("asked", {}).items()}
    return changes | {name: body[name] for name in ("recommendation", "summary") if name in body}


class ScorecardViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, TeamRows[Scorecard]):
    """One's own scorecards, and others' as soon as the team's blindness rules allow."""

    serializer_class = s.ScorecardOut
    filterset_fields = ("interview", "state")

    @staticmethod
    def loaded(rows: QuerySet[Scorecard]) -> QuerySet[Scorecard]:
        """Everything the serializer reads, in four queries."""
        ratings = Prefetch(
            "ratings", Rating.objects.select_related("criterion__competency", "criterion__question")
        )
        return rows.select_related("team", "interviewer", "interview__stage").prefetch_related(
            ratings, "asked", "reveals"
        )

    def rows(self) -> QuerySet[Scorecard]:
        """Visible scorecards."""
        return self.loaded(Scorecard.objects.visible_to(self.person))

    def _shown(self, card: Scorecard, code: int = status.HTTP_200_OK) -> Response:
        fresh = self.loaded(Scorecard.objects.filter(pk=card.pk)).get()
        return Response(s.ScorecardOut(fresh).data, status=code, headers={"ETag": f'"{fresh.revision}"'})

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One scorecard, with its revision as ETag."""
        card = self.get_object()
        return Response(self.get_serializer(card).data, headers={"ETag": f'"{card.revision}"'})

    @extend_schema(request=s.StartIn, responses={201: s.ScorecardOut})
    def create(self, request: Request) -> Response:
        """Begin one's scorecard for an interview; repeated, it answers the same draft."""
        card = actions.start(self.valid(s.StartIn)["interview"], by=self.person)
        return self._shown(card, status.HTTP_201_CREATED)

    @extend_schema(request=s.DraftIn, responses=s.ScorecardOut, parameters=[IF_MATCH])
    def partial_update(self, request: Request, pk: str | None = None) -> Response:
        """Save the parts named in the body; others stay."""
        card = self.get_object()
        changes = items_of(self.valid(s.DraftIn))
        return self._shown(
            actions.save_draft(card, revision=revision_of(request), changes=changes, by=self.person)
        )

    @extend_schema(request=s.DraftIn, responses=s.ScorecardOut, parameters=[IF_MATCH])
    def update(self, request: Request, pk: str | None = None) -> Response:
        """Save the whole draft: criteria that the body leaves out become unanswered."""
        card = self.get_object()
        plan = Plan.load(card.interview.stage_id)
        empty = {item: value for item, value in stored(None, plan).items() if item != "recommendation"}
        changes = {**empty, **items_of(self.valid(s.DraftIn))}
        return self._shown(
            actions.save_draft(card, revision=revision_of(request), changes=changes, by=self.person)
        )

    @extend_schema(request=None, responses=s.ScorecardOut, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str | None = None) -> Response:
        """Submit the draft as it was at the named revision; a repeated submit has no second effect."""
        return self._shown(actions.submit(self.get_object(), revision=revision_of(request), by=self.person))

    @extend_schema(request=s.AmendIn, responses={201: s.ScorecardOut})
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, pk: str | None = None) -> Response:
        """Begin a new version of a submitted card."""
        reason = self.valid(s.AmendIn)["reason"]
        return self._shown(
            actions.amend(self.get_object(), reason=reason, by=self.person), status.HTTP_201_CREATED
        )

    @extend_schema(request=s.RevealIn, responses=s.ScorecardOut)
    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, pk: str | None = None) -> Response:
        """Note that a constraint change was put to the candidate."""
        card, number = self.get_object(), self.valid(s.RevealIn)["injection"]
        injection = get_object_or_404(Injection, pk=number, question__stages=card.interview.stage_id)
        actions.reveal_injection(card, injection, by=self.person)
        return self._shown(card)
