"""What is read rather than edited: published versions, the banner of every version, what it changed."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from unfold.decorators import display

from content.admin.drafts import DraftPages
from content.differences import FieldChange
from content.models import Versioned
from web.render import Page, context_of

MOST_VERSIONS = 20


@dataclass(frozen=True)
class Reading:
    """A version to be read. A kind whose template lays out more than its columns says so in a class of its own."""

    row: Any


@dataclass(frozen=True, slots=True)
class Further:
    """Columns that the template of a reading does not lay out, by name in words."""

    rest: list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Banner:
    """What stands above a version: the others of its key, what it lacks, and what it changed."""

    row: Versioned
    versions: models.QuerySet[Any]
    editable: bool
    faults: list[tuple[str, str]]
    changes: list[FieldChange]


class VersionReading(DraftPages):
    """Published versions are pages to read, and every page says which version it is and what it changed.

    ``reading_template`` draws what cannot be edited. It lays out the columns named in ``laid_out`` (or leaves
    them out on purpose); whatever else the kind declares follows below, so that nothing is lost to readers.
    """

    reading_template: ClassVar[str] = ""
    laid_out: ClassVar[tuple[str, ...]] = ()
    readonly_fields: Any = ("reading",)
    change_form_before_template = "admin/versions/banner.html"

    def for_reading(self, obj: Any) -> Page:
        """What ``reading_template`` knows."""
        return Reading(obj)

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Fields for drafts; one reading for everything else."""
        if obj is not None and not self.editable(request, obj):
            return [(None, {"fields": ["reading"]})]
        return super().get_fieldsets(request, obj)

    def get_inlines(self, request: HttpRequest, obj: models.Model | None) -> Any:
        """Rows to edit, where anything may be edited."""
        if obj is not None and not self.editable(request, obj):
            return []
        return super().get_inlines(request, obj)

    @display(description="")
    def reading(self, obj: Any) -> SafeString:
        """Everything the version says, laid out to be read."""
        own = render_to_string(self.reading_template, context_of(self.for_reading(obj)))
        rest = [
            (str(self.opts.get_field(name).verbose_name).capitalize(), value)
            for name in self.kind.columns
            if name not in {"key", "extra", *self.laid_out} and (value := getattr(obj, name))
        ]
        if not rest:
            return own
        further = render_to_string("admin/versions/further.html", context_of(Further(rest)))
        return mark_safe(own + further)  # noqa: S308 -- both are rendered templates

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add what the banner says."""
        row = self.row_of(request, object_id) if object_id else None
        extra = {**(extra_context or {}), "banner": self._banner(request, row) if row is not None else None}
        return super().changeform_view(request, object_id, form_url, extra)

    def _banner(self, request: HttpRequest, row: Versioned) -> Banner:
        editable = self.editable(request, row)
        return Banner(
            row=row,
            versions=self._others(row),
            editable=editable,
            faults=self.faults(row) if row.is_draft and editable else [],
            changes=self.kind.changes(row) if row.version > 1 else [],
        )

    def _others(self, row: Versioned) -> models.QuerySet[Any]:
        rows = self.kind.rows.filter(team_id=row.team_id, key=row.key).exclude(pk=row.pk)
        others: models.QuerySet[Any] = rows.only("pk", "version", "status").order_by("-version")
        return others[:MOST_VERSIONS]

    @display(
        description="Status",
        ordering="status",
        label={"draft": "info", "published": "success", "retired": "warning"},
    )
    def state(self, obj: Versioned) -> tuple[str, str]:
        return obj.status, obj.get_status_display()
