"""A real Chromium against a live server.

Where no browser can be had the tests say so and are left out; nothing is downloaded.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import User
from dev import sysdeps

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}


def chromium_path() -> str | None:
    """The system's browser, or the one named in LOOPWRIGHT_CHROMIUM."""
    return next(iter(sysdeps.browsers()), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    path = chromium_path()
    if path is None:
        pytest.skip("No Chromium is installed; name one in LOOPWRIGHT_CHROMIUM to run the browser tests.")
    from playwright.sync_api import sync_playwright

    # Playwright's synchronous interface keeps an event loop in this thread, like an async view to Django.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    try:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=path, args=flags + (["--no-sandbox"] if os.geteuid() == 0 else [])
            )
            yield chromium
            chromium.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def session_cookie(user: User, url: str) -> dict[str, Any]:
    """A signed-in session, without going through the form (which has tests of its own)."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"name": django_settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": url}


class Faults:
    """What a page must not do: log errors, break its content policy, crash."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def watch(self, page: Any) -> None:
        """Listen on a page."""
        page.on("pageerror", lambda error: self.seen.append(f"crash: {error}"))
        page.on(
            "console",
            lambda line: (
                line.type == "error"
                and not line.text.startswith("Failed to load resource")
                and self.seen.append(f"console: {line.text}")
            ),
        )


@pytest.fixture
def signed_in(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Open a context as somebody: ``signed_in(user, dark=False, phone=True)``; fails on script errors."""
    contexts, faults = [], Faults()

    def open_as(
        user: User,
        *,
        phone: bool = True,
        dark: bool = False,
        scripts: bool = True,
        touch: bool = False,
        workers: bool = False,
    ) -> Any:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            java_script_enabled=scripts,
            has_touch=touch,
            # Requests that a service worker sees cannot be tampered with: only the tests of the worker let it in.
            service_workers="allow" if workers else "block",
            base_url=live_server.url,
        )
        context.set_default_timeout(45_000)  # reached only by a fault; a loaded machine is slow
        context.add_cookies([session_cookie(user, live_server.url)])
        context.on("page", faults.watch)
        contexts.append(context)
        return context

    yield open_as
    for context in contexts:
        context.close()
    assert faults.seen == []


RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any) -> list[str]:
    """What axe finds wrong with the page as it stands, and with its colours in the other theme."""
    found = _axe(page, RULES)
    shown = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    page.emulate_media(color_scheme="light" if shown == "dark" else "dark")
    found += _axe(page, ["color-contrast"])
    page.emulate_media(color_scheme=shown)
    return found


def _axe(page: Any, rules: list[str]) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    # Naming every element that passes takes longer than the tests.
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {v['help']} ({'; '.join(str(n['target']) for n in v['nodes'][:3])})" for v in found]
