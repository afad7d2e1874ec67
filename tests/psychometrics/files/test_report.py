"""The report: one page that needs nothing else, says what the table says, and ranks nobody."""

import re
from html.parser import HTMLParser

import pytest

from psychometrics import cli
from psychometrics.files.reading import Reading
from psychometrics.files.report import page
from psychometrics.files.report.forest import axis
from psychometrics.files.report.reading_aid import _FLAGS
from psychometrics.files.scales import declared
from psychometrics.files.text_tables import number
from psychometrics.model.diagnostics import TESTS
from tests.psychometrics import panels, reference


class _Page(HTMLParser):
    """Tags in their order, texts of cells, and whatever the page would fetch."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.ids, self.links, self.fetched, self.headings = [], [], [], [], []
        self._cell = None
        self._open = []
        self.feed(text)
        assert not self._open

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        self.fetched += (
            [tag] if tag in {"script", "link", "img", "iframe", "image", "use"} or "src" in given else []
        )
        if tag not in {"meta", "line", "circle", "br"}:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th", "h1", "h2"}:
            self._cell = ""

    def handle_data(self, data):
        if self._cell is not None:
            self._cell += data

    def handle_endtag(self, tag):
        if self._open and self._open[-1] == tag:
            self._open.pop()
        if tag in {"td", "th"}:
            self.rows[-1].append(self._cell)
        if tag in {"h1", "h2"}:
            self.headings.append(self._cell)
        if tag in {"td", "th", "h1", "h2"}:
            self._cell = None


@pytest.fixture(scope="module")
def scores(tmp_path_factory):
    rows = panels.rows(panels.small(4, candidates=30, interviewers=6), name="<b>C{}</b> & Söhne".format)
    return reference.write(rows, tmp_path_factory.mktemp("report") / "scores.csv")


@pytest.fixture(scope="module")
def result(scores):
    return cli.run_csv(scores, without_flagged=True)


def test_the_page_needs_nothing_else(result):
    text = page(result, "scores.csv")
    parsed = _Page(text)
    assert parsed.fetched == []
    assert "url(" not in text
    assert "@import" not in text
    assert "http" not in text
    assert "style=" not in text  # a strict content security policy would drop it
    assert sorted({link[1:] for link in parsed.links}) == sorted(parsed.ids)
    assert len(set(parsed.ids)) == len(parsed.ids)


def test_everybody_stands_there_in_the_order_of_names_with_an_interval(result):
    rows = {row[0]: row for row in _Page(page(result, "scores.csv")).rows}
    names = [name for name in rows if name.startswith("<b>C")]
    assert names == [row["candidate"] for row in result["candidates"]]
    for row in result["candidates"]:
        cells = rows[row["candidate"]]
        assert f"{number(row['lower'])} to {number(row['upper'])}" in cells
        assert str(row["told_apart"]) == cells[-1]
    for row in result["interviewers"]:
        assert number(row["severity"]) in rows[row["interviewer"]]
    told, compared = result["pairs"]["told_apart"], result["pairs"]["compared"]
    assert f"{told} of {compared} pairs of candidates can be told apart at 90 %" in page(result, "")


def test_the_page_says_every_warning_and_shows_no_markup_of_names(result):
    text = page(result, "<i>scores</i>.csv")
    assert "<b>C" not in text
    assert "<i>" not in text
    assert "&lt;b&gt;C0&lt;/b&gt; &amp; Söhne" in text
    for warning in result["warnings"]:
        assert warning.replace("'", "&#x27;").replace("<", "&lt;") in text or "<b>" in warning


def test_flags_stand_with_their_effect(result):
    effect = {"flag": "strong_halo", "effect": 1.234, "lower": 0.5, "upper": 2.0, "unit": "logits squared"}
    flagged = {
        **result,
        "interviewers": [
            {
                **row,
                "flags": ["strong_halo", "few_ratings"] if place == 0 else [],
                "flag_effects": [effect] if place == 0 else [],
            }
            for place, row in enumerate(result["interviewers"])
        ],
    }  # fmt: skip
    rows = _Page(page(flagged, "")).rows
    name = result["interviewers"][0]["interviewer"]
    assert [name, "strong halo", "1.23 (0.50 to 2.00)", "logits squared", _FLAGS["strong_halo"]] in rows
    assert [name, "few ratings", "–", "–", _FLAGS["few_ratings"]] in rows
    assert "Nobody is flagged." in page({**result, "interviewers": [
        {**row, "flags": []} for row in result["interviewers"]
    ], "questions": [{**row, "flags": []} for row in result["questions"]]}, "")  # fmt: skip


def test_every_flag_is_explained():
    assert set(_FLAGS) == {flag for test in TESTS.values() for flag in (test.more, test.less)} | {
        "few_ratings", "one_interviewer",
    }  # fmt: skip


def test_unlinked_subsets_competencies_scales_and_groups_have_their_tables(tmp_path):
    rows = panels.rows(panels.small(2))
    halves = [
        {
            **row,
            **{
                name: f"{row[name]}{'ab'[int(row['candidate'][1:]) % 2]}"
                for name in ("interviewer", "question")
            },
        }
        for row in rows
    ]
    path = reference.write(halves, tmp_path / "halves.csv")
    text = page(cli.run_csv(path), "")
    assert "fall into 2 subsets that nothing links" in text
    assert "<caption>Candidates, subset 2</caption>" in text
    some = [{**row, "competency": "Debug" if int(row["question"][1:]) % 2 else "Build"} for row in rows]
    text = page(cli.run_csv(reference.write(some, tmp_path / "some.csv")), "")
    assert "<caption>Candidates, Debug</caption>" in text
    scales = Reading(scales=declared(["Q1=1:5", "Q2=1:5", "Q3=1:5"]))
    parsed = _Page(page(cli.run_csv(reference.write(rows, tmp_path / "rows.csv"), reading=scales), "two"))
    assert parsed.headings[0] == "Calibration of two"
    assert "Summary, scale 1:5" in parsed.headings
    assert len(set(parsed.ids)) == len(parsed.ids)
    sites = [{**row, "site": "north" if int(row["candidate"][1:]) % 2 else "south"} for row in rows]
    path = reference.write(sites, tmp_path / "sites.csv")
    assert "Groups" in _Page(page(cli.run_csv(path, reading=Reading(group="site")), "")).headings


def test_the_axis_holds_every_interval_and_zero():
    found = axis([{"lower": 1.2, "upper": 3.4}, {"lower": None, "upper": None}])
    assert (found.low, found.high, found.step) == (-0.136, 3.536, 1.0)
    assert found.ticks() == [0.0, 1.0, 2.0, 3.0]
    assert (found.at(found.low), found.at(1.7), found.at(found.high)) == ("0.00%", "50.00%", "100.00%")
    assert axis([]).ticks() == [0.0]


def test_the_command_writes_the_report(scores, tmp_path, capsys):
    path = tmp_path / "report.html"
    assert cli.main([str(scores), "--html", str(path)]) == 0
    assert "180" not in capsys.readouterr().err
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "<title>Calibration of scores.csv</title>" in text
    assert re.search(r"<svg[^>]*aria-hidden", text)
    assert cli.main([str(scores), "--html", str(tmp_path / "no" / "report.html")]) == 1
    out, err = capsys.readouterr()
    assert "cannot write" in err
    assert out == ""
