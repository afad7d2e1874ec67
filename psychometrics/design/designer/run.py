"""A design: a first answer at once, then better ones, a bound, and the proof where time allows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import above_zero, count, whole_numbers
from psychometrics.design.designer.arrays import Arrays, Choice
from psychometrics.design.designer.exact import CLOSE, Root, Standing, prove, root
from psychometrics.design.designer.floors import Unmet, unmet
from psychometrics.design.designer.model import Tangents
from psychometrics.design.designer.neighbourhoods import Neighbourhoods
from psychometrics.design.designer.problem import Problem
from psychometrics.design.designer.search import greedy, improve
from psychometrics.errors import BadInput

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    Floats: TypeAlias = NDArray[np.float64]

# Proofs that end within so many seconds find no other search beside them, so that their designs are the same every
# time, and do not share a processor with it; a second where the linear programme leaves many options.
PATIENCE, SHORT = 5.0, 1.0
_MANY = 600
_POLL = 0.02  # seconds between looks at what the proof has found


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known so far; gaps fall and bounds rise from one to the next, once every floor is met.

    ``plan`` holds positions of options, ascending; ``feasible`` says whether it meets every floor.
    """

    plan: tuple[int, ...]
    gap: float
    bound: float
    elapsed: float
    proved: bool
    feasible: bool


@dataclass(frozen=True, slots=True)
class Design:
    """The chosen options, ascending, with the gap they leave and how far it is from the smallest possible.

    ``bound`` is a gap that no choice of these options can go below; ``optimality_gap = gap - bound``. ``proved``:
    that difference is at most the tolerance (1e-4). Under a score of the caller's there is no bound and no proof.
    ``unmet`` names the floors that the plan misses, and why; ``feasible`` where there are none.
    """

    chosen: tuple[int, ...]
    gap: float
    bound: float | None
    optimality_gap: float | None
    proved: bool
    minutes: float
    costs: dict[str, float]
    unmet: tuple[Unmet, ...]
    elapsed: float
    score: float | None = None

    @property
    def feasible(self) -> bool:
        """Whether every floor is met."""
        return not self.unmet


def design_loop(
    problem: Problem,
    *,
    seconds: float = 10.0,
    on_progress: Callable[[Progress], bool | None] | None = None,
    stop: Callable[[], bool] | None = None,
    seed: int = 0,
    start: ArrayLike = (),
    exact: bool = True,
    tolerance: float = CLOSE,
) -> Design:
    """Choose the options that leave the smallest gap within the limits; among equals the fewest minutes.

    Ends when nothing better than by ``tolerance`` exists (``proved``), or when the time is out. Branch and bound runs
    in a thread of its own; where it takes longer than a few seconds, this one looks for better choices meanwhile.
    ``on_progress`` is called here only, at every better plan or bound; returning False ends the run, as ``stop``
    does by returning True, and what is best by then is returned. Designs proved before that are the same for
    the same seed; later ones depend on what the time allowed.

    Args:
        problem: options and rules.
        seconds: time there is; the first answer takes a few hundredths of a second and is always given.
        on_progress: told of every better plan and bound.
        stop: asked often; True ends the run.
        seed: of the search and the solver.
        start: positions of options to begin with, if they are better than the first answer.
        exact: False leaves out branch and bound: a good answer, and the bound 0.
        tolerance: difference of gap and bound that is as good as none.

    Raises:
        BadInput: arguments out of range, or a start that breaks a limit or group.
    """
    begun = time.monotonic()
    seconds, seed = above_zero(seconds, "seconds"), count(seed, "seed", most=2**31 - 1)
    arrays = Arrays(problem)
    standing = Standing(arrays, greedy(arrays), deadline=begun + seconds,
                        close=above_zero(tolerance, "tolerance"))  # fmt: skip
    standing.offer(given_choice(arrays, start))
    teller = _Teller(standing, begun, on_progress, stop)
    teller.tell()
    rng = np.random.default_rng(seed)
    rounds = min(int(np.clip(5_000_000 / (len(arrays.row) + 1), 60, 800)), 10 * len(problem))
    standing.offer(improve(standing.best, rng, rounds=rounds, deadline=min(standing.deadline, begun + 0.5 * seconds),
                           stop=teller.asked_to_stop))  # fmt: skip
    teller.tell()
    if exact and not standing.over():
        _run(standing, teller, rng, seed)
    teller.tell(last=True)
    return _designed(problem, standing, begun)


def given_choice(arrays: Arrays, start: ArrayLike) -> Choice:
    """The caller's own choice.

    Raises:
        BadInput: no positions of options, or a limit or group is broken.
    """
    n = len(arrays.minutes)
    places = whole_numbers(start, "start")
    if np.any((places < 0) | (places >= n)):
        raise BadInput(f"start must hold positions of options, 0..{n - 1}")
    given = Choice(arrays, places.tolist())
    if not given.feasible():
        raise BadInput("start breaks a limit or a group")
    return given


def _run(standing: Standing, teller: _Teller, rng: np.random.Generator, seed: int) -> None:
    """Branch and bound in a thread; beside it, after a while, the search."""
    done, failed = Event(), list[BaseException]()
    tops: list[Root] = []

    def work() -> None:
        try:
            tangents = Tangents(standing.arrays)
            top = root(standing, tangents)
            if top is not None:
                tops.append(top)
                prove(standing, tangents, top, seed=seed)
        except BaseException as error:  # noqa: BLE001 -- raised again in the caller's thread
            failed.append(error)
        finally:
            done.set()

    thread = Thread(target=work, name="designer", daemon=True)
    thread.start()
    try:
        started = time.monotonic()
        while not done.wait(_POLL) and not standing.over():
            teller.tell()
            large = bool(tops) and standing.met and tops[0].within(standing.best.gap) > _MANY
            if time.monotonic() > started + (SHORT if large or not tops else PATIENCE):
                break
        beside = Neighbourhoods(standing, rng)
        while not done.is_set() and not standing.over():
            beside.once(tops[0] if tops else None, 1.0)
            teller.tell()
    finally:
        standing.stopped = standing.stopped or not done.is_set()
        thread.join()
    if failed:
        raise failed[0]


class _Teller:
    """Tells the caller what is new, and hears whether to end."""

    def __init__(
        self,
        standing: Standing,
        begun: float,
        on_progress: Callable[[Progress], bool | None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.standing, self.begun, self.on_progress, self.stop = standing, begun, on_progress, stop
        self.told = -1

    def asked_to_stop(self) -> bool:
        """Whether the caller wants to end."""
        if self.stop is not None and self.stop():
            self.standing.stopped = True
        return self.standing.stopped

    def tell(self, *, last: bool = False) -> None:
        """Call ``on_progress`` where something changed since."""
        standing = self.standing
        self.asked_to_stop()
        if self.on_progress is None or (standing.changed == self.told and not last):
            return
        with standing.lock:
            self.told = standing.changed
            best, gap = standing.best, standing.best.gap
            progress = Progress(tuple(sorted(best.chosen)), gap, min(standing.bound, gap),
                                time.monotonic() - self.begun, standing.proved, standing.met)  # fmt: skip
        if self.on_progress(progress) is False:
            standing.stopped = True


def _designed(problem: Problem, standing: Standing, begun: float) -> Design:
    best = standing.best
    chosen = tuple(sorted(best.chosen))
    gap = problem.gap(chosen)
    bound = min(standing.bound, gap)
    return Design(
        chosen=chosen,
        gap=gap,
        bound=bound,
        optimality_gap=gap - bound,
        proved=standing.proved,
        minutes=float(np.asarray(problem.minutes)[list(chosen)].sum()),
        costs=costs_of(problem, chosen),
        unmet=unmet(problem, chosen, impossible=standing.impossible),
        elapsed=time.monotonic() - begun,
    )


def costs_of(problem: Problem, chosen: Sequence[int]) -> dict[str, float]:
    """What a choice uses of each resource, by name."""
    used = np.asarray(problem.costs)[list(chosen)].sum(axis=0)
    return {name: float(one) for name, one in zip(problem.resources, used, strict=True)}
