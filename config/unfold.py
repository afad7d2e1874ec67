"""The admin's looks and sidebar, in the hues and words of the rest of the product."""

from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse

# Group, then (title, icon of the theme's symbol font, app label, model). What is not registered, or
# what this person may not view, is left out: the sidebar never leads to a refusal.
GROUPS: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...] = (
    (
        "Design",
        (
            ("Role profiles", "work", "roles", "roleprofile"),
            ("Competencies", "category", "roles", "competency"),
            ("Clusters", "account_tree", "roles", "cluster"),
            ("Questions", "quiz", "rubrics", "question"),
            ("Question banks", "inventory_2", "rubrics", "questionbank"),
            ("Rating scales", "straighten", "rubrics", "ratingscale"),
            ("Loops", "route", "loops", "loop"),
            ("Reference tables", "table_chart", "roles", "referencetable"),
        ),
    ),
    (
        "Hire",
        (
            ("Openings", "event_seat", "hiring", "opening"),
            ("Candidates", "person_search", "hiring", "candidate"),
            ("Applications", "assignment_ind", "hiring", "application"),
            ("Interviews", "forum", "hiring", "interview"),
            ("Scorecards", "fact_check", "hiring", "scorecard"),
            ("Decisions", "gavel", "hiring", "decision"),
        ),
    ),
    (
        "Measure",
        (
            ("Calibration runs", "tune", "hiring", "calibrationrun"),
            ("Outcome reviews", "event_repeat", "hiring", "outcomereview"),
            ("Reports", "description", "reports", "report"),
        ),
    ),
    (
        "Team",
        (
            ("Team", "groups", "accounts", "team"),
            ("Members", "badge", "accounts", "membership"),
            ("People", "person", "accounts", "user"),
            ("Policy", "policy", "accounts", "teampolicy"),
            ("Audit", "history", "accounts", "auditevent"),
            ("Jobs", "hourglass_top", "jobs", "job"),
        ),
    ),
)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Build the sidebar for this person, without a query per entry."""
    groups: list[dict[str, Any]] = []
    for title, entries in GROUPS:
        items = []
        for label, icon, app_label, model_name in entries:
            url = _changelist(request, app_label, model_name)
            if url:
                active = request.path.startswith(url)
                items.append({"title": label, "icon": icon, "link": url, "active": active})
        if items:
            groups.append({"title": title, "separator": bool(groups), "items": items})
    return groups


def _changelist(request: HttpRequest, app_label: str, model_name: str) -> str:
    """Return the list's address, or nothing where it does not exist for this person."""
    from django.contrib import admin  # noqa: PLC0415 -- settings import this module before any app is ready

    if model_name not in apps.all_models.get(app_label, {}):
        return ""
    model = apps.get_model(app_label, model_name)
    if not admin.site.is_registered(model):
        return ""
    if not admin.site.get_model_admin(model).has_view_permission(request):
        return ""
    return reverse(f"admin:{app_label}_{model_name}_changelist")


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
        "navigation": navigation,
    },
}
