"""The rows of CSV text, each with the line it ends on."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from psychometrics.errors import BadInput, BadRow
from psychometrics.files.reading import REQUIRED

_SEPARATOR = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)  # first line of some spreadsheets' exports
_JSON = re.compile(r"\s*(\{|\[)\s*([\"{\[\]}]|$)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and what stands below it."""

    header: list[str]
    line: int
    """The header's."""
    rows: Iterator[tuple[int, list[str]]]
    comma_is_decimal: bool
    """Whether a comma cannot be what separates cells."""
    notes: tuple[str, ...] = ()


def sheet(lines: Iterable[str]) -> Sheet:
    """Split lines into rows.

    Cells are separated by commas, or by semicolons or tabs where the header has more of those, or by what a
    first line ``sep=;`` names. The rows raise BadRow where the text is no CSV.

    Raises BadInput for a file that is empty or JSON.
    """
    waiting = iter(lines)
    first = next(waiting, "")
    named = _SEPARATOR.fullmatch(first)
    before = 1 if named else 0  # lines above those the CSV reader sees
    if named:
        first = next(waiting, "")
    while first and not first.strip():
        first = next(waiting, "")
        before += 1
    if not first:
        raise BadInput(f"the file is empty; expected the columns {', '.join(REQUIRED)}")
    if _JSON.match(first):
        raise BadInput("the file is JSON, not a table: write one rating a line with a header, as CSV")
    separator = named[1] if named else max(",;\t", key=first.count)
    reader = csv.reader(chain([first], waiting), delimiter=separator, strict=True)
    try:
        header = next(reader)
    except csv.Error as error:
        raise BadRow(before + 1, _not_csv(error)) from error
    return Sheet(header, before + 1, _rows(reader, before), separator != ",")


def _rows(reader: Any, before: int) -> Iterator[tuple[int, list[str]]]:
    ended = before + reader.line_num
    try:
        for row in reader:
            ended = before + reader.line_num
            yield ended, row
    except csv.Error as error:
        raise BadRow(ended + 1, _not_csv(error)) from error


def _not_csv(error: csv.Error) -> str:
    """What is wrong with a row, and what may mend it."""
    if "unexpected end" in str(error):
        return "a quotation mark is opened here and never closed"
    if "field limit" in str(error):
        return f"not valid CSV: {error}; is a quotation mark opened here and never closed?"
    return f"not valid CSV: {error}"
