"""Filters and small forms of the content admins."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin import SimpleListFilter
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.admin.forms import ActionForm
from accounts.errors import Conflict
from accounts.models import Team
from content.versions import refuse_stale


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


class DraftForm(ActionForm):
    """A draft with what it held when the page was made, so that two people do not overwrite one another.

    ``hashed`` is set on the class made for one request; without it nothing is compared.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    hashed: "ClassVar[staticmethod[[Any], str] | None]" = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.hashed is not None and self.instance.pk is not None and not self.is_bound:
            self.initial["seen"] = self.hashed(self.instance)

    def clean(self) -> dict[str, Any]:
        """Refuse what was typed into an older state of the draft."""
        seen = self.cleaned_data.get("seen")
        if seen and self.hashed is not None and self.instance.pk is not None:
            try:
                refuse_stale(self.instance, seen=seen, hashed=self.hashed)
            except Conflict as error:
                self.add_error(None, error.message)
        return super().clean()


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
