"""Requirements in a role profile's form."""

from typing import Any, ClassVar

from django.http import HttpRequest

from content.admin.inlines import PartTable
from roles.kinds import REQUIREMENT
from roles.models import Requirement


class RequirementTable(PartTable):
    """The competencies of a draft, with weight, level and realism demand."""

    model = Requirement
    shape = REQUIREMENT
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
    labels: ClassVar = {
        "required_level": "Level",
        "demand_controlled": "Controlled",
        "demand_constrained": "Constrained",
        "demand_production": "Production",
        "weight_rationale": "Why it weighs this much",
    }
    left_out: ClassVar = ("realism_basis",)  # explained in packs; the reading shows it
    verbose_name = "requirement"
    hide_title = True
    ordering_field = "position"
    hide_ordering_field = True

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The place is set by dragging; rows added without it go last. The head of the column says the rest."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "position":
            field.required = False
        field.help_text = ""
        return field
