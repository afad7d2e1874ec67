"""What is read rather than edited: published versions, the banner of every version, what it changed."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from unfold.decorators import display

from content.admin.drafts import DraftPages
from content.models import Versioned

MOST_VERSIONS = 20


class VersionReading(DraftPages):
    """Published versions are pages to read, and every page says which version it is and what it changed.

    ``reading_template`` draws what cannot be edited. It lays out the columns named in ``laid_out`` (or leaves
    them out on purpose); whatever else the kind declares follows below, so that nothing is lost to readers.
    """

    reading_template: ClassVar[str] = ""
    laid_out: ClassVar[tuple[str, ...]] = ()
    readonly_fields: Any = ("reading",)
    change_form_before_template = "admin/versions/banner.html"

    def for_reading(self, obj: Any) -> dict[str, Any]:
        """The context of ``reading_template``."""
        return {"row": obj}

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
        own = render_to_string(self.reading_template, self.for_reading(obj))
        rest = [
            (str(self.opts.get_field(name).verbose_name).capitalize(), value)
            for name in self.kind.columns
            if name not in {"key", "extra", *self.laid_out} and (value := getattr(obj, name))
        ]
        if not rest:
            return own
        return mark_safe(own + render_to_string("admin/versions/further.html", {"rest": rest}))  # noqa: S308 -- both are rendered templates

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add what the banner says."""
        extra: dict[str, Any] = {}
        row = self.row_of(request, object_id) if object_id else None
        if row is not None:
            extra["banner"] = {
                "row": row,
                "versions": self._others(row),
                "editable": self.editable(request, row),
                "faults": self.faults(row) if row.is_draft and self.editable(request, row) else [],
                "changes": self.kind.changes(row) if row.version > 1 else [],
            }
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def _others(self, row: Versioned) -> Any:
        rows = self.kind.rows.filter(team_id=row.team_id, key=row.key).exclude(pk=row.pk)
        return rows.only("pk", "version", "status").order_by("-version")[:MOST_VERSIONS]

    @display(
        description="Status",
        ordering="status",
        label={"draft": "info", "published": "success", "retired": "warning"},
    )
    def state(self, obj: Versioned) -> tuple[str, str]:
        """Draft, published or retired."""
        return obj.status, obj.get_status_display()
