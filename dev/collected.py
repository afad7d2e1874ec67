"""Remembers what the tests are called, so that ``-k`` imports no file that it cannot reach; a plugin of pytest.

Names that the text of a file does not say (dev.selection) are learned when pytest collects it. They hold as long
as nothing in the checkout changes: a computed name may come from anywhere.
"""

import hashlib
import itertools
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from _pytest.mark import KeywordMatcher

from dev.selection import Names, may_match, names_of

# Neither made by a run nor read by a test when it is named.
LEFT_OUT = {
    ".git", ".venv", "node_modules", "var", "__pycache__", ".hypothesis",
    ".ruff_cache", ".mypy_cache", ".pytest_cache", ".import_linter_cache",
    ".venv.lock",  # touched by every make
}  # fmt: skip
RECORD = "LOOPWRIGHT_TEST_NAMES"


def state_of(root: Path) -> str:
    """Changes with every file of the checkout, and with what decides which tests there are."""
    found = [sys.version, os.environ.get("LOOPWRIGHT_REFERENCE_DATA", "")]
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(set(folders) - LEFT_OUT)
        for file in sorted(set(files) - LEFT_OUT):
            status = (Path(folder) / file).stat(follow_symlinks=False)
            found.append(f"{folder}/{file} {status.st_mtime_ns} {status.st_size}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


class Record:
    """A file beside the test database: the names of all tests that were collected since the last change."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.root, self.state = path, root, state_of(root)
        try:
            stored = json.loads(path.read_text())
        except (OSError, ValueError):
            stored = {}
        self.learned: dict[str, list[str]] = stored["learned"] if stored.get("state") == self.state else {}

    def names(self, file: Path) -> Names:
        """As learned, or else as told by the text."""
        relative = str(file.relative_to(self.root))
        if relative in self.learned:
            return Names(frozenset(self.learned[relative]), frozenset(), computed=False)
        return names_of(file, self.root)

    def learn(self, items: Iterable[pytest.Item]) -> None:
        """Keep the names of files that were collected in whole."""
        found: dict[str, set[str]] = {}
        for item in items:
            names = found.setdefault(str(item.path.relative_to(self.root)), set())
            names.update(name.lower() for name in names_of_item(item))
        self.learned.update({file: sorted(names) for file, names in found.items()})

    def save(self) -> None:
        unfinished = self.path.with_suffix(f".{os.getpid()}")
        unfinished.write_text(json.dumps({"state": self.state, "learned": self.learned}))
        unfinished.replace(self.path)


def names_of_item(item: pytest.Item) -> set[str]:
    """Everything that ``-k`` compares of one test."""
    return set(KeywordMatcher.from_item(item)._names)  # noqa: SLF001 - it offers no other way to ask


def files_for(arguments: list[str], record: Record) -> list[str]:
    """The files that a run with ``-k`` needs to import; none where the arguments or the expression leave it open."""
    expressions = [
        one[2:].removeprefix("=") or following
        for one, following in itertools.zip_longest(arguments, arguments[1:], fillvalue="")
        if one.startswith("-k")
    ]
    if len(expressions) != 1 or any(_is_place(one) for one in arguments if one != expressions[0]):
        return []
    tests = sorted({*record.root.glob("tests/**/test_*.py"), *record.root.glob("tests/**/*_test.py")})
    try:
        return [
            str(file.relative_to(record.root))
            for file in tests
            if may_match(expressions[0], record.names(file))
        ]
    except SyntaxError:
        return []  # pytest says what is wrong with it


def _is_place(argument: str) -> bool:
    return Path(argument.split("::", maxsplit=1)[0]).exists()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Learn before anything is deselected; one worker is enough, all collect the same."""
    in_part = any("::" in place for place in config.args) or config.getoption("lf", default=False)
    if in_part or os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0" or RECORD not in os.environ:
        return
    record = Record(Path(os.environ[RECORD]), config.rootpath)
    record.learn(items)
    record.save()
