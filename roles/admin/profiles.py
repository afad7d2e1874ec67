"""Role profiles in the admin."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Count, QuerySet
from django.forms import Script
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from unfold.decorators import action, display

from accounts.admin.refusals import person
from accounts.models import Team
from content.admin.filters import OwnerFilter, VersionsFilter
from content.admin.reading import Reading
from content.admin.versions import VersionedAdmin
from content.models import Status
from roles import actions
from roles.admin.requirements import RequirementTable
from roles.kinds import PROFILE_NOTES
from roles.models import Requirement, RoleProfile


@dataclass(frozen=True)
class ProfileReading(Reading):
    """A profile with its requirements, heaviest first, and notes on how its numbers came about."""

    requirements: QuerySet[Requirement]
    #: What a note is about, and its text.
    notes: list[tuple[str, str]]


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
        return queryset.filter(family=self.value()) if self.value() else queryset


@admin.register(RoleProfile)
class RoleProfileAdmin(VersionedAdmin):
    life = actions.PROFILES
    can_be_copied = True
    copied_with = "Its competencies, loops and questions come with it"
    reading_template = "admin/roles/profile.html"
    laid_out: ClassVar = (
        "name",
        "family",
        "level",
        "source",
        "basis",
        "summary",
        "description",
        "definition_of_done",
        "must_haves",
        "anti_signals",
        "variants",
    )
    left_out: ClassVar = ("variants",)  # told by packs, second-hand; the reading shows them
    labels: ClassVar = {"must_haves": "Must-haves in words", "anti_signals": "Signs against"}
    actions_detail: ClassVar = ["publish", "new_version", "compare", "copy_to_team", "retire", "discard"]
    when_empty = "Copy one from the library, with its loops and questions, or add your own."
    list_display: ClassVar = ("name", "family_name", "state", "version", "requirement_count", "team")
    list_filter: ClassVar = (VersionsFilter, OwnerFilter, FamilyFilter, "status")
    list_select_related: Any = ("team",)
    search_fields: ClassVar = ("name", "key", "summary")
    search_help_text = "Name, key or summary"
    ordering: ClassVar = ("team__is_library", "name", "-version")
    inlines: ClassVar = (RequirementTable,)
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
        return obj.family.replace("_", " ").capitalize()

    @display(description="Requirements", ordering="wanted")
    def requirement_count(self, obj: Any) -> int:
        count: int = obj.wanted
        return count

    def for_reading(self, obj: Any) -> ProfileReading:
        """The profile with its requirements, heaviest first."""
        rows = obj.requirements.select_related("competency").order_by("-weight", "position")
        notes = [
            (name.replace("_", " ").capitalize(), obj.extra[name])
            for name in PROFILE_NOTES
            if obj.extra.get(name)
        ]
        return ProfileReading(obj, rows, notes)

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
        row = self.row_of(request, object_id)
        return row is not None and row.status == Status.PUBLISHED

    @action(description="Compare", permissions=["compare"])
    def compare(self, request: HttpRequest, object_id: Any) -> HttpResponseBase:
        """Lay it beside another profile."""
        row = self.row_of(request, object_id)  # there, or it would not be offered
        teams = Team.objects.filter(pk__in=self.viewable_teams(request)).order_by("is_library", "name")
        team = teams.filter(pk=row.team_id).first() or teams.first()
        return redirect(f"{reverse('role-compare', kwargs={'team': team.key if team else ''})}?a={row.key}")
