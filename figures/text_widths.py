"""How wide a text is in Inter, so that labels wrap, fit or step aside without a browser to ask.

Advance widths in thousandths of the font size, read from the vendored fonts (static/fonts); a test reads
them again. Accented letters count as their base letter, anything else as a wide one.
"""

import unicodedata
from functools import lru_cache
from typing import Final

_CHARS: Final = "".join(map(chr, range(32, 127))) + "\u00a0·×–−’…"
# fmt: off
_REGULAR: Final = (
    281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610,
    618, 646, 593, 620, 566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601,
    590, 746, 743, 269, 571, 672, 565, 903, 753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682,
    679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242, 549,
    242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426, 333, 426, 662,
    281, 288, 662, 500, 662, 261, 864,
)
_SEMIBOLD: Final = (
    252, 321, 523, 644, 650, 1004, 663, 326, 373, 373, 540, 673, 319, 465, 319, 379, 660, 423, 623,
    636, 666, 612, 640, 576, 640, 640, 319, 329, 673, 673, 673, 543, 999, 728, 659, 737, 722, 605,
    588, 749, 746, 277, 580, 703, 565, 922, 759, 769, 645, 773, 652, 650, 660, 736, 728, 1020, 720,
    713, 652, 373, 379, 373, 481, 469, 351, 574, 624, 583, 624, 591, 389, 625, 612, 262, 262, 569,
    262, 900, 612, 609, 624, 624, 397, 549, 353, 612, 587, 839, 569, 588, 566, 455, 359, 455, 673,
    252, 319, 673, 500, 673, 294, 956,
)
# fmt: on
_WIDTHS: Final = {
    400: dict(zip(_CHARS, _REGULAR, strict=True)),
    600: dict(zip(_CHARS, _SEMIBOLD, strict=True)),
}
_UNKNOWN: Final = 1000
_NARROW: Final = 200


@lru_cache(maxsize=4096)
def width(text: str, size: float, weight: int = 400) -> float:
    """Return a text's width in the unit of ``size``."""
    widths = _WIDTHS[600 if weight >= 550 else 400]
    total = 0
    for char in unicodedata.normalize("NFKD", text.replace("\u202f", "\u00a0")):
        if unicodedata.combining(char):
            continue
        total += widths.get(char, _NARROW if char.isspace() else _UNKNOWN)
    return total * size / 1000


def wrap(text: str, limit: float, size: float, weight: int = 400, lines: int = 2) -> list[str]:
    """Break a text between words into at most ``lines`` lines; the last is cut short if need be."""
    rows: list[str] = [""]
    for word in text.split(" "):
        joined = f"{rows[-1]} {word}".strip()
        if rows[-1] and width(joined, size, weight) > limit:
            rows.append(word)
        else:
            rows[-1] = joined
    if len(rows) > lines:
        rows[lines - 1 :] = [" ".join(rows[lines - 1 :])]
    return [cut(row, limit, size, weight) for row in rows]


def cut(text: str, limit: float, size: float, weight: int = 400) -> str:
    """Shorten a text that is wider than ``limit``; the whole of it belongs beside the figure too."""
    if width(text, size, weight) <= limit:
        return text
    while text and width(text + "…", size, weight) > limit:
        text = text[:-1].rstrip()
    return text + "…"
