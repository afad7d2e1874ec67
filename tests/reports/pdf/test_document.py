"""The base of every PDF: tagged, in our fonts on every page, fetching nothing."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from figures import svg
from reports.pdf.document import Document, to_pdf
from tests.figures.samples import FIGURES

BODY = """{% extends "reports/pdf/base.html" %}{% block content %}
<p>Łukasz, Nguyễn, Жанна: 39.7\u202f%</p>{{ extra|safe }}
<section class="page"><h2>Detail</h2><p>Second page.</p></section>{% endblock %}"""


def _pdf(extra: str = "", *, letter: bool = False) -> PdfReader:
    document = Document(
        kind="Evaluation gap report",
        subject="Production AI engineer loop",
        title="The loop asks the right questions",
        description="What this loop cannot score.",
        made_at=datetime(2026, 3, 12, 9, 40, tzinfo=UTC),
        provenance=("Role profile v3", "Policy v5"),
        synthetic=True,
        letter=letter,
    )
    html = engines["django"].from_string(BODY).render({"document": document, "extra": extra})
    return PdfReader(BytesIO(to_pdf(html).content))


@pytest.mark.pdf
def test_pages_carry_header_footer_and_say_that_data_are_invented() -> None:
    first, second = (page.extract_text() for page in _pdf().pages)

    assert "Synthetic data" in first
    assert "The loop asks the right questions" in first
    assert "1 / 2" in first
    header = ("Loopwright · Evaluation gap report · Synthetic data", "Production AI engineer loop")
    footer = ("Role profile v3 · Policy v5", "Made 12 Mar 2026, 09:40 UTC", "2 / 2")
    for words in header + footer:
        assert words in second


@pytest.mark.pdf
def test_document_is_tagged_titled_and_in_a_language() -> None:
    reader = _pdf()

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "Evaluation gap report: Production AI engineer loop"


@pytest.mark.pdf
def test_every_font_is_ours_and_embedded() -> None:
    markup = svg.render(FIGURES["level_strip"](), mode="paper")
    names = set()
    for page in _pdf(markup).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            names.add(font.get_object()["/BaseFont"].split("+")[-1])

    assert names
    assert all(name.lstrip("/").startswith("Inter") for name in names), names


def test_fonts_hold_what_names_and_numbers_need() -> None:
    for path in (Path(settings.BASE_DIR) / "static" / "fonts" / "report").glob("*.woff2"):
        glyphs = TTFont(path).getBestCmap()
        assert not {char for char in "ŁłŽđćşğİőűñçßøåæþ−–…’“”\u202f×≥≤ΔЖễ" if ord(char) not in glyphs}, (
            path.name
        )


@pytest.mark.pdf
@pytest.mark.parametrize(("letter", "size"), [(False, (595, 842)), (True, (612, 792))])
def test_paper_is_a4_or_letter(letter: bool, size: tuple[int, int]) -> None:
    box = _pdf(letter=letter).pages[0].mediabox

    assert (round(box.width), round(box.height)) == size


@pytest.mark.pdf
@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/x.png",
        "file:///etc/passwd",
        (Path(settings.BASE_DIR) / "static" / "fonts" / ".." / "css" / "tokens.css").as_uri(),
        "data:image/png;base64,AAAA",
    ],
)
def test_report_fetches_nothing(address: str) -> None:
    with pytest.raises(ValueError, match="may not fetch"):
        _pdf(f'<img alt="" src="{address}">')
