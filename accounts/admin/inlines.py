"""Rows below a team-owned parent, within its form."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline

from accounts.admin.scope import Scoped


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

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Name every box for those who do not see the column's head."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        for name, field in formset.form.base_fields.items():
            words = str(field.label or name.replace("_", " ").capitalize())
            field.widget.attrs.setdefault("aria-label", words)
        return formset


class TeamStackedInline(_TeamInline, StackedInline):
    """Rows within their parent's form, one below the other."""
