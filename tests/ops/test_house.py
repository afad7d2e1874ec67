"""Promises about who imports whom that import contracts cannot express."""

import ast
import configparser
import tomllib
from collections.abc import Iterator
from pathlib import Path

from dev.check import PACKAGES

# Rooms that hold code of the product; what serves its making stands beside them.
BESIDE = {"benchmarks", "dev", "docker", "docs", "tests"}


def rooms(root: Path) -> set[str]:
    """Top-level packages of the product."""
    return {path.parent.name for path in root.glob("*/__init__.py")} - BESIDE


def sources(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the product, parsed."""
    for room in sorted(rooms(root)):
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(root), ast.parse(path.read_text())


def test_every_room_has_its_place_in_the_contracts(root: Path) -> None:
    contracts = configparser.ConfigParser()
    contracts.read(root / ".importlinter")
    listed = set(contracts["importlinter"]["root_packages"].split())
    floors = set(contracts["importlinter:contract:floors"]["layers"].replace("|", " ").split())
    assert rooms(root) == listed
    # Who stands on no floor: what assembles, and what knows no floor.
    assert listed - floors == {"config", "psychometrics"}


def test_linters_and_wheel_take_in_every_room(root: Path) -> None:
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    typed = set(settings["tool"]["mypy"]["files"])
    packed = {
        pattern.rstrip("*") for pattern in settings["tool"]["setuptools"]["packages"]["find"]["include"]
    }
    assert rooms(root) <= typed
    assert rooms(root) == packed
    assert rooms(root) - {"psychometrics"} == set(PACKAGES)


def _inside_functions(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name != "ready":
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node


def test_no_layer_is_walked_round(root: Path) -> None:
    """Names looked up at run time, and imports put off until a call, hide an arrow from the contracts.

    What Django wants imported only once the apps are ready (``AppConfig.ready``) is no way round; the contracts
    see those arrows like any other.
    """
    own = rooms(root)
    found = []
    for path, tree in sources(root):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr == "get_model":
                found.append(f"{path}:{node.lineno} looks a model up by name")
            # Found by its name, never by what is in it: the modules in which apps say what they add.
            # psychometrics loads its own heavy modules at first use.
            if path == Path("jobs/discovery.py") or path.parts[0] == "psychometrics":
                continue
            called = node.func if isinstance(node, ast.Call) else None
            if "import_module" in {getattr(called, "id", ""), getattr(called, "attr", "")}:
                found.append(f"{path}:{node.lineno} imports by name")
        for late in _inside_functions(tree):
            names = [late.module or ""] if isinstance(late, ast.ImportFrom) else [a.name for a in late.names]
            for name in names:
                room = name.partition(".")[0]
                if room in own and room not in {path.parts[0], "psychometrics"}:
                    found.append(f"{path}:{late.lineno} imports {name} inside a function")
    assert not found, "\n".join(found)


def test_no_page_is_handed_what_it_may_not_import(root: Path) -> None:
    tree = ast.parse((root / "config" / "urls.py").read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "path":
            assert not any(isinstance(argument, ast.Dict) for argument in node.args), f"line {node.lineno}"
