"""Scorecards over the API: the same actions and the same blindness as the form."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from hiring.pipeline.api_base import TeamRows
from hiring.scoring import actions
from hiring.scoring import serializers as s
from hiring.scoring.errors import StaleDraft
from hiring.scoring.finders import injections_of
from hiring.scoring.guide import InterviewGuide
from hiring.scoring.items import stored
from hiring.scoring.models import Rating, Scorecard
from web.api import ETAG, IF_MATCH, Stale, etag, revision_of


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
            "ratings",
            Rating.objects.select_related("criterion__competency", "criterion__question", "withdrawal"),
        )
        return rows.select_related("team", "interviewer", "written_by", "interview__stage").prefetch_related(
            ratings, "asked", "reveals"
        )

    def rows(self) -> QuerySet[Scorecard]:
        """Visible scorecards."""
        return self.loaded(Scorecard.objects.visible_to(self.person))

    def _shown(self, card: Scorecard, code: int = status.HTTP_200_OK) -> Response:
        fresh = self.loaded(Scorecard.objects.filter(pk=card.pk)).get()
        return Response(s.ScorecardOut(fresh).data, status=code, headers=etag(fresh.revision))

    def _saved(self, card: Scorecard, changes: dict[str, Any]) -> Response:
        """Save what was made from the revision in If-Match.

        The form merges what two windows changed in different places; a program that named a
        revision is told instead (412, with both sides of each part in conflict).
        """
        revision = revision_of(self.request)
        if revision > card.revision:
            raise Stale
        try:
            with transaction.atomic():
                saved = actions.save_draft(card, revision=revision, changes=changes, by=self.person)
                # One more than named: this very change, whether made now or by the request's first attempt.
                if saved.revision > revision + 1:
                    raise Stale(details={"revision": card.revision})
        except StaleDraft as error:
            raise Stale(error.message, details=error.details) from error
        return self._shown(saved)

    @extend_schema(parameters=[ETAG])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One scorecard, with its revision as ETag."""
        card = self.get_object()
        return Response(self.get_serializer(card).data, headers=etag(card.revision))

    @extend_schema(request=s.StartIn, responses={201: s.ScorecardOut})
    def create(self, request: Request) -> Response:
        """Begin one's scorecard for an interview; repeated, it answers the same draft."""
        card = actions.start(self.valid(s.StartIn)["interview"], by=self.person)
        return self._shown(card, status.HTTP_201_CREATED)

    @extend_schema(request=s.DraftIn, responses=s.ScorecardOut, parameters=[IF_MATCH, ETAG])
    def partial_update(self, request: Request, pk: str | None = None) -> Response:
        """Save the parts named in the body; others stay."""
        return self._saved(self.get_object(), items_of(self.valid(s.DraftIn)))

    @extend_schema(request=s.DraftIn, responses=s.ScorecardOut, parameters=[IF_MATCH, ETAG])
    def update(self, request: Request, pk: str | None = None) -> Response:
        """Save the whole draft: criteria that the body leaves out become unanswered."""
        card = self.get_object()
        guide = InterviewGuide.load_for(card.interview)
        empty = {item: value for item, value in stored(None, guide).items() if item != "recommendation"}
        return self._saved(card, {**empty, **items_of(self.valid(s.DraftIn))})

    @extend_schema(request=None, responses=s.ScorecardOut, parameters=[IF_MATCH, ETAG])
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str | None = None) -> Response:
        """Submit the draft as it was at the named revision; a repeated submit has no second effect."""
        card, revision = self.get_object(), revision_of(request)
        try:
            return self._shown(actions.submit(card, revision=revision, by=self.person))
        except StaleDraft as error:
            raise Stale(error.message, details=error.details) from error

    @extend_schema(request=s.AmendIn, responses={201: s.ScorecardOut})
    @action(detail=True, methods=["post"])
    def amend(self, request: Request, pk: str | None = None) -> Response:
        """Begin a new version of a submitted card."""
        reason = self.valid(s.AmendIn)["reason"]
        return self._shown(
            actions.amend(self.get_object(), reason=reason, by=self.person), status.HTTP_201_CREATED
        )

    @extend_schema(request=s.WithdrawIn, responses=s.ScorecardOut)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str | None = None) -> Response:
        """Take one rating of a submitted card back; it stays readable and counts no longer."""
        card, values = self.get_object(), self.valid(s.WithdrawIn)
        rows = Rating.objects.select_related("scorecard__team")
        rating = get_object_or_404(rows, scorecard=card, criterion=values["criterion"])
        actions.withdraw_rating(rating, reason=values["reason"], by=self.person)
        return self._shown(card)

    @extend_schema(request=s.RevealIn, responses=s.ScorecardOut)
    @action(detail=True, methods=["post"])
    def reveal(self, request: Request, pk: str | None = None) -> Response:
        """Note that a constraint change was put to the candidate."""
        card, number = self.get_object(), self.valid(s.RevealIn)["injection"]
        known = injections_of(card.interview)
        injection = get_object_or_404(known, pk=number)
        actions.reveal_injection(card, injection, by=self.person)
        return self._shown(card)
