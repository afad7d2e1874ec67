"""Declared scales, scores that are mistyped, questions on different scales, classes of fine scores."""

import ast
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import psychometrics
from psychometrics import cli
from psychometrics.errors import BadInput, BadRow
from psychometrics.files.plausible import plausible
from psychometrics.files.reading import Reading
from psychometrics.files.scales import declared, scale
from psychometrics.files.score_file import parse_scores
from psychometrics.files.wording import IN_PYTHON, in_options
from tests.psychometrics import panels, reference

HEADER = "candidate,interviewer,question,score"


def _rows(seed=1):
    rows = panels.rows(panels.small(seed))
    for row in rows:
        row["question"] = f"q{int(row['question'][1:]) % 4}"
    return rows


def _longer(rows, *questions):
    """The same with points 2, 5, 8, 10 on some questions."""
    points = dict(zip("1234", ["2", "5", "8", "10"], strict=True))
    return [
        {**row, "score": points[row["score"]] if row["question"] in questions else row["score"]}
        for row in rows
    ]


def _scores(rows, **options):
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    return parse_scores([f"{line}\n" for line in lines], Reading(**options))


def _fair(result):
    return {row["candidate"]: row["fair_average"] for row in result["candidates"]}


def test_a_score_outside_the_declared_scale_is_refused_with_its_cell(tmp_path, capsys):
    rows = _rows()
    rows[6]["score"] = "44"
    path = reference.write(rows, tmp_path / "typed.csv")
    assert cli.main([str(path), "--scale", "1:4"]) == 2
    assert capsys.readouterr().err == f"{path}: line 8: column score: 44 lies outside the scale 1:4\n"
    with pytest.raises(BadRow, match="line 3: column Design: 0 lies outside the scale 1:4, and 1 more"):
        parse_scores(
            ["candidate,interviewer,Coding,Design\n", "Ada,Kim,1,2\n", "Ben,Kim,1,0\n", "Ben,Lee,5,3\n"],
            Reading(scales=declared(["1:4"])),
        )


def test_a_mistyped_score_moves_nobody_else_and_its_cell_is_named(tmp_path):
    rows = _rows()
    whole = cli.run_csv(reference.write(rows, tmp_path / "whole.csv"))
    rows[0] = {**rows[0], "score": "44"}
    typed = cli.run_csv(reference.write(rows, tmp_path / "typed.csv"))
    rows[0] = {**rows[0], "score": ""}
    empty = cli.run_csv(reference.write(rows, tmp_path / "empty.csv"))
    assert _fair(typed) == _fair(empty)
    assert max(abs(_fair(typed)[name] - fair) for name, fair in _fair(whole).items()) < 0.1
    assert typed["warnings"][-1] == (
        "1 score far from all others, which are 1 to 4, was left out as mistyped: 44 on line 2, column score. Correct "
        "the file; or declare the scale, --scale 1:4 to have such scores refused, --scale 1:44 to have them counted."
    )


@pytest.mark.parametrize(
    ("others", "lone", "far"),
    [
        ("1234", 44, True), ("1234", 11, True), ("1234", 8, True), ("1234", 5, False), ("1234", 7, False),
        ("1234", -4, True), ("1234", 0, False), ("34", 1, False), ("789", 1, False), ("12345", 10, True),
        ("123456", 10, False), ("05", 10, False),
    ],
)  # fmt: skip
def test_what_counts_as_mistyped(others, lone, far):
    rows = [f"c{k % 9},i{k % 5},q,{others[k % len(others)]}" for k in range(120)]
    read = parse_scores([HEADER + "\n", *(f"{row}\n" for row in [*rows, f"c0,i0,q,{lone}"])])
    assert (len(plausible(read)) < len(read)) is far
    # What is declared is counted.
    same = parse_scores([HEADER + "\n", *(f"{row}\n" for row in [*rows, f"c0,i0,q,{lone}"])],
                        Reading(scales=declared(["-99:99"])))  # fmt: skip
    assert plausible(same) is same


def test_many_scores_that_stand_apart_are_no_typing_errors():
    rows = _rows()
    for row in rows[::12]:
        row["score"] = "99"
    with pytest.raises(
        BadInput, match=r"15 scores stand far .* 99 on line 2, column score\. If they mean .* --scale 1:99"
    ):
        plausible(_scores(rows))


def test_two_scales_are_never_joined_in_silence():
    with pytest.raises(BadInput) as refused:
        plausible(_scores(_longer(_rows(), "q2")))
    assert str(refused.value) == (
        "the question q2 is rated from 2 to 10, all others from 1 to 4: two scales are not joined. Declare them, "
        "--scale 1:4 --scale q2=1:10, or that it is one, --scale 1:10"
    )
    with pytest.raises(BadInput, match="the questions q1, q3 are rated from 2 to 10"):
        plausible(_scores(_longer(_rows(), "q1", "q3")))
    # A typing error does not hide it.
    rows = _longer(_rows(), "q2")
    rows[0]["score"] = "77"
    with pytest.raises(BadInput, match="the question q2"):
        plausible(_scores(rows))


def test_an_easy_question_is_no_scale_of_its_own():
    rows = _rows()
    for row in rows:
        if row["question"] != "q1":
            row["score"] = min(row["score"], "3")
    read = _scores(rows)
    assert plausible(read) is read


def test_each_scale_is_calibrated_on_its_own(tmp_path, capsys):
    rows = _longer(_rows(), "q1", "q3")
    path = reference.write(rows, tmp_path / "mixed.csv")
    assert (
        cli.main(
            [str(path), "--scale", "1:4", "--scale", "q1=1:10", "--scale", "q3=1:10", "--format", "json"]
        )
        == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert found.keys() == {"parts", "warnings", "level"}
    assert [part["scale"] for part in found["parts"]] == ["1:4", "1:10"]
    for part, questions, top in zip(found["parts"], [{"q0", "q2"}, {"q1", "q3"}], [4, 10], strict=True):
        alone = cli.run_csv(
            reference.write([row for row in rows if row["question"] in questions], tmp_path / "alone.csv"),
            reading=Reading(scales=declared(["1:10"])),
        )
        assert part == {"scale": part["scale"], **alone}
        assert max(_fair(part).values()) <= top
    assert "each is calibrated on its own" in found["warnings"][0]
    assert cli.main([str(path), "--scale", "1:4", "--scale", "q1=1:10", "--scale", "q3=1:10"]) == 0
    text = capsys.readouterr().out
    assert text.count("=== Scale ") == 2
    assert "=== Scale 1:10" in text


def test_flagged_interviewers_are_left_out_of_each_scale(tmp_path):
    path = reference.write(_longer(_rows(), "q1", "q3"), tmp_path / "mixed.csv")
    scales = declared(["1:4", "q1=1:10", "q3=1:10"])
    found = cli.run_csv(path, reading=Reading(scales=scales), without_flagged=True)
    assert [bool(part["without_flagged"]["said"]) for part in found["parts"]] == [True, True]


def test_a_column_may_declare_the_scale(tmp_path):
    rows = [{**row, "scale": "1:10" if row["question"] == "q1" else "1-4"} for row in _longer(_rows(), "q1")]
    found = _scores(rows)
    assert [each.name for each in found.scales] == ["1:4", "1:10"]
    rows[5]["scale"] = "big"
    with pytest.raises(BadRow, match="line 7: column scale: 'big' is no scale"):
        _scores(rows)
    # An empty cell falls back on what is declared for all.
    some = _scores([{**row, "scale": ""} for row in _rows()], scales=declared(["0:5"]))
    assert some.scales[0].name == "0:5"
    assert set(some.scale.tolist()) == {0}


def test_a_scale_with_too_few_ratings_is_named_and_left_out(tmp_path):
    rows = _rows()
    rows += [{**row, "question": "pass", "score": "1"} for row in rows[:4]]
    scales = declared(["1:4", "pass=0:1"])
    found = cli.run_csv(reference.write(rows, tmp_path / "few.csv"), reading=Reading(scales=scales))
    assert [part["scale"] for part in found["parts"]] == ["1:4"]
    assert any(
        "The scale 0:1 (pass) could not be calibrated: 4 ratings: at least 10" in said
        for said in found["warnings"]
    )


def test_a_scale_for_a_question_that_is_not_there_is_refused():
    with pytest.raises(BadInput, match="--scale names the question 'q9', which the file does not have"):
        _scores(_rows(), scales=declared(["q9=1:4"]))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (["4:1"], "does not rise"),
        (["good"], "'good' is no scale"),
        (["a,b,A"], "has a word twice"),
        (["1:4", "1:5"], "two scales for all questions, 1:4 and 1:5"),
        (["q=1:4", "q=1:5"], "two scales for the question q"),
        (["=1:4"], "no question stands before the ="),
    ],
)
def test_what_is_no_scale_is_refused(text, reason, capsys):
    with pytest.raises(BadInput, match=reason):
        declared(text)
    assert cli.main(["none.csv", *(part for each in text for part in ("--scale", each))]) == 2
    assert "error: --scale: " in capsys.readouterr().err


def test_scales_can_be_written_many_ways():
    assert {scale(text) for text in ("1:4", "1-4", "1 to 4", " 1 : 4 ", "1..4")} == {scale("1:4")}
    assert scale("-2:2").points == 5
    assert scale("0.5:4.5").points is None
    assert declared(["a=b=1:4"]).of == {"a=b": scale("1:4")}


def _percentages():
    rng = np.random.default_rng(3)
    return [{**row, "score": f"{20 * int(row['score']) - rng.integers(0, 20)}"} for row in _rows()]


def test_fine_scores_are_refused_or_put_into_classes(tmp_path, capsys):
    path = reference.write(_percentages(), tmp_path / "percent.csv")
    assert cli.main([str(path)]) == 2
    assert (
        "distinct values from 1 to 79, and a rating scale at most 30: put them into classes with --bins 7"
        in (capsys.readouterr().err)
    )
    assert cli.main([str(path), "--bins", "6", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert len(found["thresholds"]) == 5
    assert "different scores were put into 6 classes of about equal size" in found["warnings"][-1]
    scores = [float(row["score"]) for row in _percentages() if row["candidate"] == "C3"]
    (row,) = [row for row in found["candidates"] if row["candidate"] == "C3"]
    assert row["raw_mean"] == pytest.approx(np.mean(scores), abs=6)
    raw = np.mean([row["raw_mean"] * row["n"] for row in found["candidates"]]) / 9
    assert raw == pytest.approx(np.mean([float(row["score"]) for row in _percentages()]))
    with pytest.raises(SystemExit):
        cli.main([str(path), "--bins", "1"])
    assert "1 is no number of classes from 2 to 30" in capsys.readouterr().err


def test_few_scores_need_no_classes(tmp_path):
    path = reference.write(_rows(), tmp_path / "scores.csv")
    assert cli.run_csv(path, bins=7) == cli.run_csv(path)


def test_advice_is_in_the_words_of_the_command_line(tmp_path):
    said = 'Calibrate with steps="question". If the candidates come from pools, give these as groups.'
    assert in_options(said) == (
        "See what --steps question changes. If the candidates come from pools, name the column that says which with "
        "--group."
    )
    package = Path(psychometrics.__file__).parent
    model = " ".join(
        node.value
        for path in (package / "model").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    for python in IN_PYTHON:
        assert python in model


def test_scores_from_no_file_are_named_by_their_place():
    rows = [f"c{k % 9},i{k % 5},q,{1 + k % 4}" for k in range(120)]
    read = parse_scores([HEADER + "\n", *(f"{row}\n" for row in [*rows, "c0,i0,q,44"])])
    (said,) = plausible(replace(read, line=None)).notes
    assert "left out as mistyped: 44 on rating 121." in said
