"""Loops in the admin: a list with the gap of each, and the builder in place of a form."""

from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.views import ChangeList

from accounts.admin.base import TeamModelAdmin
from accounts.admin.filters import OwnRows
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission
from loops.best import BestPossible, best_of_loops
from loops.builder import (
    all_best,
    forecast,
    presence,
    previews,
    propose,
    questions,
    several,
    side_by_side,
    start,
    views,
)
from loops.builder.pages import builder_url
from loops.coverage import gap_of_loop
from loops.gaps import LoopGap
from loops.models import Loop
from rubrics.models import QuestionExposure
from web.numbers import hours
from web.render import context_of


@dataclass(frozen=True, slots=True)
class GapCell:
    """The gap of a loop as a cell of the list shows it, with the best possible as far as it is known."""

    gap: LoopGap
    best: BestPossible | None
    waiting: bool


@admin.register(Loop)
class LoopAdmin(TeamModelAdmin):
    """Recruiters list loops here; opening one leads to the builder."""

    view_permission: ClassVar = Permission.VIEW_CONTENT
    edit_permission: ClassVar = Permission.EDIT_LOOPS

    list_display: ClassVar = ("linked_name", "profile", "state", "version", "gap", "minutes", "team")
    list_filter: ClassVar = ("status", ("team", OwnRows), "contrast")
    list_before_template = "loops/_list_before.html"
    list_per_page = 25
    search_fields: ClassVar = ("name", "key", "profile__name")
    ordering: ClassVar = ("team__is_library", "name", "-version")

    class Media:
        css: ClassVar = {"all": ["css/loops_admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Loop]:
        """Load plans with the page's rows; the prefetching happens after the page was cut."""
        rows: Any = super().get_queryset(request)
        return cast("QuerySet[Loop]", rows.with_plan().select_related("team"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """A list that measures its rows."""
        return MeasuredList

    @display(description="Name", ordering="name")
    def linked_name(self, loop: Loop) -> SafeString:
        """Name, with what sets it apart."""
        marks = [
            text
            for text, shown in (
                ("default", loop.is_default),
                ("contrast", loop.contrast),
                ("template", loop.team.is_library),
            )
            if shown
        ]
        return format_html("{}{}", loop.name, f" ({', '.join(marks)})" if marks else "")

    @display(
        description="State",
        ordering="status",
        label={"draft": "info", "published": "success", "retired": "warning"},
    )
    def state(self, loop: Loop) -> tuple[str, str]:
        return loop.status, loop.get_status_display()

    @display(description="Evaluation gap")
    def gap(self, loop: Any) -> str:
        return render_to_string(
            "loops/_list_gap.html", context_of(GapCell(loop.measured, loop.best, loop.waits))
        )

    @display(description="Candidate's time")
    def minutes(self, loop: Loop) -> str:
        """Minutes against the budget."""
        spent = sum(stage.minutes for stage in loop.stages.all())
        return f"{hours(spent)} of {hours(loop.budget_minutes)}" if loop.budget_minutes else hours(spent)

    def get_urls(self) -> list[URLPattern]:
        """The builder's addresses come before the form's."""
        wrap = self.admin_site.admin_view
        own = [
            path("propose/", wrap(propose.propose), name="loops_loop_propose"),
            path("propose/keep/", wrap(propose.keep), name="loops_loop_propose_keep"),
            path("several/", wrap(several.several), name="loops_loop_several"),
            path("best/", wrap(all_best.all_best), name="loops_loop_best_of_all"),
            path("designs/<int:pk>/", wrap(propose.open_design), name="loops_loop_design"),
            path("designs/<int:pk>/stop/", wrap(propose.stop), name="loops_loop_design_stop"),
            path("<int:pk>/builder/", wrap(views.builder), name="loops_loop_builder"),
            path("<int:pk>/builder/bank/", wrap(views.bank), name="loops_loop_builder_bank"),
            path("<int:pk>/builder/change/", wrap(views.apply_change), name="loops_loop_builder_change"),
            path(
                "<int:pk>/builder/question/<int:question>/",
                wrap(questions.question),
                name="loops_loop_builder_question",
            ),
            path("<int:pk>/presence/", wrap(presence.presence), name="loops_loop_presence"),
            path("<int:pk>/best/", wrap(views.best), name="loops_loop_best"),
            path("<int:pk>/candidate/", wrap(previews.candidate), name="loops_loop_candidate"),
            path("<int:pk>/side-by-side/", wrap(side_by_side.side_by_side), name="loops_loop_side_by_side"),
            path("<int:pk>/kit/", wrap(previews.kit), name="loops_loop_kit"),
            path("<int:pk>/forecast/", wrap(forecast.forecast), name="loops_loop_forecast"),
            path("<int:pk>/builder/<slug:verb>/", wrap(views.act), name="loops_loop_builder_act"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Say for which teams this person may have the best possible worked out."""
        teams = Team.objects.ordinary().filter(pk__in=self.editable_teams(request)).order_by("name")
        context = {**(extra_context or {}), "best_teams": list(teams)}
        return cast("HttpResponse", super().changelist_view(request, context))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The builder is the change page."""
        loop = self.get_object(request, object_id)
        if loop is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        return redirect(builder_url(loop.pk))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Start empty or from a template."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return start.start(request)


class MeasuredList(ChangeList):
    """Measures each loop of the page under its team's policy, which is read once per team, as is the best possible."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        constants: dict[int, tuple[TeamPolicy, dict[str, float]]] = {}
        rows: list[Any] = list(self.result_list)
        self.result_list: Any = rows
        own: dict[int, list[Any]] = {}
        for loop in rows:
            if loop.team_id not in constants:
                policy = TeamPolicy.objects.current_for(loop.team_id)
                constants[loop.team_id] = policy, QuestionExposure.objects.leaks_in(loop.team_id)
            policy, leaks = constants[loop.team_id]
            loop.measured = gap_of_loop(loop, policy=policy, leaks=leaks, with_warnings=False)
            loop.best, loop.waits = None, False
            if not loop.contrast and not loop.team.is_library:
                own.setdefault(loop.team_id, []).append(loop)
        for team_id, loops in own.items():
            found = best_of_loops(loops, team=loops[0].team, policy=constants[team_id][0])
            for loop in loops:
                loop.best, loop.waits = found.known.get(loop.pk), loop.pk in found.waiting
