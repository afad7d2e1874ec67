"""How a request finds the interview somebody scores, and their own card on it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.inputs import row_id
from accounts.models import Team, User
from hiring.pipeline.models import Assignment, Interview
from hiring.scoring.errors import ForeignInjection
from hiring.scoring.guide import extra_question
from hiring.scoring.models import Scorecard
from hiring.scoring.sheet import card_parts, full_stage
from rubrics.models import Injection


def interview_to_score(user: User | AnonymousUser, team: Team, pk: int, *, full: bool = False) -> Interview:
    """Return an interview that ``user`` is assigned to.

    Raises Http404 where they may not know of it, PermissionDenied where they may but do not score it.
    ``full`` loads everything the page shows.
    """
    query: Any = (
        Interview.objects.visible_to(user)
        .in_team(team)
        .select_related("team", "application__candidate", "application__opening__profile")
    )
    if full:
        query = query.prefetch_related(
            full_stage(), extra_question(), "application__opening__profile__requirements__competency"
        )
    interview: Interview = get_object_or_404(query, pk=pk)
    if not Assignment.objects.filter(interview=interview, interviewer_id=user.pk, released_at=None).exists():
        raise PermissionDenied(
            "You are not assigned to this interview, so there is nothing for you to score."
        )
    return interview


def injections_of(interview: Interview) -> QuerySet[Injection]:
    """The constraint changes of what ``interview`` asks."""
    if interview.extra_question_id is not None:
        return Injection.objects.filter(question=interview.extra_question_id)
    return Injection.objects.filter(question__stages=interview.stage_id)


def injection_to_reveal(interview: Interview, number: object) -> Injection:
    """Return a constraint change of the interview's questions by the id that a request names.

    Raises InvalidInput where there is none.
    """
    known = injections_of(interview)
    pk = row_id(number)
    injection = None if pk is None else known.filter(pk=pk).first()
    if injection is None:
        raise ForeignInjection
    return injection


def own_cards(user: User | AnonymousUser, interview: Interview) -> list[Scorecard]:
    """One's own cards on an interview, newest version first: a draft, then what was submitted."""
    return list(
        Scorecard.objects.filter(interview=interview, interviewer_id=user.pk)
        .prefetch_related(*card_parts())
        .order_by("-version")
    )
