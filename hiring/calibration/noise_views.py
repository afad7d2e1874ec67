"""Noise audits: choose cases and panel, read what was found."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import require
from accounts.errors import ActionError
from accounts.http import MemberRequest
from accounts.models import Team, User
from accounts.permissions import Permission
from hiring.calibration.judgements import SOURCES, Chosen
from hiring.calibration.noise import LEAST_CASES, LEAST_JUDGES, request_audit
from hiring.calibration.noise_models import NoiseAudit
from hiring.calibration.noise_words import NoiseLine, lines_of, summary_of
from hiring.pipeline.models import Opening
from hiring.scoring.models import Rating
from rubrics.models import Question
from web.render import Crumb, render_page

PER_PAGE = 20


def _choice(choices: Iterable[tuple[str, str]]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        required=False, choices=list(choices), widget=forms.CheckboxSelectMultiple
    )


class NoiseForm(forms.Form):
    """Cases and panel; what is left empty means all."""

    title = forms.CharField(max_length=120, required=False)

    def __init__(self, team: Team, data: QueryDict | None = None) -> None:
        super().__init__(data)
        counting = Rating.objects.counting().filter(scorecard__team=team).order_by()
        openings = Opening.objects.in_team(team).order_by("title").values_list("pk", "title")
        keys = dict(counting.values_list("criterion__question__key", "criterion__question__title").distinct())
        raters = User.objects.filter(pk__in=counting.values("scorecard__interviewer")).order_by("name")
        self.fields |= {
            "sources": _choice((name, label) for name, (label, _) in SOURCES.items()),
            "openings": _choice((str(pk), title) for pk, title in openings),
            "questions": _choice(sorted(keys.items(), key=lambda item: item[1])),
            "people": _choice((str(pk), name) for pk, name in raters.values_list("pk", "name")),
        }

    @property
    def chosen(self) -> Chosen:
        """What was chosen, once the form is valid."""
        given = self.cleaned_data
        return Chosen(
            openings=[int(pk) for pk in given["openings"]],
            questions=list(given["questions"]),
            people=[int(pk) for pk in given["people"]],
            sources=list(given["sources"]),
        )


@dataclass(frozen=True)
class NoisePage:
    """Audits of a team, newest first, and the form for the next one."""

    form: NoiseForm
    page_obj: Page[NoiseAudit]
    least_cases: int = LEAST_CASES
    least_judges: int = LEAST_JUDGES


@dataclass(frozen=True)
class NoiseAuditPage:
    """One audit in words."""

    audit: NoiseAudit
    summary: str
    lines: list[NoiseLine]
    openings: list[str]
    questions: list[str]
    people: list[str]
    sources: list[str]
    crumbs: list[Crumb]


@never_cache
@require_GET
def noise(request: MemberRequest, team: Team) -> HttpResponse:
    """Choose cases and panel; earlier audits below."""
    require(request.user, Permission.CALIBRATE, team=team)
    return _chooser(request, team, NoiseForm(team))


@never_cache
@require_POST
def noise_ask(request: MemberRequest, team: Team) -> HttpResponse:
    """Ask for an audit of what was chosen."""
    require(request.user, Permission.CALIBRATE, team=team)
    form = NoiseForm(team, request.POST)
    if not form.is_valid():
        return _chooser(request, team, form, status=422)
    try:
        job = request_audit(team=team, by=request.user, title=form.cleaned_data["title"], chosen=form.chosen)
    except ActionError as error:
        messages.error(request, error.message)
        return _chooser(request, team, form, status=422)
    return redirect("job_status", team=team.key, pk=job.pk)


@never_cache
@require_GET
def noise_audit(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """One audit: level, pattern and occasion noise, in words."""
    require(request.user, Permission.CALIBRATE, team=team)
    found = get_object_or_404(NoiseAudit.objects.visible_to(request.user).in_team(team), pk=pk)
    return render_page(request, "calibration/noise_audit.html", page_of(found))


def page_of(found: NoiseAudit) -> NoiseAuditPage:
    """An audit with the names of what was chosen. Three queries."""
    chosen = Chosen(**found.chosen)
    return NoiseAuditPage(
        audit=found,
        summary=summary_of(found),
        lines=lines_of(found),
        openings=list(
            Opening.objects.in_team(found.team).filter(pk__in=chosen.openings).values_list("title", flat=True)
        ),
        questions=sorted(
            set(
                Question.objects.in_team(found.team)
                .filter(key__in=chosen.questions)
                .values_list("title", flat=True)
            )
        ),
        people=list(
            User.objects.filter(pk__in=chosen.people).order_by("name").values_list("name", flat=True)
        ),
        sources=[SOURCES[name][0] for name in chosen.sources if name in SOURCES],
        crumbs=[],
    )


def _chooser(request: MemberRequest, team: Team, form: NoiseForm, *, status: int = 200) -> HttpResponse:
    audits = NoiseAudit.objects.visible_to(request.user).in_team(team)
    page = NoisePage(form, Paginator(audits, PER_PAGE).get_page(request.GET.get("page")))
    return render_page(request, "calibration/noise.html", page, status=status)
