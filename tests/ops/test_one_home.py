"""One rule, one home: what may be said in one place only is said nowhere else in the apps."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = sorted(
    path.name
    for path in ROOT.iterdir()
    if (path / "__init__.py").exists() and path.name not in {"benchmarks", "dev", "psychometrics", "tests"}
)


def sources(*folders: str) -> dict[str, str]:
    """Every Python file of the folders by its path, migrations left out."""
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    }


# What is searched for, where it may stand, and what to call instead.
RULES = [
    (r"\bsubmitted_at\s*=\s*None|submitted_at__isnull=True", {"hiring/pipeline/models.py"}, "owing()"),
    (r"scorecard__state|scorecards__state", {"hiring/scoring/models.py"}, "Rating.objects.submitted()"),
    (
        r"point__isnull|point__gt",
        # One's own scoring is counted with what was left unanswered beside it.
        {"hiring/scoring/models.py", "hiring/calibration/mirror.py"},
        "Rating.objects.counting()",
    ),
    (r"used_alternative=True", {"hiring/scoring/models.py"}, "with_hypothetical()"),
    (
        r"from psychometrics[\w.]* import [^\n]*\b(evaluation_gap|plan_evidence)\b",
        {"loops/coverage.py"},
        "gap_of_loop() or gap_of_plan()",
    ),
    (
        r"\.is(digit|decimal|numeric)\(|lstrip\([\"']-[\"']\)|\bint\(\s*(self\.)?request\.|float\(\s*request\.",
        set(),
        "a Django form, or accounts.inputs",
    ),
]


@pytest.mark.parametrize(("pattern", "homes", "instead"), RULES, ids=[rule[2] for rule in RULES])
def test_a_rule_stands_in_its_home_alone(pattern: str, homes: set[str], instead: str) -> None:
    found = {path for path, text in sources(*APPS).items() if re.search(pattern, text)}
    assert found <= homes, f"use {instead}"
    assert homes <= found, "a home that no longer holds the rule"


def test_no_two_classes_of_the_apps_share_a_name() -> None:
    """``Command`` is Django's word for the class in a command's module."""
    homes: dict[str, list[str]] = defaultdict(list)
    for path, text in sources(*APPS).items():
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and node.name != "Command":
                homes[node.name].append(path)
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_a_class_of_the_apps_is_not_taken_for_one_of_psychometrics() -> None:
    """What psychometrics exports keeps its meaning: an app that uses a name uses that class."""
    exported: set[str] = set()
    for text in sources("psychometrics").values():
        for node in ast.parse(text).body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
                exported |= {
                    part.value
                    for part in ast.walk(node.value)
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    assert "LevelStatus" in exported
    named = {
        node.name: path
        for path, text in sources(*APPS).items()
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    }
    assert {name: path for name, path in named.items() if name in exported} == {}
