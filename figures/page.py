"""A figure as a page shows it: drawn for a wide and a narrow screen, or the words why it cannot be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from figures.parts import PAGE, PHONE, Style
from figures.types import FigureDict, NotEnoughDataError


@dataclass(frozen=True, slots=True)
class PageFigure:
    """Two drawings of one figure, or neither and the reason."""

    key: str
    wide: FigureDict | None = None
    phone: FigureDict | None = None
    missing: str = ""


def draw(
    key: str,
    builder: Callable[..., FigureDict],
    data: Any,
    *,
    wide: Style = PAGE,
    phone: Style = PHONE,
    **options: Any,
) -> PageFigure:
    """Build a figure for both widths of screen.

    Args:
        key: Identifies the figure on its page; letters, digits and hyphens.
        builder: One of the figure definitions.
        data: What it is drawn from.
        wide: Size on a wide screen; ``HALF`` where two stand side by side.
        phone: Size on a phone.
        options: Passed on to the builder.

    Returns:
        The figure; where there is not enough data, the reason in place of it.
    """
    try:
        return PageFigure(
            key=key, wide=builder(data, style=wide, **options), phone=builder(data, style=phone, **options)
        )
    except NotEnoughDataError as problem:
        return PageFigure(key=key, missing=str(problem))
