"""The steps of a start, with the time that is left: from how long they took the last time on this machine."""

import contextlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

# Takes the present line of a terminal away.
CLEAR = "\r\033[K"
# Seconds on two slow cores, until this machine has shown its own: the first start, and later ones.
TYPICAL = {
    "first": {"postgres": 4.0, "migrate": 20.0, "static": 4.0, "data": 50.0, "serve": 8.0},
    "again": {"postgres": 1.0, "migrate": 4.0, "static": 3.0, "data": 3.0, "serve": 8.0},
}


class Steps:
    """Announces steps in their order; remembers how long each took."""

    def __init__(self, memory: Path, titles: dict[str, str], *, first: bool) -> None:
        self.memory = memory
        self.titles = titles
        self.kind = "first" if first else "again"
        self.known = self._recall()
        self.took: dict[str, float] = {}
        self.now = ""

    def left(self, elapsed: float) -> float:
        """Seconds until everything is up, ``elapsed`` seconds into the present step."""
        rest = list(self.titles)[list(self.titles).index(self.now) :]
        expected = [self._expected(name) for name in rest]
        # A step that takes longer than the last time still has the later ones before it.
        return max(expected[0] - elapsed, 0.0) + sum(expected[1:])

    @contextlib.contextmanager
    def step(self, name: str, *, lines_below: bool = False) -> Iterator[None]:
        """Announce a step, and say how long it took; on a terminal the time left counts down."""
        self.now = name
        started = time.monotonic()
        ended = threading.Event()
        live = sys.stdout.isatty() and not lines_below
        self._announce(0.0, end="\n" if lines_below else "")
        ticker = threading.Thread(target=self._count_down, args=(started, ended), daemon=True)
        if live:
            ticker.start()
        try:
            yield
        except BaseException:
            self._stop(ticker, ended)
            print(flush=True)
            raise
        self._stop(ticker, ended)
        self.took[name] = time.monotonic() - started
        if live:
            self._announce(None)
        print(f"    took {self.took[name]:.1f} s" if lines_below else f" {self.took[name]:.1f} s", flush=True)

    def remember(self) -> None:
        """Keep the times for the next start of this kind."""
        stored = {**self._stored(), self.kind: {name: round(took, 1) for name, took in self.took.items()}}
        with contextlib.suppress(OSError):
            self.memory.write_text(json.dumps(stored))

    def _count_down(self, started: float, ended: threading.Event) -> None:
        while not ended.wait(1):
            self._announce(time.monotonic() - started)

    @staticmethod
    def _stop(ticker: threading.Thread, ended: threading.Event) -> None:
        ended.set()
        if ticker.is_alive():
            ticker.join()

    def _announce(self, elapsed: float | None, end: str = "") -> None:
        names = list(self.titles)
        line = f"  {names.index(self.now) + 1}/{len(names)} {self.titles[self.now]}"
        if elapsed is not None:
            line += f" ({rounded(self.left(elapsed))} left)"
        print(f"{CLEAR if sys.stdout.isatty() else ''}{line} …", end=end, flush=True)

    def _expected(self, name: str) -> float:
        return self.known.get(name, TYPICAL[self.kind].get(name, 5.0))

    def _recall(self) -> dict[str, float]:
        times = self._stored().get(self.kind, {})
        return {
            name: float(took) for name, took in times.items() if isinstance(took, int | float) and took >= 0
        }

    def _stored(self) -> dict[str, dict[str, float]]:
        try:
            stored = json.loads(self.memory.read_text())
        except (OSError, ValueError):
            return {}
        if not isinstance(stored, dict):
            return {}
        return {kind: times for kind, times in stored.items() if isinstance(times, dict)}


def rounded(seconds: float) -> str:
    """Words for a time that is an estimate."""
    if seconds < 5:
        return "a few seconds"
    if seconds < 90:
        return f"about {5 * round(seconds / 5)} s"
    return f"about {round(seconds / 60)} min"
