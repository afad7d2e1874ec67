"""What the versions of every kind share stands once."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("accounts", "content", "roles", "rubrics", "loops", "hiring", "reports", "demo")


def _homes(text: str) -> list[str]:
    """Return the modules of the product in which a piece of code stands."""
    files = (
        path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts
    )
    return [path.relative_to(ROOT).as_posix() for path in files if text in path.read_text()]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        (".full_clean(", "accounts/actions/checking.py"),
        (".clean_fields(", "accounts/actions/checking.py"),
        ("status=Status.PUBLISHED, published_at=", "content/life.py"),
        ("retired_at=timezone.now()", "content/life.py"),
        ("changed this draft after you opened it", "content/concurrency.py"),
        ("version=max(", "content/life.py"),
    ],
)
def test_code_has_one_home(text: str, home: str) -> None:
    assert _homes(text) == [home]
