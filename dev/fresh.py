"""Runs both commands of the README on bare systems: ``python -m dev.fresh [debian12] [debian13]``.

Each system has python3, python3-venv, make, git and ca-certificates alone (dev/bare.py makes and keeps it); the
commands run on a fresh clone of what is committed: first as an ordinary user who may install nothing and finds no
Pango, then as root. ``make test`` runs a part that meets every library unless ``--whole`` asks for all of it, with
``make check`` before. It needs root and mmdebstrap, prints each step with its time, keeps all that was said in
var/fresh, and exits with 1 if a step failed.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dev.bare import BareSystem, BareSystemError, make
from dev.bootstrap import ROOT
from dev.devdb import data_dir
from dev.inside import LEFT

# The one who may install nothing comes first: what root installs would be there already.
USERS = ("tester", "root")
SUITES = {"debian12": "bookworm", "debian13": "trixie"}
# The admin's pages, a page and its rules, figures, numbers: what a library of another version breaks first.
PART = "tests/ops/test_repository.py tests/config tests/roles tests/loops tests/psychometrics/agreement"
CLONE = "product"
PATIENCE = 2700
STOPPING = 60
GREETING = 60
LAST_LINES = 12


class StepError(Exception):
    """What went wrong in a step."""


@dataclass
class Visit:
    """One user in one system, with the clone at home there."""

    system: BareSystem
    user: str
    port: int
    log: Path

    def demo(self) -> None:
        """Start the demo, wait until it is healthy, and fetch the page that people meet first."""
        before = self.log.stat().st_size
        with self.log.open("ab") as log:
            command = ["make", "--no-print-directory", "demo"]
            process = self.system.start(self.user, CLONE, command, log, PORT=str(self.port))
        try:
            self._timed("make demo serves", lambda: self._wait_until_served(process))
            self._timed("it says who can sign in, and nothing odd", lambda: self._wait_until_greeted(before))
            self._timed("Ctrl-C ends it, nothing is left", lambda: self._interrupt(process))
        finally:
            process.kill()
            process.wait()
        if self.user != "root":
            self._timed("PDFs are off, and it says so", lambda: self._says_pdfs_are_off(before))

    def make(self, target: str, arguments: str = "") -> None:
        """Run a target to its end."""

        def run() -> None:
            with self.log.open("ab") as log:
                command = [
                    "make",
                    "--no-print-directory",
                    target,
                    *([f"ARGS={arguments}"] if arguments else []),
                ]
                process = self.system.start(self.user, CLONE, command, log)
            try:
                # Its input stays open: the end of that is what ends it.
                if code := process.wait(PATIENCE):
                    raise StepError("processes are left" if code == LEFT else f"exit code {code}")
            except subprocess.TimeoutExpired:
                raise StepError(f"not done after {PATIENCE} s") from None
            finally:
                process.kill()
                process.wait()

        self._timed(f"make {target}", run)

    def _wait_until_served(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers("/healthz"):
            if process.poll() is not None:
                raise StepError(f"it ended by itself with exit code {process.returncode}")
            if time.monotonic() > deadline:
                raise StepError(f"/healthz is not 200 after {PATIENCE} s")
            time.sleep(0.25)
        if not self._answers("/accounts/login/", "password"):
            raise StepError("the page to sign in on is not there")

    def _wait_until_greeted(self, before: int) -> None:
        deadline = time.monotonic() + GREETING
        while "Ctrl-C stops everything" not in (said := self._said(before)):
            if time.monotonic() > deadline:
                raise StepError("it does not greet")
            time.sleep(0.25)
        if "@" not in said.partition("Loopwright runs at")[2]:
            raise StepError("it names nobody")
        if "Warning" in said or "Traceback" in said:
            raise StepError("it shows a warning of a library's")

    def _interrupt(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            raise StepError(f"it still runs after {STOPPING} s") from None
        # make answers Ctrl-C with an exit code of its own; only this one counts.
        if process.returncode == LEFT:
            raise StepError("processes are left")
        if self._answers("/livez"):
            raise StepError("something still serves")

    def _says_pdfs_are_off(self, before: int) -> None:
        if "PDFs are off" not in self._said(before):
            raise StepError("it says nothing of it")

    def _said(self, before: int) -> str:
        return self.log.read_bytes()[before:].decode(errors="replace")

    def _answers(self, path: str, text: str = "") -> bool:
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer,
        ):
            return bool(answer.status == 200) and text in answer.read().decode()
        return False

    def _timed(self, title: str, step: Callable[[], None]) -> None:
        timed(f"{self.user}: {title}", step)


def timed(title: str, step: Callable[[], None]) -> None:
    """Run one step and print what came of it."""
    started = time.monotonic()
    try:
        step()
    except (StepError, BareSystemError) as problem:
        print(f"  {title:<48}failed {time.monotonic() - started:6.0f} s  ({problem})", flush=True)
        raise
    print(f"  {title:<48}ok     {time.monotonic() - started:6.0f} s", flush=True)


def visit(name: str, options: argparse.Namespace, kept: Path) -> None:
    """All steps in one system. Raises StepError or BareSystemError at the first that fails."""
    tarball, log = kept / f"{name}.tar", kept / f"{name}.log"
    log.write_bytes(b"")
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir=kept, ignore_cleanup_errors=True) as folder:
        system = BareSystem(Path(folder, "system"))
        with log.open("ab", buffering=0) as output:
            if options.anew or not tarball.exists():
                timed("make the bare system", lambda: make(SUITES[name], tarball, output))
            timed("unpack it", lambda: system.unpack(tarball, output))
            for user in options.users:
                system.clone(ROOT, user, CLONE, output)
        for user in options.users:
            there = Visit(system, user, options.port, log)
            there.demo()
            if options.whole:
                there.make("check")
            there.make("test", "" if options.whole else options.tests)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.fresh", description="Runs the README on bare systems."
    )
    parser.add_argument(
        "systems", nargs="*", metavar="SYSTEM", help=f"of {', '.join(SUITES)}; all if none is named"
    )
    parser.add_argument("--users", nargs="+", choices=USERS, default=USERS, help="as whom; both by default")
    parser.add_argument("--whole", action="store_true", help="make check, and the whole suite")
    parser.add_argument("--tests", default=PART, help="what make test gets as ARGS")
    parser.add_argument("--port", type=int, default=8109, help="where the demo is to serve")
    parser.add_argument("--anew", action="store_true", help="make the bare systems anew, not from those kept")
    options = parser.parse_args(arguments)
    if unknown := set(options.systems) - set(SUITES):
        print(f"error: no such system: {', '.join(sorted(unknown))}. There are: {', '.join(SUITES)}.")
        return 2
    if os.geteuid() or not shutil.which("mmdebstrap"):
        print("error: this needs root and mmdebstrap (apt-get install mmdebstrap).")
        return 2
    kept = data_dir() / "fresh"
    kept.mkdir(parents=True, exist_ok=True)
    failed = False
    for name in options.systems or SUITES:
        print(f"{name}:", flush=True)
        try:
            visit(name, options, kept)
        except (StepError, BareSystemError):
            failed = True
            lines = (kept / f"{name}.log").read_text(errors="replace").splitlines()[-LAST_LINES:]
            print("\n".join(f"    {line}" for line in [*lines, f"All of it: {kept / name}.log"]), flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
