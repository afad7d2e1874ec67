"""A loop run on simulated candidates: who is hired, who meets the role, what a second panel would say.

Candidates' abilities theta in the cells competency x realism are normal with the correlations of the audit
(:mod:`psychometrics.design.evaluation_gap_audit`). A candidate meets the role where the weighted demand
``Y = sum D_ck theta_ck`` reaches what the role requires; the share of applicants who do is the base rate, so that
better applicants are a higher base rate. A rating of interviewer j on a criterion of strength a is

    theta_(c, k) + performance (session, competency) + halo (interviewer, session) - severity_j + rest

with the noise variances of the evidence model (:mod:`psychometrics.design.evidence`) in units of the candidates'
variance, and is missing with the not-assessed rate. Every candidate meets a panel of their own, drawn from all
interviewers, so that severity left in the ratings is noise. The score is the product's: per competency the mean of
the ratings, weighted by strength and realism within a session and by evidence between sessions, shrunk by its
reliability E / (1 + E), then weighted by the competencies' weights. A second panel of the same loop sees the
candidate on another day: the abilities are the same, everything else is drawn anew.

With nothing left unrated the score is a weighted sum of normal ratings, and its correlations with Y and with a second
panel's score follow exactly (:func:`loop_in_closed_form`): Taylor and Russell (1939) and the bivariate normal give
what the simulation counts. With the best weights the first correlation is the root of the decision value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from psychometrics import _normal
from psychometrics._checks import between as within
from psychometrics._checks import choice, count, finite, number, open_unit
from psychometrics.design._plan import PlanStructure, plan_structure
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.reliability.classification import normal_classification
from psychometrics.selection.utility import taylor_russell

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    from psychometrics.design.evidence import EvidenceModel, PlannedRatings

    Floats: TypeAlias = NDArray[np.float64]
    Flags: TypeAlias = NDArray[np.bool_]

Weighting = Literal["shrunken", "best"]
# Fewer candidates say nothing, more only take time.
_FEWEST, _MOST = 1000, 1_000_000
# Interviewers harsher than this against each other, in candidates' standard deviations, are a mistake in the unit.
_HARSHEST = 10.0
BATCH = 100


@dataclass(frozen=True, slots=True)
class LoopPanel:
    """What interviewers do beside the noise of the evidence model.

    Attributes:
        severity: standard deviation between interviewers that stays in the ratings, in units of the candidates'
            standard deviation on a competency; 0 where calibration takes it out.
        not_assessed: share of the planned ratings that nobody makes, 0 or above and below 1.
        halo_across: whether one halo colours all competencies of a session and interviewer.
        realism_weights: weight of a rating by the realism of its question, shape (K,); all 1 when left out.
        weighting: "shrunken", the product's score, or "best", the weights that predict the demand best.
    """

    severity: float = 0.0
    not_assessed: float = 0.0
    halo_across: bool = False
    realism_weights: tuple[float, ...] | None = None
    weighting: Weighting = "shrunken"

    def __post_init__(self) -> None:
        within(self.severity, "severity", 0, _HARSHEST)
        if not 0 <= number(self.not_assessed, "not_assessed") < 1:
            raise BadInput(f"not_assessed must lie at 0 or above and below 1, got {self.not_assessed}")
        choice(self.weighting, ("shrunken", "best"), "weighting")
        if self.realism_weights is not None:
            weights = finite(self.realism_weights, "realism_weights")
            if np.any((weights <= 0) | (weights > 1)):
                raise BadInput("realism_weights must lie above 0 and at most at 1")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share among the simulated, and its Monte-Carlo standard error."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class LoopSimulation:
    """Shares of all who apply, 0..1, that sum to 1, and what follows from them.

    ``right_of_hired`` is the share of those hired who meet the role, ``fails_again`` of those hired the share whom a
    second panel would turn away; both are None where nobody is hired. ``same_verdict`` is the share of all about
    whom two panels agree. ``validity`` correlates the score with the role's demand, ``retest`` with a second
    panel's. ``batch_lower`` and ``batch_upper`` are the 5 and 95 % points of the number hired who meet the role
    among 100 who apply.
    """

    hired_meets: Estimate
    hired_short: Estimate
    turned_away_meets: Estimate
    turned_away_short: Estimate
    right_of_hired: Estimate | None
    same_verdict: Estimate
    fails_again: Estimate | None
    validity: float
    retest: float
    batch_lower: int
    batch_upper: int
    candidates: int
    seed: int

    @property
    def hired(self) -> float:
        """Share of all who are hired."""
        return self.hired_meets.value + self.hired_short.value


@dataclass(frozen=True, slots=True)
class LoopClosedForm:
    """What :class:`LoopSimulation` counts, exactly, where nothing is left unrated."""

    validity: float
    retest: float
    hired: float
    hired_meets: float
    right_of_hired: float
    same_verdict: float
    fails_again: float


def simulate_loop(
    weights: ArrayLike,
    demand: ArrayLike,
    observations: PlannedRatings,
    *,
    base_rate: float,
    selection_ratio: float | None = None,
    cut: float | None = None,
    panel: LoopPanel | None = None,
    model: EvidenceModel | None = None,
    transfer: float = 0.5,
    between: float = 0.3,
    candidates: int = 20_000,
    seed: int = 0,
) -> LoopSimulation:
    """Run a loop on simulated candidates. Give ``selection_ratio`` or ``cut``.

    Args:
        weights: of the competencies, at least 0, shape (C,).
        demand: split of each competency over realism levels, shape (C, K).
        observations: what the plan rates.
        base_rate: share of applicants who meet the role, strictly between 0 and 1.
        selection_ratio: the best of this share are hired, strictly between 0 and 1.
        cut: everybody is hired whose estimate lies this far or farther above what the role requires, in standard
            deviations of the demand among applicants.
        panel: severity, missing ratings and how a score is made; by default none of the first two.
        model: assumptions about a single rating.
        transfer: squared correlation of one competency at adjacent levels, above 0 and at most 1.
        between: correlation of two competencies at the same level, at least 0 and below 1.
        candidates: simulated, from 1,000 to 1,000,000, a multiple of 100.
        seed: the same seed gives the same result, and two loops for one role meet the same candidates.

    Raises:
        NotEnoughData: no demand, or a plan that rates nothing of it.
        BadInput: shapes differ or values out of range.
    """
    panel = panel or LoopPanel()
    plan = plan_structure(weights, demand, observations, model=model, transfer=transfer, between=between)
    _refuse_empty(plan)
    base = open_unit(base_rate, "base_rate")
    size = count(candidates, "candidates", least=_FEWEST, most=_MOST)
    if size % BATCH:
        raise BadInput(f"candidates must be a multiple of {BATCH}, got {size}")
    chosen = count(seed, "seed", most=2**63)
    share, height = _rule(selection_ratio, cut)
    spread = math.sqrt(plan.variance)
    # Apart from the panels, so that every loop for this role meets the same people.
    people = np.random.default_rng([chosen, 0])
    theta = people.standard_normal((size, len(plan.role))) @ np.linalg.cholesky(_positive(plan.latent)).T
    truth = theta @ plan.role
    meets = truth / spread >= _normal.cut_for(base, "base_rate")
    scores = [_scores(plan, panel, theta, np.random.default_rng([chosen, day])) for day in (1, 2)]
    # What the role requires and the cut above it, as deviations from the applicants' mean.
    wanted = (_normal.cut_for(base, "base_rate") + height) * spread
    hired = [_hired(score, share, wanted) for score in scores]
    both = hired[0] & hired[1]
    one = (hired[0].astype(float) + hired[1]) / 2
    right = one * meets
    batches = _batches(scores[0], meets, hired[0], share)
    return LoopSimulation(
        hired_meets=_mean(right),
        hired_short=_mean(one - right),
        turned_away_meets=_mean(meets - right),
        turned_away_short=_mean((1 - one) - (meets - right)),
        right_of_hired=_ratio(right, one),
        same_verdict=_mean((hired[0] == hired[1]).astype(float)),
        fails_again=_ratio(one - both, one),
        validity=_correlation(scores[0], truth),
        retest=_correlation(scores[0], scores[1]),
        batch_lower=int(np.quantile(batches, 0.05, method="inverted_cdf")),
        batch_upper=int(np.quantile(batches, 0.95, method="inverted_cdf")),
        candidates=size,
        seed=chosen,
    )


def loop_in_closed_form(
    weights: ArrayLike,
    demand: ArrayLike,
    observations: PlannedRatings,
    *,
    base_rate: float,
    selection_ratio: float | None = None,
    cut: float | None = None,
    panel: LoopPanel | None = None,
    model: EvidenceModel | None = None,
    transfer: float = 0.5,
    between: float = 0.3,
) -> LoopClosedForm:
    """What :func:`simulate_loop` counts, from the correlations of the score, with nothing left unrated.

    Arguments as there; the panel's ``not_assessed`` has no closed form and must be 0.

    Raises:
        NotEnoughData: no demand, a plan that rates nothing of it, or a cut that everybody or nobody passes.
        BadInput: shapes differ or values out of range.
    """
    panel = panel or LoopPanel()
    if panel.not_assessed:
        raise BadInput("not_assessed must be 0: scores from a varying number of ratings have no closed form")
    plan = plan_structure(weights, demand, observations, model=model, transfer=transfer, between=between)
    _refuse_empty(plan)
    base = open_unit(base_rate, "base_rate")
    share, height = _rule(selection_ratio, cut)
    # Correlations know no unit; one of its own keeps very faint scores from vanishing when squared.
    linear = _linear(plan, panel)
    unit = float(np.abs(linear).max())
    linear = linear / unit
    true = float(linear @ plan.signal @ linear)
    observed = true + float(
        linear @ plan.noise(halo_across=panel.halo_across, severity=panel.severity) @ linear
    )
    validity = float(linear @ plan.shared) / math.sqrt(observed * plan.variance)
    validity, retest = min(max(validity, -1.0), 1.0), min(true / observed, 1.0)
    if share is None:
        wanted = (_normal.cut_for(base, "base_rate") + height) * math.sqrt(plan.variance)
        share = _normal.below(-wanted / (math.sqrt(observed) * unit))
        if not 0 < share < 1:
            raise NotEnoughData("everybody or nobody passes this cut")
    right = taylor_russell(validity, share, base)
    same = normal_classification(retest, share).consistency if 0 < retest < 1 else 1 - 2 * share * (1 - share)
    return LoopClosedForm(
        validity=validity,
        retest=retest,
        hired=share,
        hired_meets=right * share,
        right_of_hired=right,
        same_verdict=same,
        fails_again=(1 - same) / 2 / share,
    )


def _refuse_empty(plan: PlanStructure) -> None:
    if not plan.strength.size:
        raise NotEnoughData("a loop that rates nothing the role demands decides nothing")


def _rule(selection_ratio: float | None, cut: float | None) -> tuple[float | None, float]:
    """Share to be hired, or None and the height of the cut."""
    if (selection_ratio is None) == (cut is None):
        raise BadInput("give selection_ratio or cut, and not both")
    if selection_ratio is not None:
        return open_unit(selection_ratio, "selection_ratio"), 0.0
    return None, within(cut, "cut", -10, 10)


def _weights_of(plan: PlanStructure, panel: LoopPanel) -> Floats:
    """Weight of each row's ratings in its competency's mean: strength times that of its realism, shape (n,)."""
    if panel.realism_weights is None:
        return plan.strength
    weights = np.asarray(panel.realism_weights, dtype=np.float64)
    levels = len(plan.role) // len(plan.weights)
    if weights.shape != (levels,):
        raise BadInput(f"realism_weights has {weights.size} values, expected {levels}")
    return plan.strength * weights[plan.realism]


def _cells(plan: PlanStructure) -> list[tuple[int, int, NDArray[np.intp]]]:
    """Session, competency and rows of every cell of a plan, sessions one after another."""
    pairs = sorted({(int(s), int(c)) for s, c in zip(plan.session, plan.competency, strict=True)})
    return [(s, c, np.flatnonzero((plan.session == s) & (plan.competency == c))) for s, c in pairs]


def _linear(plan: PlanStructure, panel: LoopPanel) -> Floats:
    """Weights of the rows' means in the score when nothing is left unrated, shape (n,)."""
    if panel.weighting == "best":
        seen = plan.signal + plan.noise(halo_across=panel.halo_across, severity=panel.severity)
        return np.asarray(np.linalg.solve(seen, plan.shared))
    o, h, e = plan.model.noise
    weigh = _weights_of(plan, panel)
    carried = np.zeros(len(plan.weights))
    linear = np.zeros(len(weigh))
    for _, competency, rows in _cells(plan):
        n, total = float(plan.interviewers[rows[0]]), weigh[rows].sum()
        evidence = 1 / ((o + h / n) / weigh[rows].max() + e / (n * total))
        carried[competency] += evidence
        linear[rows] = evidence * weigh[rows] / total
    return np.asarray(linear * (plan.weights / (1 + carried))[plan.competency])


def _scores(plan: PlanStructure, panel: LoopPanel, theta: Floats, rng: np.random.Generator) -> Floats:
    """One panel's scores of all candidates, as deviations from their mean, shape (N,)."""
    size, (o, h, e) = len(theta), plan.model.noise
    weigh, linear = _weights_of(plan, panel), _linear(plan, panel)
    # A score from a varying number of ratings is shrunk by what each candidate's ratings carry.
    varies = panel.not_assessed > 0 and panel.weighting == "shrunken"
    carried, pulled = np.zeros((2, len(plan.weights), size))
    score = np.zeros(size)
    at, severity, halo = -1, np.zeros((1, 1)), np.zeros((1, 1))
    for session, competency, rows in _cells(plan):
        n, strongest = int(plan.interviewers[rows[0]]), plan.strongest[rows[0]]
        if session != at:
            at = session
            severity = panel.severity * rng.standard_normal((size, n))
            halo = rng.standard_normal((size, n))
        own = halo if panel.halo_across else rng.standard_normal((size, n))
        ratings = rng.standard_normal((size, n, len(rows))) * np.sqrt(e / plan.strength[rows])
        ratings += theta[:, plan.place[rows]][:, None, :]
        # What an interviewer makes of all rows of the cell alike.
        ratings += (math.sqrt(h / strongest) * own - severity)[:, :, None]
        ratings += math.sqrt(o / strongest) * rng.standard_normal((size, 1, 1))
        if not panel.not_assessed:
            score += ratings.mean(axis=1) @ linear[rows]
            continue
        made = rng.random(ratings.shape) >= panel.not_assessed
        if not varies:
            score += _mean_of(ratings, made, axis=1) @ linear[rows]
            continue
        u = np.where(made, weigh[rows], 0.0)
        total, people = u.sum(axis=(1, 2)), made.any(axis=2).sum(axis=1)
        some = total > 0
        noise = (o + h / people[some]) / u.max(axis=(1, 2))[some] + e / total[some]
        carried[competency, some] += 1 / noise
        pulled[competency, some] += (u * ratings).sum(axis=(1, 2))[some] / total[some] / noise
    return np.asarray(plan.weights @ (pulled / (1 + carried))) if varies else score


def _mean_of(ratings: Floats, made: Flags, axis: int) -> Floats:
    """Mean of the ratings that were made, 0 where none was: the applicants' mean."""
    number_made = made.sum(axis=axis)
    total = np.where(made, ratings, 0.0).sum(axis=axis)
    mean: Floats = np.divide(total, number_made, out=np.zeros_like(total), where=number_made > 0)
    return mean


def _hired(score: Floats, share: float | None, wanted: float) -> Flags:
    """The best of a share, or everybody whose estimate reaches what is wanted."""
    if share is None:
        return np.asarray(score >= wanted)
    places = max(round(share * len(score)), 1)
    chosen = np.zeros(len(score), dtype=bool)
    chosen[np.argpartition(-score, places - 1)[:places]] = True
    return chosen


def _batches(score: Floats, meets: Flags, hired: Flags, share: float | None) -> NDArray[np.int64]:
    """Number hired who meet the role, in each hundred that applies."""
    if share is None:
        return np.asarray((hired & meets).reshape(-1, BATCH).sum(axis=1))
    places = max(round(share * BATCH), 1)
    best = np.argsort(-score.reshape(-1, BATCH), axis=1, kind="stable")[:, :places]
    return np.asarray(np.take_along_axis(meets.reshape(-1, BATCH), best, axis=1).sum(axis=1))


def _mean(each: Floats) -> Estimate:
    # Nobody among those simulated is not nobody at all: no error is smaller than that of a single one.
    spread = max(float(each.std()), math.sqrt(1 / len(each)))
    return Estimate(float(each.mean()), spread / math.sqrt(len(each)))


def _ratio(part: Floats, whole: Floats) -> Estimate | None:
    """A ratio of two means, its error by the delta method."""
    size = float(whole.mean())
    if size == 0:
        return None
    ratio = float(part.mean()) / size
    return Estimate(ratio, float((part - ratio * whole).std() / size / math.sqrt(len(whole))))


def _correlation(x: Floats, y: Floats) -> float:
    x, y = x - x.mean(), y - y.mean()
    # Very faint scores would vanish when squared.
    x, y = x / np.abs(x).max(), y / np.abs(y).max()
    return float(x @ y / math.sqrt(float(x @ x) * float(y @ y)))


def _positive(matrix: Floats) -> Floats:
    """The matrix with a hair on its diagonal: with full transfer cells are the same, and the factor needs a root."""
    return matrix + 1e-12 * np.eye(len(matrix))
