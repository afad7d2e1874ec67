"""The rater's pages: the lab, and one answer before and after it is rated."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import has_permission, require
from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission
from hiring.lab import actions
from hiring.lab.drift import check_of, is_kept
from hiring.lab.forms import RatingsForm
from hiring.lab.models import Vignette, VignettePair, VignetteSitting
from hiring.lab.overview import splits_for
from hiring.lab.pages import AnswerLine, Family, RatePage, ResultPage, families_of, lab_page, own
from hiring.lab.rights import PRACTISE
from hiring.lab.standing import PersonStanding
from web.render import render_page


@never_cache
@require_GET
def lab(request: MemberRequest, team: Team) -> HttpResponse:
    """Where one stands, what is due, which answers there are."""
    require(request.user, PRACTISE, team=team)
    policy = TeamPolicy.objects.current_for(team.pk)
    calibrates = has_permission(request.user, Permission.CALIBRATE, team=team)
    edits = has_permission(request.user, Permission.EDIT_CONTENT, team=team)
    plans = has_permission(request.user, Permission.EDIT_PIPELINE, team=team)
    page = lab_page(
        team,
        request.user,
        policy,
        now=timezone.now(),
        may_see_people=calibrates or plans,
        may_anchor=calibrates,
        n_splits=len(splits_for(team, request.user, policy).splits) if calibrates or edits else None,
    )
    return render_page(request, "lab/lab.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
def vignette(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """One answer: to rate, or rated and held against the reference; ``?again`` rates it once more."""
    require(request.user, PRACTISE, team=team)
    row = get_object_or_404(
        Vignette.objects.visible_to(request.user).in_team(team).exclude(status="draft").with_anchors(), pk=pk
    )
    policy = TeamPolicy.objects.current_for(team.pk)
    standing = own(team, request.user, policy)
    given = [each for each in standing.sittings if each.vignette.key == row.key]
    families = families_of(team, standing)
    line = _line(row, families, given)
    if request.method == "POST":
        return _submit(request, team, line, given)
    if given and "again" not in request.GET:
        return render_page(request, "lab/result.html", _result(team, line, given, standing, families))
    check = check_of(team, standing.sittings, policy, now=timezone.now())
    certified = {each.family for each in standing.certified}
    if is_kept(row, team=team, sittings=standing.sittings, certified=certified, check=check):
        messages.info(request, "This answer is kept for your monthly check; it comes when the check is due.")
        return redirect("lab", team=team.key)
    form = RatingsForm(row, initial={"number": len(given) + 1})
    return render_page(request, "lab/rate.html", RatePage(team, line, form, len(given) + 1))


def _line(row: Vignette, families: list[Family], given: list[VignetteSitting]) -> AnswerLine:
    """The answer as the lists name it; a version that is offered no more stands alone."""
    lines = [line for family in families for line in family.lines]
    place = next((line for line in lines if line.vignette.key == row.key), AnswerLine(row, 1, 1, None))
    return AnswerLine(row, place.number, place.of, given[0] if given else None, place.held)


def _submit(
    request: MemberRequest, team: Team, line: AnswerLine, given: list[VignetteSitting]
) -> HttpResponse:
    form = RatingsForm(line.vignette, request.POST)
    if not form.is_valid():
        if "number" in form.errors:
            messages.error(request, "This page was not sent whole. Load it again and rate once more.")
        return render_page(request, "lab/rate.html", RatePage(team, line, form, len(given) + 1), status=422)
    try:
        sitting = actions.submit_ratings(
            line.vignette, ratings=form.ratings(), number=form.cleaned_data["number"], by=request.user
        )
    except ActionError as error:
        messages.error(request, error.message)
        page = RatePage(team, line, form, len(given) + 1)
        return render_page(request, "lab/rate.html", page, status=error.status)
    return redirect("vignette", team=team.key, pk=sitting.vignette_id)


def _result(
    team: Team,
    line: AnswerLine,
    given: list[VignetteSitting],
    standing: PersonStanding,
    families: list[Family],
) -> ResultPage:
    of_family = line.vignette.question.format
    family = next((each for each in families if each.standing.family == of_family), None)
    lines = {each.vignette.key: each for one in families for each in one.lines}
    rated = {each.vignette.key for each in standing.sittings}
    pairs = VignettePair.objects.in_team(team).of(line.vignette.key)
    others = [(pair.other(line.vignette.key), pair) for pair in pairs]
    return ResultPage(
        team,
        line,
        sitting=given[-1],
        earlier=given[:-1],
        standing=family.standing if family else None,
        next_line=next(iter(family.to_rate), None) if family else None,
        beside=[(lines[key], pair) for key, pair in others if key in lines and key in rated],
    )
