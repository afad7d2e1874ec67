"""What the API of pipeline and scoring shares: the team asked for, rows named in bodies, filters."""

from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from accounts.errors import InvalidInput
from accounts.models import Membership, Team, User
from web.api import RowId, described

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


class TeamRows(GenericViewSet[M], Generic[M]):
    """Rows visible to the person, of one team where ``?team=`` names it."""

    request: Request

    def rows(self) -> QuerySet[M]:
        """Hook: the visible rows with everything their serializer reads."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[M]:
        """Narrow to the team asked for; a team of others reads like an empty one."""
        if getattr(self, "swagger_fake_view", False):
            rows: QuerySet[M] = described(self)
            return rows
        key = self.request.query_params.get("team")
        return self.rows().filter(team__key=key) if key else self.rows()

    @property
    def person(self) -> User:
        """The person asking."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 -- the default permission class lets only users through
        return user

    def team(self) -> Team:
        """The team a new row goes to: ``?team=``, else the person's only ordinary one."""
        mine = Team.objects.visible_to(self.person).ordinary()
        key = self.request.query_params.get("team")
        if key:
            team = mine.filter(key=key).first()
            if team is None:
                raise Http404
            return team
        found = list(mine.order_by("key")[:20])
        if len(found) != 1:
            names = ", ".join(team.key for team in found) or "none"
            raise InvalidInput("Say which team, with ?team=.", problems=[("team", f"Your teams: {names}.")])
        return found[0]

    def valid(self, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
        """The request's body as ``serializer`` reads it; raises a validation error otherwise."""
        read = serializer(data=self.request.data, context={"request": self.request})
        read.is_valid(raise_exception=True)
        values: dict[str, Any] = read.validated_data
        return values
