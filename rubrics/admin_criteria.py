"""Criteria in a question's form: strength, target level, and a box for each point of the scale."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.inlines import TeamStackedInline, TeamTabularInline
from content.admin.fields import ShareInput
from roles.admin_requirements import PARENT, competency_choices
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
        fields = ("competency", "strength", "target_level")


class CriterionInline(TeamStackedInline):
    """What the question shows, and what earns each point."""

    model = Criterion
    form = CriterionForm
    formset = CriterionFormSet
    verbose_name_plural = "criteria and anchors"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Build the form set for this question's scale."""
        setattr(request, PARENT, obj)
        kwargs["fields"] = CriterionForm.Meta.fields
        formset = super().get_formset(request, obj, **kwargs)
        points = obj.scale.points.all() if obj is not None else []
        formset.scale_points = [(point.value, point.label) for point in points]
        return formset

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The criterion on one line, its anchors below."""
        points = obj.scale.points.all() if obj is not None else []
        anchors = [ANCHOR.format(point.value) for point in points]
        return [(None, {"fields": ["competency", ("strength", "target_level"), *anchors]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Criterion]:
        """Read competencies and anchors with the rows."""
        rows: QuerySet[Criterion] = super().get_queryset(request)
        return rows.select_related("competency", "question").prefetch_related("anchors")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the newest competencies of the question's team."""
        if db_field.name == "competency":
            obj = getattr(request, PARENT, None)
            named = Q(criteria__question=obj) if obj is not None else Q(pk__in=[])
            return competency_choices(request, named, self.form_teams(request, obj))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "strength":
            field.widget = ShareInput(attrs={"step": "0.1", "min": "0", "max": "1"})
        return field


class InjectionInline(TeamTabularInline):
    """Limits that change on the way."""

    model = Injection
    fields: ClassVar = ("at_minute", "probes", "change", "listen_for")
    verbose_name = "constraint change"
    hide_title = True
    verbose_name_plural = "constraint changes"

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Remember whose rows these are."""
        setattr(request, PARENT, obj)
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Injection]:
        """Read the competencies with the rows."""
        rows: QuerySet[Injection] = super().get_queryset(request)
        return rows.select_related("probes")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the newest competencies; short boxes for texts."""
        if db_field.name == "probes":
            obj = getattr(request, PARENT, None)
            named = Q(pk__in=Injection.objects.filter(question=obj).values("probes")) if obj else Q(pk__in=[])
            return competency_choices(request, named, self.form_teams(request, obj))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in {"change", "listen_for"}:
            field.widget = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return field
