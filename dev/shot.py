"""Takes a screenshot of a page of the running application: ``python -m dev.shot URL OUT.png``.

Signs in first with ``--login EMAIL``; ``--click`` and ``--wait`` bring the page into its state.
"""

import argparse
import os
import sys
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, sync_playwright

from dev import sysdeps

CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """Sign in through the ordinary form; fails when the form is shown again."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    page.goto(f"{origin}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    if "/accounts/login/" in page.url:
        sys.exit(f"error: {email} could not sign in: {page.locator('form').first.inner_text()!r}")


def report_error(message: ConsoleMessage) -> None:
    if message.type == "error":
        print("console:", message.text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("out")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--login", metavar="EMAIL")
    parser.add_argument("--password", default="loopwright-demo")
    parser.add_argument("--full-page", action="store_true")
    parser.add_argument("--click", metavar="SELECTOR", action="append", default=[])
    parser.add_argument("--wait", metavar="SELECTOR", action="append", default=[])
    parser.add_argument("--no-js", action="store_true", help="what a reader without JavaScript sees")
    parser.add_argument("--print", action="store_true", help="as on paper")
    options = parser.parse_args()

    browser_path = sysdeps.find_browser()
    if not browser_path:
        sys.exit("error: no Chromium found: install one, or name it in LOOPWRIGHT_CHROMIUM.")
    flags = CHROMIUM_FLAGS + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=flags)
        context = browser.new_context(
            viewport={"width": options.width, "height": options.height},
            color_scheme="dark" if options.dark else "light",
            java_script_enabled=not options.no_js,
            device_scale_factor=2 if options.width < 600 else 1,
        )
        page = context.new_page()
        page.on("console", report_error)
        page.on("pageerror", lambda error: print("page error:", error))
        if options.login:
            sign_in(page, options.url, options.login, options.password)
        response = page.goto(options.url, wait_until="networkidle")
        for selector in options.click:
            page.click(selector)
            page.wait_for_load_state("networkidle")
        for selector in options.wait:
            page.wait_for_selector(selector)
        if options.print:
            page.emulate_media(media="print")
        page.screenshot(path=options.out, full_page=options.full_page)
        wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        print(f"{options.out}: HTTP {response.status if response else '?'}, {page.url}")
        if wider:
            print("warning: the page is wider than the window (it scrolls sideways)")
        browser.close()


if __name__ == "__main__":
    try:
        main()
    except Error as problem:
        sys.exit(f"error: {problem.message}")
