"""Labels as people read them: in natural order, and without anything that could steer a terminal."""

import re
import unicodedata
from typing import Any

_DIGITS = re.compile(r"(\d+)")
# Controls, formats, surrogates and what is not assigned; line and paragraph separators.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = "\u200c\u200d"  # part of words in several scripts


def natural(label: Any) -> tuple[Any, ...]:
    """A sorting key that puts ``C2`` before ``C10`` and does not tell case apart unless nothing else differs."""
    text = str(label)
    parts: list[Any] = _DIGITS.split(text.casefold())
    # Of numbers without leading zeros the longer one is larger; digits stand at the odd places.
    for place in range(1, len(parts), 2):
        digits = "".join(str(int(digit)) for digit in parts[place]).lstrip("0")
        parts[place] = (len(digits), digits)
    return (tuple(parts), text)


def printable(text: str) -> str:
    """The text with everything that cannot be seen written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(char) for char in text)


def _seen(char: str) -> str:
    if char in _JOINERS or unicodedata.category(char) not in _UNSEEN:
        return char
    return char.encode("unicode_escape").decode("ascii")
