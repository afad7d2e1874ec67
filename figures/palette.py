"""The colours of every figure: one source for pages, figures and paper.

Figure definitions are written in the light theme's colours. On a page the SVG renderer and
``static/js/figures.js`` replace each colour by its role, so that the dark theme works without a second
figure; on paper the colours are printed as they are, with a pattern beside each gap colour.
``static/css/tokens.css`` declares the same values; a test keeps the two equal.

Each colour has one role, so that it can be replaced by it: where two roles look the same, one of them is a
step away that nobody sees (``#fffffd`` for white).

How the gap colours were chosen, with contrast, simulated colour deficiency and grey steps:
docs/adr/0006-gap-colours.md.
"""

from types import MappingProxyType
from typing import Final

LIGHT: Final = MappingProxyType(
    {
        "bg": "#ffffff",
        "text": "#14171c",
        "text-2": "#4d5560",
        "text-3": "#636b77",
        "line": "#dfe2e6",
        "g-covered": "#303742",
        "g-content": "#a34003",
        "g-precision": "#077bc1",
        "g-realism": "#b9870f",
        "g-content-ink": "#fffffd",
        "g-precision-ink": "#fffffc",
        "g-realism-ink": "#14171e",
        "g-track": "#e6e9ec",
        "c-1": "#00675c",
        "c-2": "#a2569b",
        "c-3": "#878e99",
        "mark": "#252a32",
        "mark-axis": "#c5cad1",
        "mark-grid": "#eceef0",
        "mark-need": "#7a3fa8",
        "mark-grow": "#ad5a8a",
        "mark-base": "#b5bcc5",
        "bad": "#a81d3c",
        "heat-1": "#eef0f4",
        "heat-2": "#c9d3e0",
        "heat-3": "#93a6bf",
        "heat-4": "#4f6785",
        "heat-5": "#22364f",
        "heat-ink": "#14171d",
        "heat-paper": "#fffffe",
    }
)

DARK: Final = MappingProxyType(
    {
        "bg": "#121417",
        "text": "#eff1f3",
        "text-2": "#b1b8c1",
        "text-3": "#959da8",
        "line": "#2e333a",
        "g-covered": "#d9dde3",
        "g-content": "#c74b03",
        "g-precision": "#329ee4",
        "g-realism": "#f1b820",
        "g-content-ink": "#ffffff",
        "g-precision-ink": "#101215",
        "g-realism-ink": "#14171c",
        "g-track": "#2a2f35",
        "c-1": "#4fc7b4",
        "c-2": "#b06aa8",
        "c-3": "#757e89",
        "mark": "#e0e3e7",
        "mark-axis": "#424951",
        "mark-grid": "#23272c",
        "mark-need": "#c493ea",
        "mark-grow": "#d58fb6",
        "mark-base": "#5a626d",
        "bad": "#ff94a4",
        "heat-1": "#1d2228",
        "heat-2": "#2f3b49",
        "heat-3": "#4a6079",
        "heat-4": "#7f9ab8",
        "heat-5": "#bdd0e6",
        "heat-ink": "#f4f6f8",
        "heat-paper": "#0f1216",
    }
)

#: Colour of the light theme back to its role; every figure colour has exactly one.
ROLES: Final = MappingProxyType({colour: role for role, colour in LIGHT.items()})

#: Drawn over a gap colour on paper, in Plotly's names for patterns, so that grey print needs no colour.
PAPER_PATTERNS: Final = MappingProxyType({"g-content": "", "g-precision": "/", "g-realism": "."})

#: The parts of an evaluation gap in the order they are printed, each with what it says in three words.
GAP_WHY: Final = MappingProxyType(
    {"content": "nothing is asked", "precision": "too few ratings", "realism": "too tidy for the job"}
)
GAP_PARTS: Final = tuple(GAP_WHY)


def role_of(colour: str) -> str:
    """Return the role of a figure's colour.

    Raises:
        ValueError: The colour is not one of the palette's.
    """
    try:
        return ROLES[colour.lower()]
    except KeyError:
        raise ValueError(f"{colour} is not a colour of the palette; use palette.LIGHT") from None
