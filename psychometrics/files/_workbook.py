"""Rows of a spreadsheet, each cell as text."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from psychometrics.errors import BadInput

#: How a zipped and an old binary workbook begin.
SIGNS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def rows(
    content: bytes, sheet: str | None
) -> tuple[list[str], Iterator[tuple[int, list[str]]], int, tuple[str, ...]]:
    """The header, the rows below it with their numbers, the header's number, and what has to be said.

    Raises BadInput where the file is no workbook, or the reader of workbooks is not installed.
    """
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ModuleNotFoundError:
        raise BadInput(
            "the file is a spreadsheet, and what reads these is not installed: "
            "pip install 'loopwright-psychometrics[spreadsheets]', or save the file as CSV UTF-8"
        ) from None
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        name, cells, notes = _chosen(book, sheet)
    except CalamineError as error:
        raise BadInput(f"the file is no workbook that can be read ({error}); save it as CSV UTF-8") from error
    numbered = ((place, [_text(cell) for cell in row]) for place, row in enumerate(cells, 1))
    for place, row in numbered:
        if any(cell.strip() for cell in row):
            return row, numbered, place, notes
    raise BadInput(f"the sheet {name} is empty")


def _chosen(book: Any, sheet: str | None) -> tuple[str, list[list[Any]], tuple[str, ...]]:
    """The sheet to read."""
    names = list(book.sheet_names)
    if sheet is not None:
        alike = [name for name in names if name.strip().casefold() == sheet.strip().casefold()]
        if not alike:
            raise BadInput(f"there is no sheet {sheet!r}; there are {', '.join(names)}")
        return alike[0], book.get_sheet_by_name(alike[0]).to_python(skip_empty_area=False), ()
    filled = [name for name in names if book.get_sheet_by_name(name).height]
    if not filled:
        raise BadInput("the workbook is empty")
    said = ""
    if len(filled) > 1:
        said = f"The workbook has {len(filled)} sheets; {filled[0]} was read (--sheet names another)."
    return (
        filled[0],
        book.get_sheet_by_name(filled[0]).to_python(skip_empty_area=False),
        (said,) if said else (),
    )


def _text(cell: Any) -> str:
    """A cell as a text file would have it."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
