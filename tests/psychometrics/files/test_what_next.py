"""What should happen next, by the command: the ratings that tell most, the meetings that link."""

import json

import numpy as np
import pytest

from psychometrics import cli
from psychometrics.files import what_next
from tests.psychometrics import panels, reference


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    return reference.write(panels.rows(panels.small(6)), tmp_path_factory.mktemp("next") / "scores.csv")


def test_ratings_that_tell_most_stand_first(scores, capsys):
    assert cli.main([str(scores), "--next", "C3", "--cut", "0.1", "--meetings", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    (row,) = result["next"]
    assert row["candidate"] == "C3"
    losses = [each["loss_after"] for each in row["best"]]
    assert len(losses) == what_next.SHOWN
    assert losses == sorted(losses)
    assert losses[0] < row["loss"]
    assert all(each["se_after"] < row["se"] for each in row["best"])
    assert result["meetings"] == {"linked": True, "error_before": 0.0, "error_after": 0.0, "hold": []}

    assert cli.main([str(scores), "--next", "C3", "--meetings"]) == 0
    text = capsys.readouterr().out
    assert "One more rating of C3" in text
    assert "none is needed" in text


def test_unlinked_panels_are_told_who_should_meet(tmp_path, capsys):
    rows = panels.rows(panels.small(6))
    apart = [{name: value if name == "score" else f"B{value}" for name, value in row.items()} for row in rows]
    path = reference.write(rows + apart, tmp_path / "apart.csv")
    assert cli.main([str(path), "--meetings"]) == 0
    text = capsys.readouterr().out
    assert "Meetings that link everybody at least cost, 1;" in text
    assert "subsets 1 and 2" in text or "subsets 2 and 1" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--next", "nobody"], "no candidate 'nobody'"),
        (["--cut", "1"], "--cut needs --next"),
    ],
)
def test_what_cannot_be_told_is_refused_in_one_line(scores, capsys, options, said):
    assert cli.main([str(scores), *options]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert said in found.err
    # On a slow machine lines of progress stand above it.
    assert [line for line in found.err.splitlines() if "error" in line or said in line][
        -1
    ] == found.err.splitlines()[-1]


def test_of_several_competencies_it_is_the_mean_that_is_told_of(tmp_path, capsys):
    rng = np.random.default_rng(0)
    rows = panels.rows(panels.small(6))
    for row in rows:
        row["competency"] = str(rng.choice(["code", "design"]))
    path = reference.write(rows, tmp_path / "competencies.csv")
    assert cli.main([str(path), "--next", "C3", "--cut", "0.1", "--meetings", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    (row,) = result["next"]
    assert all(each["se_after"] < row["se"] for each in row["best"])
    assert row["best"][0]["loss_after"] < row["loss"]
    assert " / " in row["best"][0]["question"], "a question on one of the competencies"
    mine = [each["se"] for each in result["candidates"] if each["candidate"] == "C3"]
    assert len(mine) == 2
    assert row["se"] < max(mine), "a mean is known better than its parts"
    assert result["meetings"]["hold"] == []
