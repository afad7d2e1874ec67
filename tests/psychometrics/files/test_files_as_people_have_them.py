"""Score files as rating systems, spreadsheets and people write them."""

import io
import json
import sys
import zipfile

import numpy as np
import pytest

from psychometrics import cli
from psychometrics.errors import BadInput, BadRow
from psychometrics.files.reading import Reading
from psychometrics.files.scales import declared
from psychometrics.files.score_file import parse_scores, read_scores
from tests.psychometrics import panels, reference

HEADER = "candidate,interviewer,question,score"


def _rows(**options):
    return panels.rows(panels.small(1), **options)


def _parsed(*lines, **options):
    return parse_scores([f"{line}\n" for line in lines], Reading(**options))


@pytest.fixture
def plain(tmp_path):
    return reference.write(_rows(), tmp_path / "plain.csv")


def _without_notes(result, *words):
    """The result without the warnings that say how the file was read, each of which is there."""
    for word in words:
        assert any(word in warning for warning in result["warnings"]), word
    kept = [text for text in result["warnings"] if not any(word in text for word in words)]
    return {**result, "warnings": kept}


# Words in place of numbers


def test_words_of_rating_systems_are_points_and_said():
    words = ["Strong Yes", "yes", "MIXED", "no", "definitely_not", "strong-no"]
    found = _parsed(HEADER, *(f"a,b,q{k},{word}" for k, word in enumerate(words)))
    assert found.score.tolist() == [5.0, 4.0, 3.0, 2.0, 1.0, 1.0]
    (said,) = found.notes
    assert said == (
        "Words were read as points: definitely not and strong no = 1, no = 2, mixed = 3, yes = 4, strong yes = 5; "
        "--scale WORD,WORD,... (worst first) overrides."
    )


@pytest.mark.parametrize(
    ("words", "points"),
    [
        (["no", "yes"], [2, 3]),
        (["No Hire", "Hire", "Strong Hire"], [2, 3, 4]),
        (["no", "lean no", "lean yes"], [2, 3, 4]),
        (["lean_no", "mixed", "strong_yes"], [3, 4, 7]),
    ],
)
def test_a_scale_has_as_many_points_as_its_words_ask_for(words, points):
    assert _parsed(HEADER, *(f"a,b,q{k},{word}" for k, word in enumerate(words))).score.tolist() == points


def test_no_decision_is_not_assessed():
    found = _parsed(HEADER, "a,b,q,yes", "a,b,r,no_decision", "a,b,s,No Decision", "a,b,t,no")
    assert found.question.tolist() == ["q", "t"]
    assert found.notes[0].startswith("2 rows have no score (the first on line 3)")


def test_a_scale_says_what_words_are_worth():
    words = ("poor", "fair", "good")
    lines = [HEADER, *(f"a,b,q{k},{word.title()}" for k, word in enumerate(words))]
    assert _parsed(*lines, scales=declared(["poor,fair,good"])).score.tolist() == [1.0, 2.0, 3.0]
    lines = [HEADER, "a,b,q,no", "a,b,r,strong yes"]
    assert _parsed(*lines, scales=declared(["0:4"])).score.tolist() == [1.0, 4.0]
    with pytest.raises(BadRow, match="line 2: the word 'mixed' has no place on the scale 1:4"):
        _parsed(HEADER, "a,b,q,mixed", scales=declared(["1:4"]))
    # A word that otherwise says that nothing was rated is a score where the scale has it.
    none = _parsed(HEADER, "a,b,q,none", "a,b,r,some", scales=declared(["none,some,much"]))
    assert none.score.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        ("excellent", "line 3: score 'excellent' is not a number; .* --scale poor,fair,good"),
        ("yes", "line 3: the word 'yes' stands among scores that are numbers"),
        ("1_0", "line 3: score '1_0' is not a number"),
        ("3/4", "line 3: score '3/4' is not a number"),
    ],
)
def test_a_word_nobody_declared_is_refused(score, reason):
    with pytest.raises(BadRow, match=reason):
        _parsed(HEADER, "a,b,q,3", f"a,b,r,{score}")


def test_a_number_before_a_word_is_the_score():
    cells = ["1 - Good", "2: fair", "3 (meets)", "4 Strong", "5. best", "3"]
    found = _parsed(HEADER, *(f"a,b,q{k},{cell}" for k, cell in enumerate(cells)))
    assert found.score.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 3.0]
    assert found.notes == ("Scores with words were read by their number, the first '1 - Good' on line 2.",)


def test_a_panel_of_words_is_the_panel_of_their_points(tmp_path, plain):
    words = dict(zip("1234", ["definitely_not", "no", "yes", "strong_yes"], strict=True))
    rows = [{**row, "score": words[row["score"]]} for row in _rows()]
    found = cli.run_csv(reference.write(rows, tmp_path / "words.csv"))
    assert _without_notes(found, "Words were read as points") == cli.run_csv(plain)


@pytest.mark.parametrize("word", ["null", "None", "NaN", "NULL", "#N/A", "not_assessed", "n/a"])
def test_nothing_has_many_words_and_is_counted(word):
    found = _parsed(HEADER, "a,b,q,1", f"a,b,r,{word}", "a,b,s,2")
    assert found.score.tolist() == [1.0, 2.0]
    assert found.notes == (
        "1 row has no score (line 3) and was left out: what was not assessed is not zero.",
    )


# Which column is what


@pytest.mark.parametrize(
    ("header", "guessed"),
    [
        ("Candidate ID,Interviewer Name,Question,Score", "Candidate ID as candidate, Interviewer Name as interviewer"),
        ("ratee,rater,item,score", "ratee as candidate, rater as interviewer, item as question"),
        ("Candidate,Interviewer,Question,Overall Score", "Overall Score as score"),
        ("candidate_name,interviewer_email,attribute,rating",
         "candidate_name as candidate, interviewer_email as interviewer, attribute as question, rating as score"),
        ("ApplicantName,submitted by,Criterion,Final Rating",
         "ApplicantName as candidate, submitted by as interviewer, Criterion as question, Final Rating as score"),
    ],
)  # fmt: skip
def test_columns_are_found_by_their_names_and_said(header, guessed):
    found = _parsed(header, "Ada,Kim,design,3")
    assert (found.candidate[0], found.interviewer[0], found.question[0]) == ("Ada", "Kim", "design")
    assert found.notes == (f"Columns were taken by their names: {guessed}; --map says otherwise.",)


def test_a_column_of_the_roles_own_name_is_no_guess():
    found = _parsed("Score,Rating,Question,Interviewer,Candidate,Applicant", "3,9,q,Kim,Ada,Bob")
    assert (found.score.tolist(), found.candidate.tolist(), found.notes) == ([3.0], ["Ada"], ())


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("rater,judge,item,rating",
         "the columns rater, judge could each be the interviewer, and none is the candidate by its name; say which"),
        ("candidate name,candidate id,interviewer,question,score",
         "the columns candidate name, candidate id could each be the candidate; say which it is: --map candidate"),
        ("who,interviewer,question,score",
         "missing column candidate; found who, interviewer, question, score. Say which it is: --map candidate=COLUMN"),
        ("idstud,rater,k1,k2", "missing column candidate; found idstud, rater, k1, k2. Say which it is: --map"),
        ("who,question", "missing columns candidate, interviewer, score; found who, question. Say which it is: --map"),
        ("candidate,interviewer,question,mark",
         "missing column score; found candidate, interviewer, question, mark. Say which it is: --map score=COLUMN"),
    ],
)  # fmt: skip
def test_a_column_that_could_be_two_things_is_named_with_the_option(header, reason):
    with pytest.raises(BadRow) as refused:
        _parsed(header, ",".join("abc1"[: header.count(",")]) + ",1")
    assert reason in str(refused.value)


def test_columns_can_be_named(tmp_path, capsys):
    path = tmp_path / "scores.csv"
    lines = [",".join(row.values()) for row in _rows()]
    path.write_text("\n".join(['rater,judge,"item, asked",mark', *lines]), encoding="utf-8")
    arguments = [
        str(path),
        "--map",
        "candidate=rater,interviewer=Judge",
        "--map",
        "question=item, asked,score=mark",
    ]
    assert cli.main([*arguments, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["ratings"] == 180
    assert cli.main([*arguments[:-1], "question=asked,score=mark"]) == 2
    assert "there is no column 'asked' for the question; found rater, judge" in capsys.readouterr().err
    for wrong in ("who=rater", "candidate", "candidate=rater,candidate=judge"):
        assert cli.main([str(path), "--map", wrong]) == 2
        assert "error: --map" in capsys.readouterr().err


def test_a_long_header_is_not_repeated_whole():
    with pytest.raises(BadRow) as refused:
        _parsed(",".join(f"column {'x' * 300} {k}" for k in range(200)), "1")
    assert len(str(refused.value)) < 1_000
    assert "200 in all" in str(refused.value)


def test_json_is_named_in_one_line():
    for text in ('[{"candidate": "C0", "score": 1}, ' * 300, '{"rows": []}', "[", "  [\n"):
        with pytest.raises(BadInput) as refused:
            parse_scores(io.StringIO(text))
        assert (
            str(refused.value)
            == "the file is JSON, not a table: write one rating a line with a header, as CSV"
        )


# One question, or a column for each


def test_without_a_column_of_questions_everything_is_one_question():
    found = _parsed("candidate,interviewer,Overall Score", "Ada,Kim,3", "", "Ada,Lee,2")
    assert found.question.tolist() == ["Overall Score"] * 2
    assert found.notes[1] == (
        "There is no column of questions: everything counts as one question, Overall Score."
    )


def _wide(rows):
    """The same ratings with a column a question."""
    questions = sorted({row["question"] for row in rows})
    cells = {}
    for row in rows:
        cells.setdefault((row["candidate"], row["interviewer"]), {})[row["question"]] = row["score"]
    return [
        {"candidate": who, "interviewer": by, **{question: given.get(question, "") for question in questions}}
        for (who, by), given in cells.items()
    ]


def test_a_wide_file_is_the_long_one(tmp_path, plain):
    rows = [{**row, "Overall": "2", "Application ID": str(k)} for k, row in enumerate(_wide(_rows()))]
    path = reference.write(rows, tmp_path / "wide.csv")
    long = cli.run_csv(plain)
    words = (
        "The file is wide",
        "sums the others up",
        "no scores by their names: Application ID;",
        "have no score",
    )
    assert _without_notes(cli.run_csv(path), *words) == long
    assert _without_notes(cli.run_csv(path, reading=Reading(wide=True)), *words) == long
    (said,) = [text for text in cli.run_csv(path)["warnings"] if "sums the others up" in text]
    assert said.startswith("Overall was left out")
    asked = Reading(questions=("Q1", "overall"))
    found = read_scores(path, asked)
    assert set(found.question.tolist()) == {"Q1", "Overall"}
    with pytest.raises(BadRow, match="line 1: there is no column 'Q99' for the question"):
        read_scores(path, Reading(questions=("Q99",)))


def test_a_wide_file_names_the_cell_that_is_wrong():
    with pytest.raises(BadRow, match="line 3: Design '3x' is not a number"):
        _parsed(
            "candidate,interviewer,Coding,Design",
            "Ada,Kim,2,3",
            "Ben,Kim,2,3x",
            wide=True,
            questions=("Coding", "Design"),
        )
    with pytest.raises(BadRow, match="line 3: 3 cells, but the header has 4"):
        _parsed("candidate,interviewer,Coding,Design", "Ada,Kim,2,3", "Ben,Kim,2")
    with pytest.raises(BadInput, match="two columns are called Coding"):
        _parsed("candidate,interviewer,Coding,Coding", "Ada,Kim,2,3")


def test_two_readings_of_the_columns_are_refused():
    lines = ["candidate,interviewer,Coding,Design,Overall Score", "Ada,Kim,2,3,3"]
    with pytest.raises(
        BadRow,
        match=r"Overall Score is the only score \(--map score=Overall Score\), or each of Coding, Design",
    ):
        _parsed(*lines)
    assert set(_parsed(*lines, wide=True).question.tolist()) == {"Coding", "Design"}
    assert _parsed(*lines, columns={"score": "Overall Score"}).score.tolist() == [3.0]
    with pytest.raises(BadRow, match="line 1: missing column score; found candidate, interviewer, Notes"):
        _parsed("candidate,interviewer,Notes", "Ada,Kim,talks well")
    with pytest.raises(BadRow, match="line 1: no column holds scores for --wide"):
        _parsed("candidate,interviewer,Notes", "Ada,Kim,talks well", wide=True)
    with pytest.raises(BadRow, match=r"line 1: the file has one rating a line .* leave --wide out"):
        _parsed(HEADER, "Ada,Kim,q,2", wide=True)


# Bytes


def test_a_decimal_comma_is_read_where_no_comma_separates(tmp_path):
    found = _parsed(HEADER.replace(",", ";"), "Zoë;Jörg;Q1;3", "Zoë;Jörg;Q2;2,5")
    assert found.score.tolist() == [3.0, 2.5]
    assert found.notes == ("Scores have a decimal comma, the first '2,5' on line 3.",)
    with pytest.raises(BadRow, match=r"use a decimal point \(2\.5\)"):
        _parsed(HEADER, 'Zoë,Jörg,Q2,"2,5"')


def test_windows_1252_is_found_out_and_said(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_bytes((HEADER + "\nAda,Kim,q,1\nZoë,Jörg,q,2\n").encode("cp1252"))
    found = read_scores(path)
    assert found.candidate.tolist() == ["Ada", "Zoë"]
    assert found.notes[0].startswith("The file is not UTF-8 (line 3) and was read as Windows-1252")
    named = read_scores(path, Reading(encoding="latin-1"))
    assert (named.interviewer.tolist(), named.notes) == (["Kim", "Jörg"], ())
    with pytest.raises(BadRow, match="line 3: not UTF-8 text"):
        read_scores(path, Reading(encoding="utf-8"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_found_out_and_said(tmp_path, encoding):
    path = tmp_path / "scores.tsv"
    path.write_bytes((HEADER.replace(",", "\t") + "\r\nZoë\tJörg\tq\t2\r\n").encode(encoding))
    found = read_scores(path)
    assert (found.candidate.tolist(), found.score.tolist()) == (["Zoë"], [2.0])
    assert found.notes == ("The file was read as UTF-16.",)


def test_an_encoding_nobody_knows_is_refused(plain, capsys):
    with pytest.raises(SystemExit):
        cli.main([str(plain), "--encoding", "klingon"])
    assert "klingon is no text encoding" in capsys.readouterr().err


def _workbook(path, **sheets):
    """A workbook with one sheet for each name, whose rows are lists of text and numbers."""
    package = "http://schemas.openxmlformats.org"
    relations = f"{package}/officeDocument/2006/relationships"
    names = "".join(f'<sheet name="{name}" sheetId="{k}" r:id="r{k}"/>' for k, name in enumerate(sheets, 1))
    targets = "".join(
        f'<Relationship Id="r{k}" Type="{relations}/worksheet" Target="worksheets/sheet{k}.xml"/>'
        for k in range(1, len(sheets) + 1)
    )

    def cell(value):
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{value}</t></is></c>'
        return f"<c><v>{value}</v></c>"

    with zipfile.ZipFile(path, "w") as file:
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{k}.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.worksheet+xml"/>'
            for k in range(1, len(sheets) + 1)
        )
        file.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.'
            f'spreadsheetml.sheet.main+xml"/>{overrides}</Types>',
        )
        file.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        file.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{package}/spreadsheetml/2006/main" xmlns:r="{relations}"><sheets>{names}</sheets>'
            "</workbook>",
        )
        file.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/package/2006/relationships">{targets}</Relationships>',
        )
        for k, rows in enumerate(sheets.values(), 1):
            data = "".join(f"<row>{''.join(cell(value) for value in row)}</row>" for row in rows)
            file.writestr(
                f"xl/worksheets/sheet{k}.xml",
                f'<worksheet xmlns="{package}/spreadsheetml/2006/main"><sheetData>{data}</sheetData></worksheet>',
            )
    return path


def test_a_workbook_is_the_file_it_would_be_saved_as(tmp_path, plain):
    rows = [[*list(row.values())[:3], int(row["score"])] for row in _rows()]
    path = _workbook(tmp_path / "scores.xlsx", Scores=[HEADER.split(","), *rows])
    assert cli.run_csv(path) == cli.run_csv(plain)


def test_one_sheet_of_several_is_read_and_said(tmp_path):
    rows = [HEADER.split(","), ["Ada", "Kim", "q", 2.5]]
    path = _workbook(
        tmp_path / "scores.xlsx", Empty=[], Main=rows, Old=[HEADER.split(","), ["Ben", "Kim", "q", 1]]
    )
    found = read_scores(path)
    assert (found.candidate.tolist(), found.score.tolist()) == (["Ada"], [2.5])
    assert found.notes == ("The workbook has 2 sheets; Main was read (--sheet names another).",)
    assert read_scores(path, Reading(sheet="old")).candidate.tolist() == ["Ben"]
    with pytest.raises(BadInput, match="there is no sheet 'New'; there are Empty, Main, Old"):
        read_scores(path, Reading(sheet="New"))
    with pytest.raises(BadInput, match="the sheet Empty is empty"):
        read_scores(path, Reading(sheet="Empty"))
    with pytest.raises(BadInput, match="the workbook is empty"):
        read_scores(_workbook(tmp_path / "empty.xlsx", Empty=[]))


def test_rows_of_a_workbook_are_named_by_their_numbers(tmp_path):
    path = _workbook(tmp_path / "scores.xlsx", S=[[], HEADER.split(","), ["Ada", "Kim", "q", "good"]])
    with pytest.raises(BadRow, match="line 3: score 'good' is not a number"):
        read_scores(path)


def test_without_the_reader_of_workbooks_it_says_what_to_install(tmp_path, monkeypatch):
    path = _workbook(tmp_path / "scores.xlsx", S=[HEADER.split(",")])
    monkeypatch.setitem(sys.modules, "python_calamine", None)
    with pytest.raises(
        BadInput, match=r"pip install 'loopwright-psychometrics\[spreadsheets\]', or save .* CSV UTF-8"
    ):
        read_scores(path)


def test_a_sheet_of_a_text_file_is_refused(plain):
    with pytest.raises(BadInput, match="leave --sheet out"):
        read_scores(plain, Reading(sheet="Scores"))


# Dates


@pytest.mark.parametrize(
    ("dates", "cell", "day"),
    [
        ("mdy", "01/31/2026", "2026-01-31"),
        ("dmy", "31.01.2026", "2026-01-31"),
        ("dmy", "1-2-2026", "2026-02-01"),
        ("mdy", "1/31/2026 2:05 PM", "2026-01-31T14:05"),
        ("mdy", "01/31/2026 12:00:30 am", "2026-01-31T00:00:30"),
        ("mdy", "2026-01-31", "2026-01-31"),
    ],
)
def test_dates_are_read_in_the_order_named(dates, cell, day):
    header = HEADER + ",scored_at"
    found = _parsed(header, f"a,b,q,1,{cell}", dates=dates).scored_at
    assert found.tolist() == _parsed(header, f"a,b,q,1,{day}").scored_at.tolist()


@pytest.mark.parametrize(
    ("dates", "cell", "reason"),
    [
        ("iso", "11/01/2026", "line 2: scored_at '11/01/2026' does not begin with the year: say --dates mdy"),
        ("mdy", "31/01/2026", "line 2: scored_at '31/01/2026' is no date with --dates mdy"),
        ("mdy", "01/31/2026 14:05 PM", "is no date with --dates mdy"),
        ("dmy", "yesterday", "is not a date or time"),
    ],
)
def test_a_date_that_can_be_read_two_ways_is_refused_with_the_option(dates, cell, reason):
    with pytest.raises(BadRow, match=reason):
        _parsed(HEADER + ",scored_at", f"a,b,q,1,{cell}", dates=dates)


# Labels


def test_labels_that_differ_in_case_only_are_warned_of():
    found = _parsed(HEADER, "C1,Kim,q,1", "c1,Kim,Q,2", "C  1,KIM,q,2", "C 1,Kim,q,1")
    assert [note.split(" and count")[0] for note in found.notes] == [
        "Labels of the column candidate differ only in case or spacing (C  1 and C 1, C1 and c1)",
        "Labels of the column interviewer differ only in case or spacing (KIM and Kim)",
        "Labels of the column question differ only in case or spacing (Q and q)",
    ]


def test_a_clean_file_says_nothing_of_how_it_was_read(plain):
    assert read_scores(plain).notes == ()
    assert np.array_equal(read_scores(plain).line, np.arange(2, 182))
