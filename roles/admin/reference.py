"""Reference tables in the admin."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.decorators import display

from accounts.admin.base import TeamModelAdmin
from content.admin.filters import OwnerFilter
from roles.models import ReferenceTable
from web.render import context_of


@dataclass(frozen=True, slots=True)
class ReferenceReading:
    """A table to be read: heads and lines where it is a list of records alike, else whatever shape it has."""

    row: ReferenceTable
    names: list[str]
    cells: list[list[Any]]


@admin.register(ReferenceTable)
class ReferenceTableAdmin(TeamModelAdmin):
    """Tables that came with content: to be read, never edited here."""

    list_display: ClassVar = ("title", "section", "entries", "team")
    list_filter: ClassVar = ("section", OwnerFilter)
    search_fields: ClassVar = ("key",)
    ordering: ClassVar = ("team__is_library", "section", "position")
    fields: ClassVar = ("reading",)
    readonly_fields: Any = ("reading",)

    class Media:
        css: ClassVar = {"all": ["css/admin_content.css"]}

    @display(description="Table", ordering="key")
    def title(self, obj: ReferenceTable) -> str:
        return obj.key.replace("_", " ").capitalize()

    @display(description="Entries")
    def entries(self, obj: ReferenceTable) -> str:
        return str(len(obj.body)) if isinstance(obj.body, list | dict) else "1"

    @display(description="")
    def reading(self, obj: ReferenceTable) -> SafeString:
        rows = obj.body if isinstance(obj.body, list) else []
        is_table = bool(rows) and all(isinstance(row, dict) for row in rows)
        names: list[str] = list(dict.fromkeys(name for row in rows for name in row)) if is_table else []
        names.sort(
            key=lambda name: (
                name not in {"key", "order", "name", "title", "level", "label"},
                name == "source",
            )
        )
        cells = [[row.get(name, "") for name in names] for row in rows] if is_table else []
        heads = [name.replace("_", " ").capitalize() for name in names]
        return render_to_string("admin/roles/reference.html", context_of(ReferenceReading(obj, heads, cells)))
