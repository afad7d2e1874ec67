"""What a person may pick in the admin's forms: rows of their own teams, never those of others."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest

from accounts.models import Membership, Team, TeamQuerySet, User
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission

_TEAMS = "_form_teams"


def teams_with(request: HttpRequest, permission: Permission | None) -> list[int]:
    """Ids of the teams in which this request's user holds ``permission``; none for None."""
    user: User | AnonymousUser = request.user
    if permission is None or not user.is_authenticated or not user.is_active:
        return []
    return team_ids_with(user, permission)


def team_id_of(obj: models.Model, path: str) -> int | None:
    """Follow ``path`` (``team`` or ``loop__team``) from ``obj`` to the id of its team."""
    *steps, last = path.split("__")
    for step in steps:
        obj = getattr(obj, step)
    if isinstance(obj, Team) and last == "pk":
        return obj.pk
    team_id: int | None = getattr(obj, f"{last}_id")
    return team_id


def team_path(model: type[models.Model]) -> str | None:
    """Return the lookup from ``model`` to its team if it has the column itself; else None."""
    try:
        field = model._meta.get_field("team")  # noqa: SLF001 -- Django's documented Meta API
    except FieldDoesNotExist:
        return None
    return "team" if getattr(field, "related_model", None) is Team else None


def pickable(
    model: type[models.Model], request: HttpRequest, teams: list[int]
) -> models.QuerySet[Any] | None:
    """Return the rows of ``model`` that a form about ``teams`` may name; None where teams play no part."""
    manager = model._default_manager  # noqa: SLF001 -- Django's documented default manager
    if model is Team:
        return Team.objects.filter(pk__in=teams)
    if model is User:
        active = Membership.objects.filter(team_id__in=teams, is_active=True)
        return User.objects.filter(pk__in=active.values("user_id")).order_by("name")
    rows = manager.all()
    if not isinstance(rows, TeamQuerySet):
        path = getattr(model, "team_path", None) or team_path(model)
        return None if path is None else manager.filter(**{f"{path}__in": teams})
    visible = rows.visible_to(request.user)
    wanted = models.Q(team_id__in=teams)
    if rows.includes_library:
        wanted |= models.Q(team__is_library=True)
    return visible.filter(wanted)


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
        teams = getattr(request, _TEAMS, None)
        if teams is None:
            teams = self.form_teams(request, None)
        return pickable(db_field.remote_field.model, request, teams)

    def form_teams(self, request: HttpRequest, obj: models.Model | None) -> list[int]:
        """Ids of the teams whose rows a form may name."""
        raise NotImplementedError


def remember_form_teams(request: HttpRequest, teams: list[int]) -> None:
    """Let every choice of this request's form, those of its inlines too, be limited to ``teams``."""
    setattr(request, _TEAMS, teams)
