"""Questions and their banks in the admin."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from unfold.decorators import display

from accounts.admin.base import TeamModelAdmin
from accounts.admin.confirm import Ask, row_action
from accounts.admin.refusals import person
from accounts.permissions import Permission
from content.admin.filters import OwnerFilter, VersionsFilter
from content.admin.reading import Reading
from content.admin.versions import VersionedAdmin
from rubrics import actions
from rubrics.admin.criteria import ANCHOR, CriterionList, InjectionTable
from rubrics.admin.filters import CompetencyFilter, QuestionBankFilter
from rubrics.admin.leaks import LeakForm
from rubrics.models import Criterion, Question, QuestionBank, QuestionExposure, ScalePoint


@dataclass(frozen=True)
class QuestionReading(Reading):
    """A question whole: the points of its scale, an anchor for each beside every criterion, and its leak."""

    points: list[ScalePoint]
    rubric: list[tuple[Criterion, list[str]]]
    leak: QuestionExposure | None


@admin.register(Question)
class QuestionAdmin(VersionedAdmin):
    """The question banks' questions, with criteria and anchors."""

    life = actions.QUESTIONS
    can_be_copied = True
    copied_with = "Its competencies and rating scale come with it"
    reading_template = "admin/rubrics/question.html"
    laid_out: ClassVar = (
        "title",
        "bank",
        "scale",
        "format",
        "minutes",
        "realism",
        "evaluation_area",
        "signal",
        "target_level",
        "conventional",
        "source",
        "basis",
        "prompt",
        "alternative_prompt",
        "alternative_scoring",
        "interviewer_materials",
        "material_place",
        "preparation_minutes",
        "marking_minutes",
        "variant_family",
        "injection_note",
        "follow_ups",
        "red_flags",
        "strong_answer",
        "misreadings",
    )
    labels: ClassVar = {
        "follow_ups": "Follow-up questions",
        "red_flags": "Red flags",
        "strong_answer": "A strong answer",
        "misreadings": "Easily misread",
    }
    actions_detail: ClassVar = ["publish", "new_version", "copy_to_team", "mark_leak", "retire", "discard"]
    when_empty = "Questions come with a role profile or a loop template copied from the library."
    list_display: ClassVar = (
        "title",
        "format",
        "realism",
        "length",
        "rates",
        "state",
        "version",
        "leaked",
        "team",
    )
    list_filter: ClassVar = (
        VersionsFilter,
        OwnerFilter,
        "format",
        "realism",
        CompetencyFilter,
        QuestionBankFilter,
        "status",
        "conventional",
    )
    list_select_related: Any = ("team", "bank")
    search_fields: ClassVar = ("title", "key", "prompt")
    search_help_text = "Title, key or prompt"
    ordering: ClassVar = ("team__is_library", "title", "-version")
    inlines: ClassVar = (CriterionList, InjectionTable)
    fieldsets: ClassVar = (
        (
            None,
            {
                "fields": (
                    "team",
                    ("title", "key"),
                    ("bank", "scale"),
                    ("format", "realism"),
                    ("minutes", "target_level"),
                    "prompt",
                )
            },
        ),
        ("On the way", {"fields": ("follow_ups", "injection_note")}),
        (
            "Material and interviewers’ time",
            {
                "fields": (
                    "interviewer_materials",
                    "material_place",
                    ("preparation_minutes", "marking_minutes"),
                )
            },
        ),
        ("For interviewers only", {"fields": ("strong_answer", "misreadings", "red_flags")}),
        ("For people without the experience", {"fields": ("alternative_prompt", "alternative_scoring")}),
        ("Filing", {"fields": (("evaluation_area", "signal"), "variant_family", "conventional")}),
    )

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Criteria come once the question has its scale."""
        return super().get_inlines(request, obj) if obj is not None else []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """Questions with the competencies they rate and their leaks."""
        rows: QuerySet[Question] = super().get_queryset(request).prefetch_related("criteria__competency")
        leak = QuestionExposure.objects.filter(team=OuterRef("team"), question_key=OuterRef("key"))
        return rows.annotate(leak=leak.values("leak")[:1])

    @display(description="Minutes", ordering="minutes")
    def length(self, obj: Question) -> int:
        return obj.minutes

    @display(description="Rates")
    def rates(self, obj: Question) -> str:
        """The first competency it rates, and how many more."""
        names = [row.competency.name for row in obj.criteria.all()]
        return f"{names[0]} +{len(names) - 1}" if len(names) > 1 else "".join(names)

    @display(description="Leak", ordering="leak")
    def leaked(self, obj: Any) -> str:
        """How much of its worth is gone."""
        return f"{round(obj.leak * 100)}\u202f%" if obj.leak else ""

    def for_reading(self, obj: Any) -> QuestionReading:
        """The question whole, its anchors laid out by scale point."""
        row = (
            Question.objects.with_criteria()
            .select_related("bank", "team")
            .prefetch_related("scale__points")
            .get(pk=obj.pk)
        )
        points = list(row.scale.points.all())
        rubric = []
        for criterion in row.criteria.all():
            texts = {anchor.point: anchor.text for anchor in criterion.anchors.all()}
            rubric.append((criterion, [texts.get(point.value, "") for point in points]))
        leak = QuestionExposure.objects.filter(team_id=row.team_id, question_key=row.key, leak__gt=0).first()
        return QuestionReading(row, points, rubric, leak)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save criteria with their anchors, or constraint changes."""
        by = person(request)
        if formset.model is not CriterionList.model:
            rows = formset.save(commit=False)
            actions.save_injections(form.instance, rows, removed=formset.deleted_objects, by=by)
            return
        formset.save(commit=False)
        for gone in formset.deleted_objects:
            actions.remove_criterion(gone, by=by)
        for position, each in enumerate(formset.forms):
            if each in formset.deleted_forms or not each.has_changed():
                continue
            anchors = {
                value: each.cleaned_data.get(ANCHOR.format(value), "") for value, _ in formset.scale_points
            }
            if each.instance.pk is None:
                each.instance.position = position
            each.instance.question = form.instance
            actions.save_criterion(each.instance, anchors=anchors, by=by)

    @row_action(
        "Mark as leaked",
        permissions=["leak"],
        ask=lambda admin, row: Ask(
            f"How well known is “{row}” outside?",
            "Its ratings then count for less, in plans and in what interviews showed, from now on and "
            "for every version. Set it to 0 to take that back.",
            "Record",
        ),
        form=lambda admin, request, posted: LeakForm(posted),
    )
    def mark_leak(self, request: HttpRequest, row: Question, data: dict[str, Any]) -> HttpResponseBase:
        actions.mark_leak(row, leak=data["leak"], reason=data["reason"], by=person(request))
        messages.success(
            request, f"Recorded: ratings of “{row}” carry {1 - data['leak']:.0%} of their worth."
        )
        return redirect(self.back_to(request, row.pk))

    def has_leak_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offered for one's published questions."""
        return self.has_renew_permission(request, object_id)


@admin.register(QuestionBank)
class QuestionBankAdmin(TeamModelAdmin):
    edit_permission = Permission.EDIT_CONTENT
    list_display: ClassVar = ("name", "key", "description", "team")
    list_filter: ClassVar = (OwnerFilter,)
    search_fields: ClassVar = ("name", "key")
    ordering: ClassVar = ("team__is_library", "name")
    fields: ClassVar = ("team", "name", "key", "description")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A key never changes once it is there."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "key"] if obj is not None else fields

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actions.save_bank(obj, by=person(request))
