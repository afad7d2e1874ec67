"""The components page shows every part of the stylesheet, and every figure definition."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from reports.gallery.views import EXHIBITS
from tests.figures import samples

CSS = Path(settings.BASE_DIR) / "static" / "css"

# Parts of the shell that stand on a page only for somebody signed in or in a state no gallery is in.
ELSEWHERE = {
    "menu", "menu-bars", "menu-btn", "menu-chevron", "menu-h", "menu-list", "menu-nav", "menu-out",
    "shell-nav", "shell-who", "theme-btn",
    "page-wide", "page-narrow", "table-stack", "seg", "defs",
}  # fmt: skip


def _classes(css: str) -> set[str]:
    selectors = re.sub(r"\{[^{}]*\}", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return set(re.findall(r"\.([a-z][a-z0-9-]*)", re.sub(r'"[^"]*"', "", selectors)))


@pytest.fixture
def page(client: Client) -> str:
    response = client.get(reverse("components"))
    assert response.status_code == 200
    return response.content.decode()


def test_every_class_of_the_stylesheet_is_shown(page: str) -> None:
    shown = {name for value in re.findall(r'class="([^"]*)"', page) for name in value.split()}

    missing = _classes((CSS / "components.css").read_text()) - shown - ELSEWHERE

    assert not missing


def test_every_class_on_the_page_is_styled(page: str) -> None:
    styled = set().union(
        *(
            _classes((CSS / f"{name}.css").read_text())
            for name in ("components", "pages", "figures", "gallery")
        )
    )
    shown = {name for value in re.findall(r'class="([^"]*)"', page) for name in value.split()}

    assert not {name for name in shown - styled if not name.startswith("gal")}


def test_every_figure_definition_is_shown() -> None:
    shown = {exhibit.build.func for exhibit in EXHIBITS}

    assert shown == {each.func for each in samples.FIGURES.values()} - {samples.gap.gap_meter}  # type: ignore[attr-defined]


def test_page_keeps_to_its_policy(client: Client, page: str) -> None:
    policy = client.get(reverse("components"))["Content-Security-Policy"]

    assert "style=" not in page
    assert not re.findall(r"<script(?![^>]*(src=|application/json))", page)
    assert "script-src 'self'" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]


def test_ids_on_the_page_are_unique(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert len(ids) == len(set(ids))


def test_parts_of_scoring_and_of_the_builder_are_shown(page: str) -> None:
    shown = {name for value in re.findall(r'class="([^"]*)"', page) for name in value.split()}

    assert shown >= {"tick-done", "tick-due", "tick-na", "conflict", "given-row", "task", "mirror-row"}
    assert shown >= {"stage-head", "st-q", "bank-q", "chip-check"}
