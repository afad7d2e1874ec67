"""The folder by itself is a package: built, installed and run without the rest of the project."""

import os
import shutil
import subprocess
import sys
import tomllib
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.psychometrics import panels, reference

FOLDER = Path(__file__).parents[2] / "psychometrics"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy without the network."""
    source = tmp_path_factory.mktemp("source") / "psychometrics"
    shutil.copytree(FOLDER, source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    built = subprocess.run([*command, "-w", target, source], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder that holds nothing but the installed package."""
    target = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as file:
        file.extractall(target)
    return target


def _run(installed, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=installed, env=environment,
    )  # fmt: skip


def test_every_module_is_in_the_wheel(installed):
    missing = {path.relative_to(FOLDER) for path in FOLDER.rglob("*.py") if "build" not in path.parts} - {
        path.relative_to(installed / "psychometrics") for path in installed.rglob("*.py")
    }
    assert not missing, "list new subpackages in psychometrics/pyproject.toml"
    assert (installed / "psychometrics" / "py.typed").exists()


def test_it_needs_numpy_and_scipy_only(installed):
    metadata = Parser().parsestr(next(installed.glob("*.dist-info/METADATA")).read_text())
    requires = metadata.get_all("Requires-Dist")
    assert {line.split(">")[0] for line in requires if "extra ==" not in line} == {"numpy", "scipy"}
    assert {line.split(">")[0] for line in requires if "extra ==" in line} == {"numba"}
    with (FOLDER.parent / "pyproject.toml").open("rb") as file:
        project = set(tomllib.load(file)["project"]["dependencies"])
    with (FOLDER / "pyproject.toml").open("rb") as file:
        assert set(tomllib.load(file)["project"]["dependencies"]) <= project, "the same bounds in both"


def test_every_module_imports_without_the_project(installed):
    code = (
        "import importlib, pkgutil, sys, psychometrics\n"
        "for found in pkgutil.walk_packages(psychometrics.__path__, 'psychometrics.'):\n"
        "    found.name.endswith('__main__') or importlib.import_module(found.name)\n"
        "print(psychometrics.__file__)\n"
        "print(sorted({'django', 'pandas', 'hiring', 'accounts'} & set(sys.modules)))\n"
    )
    done = _run(installed, "-c", code)
    assert done.returncode == 0, done.stderr
    where, loaded = done.stdout.split("\n")[:2]
    assert Path(where).is_relative_to(installed)
    assert loaded == "[]"


def test_the_command_calibrates_a_file(installed, tmp_path):
    panel = panels.small(1)
    columns = zip(panel.candidate, panel.interviewer, panel.question, panel.score, strict=True)
    names = ("candidate", "interviewer", "question", "score")
    path = reference.write(
        [dict(zip(names, map(str, row), strict=True)) for row in columns], tmp_path / "scores.csv"
    )
    done = _run(installed, "-m", "psychometrics", path)
    assert done.returncode == 0, done.stderr
    assert "180 ratings of 20 candidates" in done.stdout
    scripts = next(installed.glob("*.dist-info/entry_points.txt")).read_text()
    assert "psychometrics = psychometrics.__main__:run" in scripts
    script = _run(installed, "-c", "from psychometrics.__main__ import run; raise SystemExit(run())", path)
    assert script.returncode == 0
    assert script.stdout == done.stdout
