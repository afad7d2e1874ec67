"""How a gap is printed: percentages with one decimal whose parts add up to the printed whole."""

from dataclasses import dataclass
from typing import Protocol

from web.numbers import rounded_parts


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
    content, precision, realism = rounded_parts((of.content, of.precision, of.realism))
    gap = round(content + precision + realism, 1)
    return Split(gap, content, precision, realism, round(100 - gap, 1))
