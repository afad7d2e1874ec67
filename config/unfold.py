"""The admin's looks, in the hues and words of the rest of the product."""

from typing import Any

from django.templatetags.static import static

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Loopwright",
    "SITE_HEADER": "Loopwright",
    "SITE_SUBHEADER": "Design, run and calibrate hiring loops",
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("img/icon.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/icon.svg")}
    ],
    # From the admin back to the pages of the product.
    "SITE_DROPDOWN": [{"icon": "arrow_back", "title": "Back to Loopwright", "link": "/"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "6px",
    # The neutral ramp and the accent of static/css/tokens.css; 800 and up are the dark theme's grounds.
    "COLORS": {
        "base": {
            "50": "#f5f6f7",
            "100": "#eceef0",
            "200": "#dfe2e6",
            "300": "#c5cad1",
            "400": "#959da8",
            "500": "#636b77",
            "600": "#4d5560",
            "700": "#2e333a",
            "800": "#23272c",
            "900": "#15181b",
            "950": "#121417",
        },
        "primary": {
            "50": "#eef1fc",
            "100": "#e0e6f9",
            "200": "#b9c4ee",
            "300": "#a3b3ff",
            "400": "#8fa3ff",
            "500": "#7389ee",
            "600": "#2f4cc0",
            "700": "#263fa4",
            "800": "#213585",
            "900": "#1d2340",
            "950": "#10142b",
        },
    },
    "STYLES": [
        lambda request: static("css/fonts.css"),
        lambda request: static("css/tokens.css"),
        lambda request: static("css/admin.css"),
    ],
    "SIDEBAR": {
        "show_search": False,
        "command_search": True,
        "show_all_applications": False,
        # Found by its name: the models it lists are loaded after the settings.
        "navigation": "config.sidebar.navigation",
    },
}
