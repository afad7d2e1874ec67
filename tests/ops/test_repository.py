"""Promises about the repository itself that no other test would notice being broken."""

import re
import subprocess
from pathlib import Path

from ruamel.yaml import YAML

from dev.check import CHECKS, PACKAGES

SOURCES = (*PACKAGES, "dev", "psychometrics", "tests")


def test_make_help_names_every_target(root: Path) -> None:
    makefile = (root / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split()  # type: ignore[union-attr]
    shown = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True).stdout
    for target in set(targets) - {"venv", "venv-dev"}:
        assert f"make {target} " in shown


def test_ci_runs_the_commands_of_the_readme(root: Path) -> None:
    lines = (root / ".ci" / "run").read_text().splitlines()
    commands = [line.split("||")[0].strip() for line in lines if line.startswith("make ")]
    assert commands == ["make check", "make test"]


def test_hooks_run_the_same_linters_as_ci(root: Path) -> None:
    config = YAML(typ="safe").load((root / ".pre-commit-config.yaml").read_text())
    hooks = [hook["entry"] for repo in config["repos"] for hook in repo["hooks"]]
    assert sorted(hooks) == sorted(f".venv/bin/python -m dev.check {name}" for name in CHECKS)


def test_example_names_every_setting_and_no_other(root: Path) -> None:
    read = set()
    for path in [*(root / "config").rglob("*.py"), root / "dev" / "sysdeps.py"]:
        read |= set(re.findall(r"""(?:env\.\w+|environ\.get)\(\s*"([A-Z][A-Z_]+)\"""", path.read_text()))
    # Chosen by manage.py, not by people.
    read -= {"LOOPWRIGHT_DB_ROLE"}
    read |= {"LOOPWRIGHT_REFERENCE_DATA"}
    named = set(re.findall(r"^([A-Z_]+)=", (root / ".env.example").read_text(), re.MULTILINE))
    assert named == read


def test_every_dependency_says_why_it_is_there(root: Path) -> None:
    previous = ""
    unexplained = []
    for line in (root / "pyproject.toml").read_text().partition("[tool.")[0].splitlines():
        # One comment may stand for the lines right below it.
        if re.match(r'    "[A-Za-z]', line) and not re.match(r'    (#|")', previous):
            unexplained.append(line.strip())
        previous = line
    assert not unexplained


def test_nothing_is_left_to_do_later(root: Path) -> None:
    words = re.compile(r"\b(TO" r"DO|FIX" r"ME)\b|pytest\.mark\.(?:skip)\b")
    found = [
        f"{path.relative_to(root)}:{number}"
        for folder in SOURCES
        for path in sorted((root / folder).rglob("*.py"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if words.search(line)
    ]
    assert not found


def test_modules_stay_small(root: Path) -> None:
    long = {
        str(path.relative_to(root)): lines
        for folder in SOURCES
        if folder != "tests"
        for path in sorted((root / folder).rglob("*.py"))
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 500
    }
    assert not long
