"""Looks after a running demo: what dies or stops working is started again, and said so."""

import time
from collections.abc import Callable
from typing import NoReturn

from dev.ledger import Ledger
from dev.pgbinaries import LauncherError
from dev.postgres import Cluster
from dev.processes import Child

# So many restarts of one program, each within so many seconds of the last, and the demo gives up.
MOST_RESTARTS = 5
QUIET = 600.0
LOOK_EVERY = 1.0
# Health is asked for less often; no answer, or work that is late, counts after so long without a good one.
ASK_EVERY = 5.0
PATIENCE = 30.0

Ask = Callable[[], tuple[bool, str]]


class Watch:
    """Until Ctrl-C."""

    def __init__(self, children: list[Child], cluster: Cluster | None, ledger: Ledger, ask: Ask) -> None:
        self.children = children
        self.cluster = cluster
        self.ledger = ledger
        self.ask = ask
        self.well_at = self.asked_at = time.monotonic()
        self.restarted_at: dict[str, float] = {}

    def run(self) -> NoReturn:
        while True:
            time.sleep(LOOK_EVERY)
            self.look()

    def look(self) -> None:
        """One round: processes first, then whether work is done."""
        now = time.monotonic()
        for child in self.children:
            code = child.exit_code()
            if code is not None:
                self._restart(child, f"ended (exit code {code})")
        if now - self.asked_at > 4 * ASK_EVERY:
            self.well_at = now  # this machine slept; everybody gets time to wake up
        if now - self.asked_at < ASK_EVERY:
            return
        self._look_after_database()
        well, answer = self.ask()
        self.asked_at = time.monotonic()
        if well:
            self.well_at = self.asked_at
        elif self.asked_at - self.well_at > PATIENCE:
            self._restart(self._culprit(answer), f"does no work ({answer[:200]})")

    def _look_after_database(self) -> None:
        if self.cluster is None or self.cluster.is_running():
            return
        print("\nPostgreSQL ended.", flush=True)
        self.cluster.start()
        print("It was started again; what was acknowledged is there.", flush=True)

    def _culprit(self, answer: str) -> Child:
        """The web server if it does not answer for itself, else the worker."""
        answered = answer.startswith(("200", "503"))
        return next(child for child in self.children if (child.name == "worker") == answered)

    def _restart(self, child: Child, what: str) -> None:
        now = time.monotonic()
        if now - self.restarted_at.get(child.name, now) > QUIET:
            child.restarts = 0
        print(f"\nThe {child.name} {what}:\n{child.last_words()}", flush=True)
        if child.restarts == MOST_RESTARTS:
            raise LauncherError(f"The {child.name} ended {MOST_RESTARTS + 1} times; its log is {child.log}.")
        child.stop()
        child.restarts += 1
        time.sleep(child.restarts - 1)
        child.start()
        self.ledger.add(child.name, child.number)
        self.restarted_at[child.name] = self.well_at = time.monotonic()
        print("It was started again; unfinished jobs are taken up by themselves.", flush=True)
