"""Rating scales in the admin."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin.refusals import person
from content.admin.filters import OwnerFilter, VersionsFilter
from content.admin.inlines import PartTable
from content.admin.reading import Reading
from content.admin.versions import VersionedAdmin
from rubrics import actions
from rubrics.kinds import POINT
from rubrics.models import RatingScale, ScalePoint


@dataclass(frozen=True)
class ScaleReading(Reading):
    """A scale with its points, lowest first."""

    points: QuerySet[ScalePoint]


class PointTable(PartTable):
    model = ScalePoint
    shape = POINT
    fields: ClassVar = ("value", "label", "meaning")


@admin.register(RatingScale)
class RatingScaleAdmin(VersionedAdmin):
    life = actions.SCALES
    reading_template = "admin/rubrics/scale.html"
    laid_out: ClassVar = ("name", "meets_point", "source", "basis")
    actions_detail: ClassVar = ["publish", "new_version", "retire", "discard"]
    list_display: ClassVar = ("name", "state", "version", "team")
    list_filter: ClassVar = (VersionsFilter, OwnerFilter, "status")
    search_fields: ClassVar = ("name", "key")
    ordering: ClassVar = ("team__is_library", "name", "-version")
    inlines: ClassVar = (PointTable,)
    fieldsets: ClassVar = ((None, {"fields": ("team", ("name", "key"), "meets_point")}),)

    def for_reading(self, obj: Any) -> ScaleReading:
        return ScaleReading(obj, obj.points.order_by("value"))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        rows = formset.save(commit=False)
        actions.save_points(form.instance, rows, removed=formset.deleted_objects, by=person(request))
