"""A long calculation says how far it is; a short one says nothing."""

import io

from psychometrics import cli
from psychometrics.files.progress import ProgressLine
from tests.psychometrics import panels, reference


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def test_nothing_is_said_about_a_short_calculation():
    stream = io.StringIO()
    with ProgressLine(stream) as progress:
        progress(0.5, "iteration 3")
    assert not stream.getvalue()


def test_a_terminal_shows_one_line_and_clears_it():
    stream = _Terminal()
    with ProgressLine(stream, patience=0.0) as progress:
        progress(0.05, "iteration 1")
        progress(0.5, "iteration 10")
    said = stream.getvalue()
    assert " 50 %" in said
    assert "iteration 10" in said
    assert "\n" not in said
    assert said.endswith("\r")


def test_a_log_gets_a_line_at_most_every_five_seconds():
    stream = io.StringIO()
    with ProgressLine(stream, patience=0.0) as progress:
        for step in range(100):
            progress(step / 100, f"iteration {step}")
        assert stream.getvalue().count("\n") == 1
    first, last = stream.getvalue().splitlines()
    assert first.endswith("iteration 0")
    assert last.startswith("100 %")


def test_a_log_of_what_failed_does_not_say_it_is_done():
    stream = io.StringIO()
    progress = ProgressLine(stream, patience=0.0)
    progress(0.5, "iteration 3")
    progress.__exit__(ValueError, ValueError("no"), None)
    assert "100 %" not in stream.getvalue()


def test_the_command_keeps_its_output_clean(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("psychometrics.files.progress.PATIENCE", 0.0)
    monkeypatch.setattr(ProgressLine.__init__, "__kwdefaults__", {"patience": 0.0})
    rows = panels.rows(panels.small(1))
    assert cli.main([str(reference.write(rows, tmp_path / "scores.csv")), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("{")
    assert "reading" in err
