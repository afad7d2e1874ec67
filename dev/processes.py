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

    @property
    def number(self) -> int:
        """Its process number, once it was started."""
        assert self.process  # noqa: S101 -- asked for after start()
        return self.process.pid

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


def began(number: int) -> str:
    """When a process began, in words that no other process of this number has; empty when there is none."""
    stat = Path(f"/proc/{number}/stat")
    if Path("/proc/self/stat").exists():
        try:
            # The name, in brackets, may hold anything; the state and, 19 fields on, the start in ticks follow it.
            after = stat.read_text().rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        except (OSError, IndexError):
            return ""
        return "" if after[0] in "ZX" else f"{boot} {after[19]}"
    command = ["ps", "-o", "lstart=", "-p", str(number)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def has_ended(number: int) -> bool:
    """Whether a process has ended, though its number may still be taken by what is left of it."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return not began(number)


def end_left_over(number: int, since: str, *, patience: float = 10) -> bool:
    """End a process that outlived an earlier demo, with its group if it leads one; True if it was there."""
    if not since or began(number) != since:
        return False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        # A demo started from a shell shares the shell's group, which is none of ours to end.
        leads = os.getpgid(number) == number
        (os.killpg if leads else os.kill)(number, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline and began(number) == since:
            time.sleep(0.1)
        if leads:
            end_group(number)
        elif began(number) == since:
            os.kill(number, signal.SIGKILL)
    return True
