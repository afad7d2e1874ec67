"""Filters and small forms of the content admins."""

from typing import Any

from django import forms
from django.contrib.admin import SimpleListFilter
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import Team


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
        """Narrow to the newest."""
        return queryset if self.value() == "all" else queryset.newest()


class OwnerFilter(SimpleListFilter):
    """Own content, or the library's."""

    title = "owner"
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Two kinds of owner."""
        return [("mine", "My teams"), ("library", "Library")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to one of them."""
        if self.value() in {"mine", "library"}:
            return queryset.filter(team__is_library=self.value() == "library")
        return queryset


class ReasonForm(forms.Form):
    """Why something is retired."""

    reason = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Kept in the audit trail.",
    )


class TeamForm(forms.Form):
    """Which team a copy goes to."""

    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
