"""Panels in which one assumption of calibration is broken."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from benchmarks.generator import ADJACENT_STEPS, Panel

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
HALO = 0.5


@dataclass(frozen=True, slots=True)
class World:
    """What a rating depends on, beyond the panel's truth, and what becomes of it."""

    panel: Panel
    slope: Floats
    """``(interviewers,)``"""
    stretch: Floats
    """``(interviewers,)`` factor of the spread of the steps."""
    steps: Floats
    """``(questions, 3)``"""
    shift: Floats
    """``(n,)`` added to the predictor."""
    selection: Callable[["World", Codes], tuple[Flags, Codes | None]] | None = field(default=None)
    """From the scores: which ratings are ever made, and the group of every rating's candidate."""

    def proficient(self, proficiency: Floats) -> "World":
        """The same with other candidates."""
        return replace(self, panel=replace(self.panel, proficiency=proficiency))


def plain(panel: Panel) -> World:
    """The world as the model has it."""
    staff = len(panel.severity)
    return World(
        panel=panel,
        slope=np.ones(staff),
        stretch=np.ones(staff),
        steps=np.tile(ADJACENT_STEPS, (len(panel.difficulty), 1)),
        shift=np.zeros(len(panel.score)),
    )


def rate(world: World, rng: np.random.Generator, halo: float = HALO) -> Codes:
    """Draw ratings 0..3 of a world."""
    panel = world.panel
    eta = panel.proficiency[panel.candidate] - panel.severity[panel.interviewer] + world.shift
    eta = eta - panel.difficulty[panel.question]
    eta = eta + rng.normal(0, halo, int(panel.interview.max()) + 1)[panel.interview]
    steps = world.steps[panel.question] * world.stretch[panel.interviewer][:, None]
    gain = world.slope[panel.interviewer][:, None] * (eta[:, None] - steps)
    odds = np.exp(np.column_stack([np.zeros(len(eta)), np.cumsum(gain, 1)]))
    cumulative = np.cumsum(odds / odds.sum(1, keepdims=True), 1)[:, :3]
    return np.asarray((rng.random(len(eta))[:, None] > cumulative).sum(1))


def _as_assumed(world: World, rng: np.random.Generator) -> World:
    return world


def _skewed(world: World, rng: np.random.Generator) -> World:
    drawn = rng.gamma(2.0, 1.0, len(world.panel.proficiency))
    return world.proficient((drawn - 2.0) / np.sqrt(2.0))


def _heavy_tailed(world: World, rng: np.random.Generator) -> World:
    return world.proficient(rng.standard_t(4, len(world.panel.proficiency)) / np.sqrt(2.0))


def _two_groups(world: World, rng: np.random.Generator) -> World:
    side = np.where(rng.random(len(world.panel.proficiency)) < 0.7, -0.6, 1.4)
    return world.proficient(side + rng.normal(0, 0.4, len(side)))


def _slopes(world: World, rng: np.random.Generator) -> World:
    return replace(world, slope=np.exp(rng.normal(0, 0.3, len(world.slope))))


def _own_spread(world: World, rng: np.random.Generator) -> World:
    return replace(world, stretch=np.exp(rng.normal(0, 0.3, len(world.stretch))))


def _own_steps(world: World, rng: np.random.Generator) -> World:
    return replace(world, steps=world.steps + rng.normal(0, 0.4, world.steps.shape))


def _harsh_see_the_best(world: World, rng: np.random.Generator) -> World:
    """Candidates met by harsh interviewers are better: correlation about .5 at candidate level."""
    panel = world.panel
    count = np.bincount(panel.candidate)
    met = np.bincount(panel.candidate, panel.severity[panel.interviewer]) / count
    met = (met - met.mean()) / met.std()
    return world.proficient(np.sqrt(0.75) * world.panel.proficiency + 0.5 * met)


def rounds(panel: Panel) -> Codes:
    """0 for the first half of a candidate's interviews, 1 for the rest; ``(n,)``."""
    first = np.zeros(int(panel.interview.max()) + 1, np.intp)
    who = np.zeros_like(first)
    who[panel.interview] = panel.candidate
    begins = np.searchsorted(who, np.arange(len(panel.proficiency)))
    place = np.arange(len(who)) - begins[who]
    count = np.bincount(who)[who]
    first[place >= (count + 1) // 2] = 1
    return first[panel.interview]


def _first_round(world: World, score: Codes) -> Floats:
    """Mean score of every candidate's first round."""
    rows = rounds(world.panel) == 0
    who = world.panel.candidate[rows]
    return np.asarray(np.bincount(who, score[rows]) / np.bincount(who))


def _drop_out(world: World, rng: np.random.Generator) -> World:
    """Four of five of the weakest third after the first round do not come back."""
    lazy = rng.random(len(world.panel.proficiency)) < 0.8

    def select(world: World, score: Codes) -> tuple[Flags, Codes | None]:
        first = _first_round(world, score)
        gone = (first < np.quantile(first, 1 / 3)) & lazy
        return ~(gone[world.panel.candidate] & (rounds(world.panel) == 1)), None

    return replace(world, selection=select)


def _seniors(world: World, rng: np.random.Generator, *, grouped: bool) -> World:
    """A third of the interviewers, .6 harsher, see only the best 40 % after a first round by the others.

    ``grouped``: the last stage reached is given to the calibration as the candidate's group.
    """
    panel = world.panel
    staff = len(panel.severity)
    senior = np.arange(staff) % 3 == 0
    late = rounds(panel) == 1
    judge = np.empty(int(panel.interview.max()) + 1, np.int32)
    judge[panel.interview] = panel.interviewer
    final = np.zeros(len(judge), bool)
    final[panel.interview] = late
    step = np.where(senior[judge] == final, 0, np.where(final, -(judge % 3), 1))
    judge = np.minimum(judge + step, staff - 1).astype(np.int32)
    panel = replace(
        panel, interviewer=judge[panel.interview], severity=panel.severity + np.where(senior, 0.6, 0.0)
    )

    def select(world: World, score: Codes) -> tuple[Flags, Codes | None]:
        first = _first_round(world, score)
        best = (first >= np.quantile(first, 0.6))[world.panel.candidate]
        kept = best | (rounds(world.panel) == 0)
        return kept, best.astype(np.intp) if grouped else None

    return replace(world, panel=panel, selection=select)


def _seniors_see_finalists(world: World, rng: np.random.Generator) -> World:
    return _seniors(world, rng, grouped=False)


def _seniors_by_stage(world: World, rng: np.random.Generator) -> World:
    return _seniors(world, rng, grouped=True)


def _sites(world: World, rng: np.random.Generator, *, grouped: bool) -> World:
    """Candidates of one third of the interviewers' departments are .8 better, and say so or not."""
    panel = world.panel
    home = np.bincount(panel.candidate, panel.interviewer % 3 == 0) / np.bincount(panel.candidate) > 0.5

    def select(world: World, score: Codes) -> tuple[Flags, Codes | None]:
        everybody = np.ones(len(score), bool)
        return everybody, home[world.panel.candidate].astype(np.intp) if grouped else None

    better = panel.proficiency + 0.8 * (home - home.mean())
    return replace(world.proficient(better), selection=select)


def _sites_unknown(world: World, rng: np.random.Generator) -> World:
    return _sites(world, rng, grouped=False)


def _sites_known(world: World, rng: np.random.Generator) -> World:
    return _sites(world, rng, grouped=True)


def _leak(world: World, rng: np.random.Generator) -> World:
    """The question asked most is 1.5 logits easier from the middle of the year on."""
    panel = world.panel
    leaked = panel.question == np.bincount(panel.question).argmax()
    return replace(world, shift=1.5 * (leaked & (panel.when > 0.5)))


Change = Callable[[World, np.random.Generator], World]
WORLDS: dict[str, Change] = {
    "as assumed": _as_assumed,
    "skewed proficiency (gamma 2)": _skewed,
    "heavy tails (t, 4 df)": _heavy_tailed,
    "two groups of candidates": _two_groups,
    "interviewers' slopes, log sd .3": _slopes,
    "interviewers' step spread, log sd .3": _own_spread,
    "questions' own steps, sd .4": _own_steps,
    "harsh interviewers meet better people": _harsh_see_the_best,
    "a better site, one common mean": _sites_unknown,
    "a better site, given as group": _sites_known,
    "seniors see finalists": _seniors_see_finalists,
    "seniors see finalists, stage given as group": _seniors_by_stage,
    "drop-out after a bad first round": _drop_out,
    "one question leaked": _leak,
}
