"""What a start says of its steps: how many, and the time left, from the times before."""

import json
from pathlib import Path

import pytest

from dev.steps import TYPICAL, Steps, rounded

TITLES = {"postgres": "Starting PostgreSQL", "migrate": "Preparing the database", "serve": "Starting"}


def steps(tmp_path: Path, *, first: bool = False) -> Steps:
    return Steps(tmp_path / "timings.json", TITLES, first=first)


def test_first_start_goes_by_what_is_typical(tmp_path: Path) -> None:
    some = steps(tmp_path, first=True)
    some.now = "postgres"
    typical = TYPICAL["first"]
    assert some.left(0) == typical["postgres"] + typical["migrate"] + typical["serve"]
    some.now = "serve"
    assert some.left(0) == typical["serve"]


def test_later_start_goes_by_the_last_one_of_its_kind(tmp_path: Path) -> None:
    (tmp_path / "timings.json").write_text(
        json.dumps({"first": {"migrate": 90}, "again": {"postgres": 2, "migrate": 30}})
    )
    some = steps(tmp_path)
    some.now = "migrate"
    assert some.left(10) == 20 + TYPICAL["again"]["serve"]
    # One that takes longer than the last time still has the others before it.
    assert some.left(500) == TYPICAL["again"]["serve"]


def test_times_are_kept_by_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for first in (True, False):
        some = steps(tmp_path, first=first)
        for name in TITLES:
            with some.step(name, lines_below=name == "migrate"):
                pass
        some.remember()
    assert {kind: set(times) for kind, times in json.loads((tmp_path / "timings.json").read_text()).items()} == {
        "first": set(TITLES), "again": set(TITLES),
    }  # fmt: skip
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "  1/3 Starting PostgreSQL (about 30 s left) … 0.0 s"
    assert said[1:3] == ["  2/3 Preparing the database (about 30 s left) …", "    took 0.0 s"]


@pytest.mark.parametrize("text", ["", "[]", '{"again": 5}', '{"again": {"migrate": "soon", "serve": -1}}'])
def test_times_that_cannot_be_read_are_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "timings.json").write_text(text)
    some = steps(tmp_path)
    some.now = "migrate"
    assert some.left(0) == TYPICAL["again"]["migrate"] + TYPICAL["again"]["serve"]


def test_step_that_fails_takes_no_time(tmp_path: Path) -> None:
    some = steps(tmp_path)
    with pytest.raises(RuntimeError), some.step("migrate"):
        raise RuntimeError
    assert some.took == {}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a few seconds"),
        (4.9, "a few seconds"),
        (13, "about 15 s"),
        (89, "about 90 s"),
        (100, "about 2 min"),
    ],
)
def test_estimates_are_rounded(seconds: float, words: str) -> None:
    assert rounded(seconds) == words
