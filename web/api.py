"""What every slice's API shares: revisions in ETag and If-Match, exact whole numbers, rows named in bodies."""

import re
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from accounts.errors import Conflict

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


def described(view: Any) -> Any:
    """No rows of the view's model: enough for the schema, which is made without a person asking."""
    return view.get_serializer_class().Meta.model._default_manager.none()  # noqa: SLF001 -- Django's documented name
