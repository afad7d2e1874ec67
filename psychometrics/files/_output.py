"""Writing a result to standard output, whatever can be written there."""

import json
import os
import re
import sys
from typing import Any, TextIO

from psychometrics._labels import printable

# The same width, so that columns stay where they are.
_PLAIN = str.maketrans({"−": "-", "–": "-", "—": "-", "…": "."})
_SUSPECT = re.compile(r"[^\x20-\x7e\n]")


def json_text(result: dict[str, Any]) -> str:
    """Indented JSON; NaN never occurs, undefined numbers are null. What cannot be seen is escaped."""
    text = json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)

    def escaped(found: re.Match[str]) -> str:
        char = found[0]
        return char if printable(char) == char else json.dumps(char)[1:-1]

    return _SUSPECT.sub(escaped, text)


def fitting(text: str, stream: TextIO, *, is_json: bool = False) -> str:
    """The text as the stream's encoding can write it: plain hyphens and escapes where it has to be."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if _can(text, encoding):
        return text
    if is_json:
        return json.dumps(json.loads(text), ensure_ascii=True, indent=1, allow_nan=False)
    text = text.translate(_PLAIN)
    if _can(text, encoding):
        return text
    return text.encode(encoding, "backslashreplace").decode(encoding)


def abandon(stream: TextIO) -> None:
    """Have the interpreter not try again, at its end, to write what could not be written."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    except (OSError, ValueError):
        return  # not a stream of the system's; nothing is written at the end


def complain(text: str) -> None:
    """One line on standard error; where even that cannot be written, nothing."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(printable(text) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def _can(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
