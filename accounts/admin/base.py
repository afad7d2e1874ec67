"""Base of every admin: one team's rows, by permission, changed through actions.

A slice's admin names two permissions and, where its table hangs below a team-owned
one, the way to the team::

    @admin.register(Loop)
    class LoopAdmin(TeamModelAdmin):
        view_permission = Permission.VIEW_CONTENT
        edit_permission = Permission.EDIT_LOOPS

        def save_through(self, request, obj, form, change):
            actions.save_loop(obj, by=request.user)

Buttons that change something are in ``admin_confirm``, rows within a form in ``admin_inlines``.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.admin import ModelAdmin

from accounts import audit, history
from accounts.admin.forms import ActionForm
from accounts.admin.refusals import person, show_refusal
from accounts.admin.scope import Scoped, remember_form_teams, team_id_of, teams_with
from accounts.errors import ActionError
from accounts.models import Team, TeamOwned, TeamQuerySet
from accounts.permissions import Permission

_REFUSAL = "_refusal"


class TeamModelAdmin(Scoped, ModelAdmin):
    """Rows of the teams in which the person holds the view permission; changes where they hold the other.

    The library's rows are there to read. Nothing is deleted from lists. Without an
    ``edit_permission`` everything is read-only. ``team_path`` leads from the model to
    its team, for example ``loop__team``.
    """

    view_permission: ClassVar[Permission] = Permission.VIEW_CONTENT
    edit_permission: ClassVar[Permission | None] = None
    team_path: ClassVar[str] = "team"
    form: ClassVar[type[forms.ModelForm[Any]]] = ActionForm

    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    list_select_related: Any = ()  # then the team
    warn_unsaved_form = True
    object_history_template = "admin/accounts/object_history.html"

    # -- who ---------------------------------------------------------------------------------------------

    def viewable_teams(self, request: HttpRequest) -> list[int]:
        """Ids of the teams whose rows this person may see here."""
        return teams_with(request, self.view_permission)

    def editable_teams(self, request: HttpRequest) -> list[int]:
        """Ids of the teams whose rows this person may change here."""
        return teams_with(request, self.edit_permission)

    def form_teams(self, request: HttpRequest, obj: models.Model | None) -> list[int]:
        """The edited row's own team; for a new one, all the person may add to."""
        if obj is not None and obj.pk is not None:
            team_id = team_id_of(obj, self.team_path)
            return [team_id] if team_id is not None else []
        return self.editable_teams(request)

    def _team_in(self, obj: models.Model | None, teams: list[int]) -> bool:
        return bool(teams) if obj is None else team_id_of(obj, self.team_path) in teams

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the section is shown."""
        return bool(self.viewable_teams(request))

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether this row may be seen: its team's, or the library's where that may be read."""
        teams = self.viewable_teams(request)
        if obj is not None and teams and self._library_readable() and self._is_library(obj):
            return True
        return self._team_in(obj, teams)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether rows may be added."""
        return bool(self.editable_teams(request))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whether this row may be changed; frozen ones never are."""
        if isinstance(obj, TeamOwned) and obj.is_frozen:
            return False
        return self._team_in(obj, self.editable_teams(request))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Things are retired or deactivated, never deleted here."""
        return False

    def _library_readable(self) -> bool:
        rows = self.model._default_manager.all()  # noqa: SLF001 -- Django's documented default manager
        return isinstance(rows, TeamQuerySet) and rows.includes_library

    def _is_library(self, obj: models.Model) -> bool:
        team = obj
        for step in self.team_path.split("__"):
            team = getattr(team, step)
        return isinstance(team, Team) and team.is_library

    # -- which rows --------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Rows visible to the person in the teams where they hold the view permission."""
        rows: models.QuerySet[Any] = super().get_queryset(request)
        wanted = models.Q(**{f"{self.team_path}__in": self.viewable_teams(request)})
        if isinstance(rows, TeamQuerySet):
            rows = rows.visible_to(request.user)
            if rows.includes_library and self.viewable_teams(request):
                wanted |= models.Q(**{f"{self.team_path}__is_library": True})
        return rows.filter(wanted)

    def get_list_display(self, request: HttpRequest) -> Any:
        """The team's column is for those who have several."""
        columns = super().get_list_display(request)
        if len(self.viewable_teams(request)) > 1 or (self._library_readable() and self.team_path == "team"):
            return columns
        return [column for column in columns if column != "team"]

    def get_list_select_related(self, request: HttpRequest) -> Any:
        """Fetch the team with its rows."""
        if self.list_select_related == ():
            return False if self.team_path == "pk" else (self.team_path,)
        return self.list_select_related

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """No deleting of many rows at once."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    # -- forms -------------------------------------------------------------------------------------------

    def _asks_for_team(self, request: HttpRequest) -> bool:
        return self.team_path == "team" and len(self.editable_teams(request)) > 1

    def get_exclude(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Leave the team out where there is only one to choose."""
        exclude = list(super().get_exclude(request, obj) or ())
        if obj is None and self.team_path == "team" and not self._asks_for_team(request):
            exclude.append("team")
        return exclude or None

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """Declared fieldsets, without the team where it is not asked for."""
        fieldsets = super().get_fieldsets(request, obj)
        hidden = set(self.get_exclude(request, obj) or ())
        return [
            (title, {**options, "fields": _without(options["fields"], hidden)})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> Any:
        """A row never moves to another team."""
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None and self.team_path == "team" and "team" not in fields:
            fields.append("team")
        return fields

    def get_form(
        self, request: HttpRequest, obj: models.Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Build the form for this request's teams, carrying the refusal of a first attempt."""
        teams = self.form_teams(request, obj)
        remember_form_teams(request, teams)
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, ActionForm):
            form.refusal = getattr(request, _REFUSAL, None)
            form.team_choice = teams[0] if len(teams) == 1 else None
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show an action's refusal in the form, with everything the person typed still in it."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ActionError as error:
            if getattr(request, _REFUSAL, None) is not None or not issubclass(self.form, ActionForm):
                show_refusal(request, error)
                return redirect(request.get_full_path())
            setattr(request, _REFUSAL, error)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Fill in the only possible team, then save through the action."""
        if not change and self.team_path == "team" and obj.team_id is None:
            obj.team_id = self.editable_teams(request)[0]
        self.save_through(request, obj, form, change)

    def save_through(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Hook: change ``obj`` by the slice's action. Without one, the row is saved and audited plainly."""
        verb = "change" if change else "add"
        team_id = team_id_of(obj, self.team_path)
        team = Team.objects.filter(pk=team_id).first() if team_id is not None else None
        with audit.recording(f"{self.opts.model_name}.{verb}", by=person(request), team=team):
            obj.save()

    def back_to(self, request: HttpRequest, object_id: Any = None) -> str:
        """Where to go after an action: the row's page, or the list."""
        meta = self.opts
        name = f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}"
        if object_id:
            return reverse(f"{name}_change", args=[object_id])
        return reverse(f"{name}_changelist")

    # -- history: the audit trail, not a second log -------------------------------------------------------

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Triggers record it."""

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Triggers record it."""

    def log_deletions(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Triggers record it."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Every change of one row with who, when and why, from the audit trail."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return]
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {obj}",
            "opts": self.opts,
            "object": obj,
            "page_obj": history.page_of(obj, request.GET.get("page")),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)


def _without(fields: Any, hidden: set[str]) -> list[Any]:
    """Drop names from a fieldset, which may hold tuples for one line."""
    kept: list[Any] = []
    for field in fields:
        if isinstance(field, list | tuple):
            line = [name for name in field if name not in hidden]
            if line:
                kept.append(line)
        elif field not in hidden:
            kept.append(field)
    return kept
