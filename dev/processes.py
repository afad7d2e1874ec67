"""Child processes of the demo: each in a session of its own, logging to a file, ended as a whole."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

LARGEST_LOG = 5_000_000


class Child:
    """A program that is to run for as long as the demo does.

    Sessions of their own keep Ctrl-C from reaching the children: the demo ends them itself, in order.
    """

    def __init__(self, name: str, command: list[str], *, log: Path, environment: dict[str, str]) -> None:
        self.name = name
        self.command = command
        self.log = log
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.restarts = 0

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process else 0

    def stop(self, *, patience: float = 10) -> None:
        """Ask it to end; after ``patience`` seconds end it and all that it started."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        end_group(self.process.pid)
        self.process.wait()

    def last_words(self, lines: int = 8) -> str:
        """The end of its log, indented."""
        try:
            text = self.log.read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


def end_group(leader: int) -> None:
    """Kill whatever is left of a process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def command_line(number: int) -> str:
    """What runs under a process number; empty when nothing does, or only a remnant that has ended."""
    if Path("/proc/self").exists():
        try:
            return Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    command = ["ps", "-o", "command=", "-p", str(number)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def end_left_over(leader: int, word: str) -> bool:
    """End the group of a child that outlived an earlier demo, if the number still is that child.

    ``word`` must stand in its command line: process numbers are given again.
    """
    if word not in command_line(leader):
        return False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(leader, 0)
        except (ProcessLookupError, PermissionError):
            return True
        time.sleep(0.1)
    end_group(leader)
    return True
