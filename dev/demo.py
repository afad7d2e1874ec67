"""Runs the whole product on this machine: ``make demo``.

PostgreSQL, the web server and one Celery worker with the beat embedded, on the filesystem broker. Ctrl-C ends
all of them; the data stay in ``var/`` (or ``LOOPWRIGHT_DATA_DIR``) for the next start.
"""

import contextlib
import fcntl
import json
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

from dev import sysdeps
from dev.devdb import FOLDERS, ROOT, data_dir
from dev.pgbinaries import LauncherError
from dev.postgres import NEEDED_MEGABYTES, Cluster
from dev.processes import Child, end_left_over

BIN = Path(sys.executable).parent
START_TIMEOUT = 90
MOST_RESTARTS = 5


class Demo:
    """Starts everything in order, watches it, and stops what it started."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.data = data_dir()
        self.logs = self.data / "log"
        self.url = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}"  # noqa: S104
        self.children: list[Child] = []
        self.stack = contextlib.ExitStack()
        self.environment = dict(os.environ)

    def run(self) -> int:
        with self.stack:
            try:
                self._prepare()
                self._start_database()
                self._manage("Preparing the database", "migrate", "--verbosity=0")
                self._manage("Collecting static files", "collectstatic", "--noinput", "--verbosity=0")
                self._manage("Loading demo data (the first time only)", "load_demo", show=True)
                with step("Starting web server and worker"):
                    self._start_children()
                self._greet()
                return self._watch()
            except KeyboardInterrupt:
                print("\nStopping …", flush=True)
                raise

    # -- steps -----------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            for folder in FOLDERS:
                (self.data / folder).mkdir(parents=True, exist_ok=True)
            self._take_lock()
            end_left_overs(self.data)
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
            raise LauncherError(
                f"A demo already runs on {self.data}: stop it (Ctrl-C there, or `make stop`), or set "
                "LOOPWRIGHT_DATA_DIR for a second one."
            ) from None
        self.stack.callback((self.data / "demo.json").unlink, missing_ok=True)

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
        with step("Starting PostgreSQL"):
            if cluster.start():
                self.stack.callback(cluster.stop)
        self.environment |= cluster.urls()

    def _manage(self, title: str, *arguments: str, show: bool = False) -> None:
        """Run a management command as a step; its output is shown when it fails, or line by line."""
        command = [str(BIN / "python"), str(ROOT / "manage.py"), *arguments]
        with step(title, on_lines_below=show):
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                text=True, start_new_session=True,
            )  # fmt: skip
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
            python, "-m", "celery", "-A", "config", "worker", "--beat", "--concurrency", "2",
            "--loglevel", "INFO", "--schedule", str(self.data / "celerybeat-schedule"),
            "--hostname", "demo@%h",
        ]  # fmt: skip
        for name, command in (("web server", web), ("worker", worker)):
            log = self.logs / f"{name.split()[0]}.log"
            child = Child(name, command, log=log, environment=self.environment)
            self.stack.callback(child.stop)
            child.start()
            self.children.append(child)
            self._remember()
        self._wait_until_healthy()

    def _remember(self) -> None:
        """Write down the process numbers, so that `make stop` finds them if this process is killed."""
        numbers = {child.name: child.process.pid for child in self.children if child.process}
        (self.data / "demo.json").write_text(json.dumps(numbers))

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        answer = "no answer"
        while time.monotonic() < deadline:
            for child in self.children:
                if child.exit_code() is not None:
                    print("\n" + child.last_words())
                    raise LauncherError(f"The {child.name} ended while starting; its log is {child.log}.")
            healthy, answer = self._ask_health()
            if healthy:
                return
            time.sleep(0.3)
        print("\n" + self.children[0].last_words())
        raise LauncherError(f"{self.url}/healthz did not answer with 200 in {START_TIMEOUT} s: {answer}.")

    def _ask_health(self) -> tuple[bool, str]:
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104
        try:
            with urllib.request.urlopen(f"http://{host}:{self.port}/healthz", timeout=5) as response:
                return response.status == 200, str(response.status)
        except urllib.error.HTTPError as error:
            return False, f"{error.code} {error.read(300).decode(errors='replace')}"
        except OSError as error:
            return False, str(error)

    def _greet(self) -> None:
        print(f"\nLoopwright runs at {self.url}\n", flush=True)
        signs = subprocess.run(
            [BIN / "python", ROOT / "manage.py", "load_demo", "--print-sign-ins"],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        print(signs.stdout.rstrip() or signs.stderr.rstrip())
        print(f"\nLogs are in {self.logs}. Ctrl-C stops everything; the data stay.", flush=True)

    def _watch(self) -> int:
        """Until Ctrl-C. A worker that dies is started again; without the web server there is no demo."""
        while True:
            time.sleep(1)
            for child in self.children:
                code = child.exit_code()
                if code is None:
                    continue
                print(f"\nThe {child.name} ended (exit code {code}):\n{child.last_words()}")
                if child.name != "worker":
                    raise LauncherError(f"Without the {child.name} there is no demo; its log is {child.log}.")
                if child.restarts == MOST_RESTARTS:
                    raise LauncherError(
                        f"The worker ended {MOST_RESTARTS + 1} times; its log is {child.log}."
                    )
                child.stop()
                child.restarts += 1
                time.sleep(child.restarts)
                child.start()
                self._remember()
                print("It was started again; unfinished jobs are taken up by themselves.", flush=True)


@contextlib.contextmanager
def step(title: str, *, on_lines_below: bool = False) -> Iterator[None]:
    """Announce a step, and say how long it took."""
    started = time.monotonic()
    print(f"  {title} …", end="\n" if on_lines_below else "", flush=True)
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    took = time.monotonic() - started
    print(f"    took {took:.1f} s" if on_lines_below else f" {took:.1f} s", flush=True)


def end_left_overs(data: Path) -> list[str]:
    """End web server and worker of a demo that was killed; returns their names."""
    try:
        numbers: dict[str, int] = json.loads((data / "demo.json").read_text())
    except (OSError, ValueError):
        return []
    words = {"web server": "gunicorn", "worker": "celery"}
    ended = [name for name, number in numbers.items() if end_left_over(number, words.get(name, name))]
    (data / "demo.json").unlink(missing_ok=True)
    return ended


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
