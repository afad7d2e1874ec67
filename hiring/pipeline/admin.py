"""Openings, candidates and applications in the admin. Interviews are in admin_interviews."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin_base import TeamModelAdmin
from accounts.admin_confirm import Ask, row_action
from accounts.admin_filters import OwnRows
from accounts.admin_forms import ActionForm
from accounts.admin_refusals import person
from accounts.permissions import Permission
from hiring.pipeline import actions
from hiring.pipeline import admin_choices as choices
from hiring.pipeline.admin_interviews import InterviewAdmin
from hiring.pipeline.models import Application, Candidate, Opening

__all__ = ["ApplicationAdmin", "CandidateAdmin", "InterviewAdmin", "OpeningAdmin"]


class PipelineAdmin(TeamModelAdmin):
    """What every list of the pipeline shares."""

    view_permission: ClassVar = Permission.VIEW_PIPELINE
    edit_permission: ClassVar = Permission.EDIT_PIPELINE

    def has_edit_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whether the buttons of a row's page are offered; the actions check the row's own team."""
        return bool(self.editable_teams(request))

    def copy_back(self, obj: Any, saved: Any) -> None:
        """Let the form's object be the row that the action wrote."""
        obj.__dict__.update(saved.__dict__)


@admin.register(Opening)
class OpeningAdmin(PipelineAdmin):
    """Jobs being filled; role profile and loop are pinned when one is opened."""

    when_empty = "An opening needs a published role profile and loop. Start a loop from a template first."
    list_display = (
        "title",
        "profile",
        "loop",
        "state_shown",
        "applications_shown",
        "hiring_manager",
        "opened_at",
        "team",
    )
    list_filter = ("state", ("profile", OwnRows), ("team", OwnRows))
    list_select_related = ("team", "profile", "loop", "hiring_manager")
    search_fields = ("title", "key", "profile__name")
    search_help_text = "Title, key or role profile"
    ordering = ("-opened_at", "pk")
    fieldsets = (
        (None, {"fields": ("team", "title", "key", ("profile", "loop"), "state")}),
        ("People", {"fields": ("hiring_manager", ("headcount", "location"))}),
        ("Times", {"fields": (("opened_at", "closed_at"),)}),
    )
    readonly_fields = ("state", "opened_at", "closed_at")
    actions_detail: ClassVar[list[str]] = ["pause", "reopen", "close"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Opening]:
        """Openings with the number of their applications."""
        rows: models.QuerySet[Opening] = super().get_queryset(request)
        return rows.annotate(n_applications=models.Count("applications"))

    @display(
        description="State",
        ordering="state",
        label={"open": "success", "paused": "warning", "closed": "info"},
    )
    def state_shown(self, obj: Opening) -> tuple[str, str]:
        """Open, paused or closed."""
        return obj.state, obj.get_state_display()

    @display(description="Applications", ordering="n_applications")
    def applications_shown(self, obj: Any) -> int:
        """How many people applied."""
        count: int = obj.n_applications
        return count

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """A new opening has neither a state nor times yet."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        plain = [name for name in fieldsets[0][1]["fields"] if name != "state"]
        return [(None, {"fields": plain}), fieldsets[1]]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """What is pinned stays."""
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "key", "profile", "loop"] if obj else fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer what an opening can pin, and who can decide."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "loop":
            choices.offer_loops(field)
        elif db_field.name == "profile":
            choices.offer_versions(field)
        elif db_field.name == "hiring_manager":
            choices.offer_deciders(field, self.editable_teams(request))
        return field

    def get_prepopulated_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Propose a key as the title is typed."""
        return {} if obj else {"key": ("title",)}

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Open or change it."""
        values = {name: getattr(obj, name) for name in ("title", "location", "headcount", "hiring_manager")}
        if change:
            saved = actions.change_opening(obj, by=person(request), **values)
        else:
            pinned = {name: getattr(obj, name) for name in ("team", "key", "profile")}
            loop = form.cleaned_data.get("loop")
            saved = actions.open_opening(by=person(request), loop=loop, **pinned, **values)
        self.copy_back(obj, saved)

    @row_action(
        "Pause",
        permissions=["edit"],
        ask=lambda admin, row: Ask(
            f"Pause {row}?",
            "It takes no new applications until it is reopened; those under way go on.",
            "Pause",
        ),
        at_once=True,
    )
    def pause(self, request: HttpRequest, row: Opening) -> HttpResponse:
        """Stop taking applications for a while."""
        return self._moved(request, actions.pause_opening(row, by=person(request)))

    @row_action(
        "Reopen",
        permissions=["edit"],
        ask=lambda admin, row: Ask(f"Reopen {row}?", "It takes applications again.", "Reopen"),
        at_once=True,
    )
    def reopen(self, request: HttpRequest, row: Opening) -> HttpResponse:
        """Take applications again."""
        return self._moved(request, actions.reopen_opening(row, by=person(request)))

    @row_action(
        "Close",
        permissions=["edit"],
        ask=lambda admin, row: Ask(
            f"Close {row}?", "It can be closed once every application has ended.", "Close"
        ),
    )
    def close(self, request: HttpRequest, row: Opening) -> HttpResponse:
        """Close it once every application has ended."""
        return self._moved(request, actions.close_opening(row, by=person(request)))

    def _moved(self, request: HttpRequest, opening: Opening) -> HttpResponse:
        messages.success(request, f"{opening} is {opening.get_state_display().lower()}.")
        return redirect(self.back_to(request, opening.pk))


@admin.register(Candidate)
class CandidateAdmin(PipelineAdmin):
    """People who applied."""

    when_empty = "Add the person here, then their application to an opening."
    list_display = ("name", "email", "source", "applications_shown", "created_at", "team")
    list_filter = ("source", ("team", OwnRows))
    search_fields = ("name", "email", "external_id")
    search_help_text = "Name, e-mail or identifier"
    ordering = ("name", "pk")
    fields = ("team", "name", "email", "source", "external_id", "created_at")
    readonly_fields = ("created_at",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Candidate]:
        """Candidates with the number of their applications."""
        rows: models.QuerySet[Candidate] = super().get_queryset(request)
        return rows.annotate(n_applications=models.Count("applications"))

    @display(description="Applications", ordering="n_applications")
    def applications_shown(self, obj: Any) -> int:
        """How often the person applied."""
        count: int = obj.n_applications
        return count

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Add through the action; corrections of a name or address are saved and audited."""
        if change:
            super().save_through(request, obj, form, change)
            return
        names = ("team", "name", "email", "source", "external_id")
        saved = actions.add_candidate(by=person(request), **{name: getattr(obj, name) for name in names})
        self.copy_back(obj, saved)


class ApplicationForm(ActionForm):
    """An application; a reason ends it."""

    withdraw_reason = forms.CharField(
        label="Withdrawn because",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Ends the application and cancels its planned interviews. Leave empty to keep it running.",
    )

    class Meta:
        model = Application
        fields = ("team", "opening", "candidate")


@admin.register(Application)
class ApplicationAdmin(PipelineAdmin):
    """People's runs through openings."""

    form = ApplicationForm
    when_empty = "Open a job and add a candidate first; an application brings the two together."
    list_display = ("candidate", "opening", "state_shown", "cards", "applied_at", "debriefed_at", "team")
    list_filter = ("state", ("opening", OwnRows), ("team", OwnRows))
    list_select_related = ("team", "candidate", "opening")
    search_fields = ("candidate__name", "candidate__email", "opening__title")
    search_help_text = "Candidate or opening"
    ordering = ("-applied_at", "pk")
    readonly_fields = ("state", "applied_at", "debriefed_at", "closed_at", "interviews")
    autocomplete_fields = ("opening", "candidate")
    actions_detail: ClassVar[list[str]] = ["plan_loop"]

    class Media:
        css: ClassVar = {"all": ["css/admin_content.css"]}

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """A new application names two things; a running one shows where it stands."""
        if obj is None:
            team = ["team"] if self._asks_for_team(request) else []
            return [(None, {"fields": [*team, "opening", "candidate"]})]
        times = ["applied_at", "debriefed_at", "closed_at"]
        return [
            (None, {"fields": ["opening", "candidate", "state", *times]}),
            ("Interviews", {"fields": ["interviews"]}),
            ("End it", {"fields": ["withdraw_reason"]}),
        ]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Application]:
        """Applications with how many scorecards they expect and have."""
        expected = models.Count(
            "interviews__assignments",
            filter=models.Q(interviews__assignments__released_at=None)
            & ~models.Q(interviews__state="cancelled"),
            distinct=True,
        )
        received = models.Count(
            "interviews__scorecards",
            filter=models.Q(interviews__scorecards__state="submitted"),
            distinct=True,
        )
        rows: models.QuerySet[Application] = super().get_queryset(request)
        return rows.annotate(n_expected=expected, n_received=received)

    @display(description="State", ordering="state")
    def state_shown(self, obj: Application) -> str:
        """Where it stands."""
        return obj.get_state_display()

    @display(description="")
    def interviews(self, obj: Application) -> SafeString:
        """When each stage is, and who holds it."""
        return choices.interviews_of(obj)

    @display(description="Scorecards in")
    def cards(self, obj: Any) -> str:
        """How many of the expected scorecards are in."""
        return f"{obj.n_received} of {obj.n_expected}" if obj.n_expected else "nobody assigned"

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Who runs for what stays."""
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "opening", "candidate"] if obj else fields

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Start it, or withdraw it where a reason was given."""
        if not change:
            self.copy_back(obj, actions.apply(obj.candidate, obj.opening, by=person(request)))
        elif form.cleaned_data.get("withdraw_reason"):
            reason = form.cleaned_data["withdraw_reason"]
            self.copy_back(obj, actions.withdraw(obj, reason=reason, by=person(request)))

    @row_action(
        "Plan the loop’s interviews",
        permissions=["edit"],
        ask=lambda admin, row: Ask(
            f"Plan the loop’s interviews for {row}?",
            "Every stage that has no interview yet gets one.",
            "Plan the interviews",
        ),
        at_once=True,
    )
    def plan_loop(self, request: HttpRequest, row: Application) -> HttpResponse:
        """Plan every stage that has no interview yet."""
        count = len(actions.schedule_loop(row, by=person(request)))
        text = f"{count} interview{'s' if count != 1 else ''} planned. Set times and interviewers."
        messages.success(request, text if count else "Every stage has an interview already.")
        interviews = reverse(f"{self.admin_site.name}:hiring_interview_changelist")
        return redirect(f"{interviews}?application__id__exact={row.pk}")
