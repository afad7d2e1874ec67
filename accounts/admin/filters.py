"""Filters of the admin's lists that offer one's own teams' rows only.

Django's own filter on a foreign key lists every row of the table: names of other
teams, and of what is theirs, would stand in the sidebar.
"""

from typing import Any

from django.contrib.admin import RelatedFieldListFilter
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import Team


class OwnRows(RelatedFieldListFilter):
    """A foreign key's rows, of the teams whose lists the person may see. Use as ``("team", OwnRows)``."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Choices among rows of viewable teams, in the order of the related admin."""
        teams = model_admin.viewable_teams(request)
        own = Q(pk__in=teams) if field.related_model is Team else Q(team_id__in=teams)
        choices: list[tuple[str, Any]] = field.get_choices(
            include_blank=False,
            ordering=self.field_admin_ordering(field, request, model_admin),
            limit_choices_to=own,
        )
        return choices
