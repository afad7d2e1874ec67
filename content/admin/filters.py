"""Filters of lists of content."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest


class VersionsFilter(SimpleListFilter):
    """Shows the newest version of each thing unless all are asked for."""

    title = "versions"
    parameter_name = "versions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one alternative; the default needs no value."""
        return [("all", "All versions")]

    def choices(self, changelist: Any) -> Any:
        """Call the default by its name."""
        for choice in super().choices(changelist):
            yield {**choice, "display": "Newest only"} if choice["display"] in {"All", "ALL"} else choice

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() == "all" else queryset.newest()


class OwnerFilter(SimpleListFilter):
    """Own content, or the library's."""

    title = "owner"
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "My teams"), ("library", "Library")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in {"mine", "library"}:
            return queryset.filter(team__is_library=self.value() == "library")
        return queryset


def row_id(model: type[Model], text: object) -> Any:
    """Return the id that an address names, as the model's own key reads it; None for what is no id."""
    key = model._meta.pk  # noqa: SLF001 -- Django's documented Meta API
    try:
        return key.to_python(text)
    except ValidationError:
        return None
