"""What others would see of a loop: its candidates, and its interviewers."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import has_permission
from accounts.admin.refusals import person
from accounts.http import set_team
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission
from loops.builder.details import label_of
from loops.builder.pages import builder_url
from loops.builder.views import find_loop, may_edit
from loops.candidate import CandidatePage, candidate_page
from loops.kit import KitStage, kit_of
from loops.models import Loop
from web.context import current_team
from web.render import Crumb, render_page


@dataclass(frozen=True)
class CandidatePreview:
    """The candidate's page as it stands, and what is not written yet.

    ``pdf_team`` is the team a PDF would be made for; None where this person makes no PDFs of it.
    """

    loop: Loop
    told: CandidatePage
    crumbs: list[Crumb]
    may_edit: bool
    pdf_team: Team | None

    @property
    def missing(self) -> list[str]:
        """The notes that nobody has written, as the dialog of details calls them."""
        return [label_of(note.name) for note in self.told.notes if not note.wrote]

    @property
    def details_url(self) -> str:
        """The builder with the dialog of details open, where the notes are written."""
        return f"{builder_url(self.loop.pk)}#d-details"


@dataclass(frozen=True)
class KitPage:
    """What interviewers would have in hand, stage by stage; ``setup`` are the policy's minutes to begin and end."""

    loop: Loop
    stages: list[KitStage]
    setup: int
    policy_label: str
    crumbs: list[Crumb]


@require_GET
def candidate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what candidates are told of a loop."""
    loop = find_loop(request, pk)
    team = _wear_shell(request, loop)
    may_make = team is not None and all(
        has_permission(person(request), permission, team=team)
        for permission in (Permission.VIEW_CONTENT, Permission.VIEW_REPORTS)
    )
    page = CandidatePreview(
        loop=loop,
        told=candidate_page(loop, company=team.name if team else ""),
        crumbs=_crumbs(loop),
        may_edit=may_edit(request, loop),
        pdf_team=team if may_make else None,
    )
    return render_page(request, "loops/candidate.html", page)


@require_GET
def kit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what interviewers would have in hand."""
    loop = Loop.objects.with_kit().get(pk=find_loop(request, pk).pk)
    _wear_shell(request, loop)
    policy = TeamPolicy.objects.current_for(loop.team_id)
    page = KitPage(
        loop=loop,
        stages=kit_of(loop, policy),
        setup=policy.setup_minutes,
        policy_label=str(policy),
        crumbs=_crumbs(loop),
    )
    return render_page(request, "loops/kit.html", page)


def _wear_shell(request: HttpRequest, loop: Loop) -> Team | None:
    """The team in whose name a page speaks: the loop's own; for a template the person's. Its shell is worn."""
    team = current_team(request) if loop.team.is_library else loop.team
    set_team(request, team)
    return team


def _crumbs(loop: Loop) -> list[Crumb]:
    return [
        Crumb("Loops", reverse("admin:loops_loop_changelist")),
        Crumb(loop.name, builder_url(loop.pk)),
    ]
