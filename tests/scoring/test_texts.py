"""Sentences that pages and script share are written once, and the script asks for none that is not there."""

import re
from pathlib import Path

from django.conf import settings

from hiring.scoring import texts

ROOT = Path(settings.BASE_DIR)
SCRIPTS = sorted((ROOT / "static" / "js" / "scoring").glob("*.js"))


def sentences() -> list[str]:
    """Every shared sentence that is long enough to be told from other words."""
    values = [value for name, value in vars(texts).items() if name.isupper()]
    flat = [text for value in values for text in (value.values() if isinstance(value, dict) else [value])]
    # Cut at the names to be filled: what remains is what a copy would repeat.
    parts = [part.strip(" ,.:") for text in flat for part in re.split(r"\{\w+\}", text)]
    long = [part for part in parts if len(part.split()) > 3]
    return [*long, *(part[0].upper() + part[1:] for part in long if part[0].islower())]


def test_no_shared_sentence_is_typed_again() -> None:
    sources = [
        *SCRIPTS,
        *(ROOT / "hiring" / "scoring").rglob("*.html"),
        *(path for path in (ROOT / "hiring" / "scoring").rglob("*.py") if path.name != "texts.py"),
    ]
    wanted = sentences()
    assert "needs one thing the candidate said or did" in wanted
    again = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sources
        for text in wanted
        if text in " ".join(path.read_text().split())
    ]
    assert not again


def test_script_asks_for_no_sentence_that_is_not_there() -> None:
    script = "\n".join(path.read_text() for path in SCRIPTS)
    asked = set(re.findall(r"\btexts\.(\w+)", script))
    assert asked == set(texts.for_script())
    assert set(re.findall(r"(?<![\w/])(?:values|words)\.(\w+)", script)) == set(texts.VALUES)


def test_each_tick_has_its_name() -> None:
    assert set(texts.TICK_SIGNS) < set(texts.TICKS)
