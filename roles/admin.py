"""Role profiles, the competency framework and reference tables in the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Count, QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from accounts.admin.base import TeamModelAdmin
from accounts.admin.refusals import person
from accounts.models import Team
from accounts.permissions import Permission
from content.admin.fields import LinesField
from content.admin.parts import DraftForm, OwnerFilter, VersionsFilter
from content.admin.versions import VersionedAdmin
from content.models import Status
from roles import actions
from roles.admin_requirements import RequirementInline
from roles.content import PROFILE_EXTRA, competency_hash
from roles.models import Cluster, Competency, ReferenceTable, RoleProfile


class ProfileForm(DraftForm):
    """A draft's own fields; lists are typed a line each."""

    must_haves = LinesField(label="Must-haves in words")
    anti_signals = LinesField(label="Signs against")

    class Meta:
        model = RoleProfile
        fields = "__all__"


class FamilyFilter(SimpleListFilter):
    """Families in use, in one query."""

    title = "family"
    parameter_name = "family"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Families of the profiles one may see."""
        families = (
            model_admin.get_queryset(request).order_by("family").values_list("family", flat=True).distinct()
        )
        return [(family, family.replace("_", " ").capitalize()) for family in families[:60]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Narrow to one."""
        return queryset.filter(family=self.value()) if self.value() else queryset


@admin.register(RoleProfile)
class RoleProfileAdmin(VersionedAdmin):
    """What jobs demand."""

    form = ProfileForm
    verbs: ClassVar = {
        "publish": actions.publish_profile,
        "new_version": actions.new_profile_version,
        "retire": actions.retire_profile,
        "discard": actions.discard_profile,
    }
    copies = "profiles"
    reading_template = "admin/roles/profile.html"
    hashed = staticmethod(actions.profile_state)
    actions_detail: ClassVar = ["publish", "new_version", "compare", "copy_to_team", "retire", "discard"]
    when_empty = "Copy one from the library, with its loops and questions, or add your own."
    list_display: ClassVar = ("name", "family_name", "state", "version", "requirement_count", "team")
    list_filter: ClassVar = (VersionsFilter, OwnerFilter, FamilyFilter, "status")
    list_select_related: Any = ("team",)
    search_fields: ClassVar = ("name", "key", "summary")
    search_help_text = "Name, key or summary"
    ordering: ClassVar = ("team__is_library", "name", "-version")
    inlines: ClassVar = (RequirementInline,)
    fieldsets: ClassVar = (
        (None, {"fields": ("team", ("name", "key"), ("family", "level"), "summary", "description")}),
        ("Done, and the signs of it", {"fields": ("definition_of_done", "must_haves", "anti_signals")}),
    )

    class Media:
        js: ClassVar = [Script("js/admin_weights.js", type="module")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoleProfile]:
        """Profiles with the number of their requirements."""
        rows: QuerySet[RoleProfile] = super().get_queryset(request)
        return rows.annotate(wanted=Count("requirements"))

    @display(description="Family", ordering="family")
    def family_name(self, obj: RoleProfile) -> str:
        """The family in words."""
        return obj.family.replace("_", " ").capitalize()

    @display(description="Requirements", ordering="wanted")
    def requirement_count(self, obj: Any) -> int:
        """How many competencies it asks for."""
        count: int = obj.wanted
        return count

    def faults(self, obj: Any) -> list[tuple[str, str]]:
        """What keeps it from being published."""
        return actions.profile_faults(obj)

    def for_reading(self, obj: Any) -> dict[str, Any]:
        """The profile with its requirements, heaviest first."""
        rows = obj.requirements.select_related("competency").order_by("-weight", "position")
        notes = [
            (name.replace("_", " ").capitalize(), obj.extra[name])
            for name in PROFILE_EXTRA
            if obj.extra.get(name)
        ]
        return {"row": obj, "requirements": rows, "notes": notes}

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the draft's own fields."""
        actions.save_profile(obj, by=person(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the requirements in the order in which they stand."""
        rows = formset.save(commit=False)
        for position, each in enumerate(formset.forms):
            if (
                each.instance in rows
                and each.cleaned_data.get("position") is None
                and each.instance.pk is None
            ):
                each.instance.position = position
        actions.save_requirements(form.instance, rows, removed=formset.deleted_objects, by=person(request))
        formset.save_m2m()

    def has_compare_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Offered for what can be compared: published profiles."""
        row = self._row_or_none(request, object_id)
        return row is not None and row.status == Status.PUBLISHED

    @action(description="Compare", permissions=["compare"])
    def compare(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Lay it beside another profile."""
        row = self._row_or_none(request, object_id)  # there, or it would not be offered
        teams = Team.objects.filter(pk__in=self.viewable_teams(request)).order_by("is_library", "name")
        team = teams.filter(pk=row.team_id).first() or teams.first()
        return redirect(f"{reverse('role-compare', kwargs={'team': team.key if team else ''})}?a={row.key}")


@admin.register(Competency)
class CompetencyAdmin(VersionedAdmin):
    """The competency framework."""

    verbs: ClassVar = {
        "publish": actions.publish_competency,
        "new_version": actions.new_competency_version,
        "retire": actions.retire_competency,
        "discard": actions.discard_competency,
    }
    reading_template = "admin/roles/competency.html"
    hashed = staticmethod(competency_hash)
    actions_detail: ClassVar = ["publish", "new_version", "retire", "discard"]
    list_display: ClassVar = ("name", "cluster", "definition", "state", "version", "team")
    list_filter: ClassVar = (VersionsFilter, OwnerFilter, "status")
    list_select_related: Any = ("team", "cluster")
    search_fields: ClassVar = ("name", "key", "definition")
    search_help_text = "Name, key or definition"
    ordering: ClassVar = ("team__is_library", "position", "key", "-version")
    fieldsets: ClassVar = (
        (
            None,
            {
                "fields": (
                    "team",
                    ("name", "key"),
                    "cluster",
                    "definition",
                    "motivation",
                    "evaluation_area",
                    "learnability",
                    "development",
                )
            },
        ),
    )

    def for_reading(self, obj: Any) -> dict[str, Any]:
        """The competency, and how much of the content names it."""
        profiles = RoleProfile.objects.filter(team_id=obj.team_id, requirements__competency__key=obj.key)
        return {"row": obj, "profiles": profiles.latest_published().distinct().order_by("name")[:50]}

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the draft."""
        actions.save_competency(obj, by=person(request))


@admin.register(Cluster)
class ClusterAdmin(TeamModelAdmin):
    """Headings of the framework."""

    edit_permission = Permission.EDIT_CONTENT
    list_display: ClassVar = ("name", "key", "position", "team")
    search_fields: ClassVar = ("name", "key")
    ordering: ClassVar = ("team__is_library", "position", "key")
    fields: ClassVar = ("team", "name", "key", "position")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A key never changes once it is there."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "key"] if obj is not None else fields

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the heading."""
        actions.save_cluster(obj, by=person(request))


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
        """The table's name in words."""
        return obj.key.replace("_", " ").capitalize()

    @display(description="Entries")
    def entries(self, obj: ReferenceTable) -> str:
        """How much it holds."""
        return str(len(obj.body)) if isinstance(obj.body, list | dict) else "1"

    @display(description="")
    def reading(self, obj: ReferenceTable) -> SafeString:
        """The table itself."""
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
        return render_to_string(
            "admin/roles/reference.html",
            {"row": obj, "names": [name.replace("_", " ").capitalize() for name in names], "cells": cells},
        )
