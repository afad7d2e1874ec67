"""Requirements in a role profile's form."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.admin.inlines import TeamTabularInline
from content.admin.fields import SharedChoiceField, ShareInput
from roles.models import Competency, Requirement

# What a form's rows are about, kept for the choices they offer.
# What a form's rows are about, kept on the request for the choices they offer.
PARENT = "_content_parent"


def competency_choices(request: HttpRequest, named: Q, teams: list[int]) -> Any:
    """Return a field that offers the newest competencies of the teams, and those named already."""
    newest = Competency.objects.filter(team_id__in=teams).latest_published().values("pk")
    rows = Competency.objects.filter(Q(pk__in=newest) | named).order_by("name", "version").distinct()
    return SharedChoiceField(queryset=rows, widget=UnfoldAdminSelectWidget)


class RequirementInline(TeamTabularInline):
    """The competencies of a draft, with weight, level and realism demand."""

    model = Requirement
    fields: ClassVar = (
        "competency",
        "weight",
        "required_level",
        "must_have",
        "demand_controlled",
        "demand_constrained",
        "demand_production",
        "weight_rationale",
        "position",
    )
    verbose_name = "requirement"
    hide_title = True
    ordering_field = "position"
    hide_ordering_field = True

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Remember whose rows these are."""
        setattr(request, PARENT, obj)
        return super().get_formset(request, obj, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Requirement]:
        """Read the competencies with the rows."""
        rows: QuerySet[Requirement] = super().get_queryset(request)
        return rows.select_related("competency")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Short labels and boxes: the row has to fit."""
        if db_field.name == "competency":
            obj = getattr(request, PARENT, None)
            named = Q(requirements__profile=obj) if obj is not None else Q(pk__in=[])
            return competency_choices(request, named, self.form_teams(request, obj))
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        labels = {
            "required_level": "Level",
            "demand_controlled": "Controlled",
            "demand_constrained": "Constrained",
            "demand_production": "Production",
            "weight_rationale": "Why it weighs this much",
        }
        if db_field.name in labels:
            field.label = labels[db_field.name]
        if db_field.name.startswith("demand_") or db_field.name == "weight":
            field.widget = ShareInput(attrs={"step": "0.01", "min": "0", "max": "1"})
        if db_field.name == "position":
            field.required = False  # set by dragging; rows added without it go last
        if db_field.name == "weight_rationale":
            field.widget = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        field.help_text = ""
        return field
