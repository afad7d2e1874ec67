"""The scoring page: fill in, save, submit, read again, amend. Works without JavaScript."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import ActionError, InvalidInput
from accounts.http import MemberRequest
from accounts.inputs import LARGEST_ID, whole_number
from accounts.models import Team, TeamPolicy, User
from accounts.models.policy import BlindMode
from hiring.pipeline.actions import mark_held
from hiring.pipeline.models import DECIDED, Interview, InterviewState
from hiring.scoring import actions, partly, peers, texts
from hiring.scoring.errors import Incomplete, StaleDraft
from hiring.scoring.finders import injection_to_reveal, interview_to_score, own_cards
from hiring.scoring.forms import changed_since, posted_items, shown_slots
from hiring.scoring.guide import InterviewGuide
from hiring.scoring.items import Items, cleaned, stored
from hiring.scoring.models import Scorecard, ScorecardState
from hiring.scoring.offline import kept_offline
from hiring.scoring.pages import FormPage, SubmittedPage, form_script, kept_by
from hiring.scoring.sheet import Sheet, build
from web.render import render_page
from web.templatetags.moments import clock


@never_cache
@require_http_methods(["GET", "POST"])
def score(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """One's own scorecard of one interview."""
    user = request.user
    interview = interview_to_score(user, team, pk, full=True)
    cards = own_cards(user, interview)
    if request.method == "POST":
        return _save(request, team, interview, cards)
    if cards and cards[0].state != ScorecardState.DRAFT:
        return _submitted(request, interview, cards)
    closed = _closed(interview)
    # What somebody wrote before the decision stays theirs to read and to submit; it is late then.
    if closed and not (cards and interview.state != InterviewState.CANCELLED):
        messages.info(request, closed)
        return redirect("interviews", team=team.key)
    return _form(request, team, build(interview, cards[0] if cards else None))


def _closed(interview: Interview) -> str:
    """Why an interview can no longer be scored, or its submitted card amended."""
    if interview.state == InterviewState.CANCELLED:
        return f"{interview} was cancelled; there is nothing to score."
    if interview.application.state in DECIDED:
        return (
            f"The decision on {interview.application.candidate} is recorded; scorecards can no longer change."
        )
    return ""


def _save(request: MemberRequest, team: Team, interview: Interview, cards: list[Scorecard]) -> HttpResponse:
    """Save the form as posted, then do what the pressed button says."""
    user = request.user
    here = redirect("score", team=team.key, pk=interview.pk)
    try:
        card = actions.start(interview, by=user)
    except ActionError as error:
        # A second click after the first submitted: the same answer, no second effect.
        if request.POST.get("intent") != "submit":
            messages.error(request, error.message)
        return here
    before = next((row for row in cards if row.pk == card.pk), None)
    guide = InterviewGuide.of_interview(interview)
    slots = shown_slots(request.POST, guide, guide.slots(before.asked.all() if before else ()))
    posted, ticked = posted_items(request.POST, guide, slots)
    changes = changed_since(posted, request.POST.get("base", ""))
    revision = whole_number(request.POST.get("revision", "0"), low=0, high=LARGEST_ID)
    saved = card
    try:
        saved = partly.save(card, revision=-1 if revision is None else revision, changes=changes, by=user)
        if "reveal" in request.POST or "unreveal" in request.POST:
            return _reveal(request, team, interview, saved)
        if request.POST.get("intent") == "held":
            mark_held(interview, by=user)
        if request.POST.get("intent") == "submit":
            _refuse_unexplained(ticked)
            _refuse_unseen(user, interview, posted, guide)
            late = actions.submit(saved, revision=saved.revision, by=user).state == ScorecardState.LATE
            messages.success(request, texts.SUBMITTED_LATE if late else "Scorecard submitted.")
            return here
    except StaleDraft as error:
        mine = {item: value for item, (value, _) in error.conflicts.items() if item[0] != "q"}
        sheet = build(
            interview,
            _again(user, interview),
            posted=changes | mine,
            ticked=ticked,
            conflicts=error.conflicts,
        )
        return _form(request, team, sheet, problem=error, base=error.items, status=409)
    except InvalidInput as error:
        shown = _again(user, interview)
        unsaved = {} if isinstance(error, Incomplete) else _displayable(changes, error, shown, guide)
        return _form(
            request, team, build(interview, shown, posted=unsaved, ticked=ticked), problem=error, status=422
        )
    except ActionError as error:
        messages.error(request, error.message)
        return here
    messages.success(request, texts.SAVED.format(time=clock(saved.saved_at)) + ".")
    return here


def _refuse_unexplained(ticked: set[str]) -> None:
    """A criterion marked as not assessed without a reason is stored as unanswered; say what it lacks."""
    if ticked:
        raise Incomplete([(item, texts.UNEXPLAINED) for item in sorted(ticked)])


def _refuse_unseen(user: User, interview: Interview, posted: Items, guide: InterviewGuide) -> None:
    """Refuse to submit what the page did not show: another window saved it since the page was loaded."""
    card = _again(user, interview)
    if card is None:
        return
    now, (shown, _) = stored(card, guide), cleaned(posted, guide)
    differing = {item: (value, now[item]) for item, value in shown.items() if now[item] != value}
    conflicts = {item: both for item, both in differing.items() if item[0] != "q"}
    unseen = [item for item in differing if item[0] == "q"]
    if "recommendation" not in posted and now["recommendation"] is not None:
        unseen.append("recommendation")
    if conflicts or unseen:
        raise StaleDraft(revision=card.revision, items=now, conflicts=conflicts, unseen=unseen)


def _displayable(changes: Items, error: InvalidInput, card: Scorecard | None, guide: InterviewGuide) -> Items:
    """The posted values that the page can show again. Of a faulty one its text at least: it cannot be retyped."""
    bad, kept = {item for item, _ in error.problems}, stored(card, guide)
    found = {item: value for item, value in changes.items() if item not in bad and item[0] != "q"}
    for item in bad & changes.keys():
        if item == "summary":
            found[item] = _showable(changes[item])
        elif item in kept and item[0] == "c":
            found[item] = {**kept[item], "evidence": _showable(changes[item]["evidence"])}
    return found


def _showable(text: str) -> str:
    """A text with a visible sign in the place of what the database cannot store."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def _again(user: User, interview: Interview) -> Scorecard | None:
    return next(iter(own_cards(user, interview)), None)


def _reveal(request: MemberRequest, team: Team, interview: Interview, card: Scorecard) -> HttpResponse:
    undo = "unreveal" in request.POST
    injection = injection_to_reveal(interview, request.POST["unreveal" if undo else "reveal"])
    if undo:
        actions.undo_reveal(card, injection, by=request.user)
    else:
        actions.reveal_injection(card, injection, by=request.user)
    url = reverse("score", kwargs={"team": team.key, "pk": interview.pk})
    return HttpResponseRedirect(f"{url}#injection-{injection.pk}")


def _form(
    request: MemberRequest,
    team: Team,
    sheet: Sheet,
    *,
    problem: ActionError | None = None,
    base: Items | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = base if base is not None else build(sheet.interview, sheet.card).items
    policy = TeamPolicy.objects.current_for(team.pk)
    sheet = sheet.without_hints(policy.hints_off)
    page = FormPage(
        sheet=sheet,
        base=shown,
        problem=problem,
        opens_after_own=policy.blind_mode == BlindMode.AFTER_OWN,
        evidence_first=policy.evidence_first,
        decided=sheet.interview.application.state in DECIDED,
        script=form_script(sheet, shown, problem, team=team, user=request.user),
    )
    answer = render_page(request, "scoring/form.html", page, status=status)
    return kept_offline(answer, request.user) if status == 200 else answer


def _submitted(request: MemberRequest, interview: Interview, cards: list[Scorecard]) -> HttpResponse:
    sheet = build(interview, cards[0])
    page = SubmittedPage(
        sheet=sheet,
        card=cards[0],
        earlier=cards[1:],
        peers=peers.of(interview, request.user),
        closed=_closed(interview),
        kept=kept_by(sheet, request.user),
    )
    return render_page(request, "scoring/submitted.html", page)


@require_POST
def amend_card(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Begin a new version of one's submitted card."""
    user = request.user
    interview = interview_to_score(user, team, pk)
    cards = own_cards(user, interview)
    try:
        if not cards:
            raise ActionError("There is no submitted scorecard to amend.")
        actions.amend(cards[0], reason=request.POST.get("reason", ""), by=user)
    except ActionError as error:
        messages.error(request, " ".join([error.message, *(text for _, text in error.problems)]))
    return redirect("score", team=team.key, pk=pk)


@require_POST
def discard(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Drop an amendment that is not submitted."""
    user = request.user
    interview = interview_to_score(user, team, pk)
    cards = own_cards(user, interview)
    try:
        if cards:
            actions.discard_amendment(cards[0], by=user)
            messages.info(request, "The amendment was dropped; the submitted version stands.")
    except ActionError as error:
        messages.error(request, error.message)
    return redirect("score", team=team.key, pk=pk)
