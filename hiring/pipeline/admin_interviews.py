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


def _blind(reader: User, application: str = "application_id") -> models.Exists:
    """Whether the reader owes a card on the application, so that nothing is said of others' cards."""
    owed = Assignment.objects.owing().filter(interviewer=reader)
    return models.Exists(owed.filter(interview__application_id=models.OuterRef(application)))


class OwedFilter(admin.SimpleListFilter):
    """Interviews with a scorecard still owed."""

    title = "scorecards"
    parameter_name = "scorecards"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("owed", "Still owed"), ("in", "All in")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() not in {"owed", "in"}:
            return queryset
        owed = models.Exists(Assignment.objects.owing().filter(interview=models.OuterRef("pk")))
        # Of applications on which the reader owes a card it tells nothing: they are in neither list.
        told = queryset.filter(~models.Q(_blind(person(request))), state=InterviewState.DONE)
        return told.filter(owed) if self.value() == "owed" else told.filter(~models.Q(owed))


def _why_nobody(interview: Any) -> str:
    """Nobody holds it: who was the last to, and why they do not."""
    if not interview.let_off:
        return "nobody assigned"
    last = max(interview.let_off, key=lambda row: row.released_at)
    return f"nobody: {last.interviewer.name} was let off, “{last.release_reason}”"


class AssignmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who holds the interview; a reason lets them off."""

    class Meta:
        model = Assignment
        fields = ("interviewer", "shadow", "release_reason")
        labels: ClassVar = {"release_reason": "Let off because"}
        help_texts: ClassVar = {"release_reason": "Fill in to release; the reason stays on record."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"interviewer", "shadow"} & set(self.fields):
            self.fields[name].disabled = bool(self.instance.pk)


class AssignmentInline(TeamTabularInline):
    model = Assignment
    form = AssignmentForm
    fields = ("interviewer", "shadow", "card", "released_at", "release_reason")
    readonly_fields = ("card", "released_at")
    verbose_name = "interviewer"
    verbose_name_plural = "interviewers"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Assignment]:
        """With whether each still owes a scorecard."""
        rows = cast("AssignmentQuerySet", super().get_queryset(request))
        blind = _blind(person(request), "interview__application_id")
        return rows.with_owing().annotate(blind=blind).select_related("interviewer")

    @display(description="Scorecard")
    def card(self, obj: Any) -> str:
        """Whether the scorecard is in; nothing of what it says."""
        if obj.pk is None:
            return "–"
        if obj.blind:
            return "you owe one"
        if obj.shadow:
            return "shadow"
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
        let_off = Assignment.objects.filter(released_at__isnull=False).select_related("interviewer")
        rows: models.QuerySet[Interview] = super().get_queryset(request)
        return (
            rows.select_related("application__candidate", "application__opening", "stage")
            .annotate(blind=_blind(person(request)))
            .prefetch_related(
                models.Prefetch("assignments", people, to_attr="holders"),
                models.Prefetch("assignments", let_off, to_attr="let_off"),
            )
        )

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
        """Names of those whose scorecard is not in; nothing to whoever owes one on the application."""
        if obj.blind:
            return "you owe one"
        if obj.state == InterviewState.CANCELLED:
            return "–"
        if not obj.holders:
            return _why_nobody(obj)
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
                values = row.cleaned_data
                actions.assign_interviewer(
                    form.instance, values["interviewer"], by=by, shadow=values.get("shadow", False)
                )
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
