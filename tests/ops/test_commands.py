"""``manage.py``: works in a checkout, and says one line where something is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from dev import here
from dev.postgres import Cluster

AWAY = "postgres://loopwright_app@/loopwright?host=/nonexistent"
SETTINGS = ("SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "BROKER_URL")


def manage(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k not in SETTINGS} | variables
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *arguments],
        cwd=root, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode in (1, 2)
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("error: ")
    return lines[0]


def test_checkout_where_nothing_has_run_says_what_is_missing(root: Path, tmp_path: Path) -> None:
    said = one_line(manage(root, "showmigrations", LOOPWRIGHT_DATA_DIR=str(tmp_path / "var")))
    assert "is not set" in said


@pytest.mark.parametrize("given", [{"SECRET_KEY": "x"}, {"DATABASE_URL": AWAY}])
def test_half_configured_installation_gets_nothing_of_the_demos(
    root: Path, tmp_path: Path, given: dict[str, str]
) -> None:
    (tmp_path / "secret_key").write_text("the demo's")
    said = one_line(manage(root, "check", LOOPWRIGHT_DATA_DIR=str(tmp_path), **given))
    missing = "DATABASE_URL" if "SECRET_KEY" in given else "SECRET_KEY"
    assert f"Environment variable {missing} is not set" in said


def test_database_that_is_away_is_one_line(root: Path) -> None:
    said = one_line(manage(root, "audit", "verify", SECRET_KEY="x", DATABASE_URL=AWAY))
    assert "the database does not answer" in said


def test_command_finds_the_demos_database_starts_it_and_stops_it(root: Path, tmp_path: Path) -> None:
    data = tmp_path / "var"
    (data / "test").mkdir(parents=True)  # `make test` has run here
    cluster = Cluster(data / "pg", fast=True)
    try:
        said = one_line(
            manage(root, "createsuperuser", "--noinput", "--email=a@b.example", LOOPWRIGHT_DATA_DIR=str(data))
        )
        assert "run `manage.py migrate` first" in said
        assert (data / "secret_key").stat().st_mode & 0o077 == 0
        assert not cluster.is_running()
    finally:
        cluster.remove()
        shutil.rmtree(data, ignore_errors=True)


def test_commands_without_rows_start_no_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in here.SAID:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOOPWRIGHT_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(Cluster, "start", lambda _self: pytest.fail("A server was started."))
    (tmp_path / "pg").mkdir()
    here.settle("check")
    assert os.environ["DATABASE_URL"].startswith("postgres://loopwright_app@")
