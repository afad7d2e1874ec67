"""The builder's pages: translate requests into actions and state into HTML."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import has_permission
from accounts.admin.refusals import person, show_refusal
from accounts.errors import ActionError
from accounts.http import by_htmx, set_team
from accounts.models import Team
from accounts.permissions import Permission
from loops import actions
from loops.best import ask_for_best, best_possible, ground_of_loop
from loops.builder import forms
from loops.builder.operations import change
from loops.builder.pages import BestPart, BuilderPage, BuilderPart, ChangedParts, builder_url
from loops.builder.placed import already_placed
from loops.builder.replaced import take_replaced
from loops.builder.state import BuilderState, banks_of, build_state, comparable
from loops.coverage import gap_of_plan
from loops.designing import store
from loops.designing.wishes import wishes_like
from loops.kinds import CANDIDATE, LOOP_TEXTS, STAGE_TEXTS
from loops.models import Loop
from loops.plans import plan_of
from roles.models import RoleProfile
from rubrics.models import QuestionExposure
from web.context import current_team
from web.numbers import points
from web.render import render_page

# Edits of a stage's own fields leave its form in place, so that nobody loses what they are typing.
_KEEPS_FORMS = {"edit_stage"}
# What people write or choose, and the word that tells a number from another.
_WRITTEN = {
    "name": "",
    "minutes": "minutes",
    "interviewers": "interviewers",
    "budget_minutes": "budget",
    **dict.fromkeys(("note", *LOOP_TEXTS, *STAGE_TEXTS, *CANDIDATE.fields), ""),
}


def find_loop(request: HttpRequest, pk: int) -> Loop:
    """The loop, if this person may read loops in its team, or it is the library's; else Http404."""
    loop = Loop.objects.visible_to(request.user).select_related("team", "profile").filter(pk=pk).first()
    if loop is None:
        raise Http404
    if not loop.team.is_library and not has_permission(
        person(request), Permission.VIEW_CONTENT, team=loop.team
    ):
        raise PermissionDenied(f"Your role in {loop.team} does not include loops.")
    return loop


def may_edit(request: HttpRequest, loop: Loop) -> bool:
    """Whether this person builds loops in the loop's team."""
    return has_permission(person(request), Permission.EDIT_LOOPS, team=loop.team)


def _require_edit(request: HttpRequest, team: Team) -> None:
    if not has_permission(person(request), Permission.EDIT_LOOPS, team=team):
        raise PermissionDenied(f"Your role in {team} does not include changing loops.")


@require_GET
def builder(request: HttpRequest, pk: int) -> HttpResponse:
    loop = find_loop(request, pk)
    page = _page(request, _part(request, loop))
    return render_page(
        request, "loops/builder.html", replace(page, undo_seed=take_replaced(request, page.loop))
    )


@require_GET
def bank(request: HttpRequest, pk: int) -> HttpResponse:
    """The bank's list alone, after a filter changed."""
    loop = find_loop(request, pk)
    return render_page(request, "loops/_bank_list.html", _part(request, loop))


def best(request: HttpRequest, pk: int) -> HttpResponse:
    """What the loop's time could buy at best; POST has a worker find out. Without scripts: back to the page."""
    find_loop(request, pk)
    loop = Loop.objects.with_plan().select_related("team").get(pk=pk)
    editor = may_edit(request, loop)
    waiting = False
    if request.method == "POST":
        _require_edit(request, loop.team)
        ask_for_best(loop, by=person(request))
        waiting = True
        if not by_htmx(request):
            return redirect(builder_url(pk))
    ground = ground_of_loop(loop)
    leaks = QuestionExposure.objects.leaks_in(loop.team_id)
    plan = plan_of(loop, leaks=leaks)
    found = best_possible(plan, team=loop.team, profile=loop.profile, policy=ground.policy, leaks=leaks)
    waiting = found is None and (waiting or store.known(ground, wishes_like(plan, ground.policy)) is not None)
    gap = gap_of_plan(plan, policy=ground.policy)
    return render_page(
        request, "loops/_best.html", BestPart(loop, gap, found, waiting, bool(plan.stages), editor)
    )


@require_POST
def apply_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out one operation, then show what depends on it. Without scripts: redirect to the page."""
    loop = find_loop(request, pk)
    _require_edit(request, loop.team)
    operation = request.POST.get("operation", "")
    seen, was = request.POST.get("revision", ""), loop.revision
    status, said, refused = 200, "", ""
    try:
        said = change(operation, loop, request.POST, by=person(request))
    except ActionError as error:
        status = error.status
        refused = " ".join(
            [
                error.message,
                *(text for _, text in error.problems if text not in error.message),
                *_typed(request),
            ]
        )
    if not by_htmx(request):
        if refused:
            messages.error(request, refused)
        else:
            messages.success(request, said)
        return redirect(f"{builder_url(pk)}?{_kept(request)}")
    part = _part(request, find_loop(request, pk))
    changed = ChangedParts(
        **vars(part),
        said=said,
        refused=refused,
        effect=_effect(request, part.state),
        # What somebody else changed in between is to be seen too.
        keeps_forms=not refused and operation in _KEEPS_FORMS and seen in ("", str(was)),
    )
    response = render_page(request, "loops/_changed.html", changed, status=status)
    if changed.keeps_forms:
        response["HX-Reswap"] = "none"
    return response


def _typed(request: HttpRequest) -> list[str]:
    """What somebody had written, so that a refusal loses none of it."""
    written = [
        f"{label} {request.POST[name].strip()}".strip()
        for name, label in _WRITTEN.items()
        if request.POST.get(name, "").strip()
    ]
    return [f"You had written: {'; '.join(written)}."] if written else []


@require_POST
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Publish, retire, open a new version, duplicate, mark as default, discard."""
    loop = find_loop(request, pk)
    by = person(request)
    if verb == "duplicate":
        return _duplicate(request, loop)
    _require_edit(request, loop.team)
    target = loop.pk
    try:
        revision = forms.read(forms.Operation(request.POST)).cleaned_data["revision"]
        match verb:
            case "publish":
                actions.publish_loop(loop, by=by, revision=revision)
                messages.success(
                    request, f"{loop} version {loop.version} is published and cannot change any more."
                )
            case "retire":
                actions.retire_loop(loop, by=by, reason=request.POST.get("reason", ""))
                messages.success(
                    request, f"{loop} version {loop.version} is retired. Openings that use it go on."
                )
            case "new-version":
                target = _new_version(request, loop)
            case "default":
                actions.mark_default(loop, by=by)
                messages.success(request, f"New openings for {loop.profile} start with {loop}.")
            case "discard":
                actions.discard_draft(loop, by=by, revision=revision)
                messages.success(request, f"The draft of {loop} is gone.")
                return redirect("admin:loops_loop_changelist")
            case _:
                raise Http404
    except ActionError as error:
        show_refusal(request, error)
    return redirect(builder_url(target))


def _new_version(request: HttpRequest, loop: Loop) -> int:
    """The new draft, or the one that is there already."""
    draft = Loop.objects.filter(team_id=loop.team_id, key=loop.key).drafts().first()
    if draft is None:
        draft = actions.new_loop_version(loop, by=person(request))
        messages.success(request, f"Version {draft.version} is open. Version {loop.version} stays as it is.")
    return draft.pk


def _duplicate(request: HttpRequest, loop: Loop) -> HttpResponse:
    """Copy into the team asked for; from the library this is how a template is used."""
    team = target_team(request, loop)
    _require_edit(request, team)
    try:
        copy = actions.duplicate_loop(loop, team=team, by=person(request), name=request.POST.get("name", ""))
    except ActionError as error:
        show_refusal(request, error)
        return redirect(builder_url(loop.pk))
    messages.success(request, f"{copy} is a draft of its own now.")
    return redirect(builder_url(copy.pk))


def target_team(request: HttpRequest, loop: Loop) -> Team:
    """The team named in the form; else the loop's own, or for a template the person's."""
    wanted = request.POST.get("team", "")
    if wanted:
        team = Team.objects.visible_to(person(request)).filter(key=wanted).first()
        if team is None:
            raise Http404
        return team
    return current_team(request) or loop.team if loop.team.is_library else loop.team


def _part(request: HttpRequest, loop: Loop) -> BuilderPart:
    values = request.POST if request.method == "POST" else request.GET
    bank_form = forms.Bank(values)
    compare = bank_form.compare()
    state = build_state(loop.pk, wanted=bank_form.wanted(), page=values.get("b_page", 1), compare=compare)
    return BuilderPart(
        state=state,
        may_edit=may_edit(request, loop),
        others=comparable(state.loop),
        compare=compare,
        now=timezone.localtime(),
        placed=already_placed(state),
    )


def _page(request: HttpRequest, part: BuilderPart) -> BuilderPage:
    loop = part.loop
    own = current_team(request)
    # The shell of the ordinary pages, for the team at hand.
    set_team(request, own if loop.team.is_library else loop.team)
    profiles = RoleProfile.objects.latest_published().filter(team_id=loop.team_id).order_by("name")[:100]
    drafts = Loop.objects.filter(team_id=loop.team_id, key=loop.key).drafts()
    return BuilderPage(
        **vars(part),
        profiles=[loop.profile, *(row for row in profiles if row.pk != loop.profile_id)],
        banks=banks_of(loop.team),
        copy_team=own if loop.team.is_library else loop.team,
        draft=None if loop.is_draft else drafts.first(),
    )


def _effect(request: HttpRequest, state: BuilderState) -> str:
    """By how many points the gap moved since the page was last drawn, where it moved at all."""
    form = forms.ShownGap(request.POST)
    if not form.is_valid():
        return ""
    moved: float = state.gap.gap - form.cleaned_data["gap"]
    return points(moved) if round(moved * 1000) else ""


def _kept(request: HttpRequest) -> str:
    """The filter, to be found again after a redirect."""
    kept = request.POST.copy()
    for name in list(kept):
        if not name.startswith("b_"):
            del kept[name]
    return str(kept.urlencode())
