"""Openings in the admin: jobs being filled, with the profile and loop they pin."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from unfold.decorators import display

from accounts.admin.confirm import Ask, row_action
from accounts.admin.filters import OwnRows
from accounts.admin.refusals import person
from hiring.pipeline import actions
from hiring.pipeline import admin_choices as choices
from hiring.pipeline.admin_parts import PipelineAdmin
from hiring.pipeline.models import Opening


@admin.register(Opening)
class OpeningAdmin(PipelineAdmin):
    """Jobs being filled; role profile and loop are pinned when one is opened."""

    when_empty = "An opening needs a published role profile and loop. Start a loop from a template first."
    list_display = (
        "title",
        "profile",
        "loop",
        "state_shown",
        "applications_shown",
        "hiring_manager",
        "opened_at",
        "team",
    )
    list_filter = ("state", ("profile", OwnRows), ("team", OwnRows))
    list_select_related = ("team", "profile", "loop", "hiring_manager")
    search_fields = ("title", "key", "profile__name")
    search_help_text = "Title, key or role profile"
    ordering = ("-opened_at", "pk")
    fieldsets = (
        (None, {"fields": ("team", "title", "key", ("profile", "loop"), "state")}),
        ("People", {"fields": ("hiring_manager", ("headcount", "location"))}),
        ("Times", {"fields": (("opened_at", "closed_at"),)}),
    )
    readonly_fields = ("state", "opened_at", "closed_at")
    actions_detail: ClassVar[list[str]] = ["pause", "reopen", "close"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Opening]:
        """Openings with the number of their applications."""
        rows: models.QuerySet[Opening] = super().get_queryset(request)
        return rows.annotate(n_applications=models.Count("applications"))

    @display(
        description="State",
        ordering="state",
        label={"open": "success", "paused": "warning", "closed": "info"},
    )
    def state_shown(self, obj: Opening) -> tuple[str, str]:
        return obj.state, obj.get_state_display()

    @display(description="Applications", ordering="n_applications")
    def applications_shown(self, obj: Any) -> int:
        count: int = obj.n_applications
        return count

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """A new opening has neither a state nor times yet."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        plain = [name for name in fieldsets[0][1]["fields"] if name != "state"]
        return [(None, {"fields": plain}), fieldsets[1]]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """What is pinned stays."""
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "key", "profile", "loop"] if obj else fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer what an opening can pin, and who can decide."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "loop":
            choices.offer_loops(field)
        elif db_field.name == "profile":
            choices.offer_versions(field)
        elif db_field.name == "hiring_manager":
            choices.offer_deciders(field, self.editable_teams(request))
        return field

    def get_prepopulated_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Propose a key as the title is typed."""
        return {} if obj else {"key": ("title",)}

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {name: getattr(obj, name) for name in ("title", "location", "headcount", "hiring_manager")}
        if change:
            saved = actions.change_opening(obj, by=person(request), **values)
        else:
            pinned = {name: getattr(obj, name) for name in ("team", "key", "profile")}
            loop = form.cleaned_data.get("loop")
            saved = actions.open_opening(by=person(request), loop=loop, **pinned, **values)
        self.copy_back(obj, saved)

    @row_action(
        "Pause",
        permissions=["edit"],
        ask=lambda admin, row: Ask(
            f"Pause {row}?",
            "It takes no new applications until it is reopened; those under way go on.",
            "Pause",
        ),
        at_once=True,
    )
    def pause(self, request: HttpRequest, row: Opening) -> HttpResponse:
        """Stop taking applications for a while."""
        return self._moved(request, actions.pause_opening(row, by=person(request)))

    @row_action(
        "Reopen",
        permissions=["edit"],
        ask=lambda admin, row: Ask(f"Reopen {row}?", "It takes applications again.", "Reopen"),
        at_once=True,
    )
    def reopen(self, request: HttpRequest, row: Opening) -> HttpResponse:
        """Take applications again."""
        return self._moved(request, actions.reopen_opening(row, by=person(request)))

    @row_action(
        "Close",
        permissions=["edit"],
        ask=lambda admin, row: Ask(
            f"Close {row}?", "It can be closed once every application has ended.", "Close"
        ),
    )
    def close(self, request: HttpRequest, row: Opening) -> HttpResponse:
        """Close it once every application has ended."""
        return self._moved(request, actions.close_opening(row, by=person(request)))

    def _moved(self, request: HttpRequest, opening: Opening) -> HttpResponse:
        messages.success(request, f"{opening} is {opening.get_state_display().lower()}.")
        return redirect(self.back_to(request, opening.pk))
