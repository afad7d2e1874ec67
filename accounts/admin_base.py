"""Base of every admin: one team's rows, by permission, changed through actions.

A slice's admin names two permissions and, where its table hangs below a team-owned
one, the way to the team::

    @admin.register(Loop)
    class LoopAdmin(TeamModelAdmin):
        view_permission = Permission.VIEW_CONTENT
        edit_permission = Permission.EDIT_LOOPS

        def save_through(self, request, obj, form, change):
            actions.save_loop(obj, by=request.user)
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin, StackedInline, TabularInline

from accounts import audit, history
from accounts.admin_forms import ActionForm
from accounts.admin_scope import pickable, team_id_of, teams_with
from accounts.errors import ActionError
from accounts.models import Team, TeamQuerySet, User, Versioned
from accounts.permissions import Permission

REFUSAL = "_refusal"
TEAMS = "_form_teams"


def person(request: HttpRequest) -> User:
    """The signed-in person; the admin has already sent everybody else away."""
    user: User | AnonymousUser = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user


def show_refusal(request: HttpRequest, error: ActionError) -> None:
    """Say what an action refused, each single problem on a line of its own."""
    parts = [error.message, *(f"{field}: {text}" if field else text for field, text in error.problems)]
    messages.error(request, "\n".join(parts))


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """Turn an ActionError of the block into a message; what follows the block is still done."""
    try:
        yield
    except ActionError as error:
        show_refusal(request, error)


def answers_refusals(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorate an admin action's view: an ActionError becomes a message on the page the person came from."""

    @wraps(view)
    def answer(admin: "TeamModelAdmin", request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(admin, request, *args, **kwargs)
        except ActionError as error:
            show_refusal(request, error)
            return redirect(admin.back_to(request, kwargs.get("object_id") or (args[0] if args else None)))

    return answer


def asks_first(question: str, text: str) -> Callable[..., Any]:
    """Decorate an admin action's view that changes something: a link only asks, the form's button does it.

    Without this, any page elsewhere could have a signed-in person follow the link. ``{}`` in the
    question is the row's name.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def answer(
            admin: "TeamModelAdmin", request: HttpRequest, object_id: Any, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if request.method == "POST":
                return view(admin, request, object_id, *args, **kwargs)
            row = admin.get_object(request, object_id)
            if row is None:
                return redirect(admin.back_to(request))
            context = {
                **admin.admin_site.each_context(request),
                "title": question.format(row),
                "text": text,
                "label": getattr(view, "short_description", "")
                or view.__name__.replace("_", " ").capitalize(),
                "opts": admin.opts,
                "original": row,
                "back": admin.back_to(request, row.pk),
                "media": admin.media,
            }
            return TemplateResponse(request, "admin/versions/confirm.html", context)

        return answer

    return decorate


class Scoped:
    """Limits every choice of a form to the teams the form is about."""

    admin_site: Any

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only rows of the form's teams (and of the library where it may be read)."""
        rows = self._choices(db_field, request)
        if rows is not None and "queryset" not in kwargs:
            kwargs["queryset"] = rows
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The same for many-to-many fields."""
        rows = self._choices(db_field, request)
        if rows is not None and "queryset" not in kwargs:
            kwargs["queryset"] = rows
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _choices(self, db_field: Any, request: HttpRequest) -> models.QuerySet[Any] | None:
        teams = getattr(request, TEAMS, None)
        if teams is None:
            teams = self.form_teams(request, None)
        return pickable(db_field.remote_field.model, request, teams)

    def form_teams(self, request: HttpRequest, obj: models.Model | None) -> list[int]:
        """Ids of the teams whose rows a form may name."""
        raise NotImplementedError


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
        """Whether this row may be changed; published versions never are."""
        if isinstance(obj, Versioned) and not obj.is_draft:
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
        setattr(request, TEAMS, teams)
        form = super().get_form(request, obj, change=change, **kwargs)
        if issubclass(form, ActionForm):
            form.refusal = getattr(request, REFUSAL, None)
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
            if getattr(request, REFUSAL, None) is not None or not issubclass(self.form, ActionForm):
                show_refusal(request, error)
                return redirect(request.get_full_path())
            setattr(request, REFUSAL, error)
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
        from django.urls import reverse

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
        from django.contrib.admin.utils import unquote

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


class _TeamInline(Scoped):
    """Rows below a team-owned parent; seen and changed with it."""

    parent_model: type[models.Model]
    extra = 0

    def _parent(self) -> Any:
        return self.admin_site.get_model_admin(self.parent_model)

    def form_teams(self, request: HttpRequest, obj: models.Model | None) -> list[int]:
        """The parent's teams."""
        teams: list[int] = self._parent().form_teams(request, obj)
        return teams

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """As for the parent."""
        return bool(self._parent().has_view_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """As for the parent; while it is being added, as for adding it."""
        parent = self._parent()
        return bool(parent.has_change_permission(request, obj) if obj else parent.has_add_permission(request))

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever may change the parent may add to it."""
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Whoever may change the parent may take from it."""
        return self.has_change_permission(request, obj)


class TeamTabularInline(_TeamInline, TabularInline):
    """A table of rows within their parent's form."""


class TeamStackedInline(_TeamInline, StackedInline):
    """Rows within their parent's form, one below the other."""


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
