"""What every slice's API shares: who asks, for which team; revisions in ETag and If-Match; exact whole numbers."""

import re
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from accounts.errors import Conflict, InvalidInput
from accounts.models import Team, User

M = TypeVar("M", bound=Model)
Rows = TypeVar("Rows", bound=QuerySet[Any])

# Proxies that compress weaken the tag on its way; it names the same revision.
_TAG = re.compile(r'\A(?:W/)?"?([0-9]{1,9})"?\Z')
_WHOLE = re.compile(r"\A-?[0-9]{1,18}\Z")

ROW_ID = "[0-9]{1,18}"
"""Pattern of ids in addresses; anything else is an unknown address."""

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description='The revision that the change was made from, as its ETag gave it, for example "4".',
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 201],
    description="The revision; name it in If-Match when you change this.",
)


class RevisionNeeded(exceptions.APIException):
    """A change did not say which revision it was made from."""

    status_code = 428
    default_detail = "Name the revision you read, in the If-Match header."


class Stale(Conflict):
    """What was to be changed is not what the client read."""

    status = 412

    def __init__(self, message: str = "", *, details: dict[str, Any] | None = None) -> None:
        super().__init__(message or "This changed since you read it. Read it again, then repeat your change.")
        self.details = details or {}


def revision_of(request: Request) -> int:
    """The revision named in If-Match. Raises RevisionNeeded without one."""
    found = _TAG.match(request.headers.get("If-Match", "").strip())
    if not found:
        raise RevisionNeeded
    return int(found[1])


def etag(revision: int) -> dict[str, str]:
    """The header that carries a revision."""
    return {"ETag": f'"{revision}"'}


class WholeNumber(serializers.IntegerField):
    """A whole number as JSON writes it; neither digits of other scripts nor 3.0 are taken for one."""

    def to_internal_value(self, data: Any) -> int:
        """Refuse what is not plainly a whole number."""
        if isinstance(data, bool | float) or not _WHOLE.match(str(data)):
            self.fail("invalid")
        return super().to_internal_value(data)


class RowId(serializers.PrimaryKeyRelatedField):  # type: ignore[type-arg]
    """A row named by its id. One that may not be seen reads like one that does not exist."""

    def to_internal_value(self, data: Any) -> Any:
        """Find the row by a plain whole number."""
        if isinstance(data, bool | float) or not _WHOLE.match(str(data)):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class PersonsRequest(Request):
    """A request of the API: the default permission class lets only those through who have signed in."""

    user: User


class TeamViewSet(GenericViewSet[M], Generic[M]):
    """Base of view sets over team-owned rows: ``?team=`` names a team, and the body is what a serializer reads."""

    request: PersonsRequest
    #: Whether new rows may go to the library, where its maintainers write.
    writes_library: ClassVar[bool] = False

    @property
    def person(self) -> User:
        """The person asking."""
        return self.request.user

    @property
    def team_key(self) -> str | None:
        """The key of the team asked for, if one is."""
        return self.request.query_params.get("team") or None

    def of_team_asked_for(self, rows: Rows) -> Rows:
        """Narrow to the team asked for; a team of others reads like an empty one."""
        return rows.filter(team__key=self.team_key) if self.team_key else rows

    def team(self) -> Team:
        """The team a new row goes to: ``?team=``, else the person's only ordinary one.

        Raises Http404 for a team that is not theirs, InvalidInput where it takes a choice.
        """
        mine = Team.objects.visible_to(self.person)
        if self.team_key:
            team = (mine if self.writes_library else mine.ordinary()).filter(key=self.team_key).first()
            if team is None:
                raise Http404
            return team
        found = list(mine.ordinary().order_by("key")[:20])
        if len(found) != 1:
            names = ", ".join(team.key for team in found) or "none"
            raise InvalidInput("Say which team, with ?team=.", problems=[("team", f"Your teams: {names}.")])
        return found[0]

    def valid(
        self, serializer: type[serializers.Serializer[Any]], *, partial: bool = False
    ) -> dict[str, Any]:
        """The request's body as ``serializer`` reads it; raises a validation error otherwise."""
        read = serializer(data=self.request.data, partial=partial, context={"request": self.request})
        read.is_valid(raise_exception=True)
        self._refuse_unknown(read)
        values: dict[str, Any] = read.validated_data
        return values

    def _refuse_unknown(self, read: serializers.Serializer[Any]) -> None:
        """A name that is misspelt would be taken for a wish to leave things as they are."""
        if not isinstance(self.request.data, dict):
            return
        unknown = sorted(set(self.request.data) - set(read.fields))
        if unknown:
            known = ", ".join(read.fields)
            raise serializers.ValidationError({name: [f"Not known here. Use: {known}."] for name in unknown})


def described(view: Any) -> Any:
    """No rows of the view's model: enough for the schema, which is made without a person asking."""
    return view.get_serializer_class().Meta.model._default_manager.none()  # noqa: SLF001 -- Django's documented name
