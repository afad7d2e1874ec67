"""How numbers are written."""

import pytest

from figures import text_widths
from web import numbers

S = "\u202f"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (numbers.percent(0.575), f"57{S}%"),
        (numbers.gap(0.3972), f"39.7{S}%"),
        (numbers.level(2.84), "2.8"),
        (numbers.level(None), "–"),
        (numbers.severity(-0.04), "0.0"),
        (numbers.severity(0.31), "+0.3"),
        (numbers.severity(-0.31), "−0.3"),
        (numbers.reliability(0.4449), "0.44"),
        (numbers.points(-0.034), "−3.4"),
        (numbers.points(0.034), "+3.4"),
        (numbers.chance(0.001), f"<1{S}%"),
        (numbers.chance(0.999), f">99{S}%"),
        (numbers.chance(0.8), f"80{S}%"),
        (numbers.span(2.3, 3.2), "2.3–3.2"),
        (numbers.span(-0.4, 0.2), "−0.4 to 0.2"),
        (numbers.span(None, 0.2), "–"),
    ],
)
def test_number_is_written_by_its_rule(written: str, expected: str) -> None:
    assert written == expected


def test_widths_are_those_of_the_vendored_fonts() -> None:
    from django.conf import settings
    from fontTools.ttLib import TTFont

    for weight in (400, 600):
        font = TTFont(settings.BASE_DIR / "static" / "fonts" / f"inter-latin-{weight}-normal.woff2")
        glyphs, unit = font["hmtx"], font["head"].unitsPerEm
        for code, name in font.getBestCmap().items():
            if 32 <= code < 127:
                width = text_widths.width(chr(code), 1000, weight)
                assert width == pytest.approx(1000 * glyphs[name][0] / unit, abs=1), chr(code)


def test_wrapped_lines_fit_and_lose_nothing_but_the_end() -> None:
    text = "Release, rollback and model replacement in production"

    lines = text_widths.wrap(text, 120, 8.2)

    assert len(lines) == 2
    assert all(text_widths.width(line, 8.2) <= 120 for line in lines)
    assert text.startswith(" ".join(lines).rstrip("…"))


def test_accents_are_as_wide_as_their_letters() -> None:
    assert text_widths.width("é", 10) == text_widths.width("e", 10)
