"""`make clean`: what the demo stored goes, what it did not stays."""

from pathlib import Path

import pytest

from dev import clean


def test_clean_removes_what_was_stored_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("media", "static", "log", "broker/messages"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("secret_key", "celerybeat-schedule.db", "notes.txt"):
        (tmp_path / name).touch()
    clean.remove(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    assert "Removed the data" in capsys.readouterr().out


def test_clean_removes_the_folder_when_nothing_is_left(tmp_path: Path) -> None:
    data = tmp_path / "var"
    (data / "media").mkdir(parents=True)
    clean.remove(data)
    assert not data.exists()


def test_stop_says_that_nothing_ran(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clean.stop(tmp_path)
    assert capsys.readouterr().out == "Nothing was running.\n"
