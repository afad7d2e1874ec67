"""What ``-k`` need not import: a file too many costs a second, a file too few hides a test."""

from pathlib import Path

import pytest

from dev.collected import Record, files_for, names_of_item, state_of
from dev.selection import Names, may_match, names_of

ROOT = Path(__file__).resolve().parents[2]


def _told(tmp_path: Path, text: str, conftest: str = "") -> Names:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(conftest)
    file = tmp_path / "tests" / "test_it.py"
    file.write_text(text)
    return names_of(file, tmp_path)


def test_no_name_of_this_run_is_missed(request: pytest.FixtureRequest) -> None:
    told: dict[Path, Names] = {}
    missed = []
    for item in request.session.items:
        names = told.get(item.path) or told.setdefault(item.path, names_of(item.path, ROOT))
        missed += [f"{item.nodeid}: {name}" for name in names_of_item(item) if not names.may_contain(name)]
    assert not missed


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("def test_gap_of_plan(): ...", "GAP", True),
        ("def test_other(): x = 'gap'", "gap", False),
        ("class TestGap:\n    def test_it(self): ...", "gap", True),
        ("@pytest.mark.slow\ndef test_it(): ...", "slow", True),
        ("@pytest.mark.parametrize('a', ['wide gap', 'none'])\ndef test_it(a): ...", "gap", True),
        ("CASES = ['gap']\n@pytest.mark.parametrize('a', CASES)\ndef test_it(a): ...", "gap", True),
        ("@pytest.mark.parametrize('a', [{}, {}])\ndef test_it(a): ...", "a1", True),
        ("@pytest.mark.parametrize('a', [{}, {}])\ndef test_it(a): ...", "b1", False),
        ("@pytest.mark.parametrize('a', ['x', 'x'])\ndef test_it(a): ...", "x1", True),
        ("@pytest.mark.parametrize('a', ['x1', 'x1'])\ndef test_it(a): ...", "x1_0", True),
        ("@pytest.mark.parametrize('a', ['x', 'y'], ids=['one', 'two'])\ndef test_it(a): ...", "two", True),
        ("@pytest.mark.parametrize('a', ['²'])\ndef test_it(a): ...", "xb2", True),
        ("@pytest.mark.parametrize('a', ['x'])\ndef test_it(a): ...", "test_it[x]", True),
        ("@pytest.mark.parametrize('a', list(range(3)))\ndef test_it(a): ...", "anything", True),
        (
            "from elsewhere import CASES\n@pytest.mark.parametrize('a', CASES)\ndef test_it(a): ...",
            "any",
            True,
        ),
        ("from elsewhere import test_gap", "any", True),
        ("from elsewhere import Base\nclass TestIt(Base): ...", "any", True),
    ],
)
def test_a_word_is_found_where_pytest_would_match_it(
    tmp_path: Path, text: str, word: str, expected: bool
) -> None:
    assert _told(tmp_path, text).may_contain(word) is expected


def test_parameters_of_a_fixture_above_are_names_too(tmp_path: Path) -> None:
    conftest = "@pytest.fixture(params=['phone'])\ndef screen(request): ..."
    assert _told(tmp_path, "def test_it(screen): ...", conftest).may_contain("phone")


def test_hooks_above_make_everything_possible(tmp_path: Path) -> None:
    assert _told(tmp_path, "def test_it(): ...", "def pytest_generate_tests(): ...").may_contain("any")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("gap", True), ("not gap", True), ("plan", False), ("gap or plan", True), ("gap and plan", False),
     ("gap and not plan", True), ("not plan", True), ("not (gap or not plan)", False)],
)  # fmt: skip
def test_expressions_are_weighed_test_by_test(expression: str, expected: bool) -> None:
    # One test of the file has "gap" in its name; another may lack it.
    names = Names(frozenset({"test_gap", "test_it"}), frozenset(), computed=False)
    assert may_match(expression, names) is expected


def test_only_an_expression_alone_narrows_the_run(tmp_path: Path) -> None:
    record = Record(tmp_path / "names.json", ROOT)
    assert str(Path(__file__).relative_to(ROOT)) in files_for(["-x", "-k", "narrows_the_run"], record)
    assert files_for(["-k", "narrows_the_run"], record) == files_for(["-knarrows_the_run"], record)
    assert not files_for(["-k", "narrows", "tests/ops"], record)
    assert not files_for(["-q"], record)
    assert not files_for(["-k", "gap and"], record)


def test_learned_names_hold_until_anything_changes(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    file = tmp_path / "tests" / "test_it.py"
    file.write_text("@pytest.mark.parametrize('a', made())\ndef test_it(a): ...")
    path = tmp_path / "var"
    path.mkdir()
    record = Record(path / "names.json", tmp_path)
    assert record.names(file).may_contain("gap")
    record.learned = {"tests/test_it.py": ["test_it[other]"]}
    record.save()
    assert not Record(path / "names.json", tmp_path).names(file).may_contain("gap")
    (tmp_path / "made.py").write_text("")
    assert Record(path / "names.json", tmp_path).names(file).may_contain("gap")


def test_what_every_make_touches_is_no_change(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("")
    before = state_of(tmp_path)
    (tmp_path / ".venv.lock").touch()
    assert state_of(tmp_path) == before
    (tmp_path / "tests" / "test_a.py").write_text("x = 1")
    assert state_of(tmp_path) != before
