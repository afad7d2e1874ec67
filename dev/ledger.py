"""What a demo runs, written down where ``make stop`` and the next start find it if the demo is killed.

A process is named by its number and by when it began: numbers are given again, and the process that has one now
may be somebody else's.
"""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from dev.processes import began, end_left_over

NAME = "demo.json"
# The process that started the others; asked to end, it ends them in order.
DEMO = "demo"


class Ledger:
    """The file in a data directory; whole at every moment."""

    def __init__(self, data: Path) -> None:
        self.path = data / NAME
        self.facts: dict[str, Any] = {"step": "", "url": "", "database": False, "processes": {}}

    def write(self, **facts: Any) -> None:
        """Add to what is known."""
        self.facts |= facts
        unfinished = self.path.with_suffix(".part")
        unfinished.write_text(json.dumps(self.facts))
        unfinished.replace(self.path)

    def add(self, name: str, number: int) -> None:
        """Note a process that was started."""
        self.facts["processes"][name] = [number, began(number)]
        self.write()

    def drop(self, name: str) -> None:
        """Forget a process that has ended."""
        self.facts["processes"].pop(name, None)
        self.write()

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


def read(data: Path) -> dict[str, Any]:
    """What the last demo on these data wrote down; empty if it ended in order."""
    try:
        facts = json.loads((data / NAME).read_text())
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}


def end_left_overs(data: Path) -> list[str]:
    """End what a demo that was killed left running; returns the names. Other people's processes are left alone."""
    ended = []
    processes = read(data).get("processes")
    for name, record in (processes if isinstance(processes, dict) else {}).items():
        with contextlib.suppress(TypeError, ValueError):
            number, since = record
            if isinstance(since, str) and int(number) not in {0, 1, os.getpid()}:
                patience = 60 if name == DEMO else 10
                ended += [name] if end_left_over(int(number), since, patience=patience) else []
    (data / NAME).unlink(missing_ok=True)
    return ended
