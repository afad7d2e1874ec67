"""The meeting's addresses: where it stands, starting and leading it, one's second point."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Team
from hiring.decisions.live import actions
from hiring.decisions.live.models import LiveDebrief, Phase, Rescore
from hiring.decisions.live.page import strip_of
from hiring.decisions.models import Debrief
from hiring.decisions.views import application_of
from web.render import render_page

#: A page is not loaded anew on its own from here on: somebody may be writing the reason for the decision.
_LEFT_ALONE = (Phase.DECISION, Phase.OVER)


class NamedForm(forms.Form):
    """A competency that is scored again, by key."""

    competency = forms.CharField(max_length=120)


class GiveForm(NamedForm):
    """A point given again."""

    point = forms.IntegerField(min_value=0, max_value=99)
    note = forms.CharField(max_length=actions.LONGEST_NOTE, required=False)


def _live(request: MemberRequest, team: Team, pk: int) -> LiveDebrief:
    application = application_of(request, team, pk, reading=True)
    rows = LiveDebrief.objects.visible_to(request.user).select_related(
        "team", "facilitator", "debrief__team", "debrief__application__opening"
    )
    live: LiveDebrief = get_object_or_404(rows, debrief__application=application)
    return live


@never_cache
@require_GET
def state(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Where the meeting stands: the strip alone, which asks again; the whole page when it has moved on."""
    live = _live(request, team, pk)
    answer = render_page(request, "decisions/_live_strip.html", strip_of(live))
    if request.GET.get("phase") != live.phase and live.phase not in _LEFT_ALONE:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def start(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Begin the meeting."""
    application = application_of(request, team, pk, reading=True)
    debrief = get_object_or_404(Debrief.objects.visible_to(request.user), application=application)
    try:
        actions.start_live(debrief=debrief, by=request.user)
    except ActionError as error:
        messages.error(request, error.message)
    return _back(team, pk)


@require_POST
def move(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Go on to the next phase, for everybody."""
    live = _live(request, team, pk)
    try:
        actions.move_on(live=live, past=request.POST.get("past", ""), by=request.user)
    except ActionError as error:
        messages.error(request, error.message)
    return _back(team, pk)


@require_POST
def give(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Take one's second point."""
    live = _live(request, team, pk)
    form = GiveForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"The point was not taken. {_said(form)}")
        return _back(team, pk)
    try:
        actions.rescore(live=live, by=request.user, **form.cleaned_data)
    except ActionError as error:
        messages.error(request, " ".join([error.message, *(text for _, text in error.problems)]))
    return _back(team, pk)


@require_POST
def adopt(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Make one's second point one's rating."""
    live = _live(request, team, pk)
    form = NamedForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"Nothing was changed. {_said(form)}")
        return _back(team, pk)
    mine = Rescore.objects.visible_to(request.user).filter(live=live, person=request.user)
    given = get_object_or_404(
        mine.select_related("live__debrief", "competency", "team"),
        competency__key=form.cleaned_data["competency"],
    )
    try:
        actions.adopt(given=given, by=request.user)
    except ActionError as error:
        messages.error(request, " ".join([error.message, *(text for _, text in error.problems)]))
    else:
        messages.success(request, "Your scorecard is amended; the version before stays on record.")
    return _back(team, pk)


def _said(form: forms.Form) -> str:
    """What is wrong with a form, as one line."""
    return " ".join(str(text) for texts in form.errors.values() for text in texts)


def _back(team: Team, pk: int) -> HttpResponse:
    answer = redirect("debrief", team=team.key, pk=pk)
    answer["Location"] += "#live"
    return answer
