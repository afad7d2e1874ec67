"""Reads JSON bodies strictly: what two programs might read differently is refused, never guessed.

One parser for every address that takes JSON, the API's and the pages' own. It reads UTF-8 of limited size and
depth, without repeated names, NaN or infinities. What the database cannot store (NUL, half a surrogate pair) is
a fault of the text that holds it: ``read`` refuses the whole body for it, ``parse`` leaves it to the caller, who
may name the one field.
"""

import json
import math
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, RawPostDataException

from accounts.errors import ActionError

LARGEST_BODY = 1_000_000  # bytes; the longest scorecard with evidence everywhere is a tenth of this
DEEPEST = 20
MEDIA_TYPE = "application/json"


class Unreadable(ActionError):
    """The body is not JSON as two programs would read it alike."""

    status = 400


class TooLarge(Unreadable):
    """The body is larger than anything the product accepts."""

    status = 413

    def __init__(self) -> None:
        super().__init__(f"The body is larger than {LARGEST_BODY:,} bytes. Send less at a time.")


class NotJSON(Unreadable):
    """The body says that it is something else."""

    status = 415

    def __init__(self, media_type: str) -> None:
        super().__init__(f"The body has to be {MEDIA_TYPE}, not {media_type[:60] or 'without a type'}.")


def body_of(request: HttpRequest) -> bytes:
    """The raw body of a request that says it is JSON."""
    # Asked first: of a form the framework may have read the body already.
    if request.content_type != MEDIA_TYPE:
        raise NotJSON(request.content_type or "")
    try:
        return request.body
    except RequestDataTooBig as error:
        raise TooLarge from error
    except RawPostDataException as error:
        raise Unreadable("The body could not be read.") from error


def read(raw: bytes) -> Any:
    """Return the value of a body, all of which the database could store."""
    value = parse(raw)
    _refuse_unstorable(value)
    return value


def parse(raw: bytes) -> Any:
    """Return the value of a body; its texts may hold what the database could not store."""
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
        raise Unreadable("The body is nested too deeply.") from error
    except ValueError as error:
        raise Unreadable(f"The body is not readable JSON: {error}.") from error
    _measure(value, DEEPEST)
    return value


def fault_of(text: str) -> str:
    """What keeps the database from storing a text; empty when nothing does."""
    if "\x00" in text:
        return "a NUL character"
    if any("\ud800" <= char <= "\udfff" for char in text):
        return "half a surrogate pair"
    return ""


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


def _measure(value: Any, depth: int) -> None:
    if depth == 0:
        raise Unreadable("The body is nested too deeply.")
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            _measure(each, depth - 1)


def _refuse_unstorable(value: Any, place: str = "") -> None:
    if isinstance(value, str):
        if fault := fault_of(value):
            raise Unreadable(f"The body holds {fault}{f' in {place}' if place else ''}.")
    elif isinstance(value, dict):
        for key, each in value.items():
            _refuse_unstorable(key, place)
            _refuse_unstorable(each, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _refuse_unstorable(each, f"{place}[{number}]")
