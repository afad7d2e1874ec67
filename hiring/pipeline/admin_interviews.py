"""Interviews in the admin: when, who holds them, and who still owes a scorecard."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.base import TeamModelAdmin
from accounts.admin.confirm import Ask, row_action
from accounts.admin.filters import OwnRows
from accounts.admin.forms import ActionForm
from accounts.admin.inlines import TeamTabularInline
from accounts.admin.refusals import person
from accounts.models import Membership, User
from accounts.permissions import ROLE_PERMISSIONS, Permission
from hiring.pipeline import actions
from hiring.pipeline.models import Assignment, AssignmentQuerySet, Interview, InterviewState
from web.templatetags.moments import moment

_MAY_SCORE = [role for role, granted in ROLE_PERMISSIONS.items() if Permission.SCORE in granted]


class OwedFilter(admin.SimpleListFilter):
    """Interviews with a scorecard still owed."""

    title = "scorecards"
    parameter_name = "scorecards"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("owed", "Still owed"), ("in", "All in")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        owed = models.Exists(Assignment.objects.owing().filter(interview=models.OuterRef("pk")))
        held = models.Q(state=InterviewState.DONE)
        if self.value() == "owed":
            return queryset.filter(held & models.Q(owed))
        return queryset.filter(held & ~models.Q(owed)) if self.value() == "in" else queryset


class AssignmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who holds the interview; a reason lets them off."""

    class Meta:
        model = Assignment
        fields = ("interviewer", "release_reason")
        labels: ClassVar = {"release_reason": "Let off because"}
        help_texts: ClassVar = {"release_reason": "Fill in to release; the reason stays on record."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "interviewer" in self.fields:
            self.fields["interviewer"].disabled = True


class AssignmentInline(TeamTabularInline):
    model = Assignment
    form = AssignmentForm
    fields = ("interviewer", "card", "released_at", "release_reason")
    readonly_fields = ("card", "released_at")
    verbose_name = "interviewer"
    verbose_name_plural = "interviewers"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Assignment]:
        """With whether each still owes a scorecard."""
        rows = cast("AssignmentQuerySet", super().get_queryset(request))
        return rows.with_owing().select_related("interviewer")

    @display(description="Scorecard")
    def card(self, obj: Any) -> str:
        """Whether the scorecard is in; nothing of what it says."""
        if obj.pk is None:
            return "–"
        return "submitted" if obj.submitted_at else ("owed" if obj.owes else "not owed")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer active members who may score."""
        if db_field.name == "interviewer":
            teams = self._parent().editable_teams(request)
            members = Membership.objects.filter(team__in=teams, is_active=True, role__in=_MAY_SCORE)
            kwargs["queryset"] = User.objects.filter(pk__in=members.values("user")).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Released, never deleted."""
        return False


class InterviewForm(ActionForm):
    """Time and place of an interview; a reason cancels it."""

    cancel_reason = forms.CharField(
        label="Cancelled because",
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget(),
        help_text="Cancels the interview; nobody owes a scorecard on it then. Leave empty to keep it.",
    )

    class Meta:
        model = Interview
        fields = ("scheduled_at", "place")


@admin.register(Interview)
class InterviewAdmin(TeamModelAdmin):
    """Sessions of applications. They are planned from the application, all stages at once."""

    view_permission: ClassVar = Permission.VIEW_PIPELINE
    edit_permission: ClassVar = Permission.EDIT_PIPELINE
    form = InterviewForm
    inlines: ClassVar = [AssignmentInline]
    when_empty = "They are planned on an application’s page: “Plan the loop’s interviews”."
    list_display = ("candidate", "stage", "opening", "state_shown", "when", "owed_by", "team")
    list_filter = (OwedFilter, "state", ("application__opening", OwnRows), ("team", OwnRows))
    list_select_related = ("team", "application__candidate", "application__opening", "stage")
    search_fields = ("application__candidate__name", "stage__name", "application__opening__title")
    search_help_text = "Candidate, stage or opening"
    ordering = ("-scheduled_at", "pk")
    date_hierarchy = "scheduled_at"
    fieldsets = (
        (None, {"fields": ("application", "stage", "state", "scheduled_at", "place")}),
        ("Cancel it", {"fields": ("cancel_reason",)}),
    )
    readonly_fields = ("application", "stage", "state")
    actions_detail: ClassVar[list[str]] = ["held"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Planned from the application."""
        return False

    def has_edit_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whether the button is offered; the action checks the row's own team."""
        return bool(self.editable_teams(request))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Interview]:
        """With their interviewers and which of them owe a scorecard."""
        people = Assignment.objects.filter(released_at=None).with_owing().select_related("interviewer")
        rows: models.QuerySet[Interview] = super().get_queryset(request)
        return rows.select_related(
            "application__candidate", "application__opening", "stage"
        ).prefetch_related(models.Prefetch("assignments", people, to_attr="holders"))

    @display(description="Candidate", ordering="application__candidate__name")
    def candidate(self, obj: Interview) -> str:
        return obj.application.candidate.name

    @display(description="Opening", ordering="application__opening__title")
    def opening(self, obj: Interview) -> str:
        return obj.application.opening.title

    @display(
        description="State",
        ordering="state",
        label={"planned": "info", "done": "success", "cancelled": "danger"},
    )
    def state_shown(self, obj: Interview) -> tuple[str, str]:
        return obj.state, obj.get_state_display()

    @display(description="Time", ordering="scheduled_at")
    def when(self, obj: Interview) -> str:
        return moment(obj.scheduled_at)

    @display(description="Still owed by")
    def owed_by(self, obj: Any) -> str:
        """Names of those whose scorecard is not in."""
        if obj.state == InterviewState.CANCELLED:
            return "–"
        if not obj.holders:
            return "nobody assigned"
        owing = ", ".join(row.interviewer.name for row in obj.holders if row.owes)
        return owing or ("all in" if any(row.submitted_at for row in obj.holders) else "–")

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Change time and place, or cancel where a reason was given."""
        by = person(request)
        if form.cleaned_data.get("cancel_reason"):
            actions.cancel_interview(obj, reason=form.cleaned_data["cancel_reason"], by=by)
        elif {"scheduled_at", "place"} & set(form.changed_data):
            actions.reschedule_interview(obj, scheduled_at=obj.scheduled_at, place=obj.place, by=by)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Assign and release through the actions."""
        by = person(request)
        formset.new_objects, formset.changed_objects, formset.deleted_objects = [], [], []
        for row in formset.forms:
            if not row.has_changed():
                continue
            assignment, reason = row.instance, row.cleaned_data.get("release_reason", "")
            if assignment.pk is None:
                actions.assign_interviewer(form.instance, row.cleaned_data["interviewer"], by=by)
            elif assignment.released_at is None and reason:
                actions.release_interviewer(Assignment.objects.get(pk=assignment.pk), reason=reason, by=by)
            elif assignment.released_at is not None and not reason:
                actions.assign_interviewer(form.instance, assignment.interviewer, by=by)

    @row_action(
        "Mark as held",
        permissions=["edit"],
        ask=lambda admin, row: Ask(
            f"Mark {row} as held?", "Its interviewers owe their scorecards from then on.", "Mark as held"
        ),
        at_once=True,
    )
    def held(self, request: HttpRequest, row: Interview) -> HttpResponse:
        actions.mark_held(row, by=person(request))
        messages.success(request, "Marked as held; its interviewers owe their scorecards now.")
        return redirect(self.back_to(request, row.pk))
