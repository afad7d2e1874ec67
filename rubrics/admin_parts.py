"""Filters and small forms of the question admin."""

from typing import Any

from django import forms
from django.contrib.admin import SimpleListFilter
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextareaWidget

from content.admin.fields import LinesField
from content.admin.parts import DraftForm
from roles.models import Competency
from rubrics.models import Question, QuestionBank


class CompetencyFilter(SimpleListFilter):
    """Questions that rate a competency, whichever version of it."""

    title = "competency"
    parameter_name = "competency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Competencies of the teams one may see, by key."""
        rows = Competency.objects.visible_to(request.user).latest_published().order_by("name")
        return list(dict(rows.values_list("key", "name")[:400]).items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to one."""
        if not self.value():
            return queryset
        from rubrics.models import Criterion

        rated = Criterion.objects.filter(question=OuterRef("pk"), competency__key=self.value())
        return queryset.filter(Exists(rated))


class BankFilter(SimpleListFilter):
    """Banks one may see."""

    title = "bank"
    parameter_name = "bank"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Banks with their owners, since two teams may use one name."""
        rows = (
            QuestionBank.objects.visible_to(request.user)
            .select_related("team")
            .order_by("team__name", "name")
        )
        return [(str(row.pk), f"{row.name} ({row.team})") for row in rows[:100]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to one."""
        return queryset.filter(bank_id=self.value()) if (self.value() or "").isdigit() else queryset


class QuestionForm(DraftForm):
    """A draft's own fields; lists are typed a line each."""

    follow_ups = LinesField(label="Follow-up questions")
    red_flags = LinesField(label="Red flags")
    strong_answer = LinesField(label="A strong answer")
    misreadings = LinesField(label="Easily misread")

    class Meta:
        model = Question
        fields = "__all__"


class LeakForm(forms.Form):
    """How far a question is known outside."""

    leak = forms.FloatField(
        label="How much of its worth is gone, 0 to 1",
        min_value=0,
        max_value=1,
        initial=0.5,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.05"}),
        help_text="0: unknown outside. 1: everybody has seen it; its ratings carry nothing.",
    )
    reason = forms.CharField(label="What was seen where", widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}))
