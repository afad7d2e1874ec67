"""Criteria in a question's form: strength, target level, and a box for each point of the scale."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from content.admin.inlines import PartList, PartTable
from rubrics.kinds import EVIDENCE, INJECTION
from rubrics.models import Criterion, Injection

ANCHOR = "anchor_{}"


class CriterionFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """Gives every form the scale's points, read once."""

    scale_points: ClassVar[list[tuple[int, str]]] = []

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add a box for each point, filled with the anchor that stands."""
        super().add_fields(form, index)
        texts = {}
        if form.instance.pk:
            texts = {anchor.point: anchor.text for anchor in form.instance.anchors.all()}
        for value, label in self.scale_points:
            form.fields[ANCHOR.format(value)] = forms.CharField(
                label=f"{value} {label}",
                required=False,
                initial=texts.get(value, ""),
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
            )


class CriterionForm(forms.ModelForm):  # type: ignore[type-arg]
    """One criterion; its anchors are fields that the form set adds."""

    class Meta:
        model = Criterion
        fields = EVIDENCE.own_columns


class CriterionList(PartList):
    """What the question shows, and what earns each point."""

    model = Criterion
    shape = EVIDENCE
    form = CriterionForm
    formset = CriterionFormSet
    step = "0.1"
    verbose_name_plural = "criteria and anchors"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Build the form set for this question's scale."""
        kwargs["fields"] = EVIDENCE.own_columns
        formset = super().get_formset(request, obj, **kwargs)
        points = obj.scale.points.all() if obj is not None else []
        formset.scale_points = [(point.value, point.label) for point in points]
        return formset

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is shown first, the numbers on one line, the anchors below."""
        first, *numbers = EVIDENCE.own_columns
        points = obj.scale.points.all() if obj is not None else []
        anchors = [ANCHOR.format(point.value) for point in points]
        return [(None, {"fields": [first, tuple(numbers), *anchors]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Criterion]:
        """Read the anchors with the rows."""
        rows: QuerySet[Criterion] = super().get_queryset(request)
        return rows.prefetch_related("anchors")


class InjectionTable(PartTable):
    """Limits that change on the way."""

    model = Injection
    shape = INJECTION
    fields: ClassVar = ("at_minute", "probes", "change", "listen_for")
    verbose_name = "constraint change"
    hide_title = True
    verbose_name_plural = "constraint changes"
