"""What the API of pipeline and scoring shares: the team asked for, rows named in bodies, filters."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework import serializers

from accounts.models import Membership, User
from web.api import RowId, TeamViewSet, described

M = TypeVar("M", bound=Model)


class Mine(RowId):
    """A row named by its id; one the person may not see reads like one that does not exist."""

    def __init__(self, *, rows: Any, **kwargs: Any) -> None:
        self.rows = rows
        super().__init__(queryset=rows, **kwargs)

    def get_queryset(self) -> Any:
        """Rows visible to the person asking."""
        return self.rows.visible_to(self.context["request"].user)


class Colleague(serializers.SlugRelatedField):  # type: ignore[type-arg]
    """A person named by e-mail, among the active members of one's own teams."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="email", queryset=User.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        """People who share a team with the person asking."""
        teams = Membership.objects.filter(user=self.context["request"].user, is_active=True).values("team")
        members = Membership.objects.filter(team__in=teams, is_active=True).values("user")
        return User.objects.filter(pk__in=members)


class TeamRows(TeamViewSet[M]):
    """Rows visible to the person, of one team where ``?team=`` names it."""

    def rows(self) -> QuerySet[M]:
        """Hook: the visible rows with everything their serializer reads."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[M]:
        """Narrow to the team asked for."""
        if getattr(self, "swagger_fake_view", False):
            rows: QuerySet[M] = described(self)
            return rows
        return self.of_team_asked_for(self.rows())
