"""JSON bodies of the API."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import JSONParser

from web import strict_json


class StrictJSON(JSONParser):
    """Hands the framework what ``web.strict_json`` reads."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value; ``strict_json.Unreadable`` says what is wrong with it."""
        return strict_json.read(stream.read(strict_json.LARGEST_BODY + 1))
