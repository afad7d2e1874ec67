"""``python -m psychometrics`` where files, terminals and people are as they are."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from psychometrics import cli
from psychometrics._labels import natural, printable
from psychometrics.errors import BadInput, BadRow
from psychometrics.files.progress import ProgressLine
from psychometrics.files.reading import Reading
from psychometrics.files.score_file import parse_scores, read_scores
from psychometrics.model import compiled
from psychometrics.model._kernel_cache import kernels_cached
from tests.psychometrics import panels, reference

HEADER = "candidate,interviewer,question,score\n"
ROOT = Path(__file__).parents[3]


def _rows(**options):
    return panels.rows(panels.small(1), **options)


@pytest.fixture
def scores(tmp_path):
    return reference.write(_rows(), tmp_path / "scores.csv")


def _run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "psychometrics", *map(str, arguments)],
        capture_output=options.pop("capture_output", True),
        check=False,
        cwd=ROOT,
        env={**os.environ, **options.pop("env", {})},
        **options,
    )


def _first_cells(text, title):
    """The first column of the table under the heading."""
    lines = text.split(title)[1].splitlines()[2:]
    return [line.split()[0] for line in lines[: next(k for k, line in enumerate(lines) if not line.strip())]]


def test_nobody_is_ranked(scores, capsys):
    expected = [f"C{place}" for place in range(20)]
    result = cli.run_csv(scores)
    assert [row["candidate"] for row in result["candidates"]] == expected
    assert [row["question"] for row in result["questions"]] == [f"Q{place}" for place in range(12)]
    assert result["subsets"][0]["candidates"] == expected
    measures = [row["measure"] for row in result["candidates"]]
    assert measures != sorted(measures, reverse=True)
    assert cli.main([str(scores)]) == 0
    text = capsys.readouterr().out
    assert _first_cells(text, "Candidates:") == expected
    assert _first_cells(text, "Interviewers:") == [f"I{place}" for place in range(5)]


def test_the_order_of_labels_is_the_natural_one():
    labels = ["C10", "c2", "C1", "B", "C02", "C", "10", "9", "Zoë"]
    assert sorted(labels, key=natural) == ["9", "10", "B", "C", "C1", "C02", "c2", "C10", "Zoë"]
    assert natural(7) < natural(12)


def _written(monkeypatch, encoding, *arguments):
    """What the command writes to a terminal or file of this encoding."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    with monkeypatch.context() as context:
        context.setattr(sys, "stdout", stream)
        assert cli.main([*map(str, arguments)]) == 0
        stream.flush()
    return stream.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_any_output_encoding_will_do(tmp_path, monkeypatch, encoding):
    path = reference.write(_rows(name=lambda c: f"Łukasz {c}"), tmp_path / "scores.csv")
    text = _written(monkeypatch, encoding, path)
    assert " -0." in text
    assert "\\u0141ukasz 3" in text
    result = json.loads(_written(monkeypatch, encoding, path, "--format", "json"))
    assert result["candidates"][3]["candidate"] == "Łukasz 3"


def test_a_process_writes_as_its_environment_says(tmp_path):
    path = reference.write(_rows(name=lambda c: f"Łukasz {c}"), tmp_path / "scores.csv")
    done = _run(path, env={"PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 0, done.stderr
    assert "\\u0141ukasz 3" in done.stdout.decode("cp1252")


def test_utf_8_output_keeps_true_minus_signs(scores, monkeypatch):
    text = _written(monkeypatch, "utf-8", scores)
    assert " −0." in text
    assert " -0." not in text


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_one_line(scores):
    with Path("/dev/full").open("wb") as full:
        done = _run(scores, capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    # What took long may have said so before.
    line = done.stderr.decode().splitlines()[-1]
    assert "cannot write the result" in line


def test_an_interruption_is_one_line():
    reader, writer = os.pipe()  # a file that never ends, longer than a pipe holds: what is written was read
    code = (  # the signal is ignored where tests run in the background
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from psychometrics.__main__ import run; sys.exit(run())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "-"],
        stdin=reader,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    os.write(writer, HEADER.encode() + b"candidate,interviewer,question,1\n" * 20_000)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    os.close(reader)
    os.close(writer)
    assert process.returncode == 130
    assert out == b""
    assert err.decode().splitlines() == ["interrupted"]


def test_an_interrupted_calculation_leaves_with_130(scores, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_csv", interrupted)
    assert cli.main([str(scores)]) == 130
    assert capsys.readouterr() == ("", "interrupted\n")


def test_a_dash_reads_standard_input(scores, monkeypatch, capsys):
    done = _run("-", "--format", "json", input=scores.read_bytes())
    assert done.returncode == 0, done.stderr
    assert cli.main([str(scores), "--format", "json"]) == 0
    assert json.loads(done.stdout) == json.loads(capsys.readouterr().out)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"candidate\n")))
    assert cli.main(["-"]) == 2
    assert capsys.readouterr().err.startswith("standard input: line 1: missing column interviewer")


def test_streams_may_be_closed(scores, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", None)
    assert cli.main(["-"]) == 2
    assert capsys.readouterr().err == "standard input: it is closed\n"
    with monkeypatch.context() as context:
        context.setattr(sys, "stdout", None)
        assert cli.main([str(scores)]) == 1
    assert "standard output is closed" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stderr", None)
    assert cli.main([str(scores)]) == 0
    assert cli.main(["-"]) == 2


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"loopwright-psychometrics {cli.version()}\n"
    assert cli.version()[0].isdigit()


def test_what_was_not_assessed_is_left_out_and_said(tmp_path, scores):
    rows = _rows()
    again = [{**row, "score": "N.A."} for row in rows[40:43]]
    path = reference.write([*rows[:9], *again, *rows[9:]], tmp_path / "holes.csv")
    holes, whole = cli.run_csv(path), cli.run_csv(scores)
    said = holes["warnings"].pop()
    assert said.startswith("3 rows have no score (the first on line 11) and were left out")
    assert holes == whole


@pytest.mark.parametrize("word", ["", "NA", "n/a", "N.A.", "Not assessed", "-", "–"])
def test_there_are_many_words_for_not_assessed(word):
    found = parse_scores([HEADER, "a,b,q,1\n", f"c,d,r,{word}\n", "a,b,s,2\n"])
    assert found.score.tolist() == [1.0, 2.0]
    assert found.question.tolist() == ["q", "s"]
    assert found.notes[0].startswith("1 row has no score (line 3)")


def test_one_row_left_out_is_one():
    (said,) = parse_scores([HEADER, "a,b,q,1\n", "a,b,r,NA\n"]).notes
    assert said.startswith("1 row has no score (line 3) and was left out")


def test_a_file_without_any_score_says_why_there_are_no_ratings():
    with pytest.raises(BadInput, match=r"no ratings\. 2 rows have no score"):
        parse_scores([HEADER, "a,b,q,NA\n", "a,b,r,\n"])


def test_ratings_without_a_time_are_left_out_of_drift_only(tmp_path):
    rows = [
        {**row, "scored_at": "" if place % 9 == 4 else f"2026-01-{1 + place % 28:02}"}
        for place, row in enumerate(_rows())
    ]
    holes = cli.run_csv(reference.write(rows, tmp_path / "holes.csv"))
    bare = cli.run_csv(reference.write(_rows(), tmp_path / "bare.csv"))
    assert holes["candidates"] == bare["candidates"]
    assert "20 ratings have no scored_at (the first on line 6)" in holes["warnings"][-1]
    never = [{**row, "scored_at": "n/a"} for row in rows]
    none = cli.run_csv(reference.write(never, tmp_path / "never.csv"))
    assert none["interviewers"] == bare["interviewers"]


def test_times_may_have_an_offset():
    lines = ["candidate,interviewer,question,score,scored_at\n"]
    lines += [
        f"a,b,q,1,{when}\n" for when in ("2026-01-31", "2026-01-31T01:00+01:00", "2026-01-31 12:00", "")
    ]
    day = parse_scores(lines).scored_at
    assert day[0] == day[1]
    assert day[2] - day[0] == 0.5
    assert np.isnan(day[3])
    with pytest.raises(
        BadRow, match=r"line 2: scored_at '31\.01\.2026' does not begin with the year: say --dates mdy"
    ):
        parse_scores([lines[0], "a,b,q,1,31.01.2026\n"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEADER + 'a,b,q,"3,5"\n', r"line 2: score '3,5' .* use a decimal point \(3\.5\)"),
        (HEADER + "a,b,q,1_0\n", "line 2: score '1_0' is not a number"),
        (HEADER + "a,b,q,good\n", "line 2: score 'good' is not a number"),
        (HEADER + 'a,b,q,1\n\na,"b,q,1\na,b,q,1\n', "line 4: a quotation mark is opened here and never closed"),
        (HEADER + 'a,"b,q,1\n' + "a,b,q,1\n" * 20_000, "line 2: not valid CSV: field larger .* opened here"),
        (HEADER + "a,b\0,q,1\n", "line 2: a cell holds a NUL"),
        ("sep=;\n" + HEADER.replace(",", ";") + "a;b;q;x\n", "line 3: score 'x'"),
        ("\n  \n" + HEADER + "a,b,q,x\n", "line 4: score 'x'"),
        ("sep=;\ncandidate;score\na;1\n", "line 2: missing column interviewer; .* --map interviewer=COLUMN"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_mends_it(text, reason):
    with pytest.raises(BadInput, match=reason):
        parse_scores(io.StringIO(text, newline=""))


def test_a_first_line_may_name_the_separator(tmp_path, scores):
    path = tmp_path / "excel.csv"
    path.write_text("\ufeffsep=;\n" + scores.read_text().replace(",", ";"), encoding="utf-8")
    assert cli.run_csv(path) == cli.run_csv(scores)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HEADER.encode() + b"Zo\xc3\xab,b,q,1\nJos\xe9,b,q,1\n", r"line 3: not UTF-8 text \(byte 0xe9\); .* --enc"),
        (HEADER.encode() + b"a,b,q,1\nJos\x81,b,q,1\n", r"line 3: not UTF-8 text \(byte 0x81\)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither text nor a workbook"),
        (b"PK\x03\x04rest", "no workbook that can be read .* save it as CSV UTF-8"),
        ("\u00eb".encode() + b"\n" * 9_000 + b"a,b\xff,q,1\n", "line 9001: not UTF-8"),
    ],
)  # fmt: skip
def test_files_that_are_not_utf_8_are_named(tmp_path, content, reason):
    path = tmp_path / "scores.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=reason):
        read_scores(path)


def test_the_file_is_named_once(tmp_path, capsys):
    missing = tmp_path / "none.csv"
    assert cli.main([str(missing)]) == 2
    assert capsys.readouterr().err.count("none.csv") == 1


@pytest.mark.parametrize("command", ["table", "json"])
def test_names_cannot_steer_the_terminal(tmp_path, capsys, command):
    strange = "\x1b[2J\u202eEve\x9b1m\x07"
    path = reference.write(_rows(name=lambda c: f"C{c}{strange if c == 3 else ''}"), tmp_path / "scores.csv")
    assert cli.main([str(path), "--format", command]) == 0
    text = capsys.readouterr().out
    assert not set(text) & set("\x1b\u202e\x9b\x07")
    if command == "json":
        assert json.loads(text)["candidates"][3]["candidate"] == "C3" + strange
    else:
        assert r"C3\x1b[2J\u202eEve\x9b1m\x07" in text


def test_names_of_all_scripts_are_shown_as_they_are():
    for name in ("Zoë Müller", "王小明", "علی\u200cرضا", "O’Neil", "Anne\u00a0Marie"):
        assert printable(name) == name
    assert printable("a\nb") == r"a\nb"


def test_options_are_named_as_they_are_written(scores, capsys, monkeypatch):
    monkeypatch.setattr(compiled, "installed", lambda: False)
    assert cli.main([str(scores), "--engine", "compiled"]) == 2
    assert "--engine compiled needs numba" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main([str(scores), "--group", ""])
    assert "argument --group: the name of a column is expected" in capsys.readouterr().err


def test_an_empty_group_is_named_by_its_column():
    with pytest.raises(BadRow, match="line 3: Site is empty"):
        parse_scores(
            [HEADER.replace("\n", ",Site\n"), "a,b,q,1,north\n", "a,b,q,1,\n"], Reading(group="site")
        )


def test_one_of_a_kind_is_not_many(tmp_path, capsys):
    rows = [{**row, "interviewer": "I0", "question": "Q0"} for row in _rows()]
    assert cli.main([str(reference.write(rows, tmp_path / "scores.csv"))]) == 0
    assert "180 ratings of 20 candidates by 1 interviewer on 1 question\n" in capsys.readouterr().out


@pytest.mark.usefixtures("kernels")
def test_compiling_is_announced_before_it_is_done(scores, capsys, monkeypatch):
    for cached in (True, False):
        monkeypatch.setattr(cli, "kernels_cached", lambda cached=cached: cached)
        assert cli.main([str(scores), "--engine", "compiled"]) == 0
        assert (cli.COMPILING in capsys.readouterr().err) is not cached
    assert cli.main([str(scores)]) == 0  # too few ratings for the compiler
    assert cli.COMPILING not in capsys.readouterr().err


def test_kernels_are_looked_for_where_numba_keeps_them(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert not kernels_cached()
    version = f"py{sys.version_info.major}{sys.version_info.minor}"
    (tmp_path / "place").mkdir()
    index = tmp_path / "place" / f"calibration_derivatives.move-1.{version}.nbi"
    index.touch()
    assert kernels_cached()
    os.utime(index, (0, 0))  # older than the source
    assert not kernels_cached()


def test_what_is_announced_is_said_at_once():
    stream = io.StringIO()
    with ProgressLine(stream) as progress:
        progress.say("once")
    assert stream.getvalue() == "once\n"
