"""How a gap is printed: percentages with one decimal whose parts add up to the printed whole."""

from dataclasses import dataclass
from typing import Protocol


class HasGap(Protocol):
    """Anything with a gap and its three parts, in shares: a loop's, a competency's, a layer's."""

    @property
    def gap(self) -> float: ...
    @property
    def content(self) -> float: ...
    @property
    def precision(self) -> float: ...
    @property
    def realism(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Split:
    """Percentages with one decimal; ``covered + gap`` is 100 and the three parts add up to ``gap``."""

    gap: float
    content: float
    precision: float
    realism: float
    covered: float


def split_for_display(of: HasGap) -> Split:
    """Round a gap to tenths of a percent so that what is printed adds up.

    The whole is rounded by itself; its parts take what it has by largest remainder, so no part is
    off by more than a tenth.

    >>> from types import SimpleNamespace
    >>> split_for_display(SimpleNamespace(gap=0.1, content=0.03333, precision=0.03333, realism=0.03334))
    Split(gap=10.0, content=3.3, precision=3.3, realism=3.4, covered=90.0)
    """
    whole = round(of.gap * 1000)
    exact = [part * 1000 for part in (of.content, of.precision, of.realism)]
    tenths = [int(part) for part in exact]
    by_remainder = sorted(range(3), key=lambda number: tenths[number] - exact[number])
    for number in range(max(whole - sum(tenths), 0)):
        tenths[by_remainder[number % 3]] += 1
    for number in range(max(sum(tenths) - whole, 0)):
        tenths[by_remainder[-1 - number % 3]] -= 1
    content, precision, realism = (part / 10 for part in tenths)
    return Split(whole / 10, content, precision, realism, (1000 - whole) / 10)


def percent(share: float, decimals: int = 0) -> str:
    """A share as printed: ``12 %`` with a narrow no-break space."""
    return f"{share * 100:.{decimals}f}\u202f%"


def points(change: float) -> str:
    """A change of the gap in points, signed with a true minus: ``−3.4``; never ``−0.0``."""
    tenths = round(change * 1000)
    sign = "\u2212" if tenths < 0 else "+" if tenths > 0 else ""
    return f"{sign}{abs(tenths) / 10:.1f}"


def hours(minutes: int) -> str:
    """Minutes as printed: ``45 min``, ``6 h``, ``9 h 10``."""
    if minutes < 60:
        return f"{minutes} min"
    whole, rest = divmod(minutes, 60)
    return f"{whole} h {rest:02d}" if rest else f"{whole} h"


def listed(names: list[str], limit: int = 4) -> str:
    """Names as a person lists them: ``A``, ``A and B``, ``A, B, C and 3 more``."""
    if len(names) > limit:
        names = [*names[: limit - 1], f"{len(names) - limit + 1} more"]
    if len(names) <= 1:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
