"""Pages of calibrators, recruiters and authors, and what they change."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import has_permission, require
from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy, User
from accounts.permissions import Permission
from hiring.lab import actions
from hiring.lab.forms import AnchorForm, StepForm, WithdrawForm, raters_of
from hiring.lab.models import PathStep, Vignette
from hiring.lab.overview import AnchorsPage, CertifiedPage, PersonRow, anchor_rows, recent_steps, splits_for
from hiring.lab.standing import standings
from web.render import render_page

PER_PAGE = 25


def _one_of(request: MemberRequest, team: Team, *rights: Permission) -> User:
    if not any(has_permission(request.user, right, team=team) for right in rights):
        require(request.user, rights[0], team=team)
    return request.user


def _tell(request: MemberRequest, error: ActionError) -> None:
    messages.error(request, " ".join([error.message, *(text for _, text in error.problems)]))


@never_cache
@require_GET
def people(request: MemberRequest, team: Team) -> HttpResponse:
    """Who is certified for what, by name; never ranked."""
    _one_of(request, team, Permission.CALIBRATE, Permission.EDIT_PIPELINE)
    return _people(request, team, StepForm(team))


def _people(request: MemberRequest, team: Team, form: StepForm, *, status: int = 200) -> HttpResponse:
    policy = TeamPolicy.objects.current_for(team.pk)
    page_obj: object = Paginator(raters_of(team), PER_PAGE).get_page(request.GET.get("page"))
    members = list(page_obj)  # type: ignore[call-overload]
    found = standings(team, policy, [each.pk for each in members])
    page = CertifiedPage(
        team,
        page_obj=page_obj,  # type: ignore[arg-type]
        rows=[PersonRow(each, found[each.pk]) for each in members],
        steps=recent_steps(team, request.user),
        form=form,
        figures=has_permission(request.user, Permission.CALIBRATE, team=team),
        policy=policy,
    )
    return render_page(request, "lab/people.html", page, status=status)


@require_POST
def record_step(request: MemberRequest, team: Team) -> HttpResponse:
    """Record an interview watched or led."""
    user = _one_of(request, team, Permission.CALIBRATE, Permission.EDIT_PIPELINE)
    form = StepForm(team, request.POST)
    if not form.is_valid():
        return _people(request, team, form, status=422)
    try:
        step = actions.record_step(team=team, by=user, **form.cleaned_data)
    except ActionError as error:
        for name, text in error.problems:
            form.add_error(name if name in form.fields else None, text)
        messages.error(request, error.message)
        return _people(request, team, form, status=error.status)
    messages.success(request, f"Recorded: {step}.")
    return redirect("lab_people", team=team.key)


@require_POST
def withdraw_step(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Take a step back that was recorded by mistake."""
    user = _one_of(request, team, Permission.CALIBRATE, Permission.EDIT_PIPELINE)
    step = get_object_or_404(PathStep.objects.visible_to(user).in_team(team).select_related("team"), pk=pk)
    form = WithdrawForm(request.POST)
    try:
        actions.withdraw_step(step, reason=form.cleaned_data["reason"] if form.is_valid() else "", by=user)
    except ActionError as error:
        _tell(request, error)
    else:
        messages.success(request, "The step is taken back.")
    return redirect("lab_people", team=team.key)


@never_cache
@require_GET
def anchors(request: MemberRequest, team: Team) -> HttpResponse:
    """Which answers anchor levels, and how people agree on those one has rated."""
    require(request.user, Permission.CALIBRATE, team=team)
    policy = TeamPolicy.objects.current_for(team.pk)
    page = AnchorsPage(team, anchor_rows(team, request.user, policy), policy)
    return render_page(request, "lab/anchors.html", page)


@require_POST
def set_anchor(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Let an answer anchor levels, or no more."""
    require(request.user, Permission.CALIBRATE, team=team)
    vignette = get_object_or_404(
        Vignette.objects.visible_to(request.user).in_team(team).published().select_related("team"), pk=pk
    )
    form = AnchorForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was changed: say why in at most 200 characters.")
        return redirect("lab_anchors", team=team.key)
    given = form.cleaned_data
    try:
        anchor = actions.set_anchor(vignette, used=given["used"], reason=given["reason"], by=request.user)
    except ActionError as error:
        _tell(request, error)
    else:
        text = "anchors levels from the next calibration on" if anchor.used else "anchors levels no more"
        messages.success(request, f"The answer {text}.")
    return redirect("lab_anchors", team=team.key)


@never_cache
@require_GET
def splits(request: MemberRequest, team: Team) -> HttpResponse:
    """Anchors that split people, with the ratings, for the author."""
    _one_of(request, team, Permission.CALIBRATE, Permission.EDIT_CONTENT)
    policy = TeamPolicy.objects.current_for(team.pk)
    return render_page(request, "lab/splits.html", splits_for(team, request.user, policy))
