"""Numbers, and lists of names, as they stand on screens and in reports: one rule for each kind.

Shares are whole percent, the gap has one decimal and its parts add up to the printed whole, levels and
severity have one decimal, reliability two. The minus is a true minus, ranges take an en dash unless an
end is negative, and a narrow no-break space stands before the percent sign.
"""

from collections.abc import Sequence
from math import floor

NARROW_SPACE = "\u202f"
MINUS = "\u2212"
DASH = "\u2013"
NONE = DASH


def _signed(text: str, *, plus: bool) -> str:
    """Set the true minus, drop the sign of a zero, add a plus where asked."""
    if text.startswith("-"):
        return text[1:] if not text.strip("-0.") else MINUS + text[1:]
    return f"+{text}" if plus and text.strip("0.") else text


def decimal(value: float | None, digits: int = 1, *, plus: bool = False) -> str:
    """Write a number with a fixed count of decimals; a dash where there is none."""
    return NONE if value is None else _signed(f"{value:.{digits}f}", plus=plus)


def level(value: float | None) -> str:
    """Write a level on the 1 to 5 scale: one decimal."""
    return decimal(value, 1)


def severity(value: float | None) -> str:
    """Write a severity: one decimal, always signed."""
    return decimal(value, 1, plus=True)


def reliability(value: float | None) -> str:
    """Write a reliability or another ratio: two decimals."""
    return decimal(value, 2)


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share of 0 to 1 as percent."""
    return NONE if share is None else f"{decimal(100 * share, digits)}{NARROW_SPACE}%"


def gap(share: float | None) -> str:
    """Write a gap: percent with one decimal."""
    return percent(share, 1)


def chance(share: float | None) -> str:
    """Write a probability as percent, never as certainty."""
    if share is None:
        return NONE
    if share < 0.005:
        return f"<1{NARROW_SPACE}%"
    if share > 0.995:
        return f">99{NARROW_SPACE}%"
    return percent(share)


def points(change: float | None) -> str:
    """Write a change between two shares in points: one decimal, always signed."""
    return NONE if change is None else decimal(100 * change, 1, plus=True)


def span(lower: float | None, upper: float | None, digits: int = 1) -> str:
    """Write an interval: an en dash, or *to* where an end is negative."""
    if lower is None or upper is None:
        return NONE
    low, high = decimal(lower, digits), decimal(upper, digits)
    return f"{low} to {high}" if MINUS in low + high else f"{low}{DASH}{high}"


def rounded_parts(parts: Sequence[float], digits: int = 1) -> list[float]:
    """Round shares to percent so that they add up to their rounded sum.

    Largest remainders: every part is rounded down, then the parts that lost most take the missing units.

    Returns:
        Percent values in the order given.
    """
    unit = 10**digits
    exact = [100 * unit * part for part in parts]
    # A part such as 0.04 must not fall to 39 units because binary fractions store 39.999...
    down = [floor(value + 1e-9) for value in exact]
    missing = round(sum(exact)) - sum(down)
    for index in sorted(range(len(exact)), key=lambda i: down[i] - exact[i])[: max(missing, 0)]:
        down[index] += 1
    return [value / unit for value in down]


def hours(minutes: int) -> str:
    """Write minutes: ``45 min``, ``6 h``, ``9 h 10``."""
    if minutes < 60:
        return f"{minutes} min"
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest:02d}" if rest else f"{whole} h"


_WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def counted(number: int) -> str:
    """Write a count as running text does: in words up to twelve."""
    return _WORDS[number] if 0 <= number < len(_WORDS) else str(number)


def times(number: int) -> str:
    """Say how often: once, twice, three times.

    >>> times(2), times(4)
    ('twice', 'four times')
    """
    return {1: "once", 2: "twice"}.get(number, f"{counted(number)} times")


def within(name: str) -> str:
    """Write a name inside a sentence: small first letter, capitals of abbreviations kept."""
    first = name.split(" ", 1)[0]
    return name if any(map(str.isupper, first[1:])) else name[:1].lower() + name[1:]


def listed(names: Sequence[str], limit: int = 4) -> str:
    """Write names as a person lists them: ``A``, ``A and B``, ``A, B, C and 3 more``."""
    shown = list(names)
    if len(shown) > limit:
        shown = [*shown[: limit - 1], f"{len(shown) - limit + 1} more"]
    if len(shown) <= 1:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
