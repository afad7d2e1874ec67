"""Reads JSON bodies strictly: what two programs might read differently is refused, never guessed."""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

LARGEST_BODY = 1_000_000  # bytes; the longest scorecard with evidence everywhere is a tenth of this
DEEPEST = 20


class TooLarge(APIException):
    """The body is larger than anything the API accepts."""

    status_code = 413
    default_detail = f"The body is larger than {LARGEST_BODY:,} bytes. Send less at a time."


class StrictJSON(JSONParser):
    """JSON in UTF-8, of limited size and depth, without repeated names, NaN, infinities or NUL."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the value; ParseError says what is wrong with it."""
        raw = stream.read(LARGEST_BODY + 1)
        if len(raw) > LARGEST_BODY:
            raise TooLarge
        try:
            value = json.loads(
                raw.decode("utf-8"),
                object_pairs_hook=_unique,
                parse_float=_finite,
                parse_constant=_refuse_constant,
            )
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not readable JSON: {error}.") from error
        _check(value, DEEPEST)
        return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name appears twice in one object")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is too large a number")
    return number


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _check(value: Any, depth: int) -> None:
    """Refuse what the database could not store, however deep it stands."""
    if depth == 0:
        raise ParseError("The body is nested too deeply.")
    if isinstance(value, str):
        if "\x00" in value:
            raise ParseError("The body holds a NUL character.")
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise ParseError("The body holds half a surrogate pair.")
    elif isinstance(value, dict):
        for key, each in value.items():
            _check(key, depth)
            _check(each, depth - 1)
    elif isinstance(value, list):
        for each in value:
            _check(each, depth - 1)
