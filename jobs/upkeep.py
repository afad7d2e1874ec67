"""What keeps work moving, asked for by every worker itself.

A worker asks for the relay and the sweeper when it starts and then at their paces, through the same queue as all
work: so a heartbeat proves that messages arrive and are run. There is no scheduler beside the workers whose death
could stop everything, and with several workers each only makes the next round come sooner.
"""

from typing import Any

from celery import bootsteps

RELAY = "jobs.relay"
SWEEP = "jobs.sweep"
# Task, seconds between two rounds, seconds after which a round that nobody took is of no use.
ROUNDS: list[tuple[str, float, int]] = [(RELAY, 2.0, 10), (SWEEP, 15.0, 60)]


def add_round(name: str, *, every: float, useful: int) -> None:
    """Let workers ask for another task in rounds: for what belongs to no team, or looks at all of them.

    Called beside the task, in the ``tasks.py`` of a room above. Work of one team is a job.
    """
    if name not in [known for known, _, _ in ROUNDS]:
        ROUNDS.append((name, every, useful))


class Upkeep(bootsteps.StartStopStep):
    """A step in the life of a worker: from when its pool runs until it stops."""

    requires = ("celery.worker.components:Timer", "celery.worker.components:Pool")

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._rounds: list[Any] = []

    def start(self, worker: Any) -> None:
        """Ask for a first round at once, and for the others by the worker's timer."""
        for name, every, useful in ROUNDS:
            worker.timer.call_after(0.0, self._ask, (worker.app, name, useful))
            self._rounds.append(worker.timer.call_repeatedly(every, self._ask, (worker.app, name, useful)))

    def stop(self, worker: Any) -> None:
        """Ask no more."""
        for each in self._rounds:
            each.cancel()
        self._rounds.clear()

    @staticmethod
    def _ask(app: Any, name: str, useful: int) -> None:
        # Not tried again: the next round is near. The timer writes to the log that the broker did not answer.
        app.send_task(name, expires=useful, retry=False, ignore_result=True)
