"""Worlds in which severity cannot be told without slopes, or without knowing how candidates were chosen."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from benchmarks.broken_worlds import HALO, Change, Codes, Flags, World, rate, rounds
from benchmarks.generator import ADJACENT_STEPS, Panel

Floats = npt.NDArray[np.float64]

_FINALISTS = 0.4
_HARSHER = 0.6
_EASIER = 1.0


def rate_with_slopes(
    panel: Panel, slope: Floats, rng: np.random.Generator, *, easier: float = 0.0, halo: float = HALO
) -> Codes:
    """Ratings 0..3 of a panel by ``a_j (theta - rho_j - beta_q + g - tau)``; steps ``easier`` logits lower."""
    staff = len(panel.severity)
    steps = np.tile(ADJACENT_STEPS - easier, (len(panel.difficulty), 1))
    none = np.zeros(len(panel.score))
    return rate(World(panel, slope, np.ones(staff), steps, none), rng, halo=halo)


def _slopes_off_centre(world: World, rng: np.random.Generator) -> World:
    """Slopes multiply the whole bracket, and most scores lie above the middle of the scale."""
    slope = np.exp(rng.normal(0, 0.3, len(world.slope)))
    return replace(world, slope=slope, steps=world.steps - _EASIER)


def _slopes_of_candidates(world: World, rng: np.random.Generator) -> World:
    """Slopes multiply proficiency alone; most scores lie above the middle of the scale."""
    panel = world.panel
    slope = np.exp(rng.normal(0, 0.3, len(world.slope)))[panel.interviewer]
    shift = (slope - 1.0) * panel.proficiency[panel.candidate]
    return replace(world, shift=shift, steps=world.steps - _EASIER)


def finalists_by_something_else(
    world: World, rng: np.random.Generator, *, noise: float, earlier: bool
) -> World:
    """A third of the interviewers, .6 harsher, see only the best 40 % by proficiency plus noise of sd ``noise``.

    Others see everybody. Without ``earlier`` the finalists' first round is not in the file; one other interviewer then
    takes part in their last.
    """
    panel = world.panel
    staff = len(panel.severity)
    senior = np.arange(staff) % 3 == 0
    late = rounds(panel) == 1
    interviews = int(panel.interview.max()) + 1
    judge, who, final = (np.zeros(interviews, np.int32) for _ in range(3))
    judge[panel.interview], who[panel.interview], final[panel.interview] = (
        panel.interviewer,
        panel.candidate,
        late,
    )
    fresh = np.append(True, (who[1:] != who[:-1]) | (final[1:] != final[:-1]))
    theirs = (final == 1) & (earlier | ~fresh)
    step = np.where(senior[judge] == theirs, 0, np.where(theirs, -(judge % 3), 1))
    judge = np.minimum(judge + step, staff - 1).astype(np.int32)
    panel = replace(
        panel, interviewer=judge[panel.interview], severity=panel.severity + np.where(senior, _HARSHER, 0.0)
    )
    index = panel.proficiency + rng.normal(0, noise, len(panel.proficiency))
    chosen = (index >= np.quantile(index, 1.0 - _FINALISTS))[panel.candidate]

    def select(world: World, score: Codes) -> tuple[Flags, Codes | None]:
        return np.where(chosen, late | earlier, ~late), None

    return replace(world, panel=panel, selection=select)


def _finalists(noise: float, *, earlier: bool) -> Change:
    return lambda world, rng: finalists_by_something_else(world, rng, noise=noise, earlier=earlier)


HARDER: dict[str, Change] = {
    "slopes, scores above the middle": _slopes_off_centre,
    "slopes on proficiency alone": _slopes_of_candidates,
    "finalists by a screening (noise .3)": _finalists(0.3, earlier=True),
    "finalists by a screening (noise .7)": _finalists(0.7, earlier=True),
    "the same (.3), first round not in the file": _finalists(0.3, earlier=False),
    "the same (.7), first round not in the file": _finalists(0.7, earlier=False),
}
