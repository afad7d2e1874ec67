"""A figure as a page shows it: drawn for a wide and a narrow screen, or the words why it cannot be."""

from dataclasses import dataclass
from typing import Protocol

from figures.layout import PAGE, PHONE, Style
from figures.types import FigureDict, NotEnoughDataError


class Builder(Protocol):
    """A figure definition that has its data already and waits for a size."""

    def __call__(self, *, style: Style) -> FigureDict:
        """Build the figure at that size."""


@dataclass(frozen=True, slots=True)
class PageFigure:
    """Two drawings of one figure, or neither and the reason."""

    key: str
    wide: FigureDict | None = None
    phone: FigureDict | None = None
    missing: str = ""


def draw(key: str, build: Builder, *, wide: Style = PAGE, phone: Style = PHONE) -> PageFigure:
    """Build a figure for both widths of screen.

    Args:
        key: Identifies the figure on its page; letters, digits and hyphens.
        build: A figure definition with its data, for example ``partial(flow.funnel, steps)``.
        wide: Size on a wide screen; ``HALF`` where two stand side by side.
        phone: Size on a phone.

    Returns:
        The figure; where there is not enough data, the reason in place of it.
    """
    try:
        return PageFigure(key=key, wide=build(style=wide), phone=build(style=phone))
    except NotEnoughDataError as problem:
        return PageFigure(key=key, missing=str(problem))
