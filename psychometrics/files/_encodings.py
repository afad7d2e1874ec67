"""The bytes of a text file as text: UTF-8 and UTF-16 are found out, Windows-1252 is what else there is."""

import codecs
import io
import re
from typing import NoReturn

from psychometrics.errors import BadInput, BadRow

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LETTERS_OF_UTF_8 = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}")
_UTF_8, _WINDOWS = "utf-8", "cp1252"


def opened(content: bytes, encoding: str | None) -> tuple[io.TextIOWrapper, tuple[str, ...]]:
    """The text, line ends as they are, and what has to be said of how it was read.

    Raises BadRow for the first line that is not text in the encoding named, or, where none is, in any that can
    be told; BadInput where it is no text at all.
    """
    chosen, notes = (encoding, ()) if encoding else _found(content)
    if encoding or chosen not in (_UTF_8, _WINDOWS):
        _check(content, chosen)
    return io.TextIOWrapper(io.BytesIO(content), encoding=chosen, newline=""), notes


def _found(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The encoding, and what is said of it."""
    for mark, name in _MARKS.items():
        if content.startswith(mark):
            return name, () if name == "utf-8-sig" else ("The file was read as UTF-16.",)
    bare = _bare_utf_16(content[:400])
    if bare:
        return bare, ("The file was read as UTF-16.",)
    wrong = _first_wrong(content, _UTF_8)
    if wrong is None:
        return _UTF_8, ()
    if b"\0" in content:
        raise BadInput("the file is neither text nor a workbook; save it as CSV UTF-8")
    # Letters of UTF-8 beside bytes that are none: a damaged file, whose other names Windows-1252 would spoil.
    if _LETTERS_OF_UTF_8.search(content) or _first_wrong(content, _WINDOWS) is not None:
        _refuse(content, wrong, _UTF_8)
    note = (
        f"The file is not UTF-8 (line {_line(content, wrong)}) and was read as Windows-1252; if names look wrong, "
        "name its encoding: --encoding latin2."
    )
    return _WINDOWS, (note,)


def _bare_utf_16(start: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of what is mostly ASCII is zero."""
    half = len(start) // 2
    if half < 4:
        return None
    if start[1::2].count(0) > 0.8 * half and not start[::2].count(0):
        return "utf-16-le"
    if start[::2].count(0) > 0.8 * half and not start[1::2].count(0):
        return "utf-16-be"
    return None


def _check(content: bytes, encoding: str) -> None:
    """Raise BadRow for the first byte that is not in this encoding."""
    wrong = _first_wrong(content, encoding)
    if wrong is not None:
        _refuse(content, wrong, encoding)


def _refuse(content: bytes, wrong: int, encoding: str) -> NoReturn:
    byte = f" (byte 0x{content[wrong]:02x})" if wrong < len(content) else ""
    called = "UTF-8" if encoding.startswith("utf-8") else encoding
    raise BadRow(
        _line(content, wrong),
        f"not {called} text{byte}; save the file as CSV UTF-8, or name its encoding: --encoding cp1252",
    )


def _first_wrong(content: bytes, encoding: str) -> int | None:
    """Place of the first byte that cannot be read."""
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _line(content: bytes, place: int) -> int:
    """The line a byte stands on."""
    return len((content[:place] + b"x").splitlines())
