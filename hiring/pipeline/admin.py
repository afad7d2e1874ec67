"""Candidates and applications in the admin. Openings are in admin_openings, interviews in admin_interviews."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.confirm import Ask, row_action
from accounts.admin.filters import OwnRows
from accounts.admin.forms import ActionForm
from accounts.admin.refusals import person
from hiring.pipeline import actions
from hiring.pipeline import admin_choices as choices
from hiring.pipeline.admin_interviews import InterviewAdmin
from hiring.pipeline.admin_openings import OpeningAdmin
from hiring.pipeline.admin_parts import PipelineAdmin
from hiring.pipeline.models import Application, ApplicationQuerySet, Candidate

__all__ = ["ApplicationAdmin", "CandidateAdmin", "InterviewAdmin", "OpeningAdmin"]


@admin.register(Candidate)
class CandidateAdmin(PipelineAdmin):
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
        rows = cast("ApplicationQuerySet", super().get_queryset(request))
        return rows.with_scorecards_in(person(request))

    @display(description="State", ordering="state")
    def state_shown(self, obj: Application) -> str:
        return obj.get_state_display()

    @display(description="")
    def interviews(self, obj: Any) -> SafeString:
        """When each stage is, and who holds it."""
        return choices.interviews_of(obj, blind=obj.blind)

    @display(description="Scorecards in")
    def cards(self, obj: Any) -> str:
        """How many of the expected scorecards are in; nothing to whoever owes one of them."""
        if obj.blind:
            return "you owe one"
        return f"{obj.n_in} of {obj.n_expected}" if obj.n_expected else "none expected"

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
