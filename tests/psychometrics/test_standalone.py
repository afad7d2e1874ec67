"""The folder by itself is a package: built, installed and run without the rest of the project."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.psychometrics import panels, reference

FOLDER = Path(__file__).parents[2] / "psychometrics"
# What pip says when it reaches no package index.
NO_NETWORK = (
    "NewConnectionError",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Network is unreachable",
    "Failed to establish a new connection",
)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A copy of the folder alone, so that building leaves nothing behind in it."""
    copy = tmp_path_factory.mktemp("source") / "psychometrics"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    return copy


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    """The wheel, built without the network by the setuptools of this environment."""
    target = tmp_path_factory.mktemp("wheel")
    built = _pip("wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", target, source)
    assert built.returncode == 0, built.stderr
    return next(target.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder that holds nothing but the installed package."""
    target = tmp_path_factory.mktemp("installed")
    with ZipFile(wheel) as file:
        file.extractall(target)
    return target


@pytest.fixture(scope="module")
def fresh(wheel, tmp_path_factory):
    """The Python of a new virtual environment that holds the wheel and what pip says it brings, and nothing else.

    NumPy and SciPy are linked from this environment: unpacking them once more would take most of the time.
    """
    folder = tmp_path_factory.mktemp("fresh")
    report = folder / "report.json"
    asked = _pip("install", "--dry-run", "--ignore-installed", "--report", report, wheel)
    if asked.returncode and any(sign in asked.stderr for sign in NO_NETWORK):
        pytest.skip("no package index within reach: pip cannot say what it would install")
    assert asked.returncode == 0, asked.stderr
    brought = [one["metadata"]["name"] for one in json.loads(report.read_text(encoding="utf-8"))["install"]]
    place = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True, env=_bare())
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = _pip("--python", python, "install", "--no-compile", "--no-deps", wheel)
    assert done.returncode == 0, done.stderr
    (site,) = {path.parent for path in place.rglob("loopwright_psychometrics-*.dist-info")}
    for name in brought:
        if name != "loopwright-psychometrics":
            found = distribution(name)
            for top in {file.parts[0] for file in found.files} - {".."}:
                (site / top).symlink_to(found.locate_file(top))
    return python


def _pip(*arguments):
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=_bare())


def _bare():
    """The environment without anything that could lead back to the project or to its virtual environment."""
    away = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE", "PYTHONSTARTUP"}
    return {name: value for name, value in os.environ.items() if name not in away}


def _run(python, where, *arguments):
    return subprocess.run(
        [str(python), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=where,
        env=_bare(),
    )


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
    assert {line.split(">")[0] for line in requires if "extra ==" in line} == {
        "numba",
        "highspy",
        "plotly",
        "python-calamine",
    }
    with (FOLDER.parent / "pyproject.toml").open("rb") as file:
        project = set(tomllib.load(file)["project"]["dependencies"])
    with (FOLDER / "pyproject.toml").open("rb") as file:
        own = tomllib.load(file)
    assert set(own["project"]["dependencies"]) <= project, "the same bounds in both"
    assert set(own["project"]["optional-dependencies"]["spreadsheets"]) <= project, (
        "the product reads workbooks"
    )
    assert [line.split(">")[0] for line in own["build-system"]["requires"]] == ["setuptools"], (
        "all that builds it"
    )


def test_a_fresh_environment_gets_numpy_and_scipy_and_nothing_else(fresh, tmp_path):
    code = "import json, importlib.metadata as m; print(json.dumps([d.name for d in m.distributions()]))"
    names = {name.lower() for name in json.loads(_run(fresh, tmp_path, "-c", code).stdout)}
    assert names - {"pip", "setuptools", "wheel"} == {"loopwright-psychometrics", "numpy", "scipy"}
    absent = ("django", "numba", "pandas", "hiring", "tests")
    code = f"from importlib.util import find_spec; print([name for name in {absent} if find_spec(name)])"
    assert _run(fresh, tmp_path, "-c", code).stdout.strip() == "[]"


def test_every_module_imports_without_the_project(fresh, tmp_path):
    code = (
        "import importlib, pkgutil, psychometrics\n"
        "names = [m.name for m in pkgutil.walk_packages(psychometrics.__path__, 'psychometrics.')]\n"
        "for name in names:\n"
        "    if name.endswith('__main__'):\n"
        "        continue\n"
        "    try:\n"
        "        importlib.import_module(name)\n"
        "    except ModuleNotFoundError as error:\n"
        "        # What only the compiled extra adds; its own package says whether it is there.\n"
        "        assert error.name == 'numba' and name.startswith('psychometrics.model.compiled.'), (name, error)\n"
        "print(psychometrics.__file__, len(names))\n"
    )
    done = _run(fresh, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
    where, count = done.stdout.split()
    assert Path(where).is_relative_to(fresh.parents[1])
    # All but the package itself.
    assert int(count) == len([path for path in FOLDER.rglob("*.py") if "build" not in path.parts]) - 1


def test_every_example_of_the_pages_runs_there(fresh, tmp_path):
    pages = sorted((FOLDER.parent / "docs" / "methods").glob("*.md"))
    code = (
        "import doctest, sys\n"
        "failed = tried = 0\n"
        "for page in sys.argv[1:]:\n"
        "    found = doctest.testfile(page, module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)\n"
        "    failed, tried = failed + found.failed, tried + found.attempted\n"
        "print(failed, tried)\n"
    )
    done = _run(fresh, tmp_path, "-c", code, *pages)
    assert done.returncode == 0, done.stderr
    failed, tried = map(int, done.stdout.split()[-2:])
    assert failed == 0, done.stdout
    assert tried > 200


def test_importing_the_package_loads_neither_numpy_nor_scipy(fresh, tmp_path):
    code = "import sys, psychometrics; print(sorted({'numpy', 'scipy'} & set(sys.modules)))"
    assert _run(fresh, tmp_path, "-c", code).stdout.strip() == "[]"


def test_the_command_calibrates_a_file(fresh, tmp_path):
    path = reference.write(panels.rows(panels.small(1)), tmp_path / "scores.csv")
    done = _run(fresh, tmp_path, "-m", "psychometrics", path)
    assert done.returncode == 0, done.stderr
    assert "180 ratings of 20 candidates" in done.stdout
    script = subprocess.run(
        [fresh.with_name("psychometrics"), path], capture_output=True, text=True, check=False, env=_bare()
    )
    assert script.returncode == 0, script.stderr
    assert script.stdout == done.stdout
