"""What the scoring form's script talks to: JSON in, JSON out, the same actions as the form."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, TypedDict

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.views.decorators.http import require_POST

from accounts.errors import ActionError, Conflict, Frozen, InvalidInput
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy, User
from hiring.pipeline.models import Interview
from hiring.scoring import actions, partly
from hiring.scoring.coaching import coach_all
from hiring.scoring.completeness import missing
from hiring.scoring.finders import injection_to_reveal, interview_to_score
from hiring.scoring.guide import InterviewGuide
from hiring.scoring.items import Items, stored
from hiring.scoring.models import Scorecard, ScorecardState
from hiring.scoring.partly import PartlySaved
from hiring.scoring.sheet import revealed_clock
from web import strict_json
from web.templatetags.moments import clock

LONGEST_AGO = 366 * 24 * 3600  # seconds


def _body(request: MemberRequest, user: User) -> dict[str, Any]:
    """The request's JSON object, whose texts are looked at one by one where they are saved.

    Raises Unreadable for what is no JSON, InvalidInput for other values, Conflict for somebody else's page.
    """
    body = strict_json.parse(strict_json.body_of(request))
    if not isinstance(body, dict):
        raise InvalidInput("The request has to be a JSON object.")
    if body.get("user") != user.pk:
        # After a session expired, somebody else may have signed in on this device.
        raise Conflict(
            "You are signed in as somebody else than the person who wrote this. Sign in as yourself."
        )
    return body


def _draft(interview: Interview, body: dict[str, Any], user: User) -> Scorecard:
    """The draft the page shows; begun now if the page is the first."""
    card = actions.start(interview, by=user)
    if body.get("version") != card.version:
        raise Frozen("This scorecard was submitted or amended in another window. Load the page again.")
    return card


class CardState(TypedDict):
    """A card as the page's script keeps it; ``saved`` is the time of day, ``coaching`` is said of an item each."""

    card: int
    revision: int
    saved: str
    submitted: bool
    items: Items
    missing: list[tuple[str, str]]
    coaching: dict[str, str]


def _answer(handle: Callable[[], Mapping[str, object]]) -> JsonResponse:
    try:
        return JsonResponse(handle())
    except ActionError as error:
        body = {"message": error.message, "problems": error.problems, "reload": isinstance(error, Frozen)}
        details = {"saved": state(error.card)} if isinstance(error, PartlySaved) else {}
        return JsonResponse({**body, **getattr(error, "details", {}), **details}, status=error.status)
    except (Http404, PermissionDenied) as error:
        status = 404 if isinstance(error, Http404) else 403
        return JsonResponse(
            {"message": "This interview is no longer yours to score.", "reload": True}, status=status
        )


@require_POST
def save(request: MemberRequest, team: Team, pk: int) -> JsonResponse:
    """Save what changed; answer with the whole state, so that two windows converge."""
    user = request.user

    def handle() -> Mapping[str, object]:
        interview = interview_to_score(user, team, pk)
        body = _body(request, user)
        revision, changes, tried = body.get("revision"), body.get("changes"), body.get("tried", {})
        if type(revision) is not int or not isinstance(changes, dict):
            raise InvalidInput("A save names the revision it was made from and what changed.")
        if not isinstance(tried, dict) or not all(isinstance(values, list) for values in tried.values()):
            raise InvalidInput("What was tried before is a list of values for each part.")
        card = partly.save(
            _draft(interview, body, user), revision=revision, changes=changes, by=user, tried=tried
        )
        return state(Scorecard.objects.get(pk=card.pk))

    return _answer(handle)


@require_POST
def reveal(request: MemberRequest, team: Team, pk: int) -> JsonResponse:
    """Note that a constraint change was put to the candidate, or take a slip back within a minute."""
    user = request.user

    def handle() -> Mapping[str, object]:
        interview = interview_to_score(user, team, pk)
        body = _body(request, user)
        number = body.get("injection")
        injection = injection_to_reveal(interview, number if type(number) is int else None)
        ago, card = _ago(body.get("ago", 0)), _draft(interview, body, user)
        if body.get("undo") is True:
            actions.undo_reveal(card, injection, by=user, ago=ago)
            return {"injection": injection.pk, "at": ""}
        revealed = actions.reveal_injection(card, injection, by=user, ago=ago)
        return {"injection": injection.pk, "at": revealed_clock(revealed)}

    return _answer(handle)


def _ago(seconds: object) -> timedelta:
    """How long before the request something happened on the device; a year and more is no time of an interview."""
    if type(seconds) not in (int, float) or not 0 <= float(str(seconds)) <= LONGEST_AGO:
        raise InvalidInput("Say in seconds how long ago it was; between none and those of a year.")
    return timedelta(seconds=float(str(seconds)))


def state(card: Scorecard) -> CardState:
    """The card as it stands in the database, with the ratings and questions that it has by now."""
    guide = InterviewGuide.load_for(card.interview)
    items = stored(card, guide)
    return {
        "card": card.pk,
        "revision": card.revision,
        "saved": clock(card.saved_at),
        "submitted": card.state != ScorecardState.DRAFT,
        "items": items,
        "missing": missing(guide, guide.slots(card.asked.all()), items),
        "coaching": coach_all(items, TeamPolicy.objects.current_for(card.team_id).hints_off),
    }
