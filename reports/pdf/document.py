"""Turns a report's HTML into a tagged PDF (PDF/UA-1), with nothing fetched but our own fonts.

WeasyPrint takes most of a second to import and needs Pango, so it is imported where it is used: in the
worker, never in the web process.
"""

import atexit
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string

from web.render import Page, context_of


@dataclass(frozen=True, slots=True)
class Document:
    """What every page of a report says about itself, in header and footer."""

    kind: str
    subject: str
    title: str
    description: str
    made_at: datetime
    provenance: tuple[str, ...] = field(default=())
    synthetic: bool = False
    letter: bool = False


def to_html(template: str, document: Document, page: Page) -> str:
    """Render a report's template, which extends ``reports/pdf/base.html``, with what ``page`` holds."""
    return render_to_string(template, {**context_of(page), "document": document})


@dataclass(frozen=True, slots=True)
class Pdf:
    content: bytes
    pages: int


def to_pdf(html: str) -> Pdf:
    """Write a PDF from a report's HTML.

    Raises:
        ValueError: The HTML refers to anything but the vendored fonts; a report never fetches.
        OSError: Pango is missing on this machine.
    """
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    sheet, fonts = _stylesheet()
    try:
        # Both steps need the variant: the first lays out for it, the second writes the tags.
        laid_out = HTML(string=html, url_fetcher=_fetcher()).render(
            stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
        )
        return Pdf(laid_out.write_pdf(pdf_variant="pdf/ua-1"), len(laid_out.pages))
    except FatalURLFetchingError as refused:
        raise ValueError(str(refused)) from None


def _static() -> Path:
    return Path(settings.BASE_DIR) / "static"


# Fonts hold native memory; freed while the interpreter still stands, they do so without complaint.
@atexit.register
def _forget() -> None:
    _stylesheet.cache_clear()


@lru_cache(maxsize=1)
def _stylesheet() -> tuple[Any, Any]:
    """Parse stylesheet and fonts once per process; the fonts are the vendored files."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    folder, fonts = _static() / "css", FontConfiguration()
    sheets = "\n".join((folder / name).read_text() for name in ("report-fonts.css", "report.css"))
    sheet = CSS(string=sheets, base_url=f"{folder.as_uri()}/", url_fetcher=_fetcher(), font_config=fonts)
    return sheet, fonts


@lru_cache(maxsize=1)
def _fetcher() -> Any:
    """Return what WeasyPrint asks for every address: it serves the vendored fonts and refuses the rest."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    fonts = (_static() / "fonts").resolve()

    class FontsOnly(URLFetcher):
        """Neither the network nor any other file of the machine."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            parts = urlsplit(url)
            path = Path(unquote(parts.path)).resolve()
            if parts.scheme != "file" or not path.is_relative_to(fonts):
                raise FatalURLFetchingError(f"a report may not fetch {url}")
            return super().fetch(path.as_uri(), headers)

    return FontsOnly(allowed_protocols=["file"], allow_redirects=False)
