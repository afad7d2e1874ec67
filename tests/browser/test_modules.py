"""The scripts as production serves them: hashed names, in their imports too, under the strict content policy."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import call_command
from django.test import override_settings

from config.staticfiles import CompressedHashedStorage, HashedStorage
from tests.browser.conftest import Faults

pytestmark = pytest.mark.browser
ENTRIES = (
    "js/ui.js",
    "js/figures.js",
    "js/admin_weights.js",
    "js/builder/main.js",
    "js/scoring/main.js",
    "js/scoring/kept.js",
)
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of static files as `collectstatic` leaves it."""
    folder = tmp_path_factory.mktemp("static")
    backend = {"BACKEND": "config.staticfiles.HashedStorage"}
    with override_settings(STATIC_ROOT=folder, STORAGES={"default": backend, "staticfiles": backend}):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


class Quiet(SimpleHTTPRequestHandler):
    """Serves the folder, with an empty page for each script, under the policy of the product's own pages."""

    def do_GET(self) -> None:
        if not self.path.startswith("/page/"):
            super().do_GET()
            return
        script = self.path.removeprefix("/page/")
        body = (
            f'<!doctype html><title>x</title><body><script type="module" src="/{script}"></script>'.encode()
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Security-Policy", "default-src 'none'; script-src 'self'; img-src 'self'")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def served(collected: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(collected)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("entry", ENTRIES)
def test_module_and_all_that_it_imports_load_by_hashed_names(
    browser: Any, served: str, collected: Path, entry: str
) -> None:
    with override_settings(STATIC_ROOT=collected):
        hashed = HashedStorage().stored_name(entry)
    context = browser.new_context()
    page = context.new_page()
    faults, loaded = Faults(), []
    faults.watch(page)
    page.on("response", lambda answer: loaded.append((answer.url, answer.status)))
    page.goto(f"{served}/page/{hashed}", wait_until="networkidle")
    context.close()

    scripts = [(url, status) for url, status in loaded if url.endswith(".js") and "/page/" not in url]
    assert len(scripts) >= 2, "it imports something"
    assert [url for url, status in scripts if status != 200 or not HASHED.search(url)] == []
    assert faults.seen == []


def test_both_storages_rewrite_alike() -> None:
    assert HashedStorage.patterns == CompressedHashedStorage.patterns != ManifestStaticFilesStorage.patterns
