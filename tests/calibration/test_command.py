"""``manage.py calibrate`` is the instrument's own command, reached from inside the product."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandParser

from hiring.management.commands.calibrate import Command
from psychometrics.files import arguments
from tests.psychometrics import panels, reference


@pytest.fixture
def scores(tmp_path):
    panel = panels.small(1)
    columns = zip(panel.candidate, panel.interviewer, panel.question, panel.score, strict=True)
    rows = [
        {"candidate": f"C{c}", "interviewer": f"I{i}", "question": f"Q{q}", "score": str(y)}
        for c, i, q, y in columns
    ]
    return reference.write(rows, tmp_path / "scores.csv")


def test_a_score_file_is_calibrated_and_nobody_ranked(scores, capsys):
    call_command("calibrate", str(scores), "--format", "json", "--level", "0.8", "--no-halo")
    result = json.loads(capsys.readouterr().out)
    assert [row["candidate"] for row in result["candidates"]] == [f"C{place}" for place in range(20)]
    assert result["level"] == 0.8
    assert result["components"]["halo"] is None


def test_the_options_are_those_of_the_instrument(scores, tmp_path, capsys):
    lines = scores.read_text(encoding="utf-8").splitlines()
    rows = [f"{line},{'north' if place % 2 else 'south'}" for place, line in enumerate(lines[1:])]
    path = tmp_path / "sites.csv"
    path.write_text("\n".join([lines[0] + ",site", *rows]), encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("calibrate", str(path), "--group", "site")  # candidates in two groups
    assert "in two groups" in capsys.readouterr().err
    call_command("calibrate", str(scores), "--steps", "question", "--engine", "numpy")
    assert "Steps of the questions" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_leaves_with_2(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("calibrate", str(tmp_path / "none.csv"))
    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("none.csv") == 1


def test_the_names_are_those_of_the_interface(scores, capsys):
    with pytest.raises(SystemExit) as stopped:
        call_command("calibrate", str(scores), "--cut", "1")
    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("manage.py calibrate: error: --cut needs --next CANDIDATE")


def test_every_option_of_the_instrument_is_one_of_the_command():
    theirs, ours = argparse.ArgumentParser(), CommandParser()
    arguments.add_arguments(theirs)
    Command().add_arguments(ours)
    assert {option for action in theirs._actions for option in action.option_strings} == {
        option for action in ours._actions for option in action.option_strings
    }


def test_it_needs_neither_settings_nor_a_database(scores, tmp_path):
    """As in a fresh checkout: nobody has set a key, and no demo has run."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "HOME")}
    environment = {**kept, "LOOPWRIGHT_DATA_DIR": str(tmp_path / "none")}

    def run(*options):
        command = [sys.executable, "manage.py", "calibrate", *map(str, options)]
        return subprocess.run(
            command,
            cwd=Path(__file__).parents[2],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    done = run(scores)
    assert done.returncode == 0, done.stderr
    assert "180 ratings of 20 candidates" in done.stdout
    refused = run(tmp_path / "none.csv")
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (2, "", 1)
    assert run(scores, "--level", "2").returncode == 2
    assert not (tmp_path / "none").exists()
