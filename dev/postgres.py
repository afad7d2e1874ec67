"""A private PostgreSQL for the demo, the tests and development.

It listens on a socket in a folder only its owner may enter, never on the network, so it needs no password and
cannot clash over a port. Two login roles mirror production: ``loopwright_owner`` owns the database and
migrates it, ``loopwright_app`` is what the application connects as; neither is superuser.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from dev.pgbinaries import EXTENSIONS, LauncherError, find_bindir, others_may_enter, server_version
from dev.processes import has_ended

DATABASE = "loopwright"
OWNER = "loopwright_owner"
APP = "loopwright_app"
SUPERUSER = "postgres"
# A socket address holds about 104 bytes on macOS; PostgreSQL appends its own file name of 14.
LONGEST_SOCKET_FOLDER = 88
NEEDED_MEGABYTES = 300
SETTINGS = ("-c max_connections=200", "-c shared_buffers=128MB", "-c jit=off")
# Tests make their data again; what the demo has acknowledged it keeps, whatever is killed.
FAST_SETTINGS = (
    *("-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off"),
    # Looking at tables while a test fills them, it learns that they are empty, and plans are made for that.
    "-c autovacuum=off",
)


class Cluster:
    """One data directory and the server that may run on it.

    ``folder`` is where everything lives (``data``, ``log``, the socket). Run by root, the server drops to the
    system's ``postgres`` or ``nobody`` account, and moves below /var/tmp where that account could not enter.
    """

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self.fast = fast
        self.account = _server_account() if os.geteuid() == 0 else None
        folder = folder.absolute()
        if self.account and not others_may_enter(folder.parent):
            folder = Path("/var/tmp") / f"loopwright-{_digest(folder)}"  # noqa: S108 -- ownership is checked
        self.folder = folder
        self.data = folder / "data"
        self.log = folder / "log"
        short = Path("/tmp") / f"loopwright-{_digest(folder)}"  # noqa: S108 -- ownership is checked
        self.socket = folder if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER else short

    def urls(self) -> dict[str, str]:
        """The two connection addresses, as the settings read them."""
        host = quote(str(self.socket))
        return {
            "DATABASE_URL": f"postgres://{APP}@/{DATABASE}?host={host}",
            "DATABASE_OWNER_URL": f"postgres://{OWNER}@/{DATABASE}?host={host}",
        }

    def is_running(self) -> bool:
        """Whether a server answers on the socket (a leftover pid file proves nothing)."""
        if not (self.socket / ".s.PGSQL.5432").exists():
            return False
        return self._run("pg_isready", "-q", "-h", self.socket, check=False).returncode == 0

    def start(self) -> bool:
        """Make the cluster if need be and start its server. True when this call started it."""
        self._prepare_folders()
        with self._lock():
            if self.is_running():
                return False
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            self._refuse_other_major()
            self._start_server()
            self._create_roles_and_database()
            return True

    def stop(self) -> bool:
        """Stop the server. True when there was one."""
        if not self.folder.exists() or not self.is_running():
            return False
        self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "-t", "60", "stop")
        return True

    def recreate_database(self) -> None:
        """Throw away the database's contents, also under open connections, and make it anew."""
        self._sql("postgres", f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        self._create_roles_and_database()

    def remove(self) -> None:
        """Stop the server and delete everything it stored."""
        self.stop()
        for folder in {self.folder, self.socket}:
            try:
                shutil.rmtree(folder)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise LauncherError(
                    f"Cannot delete {folder} ({error.strerror}): delete it as the user it belongs to."
                ) from error

    # -- steps of a start ------------------------------------------------------------------------------------

    def _prepare_folders(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.socket.mkdir(mode=0o700, exist_ok=True)
            for folder in {self.folder, self.socket}:
                self._claim(folder)
        except PermissionError as error:
            raise self._unreadable() from error
        except OSError as error:
            raise LauncherError(f"Cannot make {self.folder}: {error.strerror}.") from error
        free = shutil.disk_usage(self.folder).free // 1_000_000
        if free < NEEDED_MEGABYTES:
            raise LauncherError(
                f"No disk space: {free} MB free under {self.folder}, {NEEDED_MEGABYTES} MB needed. Free "
                "some, or set LOOPWRIGHT_DATA_DIR to a folder on another disk."
            )

    def _claim(self, folder: Path) -> None:
        """Give the folder to the server's account and close it; refuse somebody else's."""
        owner = folder.stat().st_uid
        wanted = self.account.pw_uid if self.account else os.geteuid()
        if folder.is_symlink() or owner not in {wanted, os.geteuid()}:
            raise self._unreadable()
        if self.account and owner != wanted:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        if folder.stat().st_mode & 0o777 != 0o700:
            folder.chmod(0o700)

    def _initialise(self) -> None:
        version = server_version(self._bindir)
        # From 17 on PostgreSQL brings a UTF-8 locale of its own; the system's may be missing.
        builtin = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if _major(version) >= 17 else ()
        try:
            self._run(
                "initdb", "-D", self.data, "-U", SUPERUSER, "-E", "UTF8", "--locale=C", *builtin,
                "--auth-local=trust", "--auth-host=reject", "--no-instructions", "--no-sync",
            )  # fmt: skip
        except LauncherError:
            # Half a data directory would be taken for a whole one at the next start.
            self._run_as_server(["rm", "-rf", str(self.data)])
            raise

    def _refuse_other_major(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
            (self.data / "postgresql.conf").open().close()
        except PermissionError as error:
            raise self._unreadable() from error
        except OSError as error:
            raise LauncherError(
                f"{self.data} is not a whole PostgreSQL data directory ({error.strerror}): `make clean` "
                "removes it."
            ) from error
        version = server_version(self._bindir)
        if found != str(_major(version)):
            raise LauncherError(
                f"The data in {self.data} were made by PostgreSQL {found}, but {version} is installed: run "
                f"`make clean` to start afresh, or set PG_BINDIR to the programs of PostgreSQL {found}."
            )

    def _start_server(self) -> None:
        settings = SETTINGS + (FAST_SETTINGS if self.fast else ())
        options = " ".join((f"-k '{self.socket}'", "-c listen_addresses=", *settings))
        command = ("-D", self.data, "-w", "-t", "60", "-l", self.log, "-o", options, "start")
        for _ in range(20):
            if self._run("pg_ctl", *command, check=False).returncode == 0:
                return
            if "already exists" not in self._last_log_line():
                break
            # A server that was killed lingers for a moment: its number is still taken.
            time.sleep(0.25)
            self._forget_dead_server()
        self._run("pg_ctl", *command)

    def _forget_dead_server(self) -> None:
        """Remove what a server that has ended, and that nobody collected, locked data and socket with.

        Where the first process of a container collects no orphans, its number stays taken for good.
        """
        for lock in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
            with contextlib.suppress(OSError, ValueError):
                if has_ended(int(lock.read_text().split()[0])):
                    lock.unlink()

    def _last_log_line(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if "FATAL" in line]
        return lines[-1] if lines else ""

    def _create_roles_and_database(self) -> None:
        roles = set(self._sql("postgres", "SELECT rolname FROM pg_roles").split())
        if OWNER not in roles:
            self._sql("postgres", f"CREATE ROLE {OWNER} LOGIN CREATEDB CREATEROLE")
        if APP not in roles:
            self._sql("postgres", f"CREATE ROLE {APP} LOGIN")
        databases = set(self._sql("postgres", "SELECT datname FROM pg_database").split())
        # In template1 too, so that test databases are born with them.
        extend = "; ".join(f"CREATE EXTENSION IF NOT EXISTS {name}" for name in EXTENSIONS)
        self._sql("template1", extend)
        if DATABASE not in databases:
            self._sql("postgres", f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template1")

    # -- running programs ------------------------------------------------------------------------------------

    @property
    def _bindir(self) -> Path:
        return find_bindir(self.folder, another_user=self.account is not None)

    def _sql(self, database: str, statement: str) -> str:
        command = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.socket, "-U", SUPERUSER)
        return self._run("psql", *command, "-d", database, "-c", statement).stdout

    def _run(
        self, program: str, *arguments: str | Path, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        result = self._run_as_server([str(self._bindir / program), *map(str, arguments)])
        if check and result.returncode:
            raise self._explain(program, result)
        return result

    def _run_as_server(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        environment |= {"LC_ALL": "C", "TZ": "UTC"}
        user = self.account
        return subprocess.run(
            command, env=environment, cwd="/", capture_output=True, text=True, check=False,
            user=user.pw_uid if user else None, group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )  # fmt: skip

    def _explain(self, program: str, result: subprocess.CompletedProcess[str]) -> LauncherError:
        """One line out of what the program and the server's log said."""
        said = result.stderr + result.stdout
        if program == "pg_ctl" and self.log.exists():
            said += "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        if "No space left on device" in said:
            return LauncherError(f"No disk space under {self.folder}: free some, or set LOOPWRIGHT_DATA_DIR.")
        if "Permission denied" in said:
            return self._unreadable()
        lines = [line for line in said.splitlines() if "FATAL" in line or "error" in line.lower()]
        reason = (lines or said.strip().splitlines() or [f"exit code {result.returncode}"])[-1].strip()
        return LauncherError(f"PostgreSQL did not come up ({program}: {reason}); its log is {self.log}.")

    def _unreadable(self) -> LauncherError:
        return LauncherError(
            f"The data directory {self.folder} cannot be read or belongs to another user: give it to the "
            "user who runs this, or set LOOPWRIGHT_DATA_DIR to a folder of your own."
        )

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """Two starts at once: the second waits and finds the server running."""
        with (self.folder / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _server_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise LauncherError("PostgreSQL refuses to run as root, and there is no account `nobody`: run as a user.")


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _major(version: str) -> int:
    return int(version.partition(".")[0])
