"""The page of the command line names exactly the keys, flags and warnings there are."""

import ast
import re
from pathlib import Path

import pytest

import psychometrics
from psychometrics import cli
from psychometrics.files.reading import OPTIONAL, REQUIRED, Reading
from psychometrics.files.truth import KINDS
from psychometrics.files.wanted import Wanted
from psychometrics.model.diagnostics import TESTS
from tests.psychometrics import panels, reference

PAGE = (Path(__file__).parents[3] / "docs" / "methods" / "command_line.md").read_text(encoding="utf-8")
LISTS = ("candidates", "interviewers", "questions", "groups", "thresholds", "subsets")


def _named(heading):
    """What the first column of the table under a heading names."""
    section = re.split(r"^#+ ", PAGE.split(f"# {heading}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def _file(path, *, competencies=("",), shared=False, sites=False, people=20):
    panel = panels.small(6, candidates=people, interviewers=8)
    rows = panels.rows(panel)
    for row, c, q in zip(rows, panel.candidate, panel.question, strict=True):
        row["question"] = f"Q{q % 4}"
        if competencies != ("",):
            row["competency"] = competencies[q % len(competencies)]
        if shared:
            row["interview"] = f"V{c}"
        if sites:
            row["site"] = "north" if c % 2 else "south"
    return reference.write(rows, path)


def _truth():
    """Some of everything."""
    return {(kind, f"{kind[0].upper()}{place}", ""): float(place) for kind in KINDS for place in range(4)}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Every shape of result."""
    folder = tmp_path_factory.mktemp("files")
    one = _file(folder / "one.csv", sites=True)
    several = _file(folder / "several.csv", competencies=("Build", "Debug"))
    shared = _file(folder / "shared.csv", shared=True)
    both = _file(folder / "both.csv", competencies=("Build", "Debug"), sites=True)
    return {
        "one trait": cli.run_csv(one),
        "groups": cli.run_csv(one, reading=Reading(group="site")),
        "steps": cli.run_csv(one, steps="question"),
        "slopes": cli.run_csv(one, slopes="interviewer", selection="informative"),
        "named": cli.run_csv(_file(folder / "named.csv", competencies=("Build",))),
        "several": cli.run_csv(several),
        "shared": cli.run_csv(shared),
        "several with options": cli.run_csv(several, halo=False, steps="question", link="cl"),
        "reference": cli.run_csv(one, reference=["I1"]),
        "several groups": cli.run_csv(both, reading=Reading(group="site")),
        "compared": cli.run_csv(one, without_flagged=True, truth=_truth()),
        "next": cli.run_csv(one, wanted=Wanted(("C1",), 0.2, meetings=True)),
    }


def _printed(results, name):
    rows = [result[name] for result in results.values() if name in result]
    return {key for row in rows for each in (row if isinstance(row, list) else [row]) for key in each}


def test_the_page_names_every_key_of_the_result(results):
    assert _named("JSON") == {key for result in results.values() for key in result}


@pytest.mark.parametrize(
    "name", [*LISTS, "components", "pairs", "without_flagged", "truth", "next", "meetings"]
)
def test_the_page_names_every_key_of_the_parts(results, name):
    assert _named(name) == _printed(results, name)


def test_the_page_says_which_keys_are_not_always_there(results):
    always = {
        name: set.intersection(*(set(row) for result in results.values() for row in result.get(name, [])))
        for name in LISTS
    }
    sometimes = {name: _printed(results, name) - keys for name, keys in always.items()}
    assert sometimes == {
        **{name: set() for name in LISTS},
        "candidates": {"competency"},
        "interviewers": {"slope", "slope_lower", "slope_upper"},
        "questions": {"thresholds"},
    }
    assert "groups" not in results["one trait"]
    assert not {"competency", "profile"} & results["shared"]["components"].keys()
    assert results["several"]["components"]["pool"] is None


def test_the_page_names_every_column():
    assert _named("The file") == {*REQUIRED, *OPTIONAL, "--group"}


def test_the_page_names_every_flag(results):
    named = _named("Flags")
    assert named == {flag for test in TESTS.values() for flag in (test.more, test.less)} | {
        "few_ratings",
        "one_interviewer",
    }
    shown = [
        row["flags"] for result in results.values() for row in result["interviewers"] + result["questions"]
    ]
    assert {flag for flags in shown for flag in flags} <= named


def test_every_warning_has_its_words_on_the_page(results):
    words = _named("Warnings")
    for result in results.values():
        for warning in result["warnings"]:
            assert any(each in warning for each in words), warning


def test_every_warning_on_the_page_can_be_said():
    """Its words stand in a sentence of the package."""
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for path in Path(psychometrics.__file__).parent.rglob("*.py")
    ]
    sentences = [
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    for words in _named("Warnings"):
        assert any(words in sentence for sentence in sentences), words
