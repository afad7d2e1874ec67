"""Runs the whole product on this machine: ``make demo``.

PostgreSQL, the web server and one Celery worker on the filesystem broker. What dies is started again. Ctrl-C ends
all of them; the data stay in ``var/`` (or ``LOOPWRIGHT_DATA_DIR``) for the next start.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import IO

from dev import ledger, sysdeps
from dev.devdb import FOLDERS, ROOT, data_dir
from dev.ledger import Ledger
from dev.pgbinaries import LauncherError
from dev.postgres import NEEDED_MEGABYTES, Cluster
from dev.processes import Child
from dev.steps import Steps
from dev.watch import Watch

BIN = Path(sys.executable).parent
START_TIMEOUT = 90
TITLES = {
    "postgres": "Starting PostgreSQL",
    "migrate": "Preparing the database",
    "static": "Collecting static files",
    "data": "Loading demo data (the first time only)",
    "serve": "Starting web server and worker",
}


class Demo:
    """Starts everything in order, watches it, and stops what it started."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.data = data_dir()
        self.logs = self.data / "log"
        self.url = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"  # noqa: S104
        self.children: list[Child] = []
        self.cluster: Cluster | None = None
        self.ledger = Ledger(self.data)
        self.owns_database = False
        self.steps = Steps(self.data / "timings.json", self._titles(), first=self._is_first())
        self.stack = contextlib.ExitStack()
        self.environment = dict(os.environ)

    def run(self) -> int:
        with self.stack:
            try:
                self._prepare()
                self._start_database()
                self._manage("migrate", "migrate", "--verbosity=0")
                self._manage("static", "collectstatic", "--noinput", "--verbosity=0")
                self._manage("data", "load_demo", show=True)
                with self._step("serve"):
                    self._start_children()
                self.steps.remember()
                self._greet()
                return Watch(self.children, self.cluster, self.ledger, self._ask).run()
            except KeyboardInterrupt:
                print("\nStopping …", flush=True)
                raise

    @staticmethod
    def _titles() -> dict[str, str]:
        """The steps there are; a database of one's own is not started."""
        return {k: v for k, v in TITLES.items() if k != "postgres" or not os.environ.get("DATABASE_URL")}

    def _is_first(self) -> bool:
        return not (self.data / "timings.json").exists()

    @contextlib.contextmanager
    def _step(self, name: str, *, lines_below: bool = False) -> Iterator[None]:
        """One step of the start, on screen and in the ledger."""
        self.ledger.write(step=TITLES[name])
        with self.steps.step(name, lines_below=lines_below):
            yield

    # -- steps -----------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            for folder in FOLDERS:
                (self.data / folder).mkdir(parents=True, exist_ok=True)
            self._take_lock()
            before = ledger.read(self.data)
            if ended := ledger.end_left_overs(self.data):
                print(f"  Ended what a demo that was killed had left running: {', '.join(ended)}.")
            self.owns_database = before.get("database") is True
            self.stack.callback(self.ledger.remove)
            self.ledger.add(ledger.DEMO, os.getpid())
            self._refuse_busy_port()
            free = shutil.disk_usage(self.data).free // 1_000_000
            if free < NEEDED_MEGABYTES:
                raise LauncherError(
                    f"No disk space: {free} MB free under {self.data}, {NEEDED_MEGABYTES} MB needed. Free "
                    "some, or set LOOPWRIGHT_DATA_DIR to a folder on another disk."
                )
            self.environment |= self._settings()
        except OSError as error:
            raise LauncherError(
                f"The data directory {self.data} cannot be used ({error.strerror}): give it to the user who "
                "runs this, or set LOOPWRIGHT_DATA_DIR to a folder of your own."
            ) from error
        if not sysdeps.pdf_works():
            self.environment["LOOPWRIGHT_PDF"] = "off"
            print("  PDFs are off: Pango or a font is missing (`make sysdeps` says what to install).")

    def _take_lock(self) -> None:
        lock: IO[str] = self.stack.enter_context((self.data / "demo.lock").open("a"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LauncherError(self._who_runs()) from None

    def _who_runs(self) -> str:
        facts = ledger.read(self.data)
        if facts.get("url"):
            how = f"A demo already runs on {self.data}, at {facts['url']}: stop it (Ctrl-C there, or `make stop`)"
        elif facts.get("step"):
            how = f"A demo is just being started on {self.data} ({facts['step']}): wait for it, or stop it"
        else:
            how = f"A demo already runs on {self.data}: stop it (Ctrl-C there, or `make stop`)"
        return f"{how}, or set LOOPWRIGHT_DATA_DIR for a second one."

    def _refuse_busy_port(self) -> None:
        with socket.socket() as probe:
            # As the web server will: a port that closed a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except PermissionError:
                raise LauncherError(f"Port {self.port} needs root: try `make demo PORT=8000`.") from None
            except OSError as error:
                raise LauncherError(
                    f"Port {self.port} is in use ({error.strerror}): stop what uses it, or run "
                    f"`make demo PORT={self.port + 1}`."
                ) from None

    def _settings(self) -> dict[str, str]:
        key = self.data / "secret_key"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(secrets.token_urlsafe(48))
        hosts = ["localhost", "127.0.0.1", "[::1]", self.host, socket.gethostname()]
        ours = {
            "SECRET_KEY": key.read_text(),
            "DEBUG": "0",
            "ALLOWED_HOSTS": ",".join(dict.fromkeys(hosts)),
            "LOOPWRIGHT_DATA_DIR": str(self.data),
            "LOOPWRIGHT_DB_POOL": "8",
            "BROKER_URL": "filesystem://",
            # Nothing leaves this machine: mail is read at /demo/mail/.
            "EMAIL_URL": "kept:",
            "LOOPWRIGHT_URL": self.url,
            "LOOPWRIGHT_COMPRESS_STATIC": "0",
            # Two processes that each start a thread per core would only get in each other's way.
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        return sysdeps.pdf_environment() | {k: os.environ.get(k) or v for k, v in ours.items()}

    def _start_database(self) -> None:
        if os.environ.get("DATABASE_URL"):
            print("  Database: the one DATABASE_URL names")
            return
        cluster = Cluster(self.data / "pg")
        with self._step("postgres"):
            # A server that a killed demo left running is this one's to stop.
            if cluster.start() or self.owns_database:
                self.stack.callback(cluster.stop)
                self.cluster = cluster
                self.ledger.write(database=True)
        self.environment |= cluster.urls()

    def _manage(self, name: str, *arguments: str, show: bool = False) -> None:
        """Run a management command as a step; its output is shown when it fails, or line by line."""
        command = [str(BIN / "python"), str(ROOT / "manage.py"), *arguments]
        with self._step(name, lines_below=show):
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, start_new_session=True,
            )  # fmt: skip
            self.ledger.add(arguments[0], process.pid)
            lines: list[str] = []
            try:
                for line in process.stdout or ():
                    lines.append(line.rstrip())
                    if show:
                        print(f"    {line.rstrip()}", flush=True)
                process.wait()
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
                self.ledger.drop(arguments[0])
            if process.returncode:
                if not show:
                    print("\n" + "\n".join(f"    {line}" for line in lines[-12:]))
                full = any("No space left on device" in line for line in lines)
                reason = "the disk is full: free some space" if full else "see the lines above"
                raise LauncherError(f"`manage.py {arguments[0]}` failed: {reason}.")

    def _start_children(self) -> None:
        python = str(BIN / "python")
        web = [
            python, "-m", "gunicorn", "config.wsgi:application", "--bind", f"{self.host}:{self.port}",
            "--worker-class", "gthread", "--workers", "1", "--threads", "8", "--timeout", "60",
            "--graceful-timeout", "5", "--worker-tmp-dir", str(self.logs), "--no-control-socket",
        ]  # fmt: skip
        worker = [
            python, "-m", "celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "INFO",
            "--hostname", "demo@%h",
        ]  # fmt: skip
        for name, command in (("web server", web), ("worker", worker)):
            log = self.logs / f"{name.split()[0]}.log"
            child = Child(name, command, log=log, environment=self.environment)
            self.stack.callback(child.stop)
            child.start()
            self.children.append(child)
            self.ledger.add(child.name, child.number)
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        answer = "no answer"
        while time.monotonic() < deadline:
            for child in self.children:
                if child.exit_code() is not None:
                    print("\n" + child.last_words())
                    raise LauncherError(f"The {child.name} ended while starting; its log is {child.log}.")
            ready, answer = self._ask()
            if ready:
                return
            time.sleep(0.3)
        print("\n" + self.children[0].last_words())
        raise LauncherError(f"{self.url}/readyz did not answer with 200 in {START_TIMEOUT} s: {answer}.")

    def _ask(self) -> tuple[bool, str]:
        """Whether everything is there and working, and what the answer was."""
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104
        try:
            with urllib.request.urlopen(f"http://{host}:{self.port}/readyz", timeout=5) as response:
                return response.status == 200, str(response.status)
        except urllib.error.HTTPError as error:
            return False, f"{error.code} {error.read(300).decode(errors='replace')}"
        except OSError as error:
            return False, str(error)

    def _greet(self) -> None:
        self.ledger.write(step="", url=self.url)
        print(f"\nLoopwright runs at {self.url}\n", flush=True)
        signs = subprocess.run(
            [BIN / "python", ROOT / "manage.py", "load_demo", "--print-sign-ins"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        print(signs.stdout.rstrip() or signs.stderr.rstrip())
        print(f"Mail to them is kept here and read at {self.url}/demo/mail/")
        print(f"\nLogs are in {self.logs}. Ctrl-C stops everything; the data stay.", flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """The first request to end starts the orderly stop; later ones must not interrupt it."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _interrupt)
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        print(f"error: PORT={port} is not a port: name a number from 1 to 65535.", file=sys.stderr)
        return 1
    print("Loopwright demo")
    demo = Demo(os.environ.get("HOST") or "127.0.0.1", int(port))
    try:
        return demo.run()
    except KeyboardInterrupt:
        print("Stopped. `make demo` starts again with the same data; `make clean` removes them.", flush=True)
        return 0
    except LauncherError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
