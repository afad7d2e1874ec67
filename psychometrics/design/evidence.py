"""How much evidence a set of ratings carries, in signal-to-noise units.

One interviewer rating one criterion of strength ``a`` carries ``a * s`` with
``s = r / (1 - r)``, r the reliability of a single rating. Ratings made in one session are not
fresh evidence: they share what the candidate happened to show there (share ``o`` of the noise),
one interviewer's ratings share that interviewer's halo (``h``), and only the rest (``e``) is per
rating; ``o + h + e = 1 / s``. A session with n interviewers who each rate criteria of strengths
a carries

    1 / ((o + h / n) / max(a) + e / (n * sum(a)))

per competency, and sessions add. With mixed realism the rule is applied to the ratings at or
above each level and the differences are credited to the levels. A leaked question counts with
``a * (1 - leak)``.

Two entrances: :func:`plan_evidence` for a plan (every interviewer of a session rates every
criterion) and :func:`rating_evidence` for ratings actually submitted, which name their
interviewer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from psychometrics._checks import column, count, finite, number, whole_numbers
from psychometrics.errors import BadInput
from psychometrics.reliability.spearman_brown import signal_to_noise

if TYPE_CHECKING:
    from typing import TypeAlias

    Floats: TypeAlias = NDArray[np.float64]
    Codes: TypeAlias = NDArray[np.int64]

REALISM_LEVELS = 3
_SHARES = ("performance", "interviewer", "rating")
# Codes, levels and competencies beyond this are a mistake, not a plan.
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class EvidenceModel:
    """Assumptions about a single rating and what its noise is made of.

    The default reliability .44 is that of separate interviews (Huffcutt, Culbertson & Weyhrauch
    2013), without severity differences; the shares make two interviewers in one room worth about
    1.3 of one. Both are policy until a team adopts its own calibration.
    """

    single_rating_reliability: float = 0.44
    performance_share: float = 0.25
    interviewer_share: float = 0.25
    rating_share: float = 0.50

    def __post_init__(self) -> None:
        if not 0 < number(self.single_rating_reliability, "single_rating_reliability") < 1:
            raise BadInput("single_rating_reliability must lie between 0 and 1")
        shares = [number(getattr(self, f"{name}_share"), f"{name}_share") for name in _SHARES]
        if min(shares) < 0 or abs(sum(shares) - 1) > 1e-6:
            raise BadInput("the three noise shares must not be negative and must sum to 1")

    @property
    def signal_to_noise(self) -> float:
        """What one rating of strength 1 carries."""
        return signal_to_noise(self.single_rating_reliability)

    @property
    def noise(self) -> tuple[float, float, float]:
        """Noise variances (o, h, e) per unit of signal variance."""
        total = 1 / self.signal_to_noise
        return (
            self.performance_share * total,
            self.interviewer_share * total,
            self.rating_share * total,
        )


@dataclass(frozen=True, slots=True)
class PlannedRatings:
    """Criteria a plan will rate: one entry per (session, criterion), each made by all present.

    Attributes:
        session: code of the session (any integers), shape (n,).
        competency: code 0..C-1, shape (n,).
        strength: loading of the criterion on its competency in 0..1, shape (n,).
        realism: level 0..K-1 of the question, shape (n,).
        interviewers: how many interviewers rate in that session, shape (n,), >= 1 and the same
            number throughout a session.
        leak: how far the question is known outside, 0..1; no leak when left out.
    """

    session: ArrayLike
    competency: ArrayLike
    strength: ArrayLike
    realism: ArrayLike
    interviewers: ArrayLike
    leak: ArrayLike | None = None

    def joined(self, other: PlannedRatings) -> PlannedRatings:
        """Both plans together; equal session codes mean the same session."""
        return PlannedRatings(
            session=_join(self.session, other.session),
            competency=_join(self.competency, other.competency),
            strength=_join(self.strength, other.strength),
            realism=_join(self.realism, other.realism),
            interviewers=_join(self.interviewers, other.interviewers),
            leak=_join(_leaks(self), _leaks(other)),
        )


@dataclass(frozen=True, slots=True)
class MadeRatings:
    """Ratings one candidate received: one entry per (session, interviewer, criterion).

    As :class:`PlannedRatings`, but each rating names its interviewer (any integer codes).
    Ratings not assessed, skipped or never submitted are simply absent.
    """

    session: ArrayLike
    interviewer: ArrayLike
    competency: ArrayLike
    strength: ArrayLike
    realism: ArrayLike
    leak: ArrayLike | None = field(default=None)


def session_evidence(strengths: ArrayLike, interviewers: int, *, model: EvidenceModel | None = None) -> float:
    """Evidence of one session on one competency, all ratings at one realism.

    Args:
        strengths: of the criteria every interviewer rates, each 0..1, shape (n,).

    Raises:
        BadInput: a strength outside 0..1, or no interviewer.

    >>> round(session_evidence([1.0], 1), 4), round(session_evidence([1.0], 2), 4)
    (0.7857, 1.2571)
    """
    a = finite(column(strengths, "strengths"), "strengths")
    if np.any((a < 0) | (a > 1)):
        raise BadInput("strengths must lie between 0 and 1")
    interviewers = count(interviewers, "interviewers")
    if interviewers < 1:
        raise BadInput("a session that is scored needs at least one interviewer")
    if not a.size or a.max() == 0:
        return 0.0
    o, h, e = (model or EvidenceModel()).noise
    return float(1 / ((o + h / interviewers) / a.max() + e / (interviewers * a.sum())))


def plan_evidence(
    observations: PlannedRatings,
    n_competencies: int,
    *,
    model: EvidenceModel | None = None,
    levels: int = REALISM_LEVELS,
) -> Floats:
    """Evidence a plan would gather, shape (n_competencies, levels).

    Raises:
        BadInput: codes or strengths out of range, or a session with two interviewer counts.
    """
    o, h, e = (model or EvidenceModel()).noise
    n_competencies, levels = _sizes(n_competencies, levels)
    plan = checked_plan(observations, n_competencies, levels)
    strength, realism = plan.strength, plan.realism
    evidence = np.zeros((n_competencies, levels))
    if not strength.size:
        return evidence
    # A cell is what one session rates of one competency.
    cells, cell = np.unique(plan.session * n_competencies + plan.competency, return_inverse=True)
    size, rated_in = len(cells), cells % n_competencies
    per_cell = np.ones(size)
    per_cell[cell] = plan.interviewers
    above: Floats = np.zeros(n_competencies)
    for level in reversed(range(levels)):
        counted = np.where(realism >= level, strength, 0.0)
        strongest = np.zeros(size)
        np.maximum.at(strongest, cell, counted)
        total = np.bincount(cell, weights=counted, minlength=size)
        rated = strongest > 0
        carried = np.zeros(size)
        carried[rated] = 1 / (
            (o + h / per_cell[rated]) / strongest[rated] + e / (per_cell[rated] * total[rated])
        )
        at_or_above = np.bincount(rated_in, weights=carried, minlength=n_competencies).astype(np.float64)
        evidence[:, level] = np.maximum(at_or_above - above, 0.0)
        above = at_or_above
    return evidence


def rating_evidence(
    ratings: MadeRatings,
    n_competencies: int,
    *,
    model: EvidenceModel | None = None,
    levels: int = REALISM_LEVELS,
) -> Floats:
    """Evidence the submitted ratings of one candidate carry, shape (n_competencies, levels).

    The session rule generalised to who rated what. Per competency, interviewer j in session s
    contributes one mean with noise

        performance of the session   o / (strongest criterion rated in s)      shared within s
        halo of the interviewer      h / (strongest criterion j rated)         shared by all of j
        the ratings themselves       e / (sum of the strengths j rated in s)   independent

    and the evidence is the precision of the best combination of these means (generalised least
    squares). If everyone in a session rated everything and nobody meets the candidate twice,
    this is the rule of :func:`plan_evidence` exactly. An interviewer who meets the candidate in
    two sessions brings the same halo to both, so the second meeting adds less than a new person
    would.
    """
    noise = (model or EvidenceModel()).noise
    n_competencies, levels = _sizes(n_competencies, levels)
    competency, realism, strength = _checked(ratings, n_competencies, levels)
    session, interviewer = (
        whole_numbers(ratings.session, "session"),
        whole_numbers(ratings.interviewer, "interviewer"),
    )
    if session.shape != strength.shape or interviewer.shape != strength.shape:
        raise BadInput("all columns of the ratings must have the same length")
    evidence = np.zeros((n_competencies, levels))
    for c in np.unique(competency):
        above = 0.0
        for level in reversed(range(levels)):
            chosen = (competency == c) & (realism >= level) & (strength > 0)
            if not chosen.any():
                continue
            carried = _precision(session[chosen], interviewer[chosen], strength[chosen], noise)
            evidence[c, level] = max(carried - above, 0.0)
            above = max(carried, above)
    return evidence


def _precision(
    session: Codes,
    interviewer: Codes,
    strength: Floats,
    noise: tuple[float, float, float],
) -> float:
    """Precision of the competency from the cells (session, interviewer) that rated it."""
    o, h, e = noise
    cells, cell = np.unique(np.stack([session, interviewer]), axis=1, return_inverse=True)
    total = np.bincount(cell.ravel(), weights=strength)
    covariance = np.diag(e / total)
    for codes, at, share in ((session, cells[0], o), (interviewer, cells[1], h)):
        names, place = np.unique(codes, return_inverse=True)
        strongest = np.zeros(len(names))
        np.maximum.at(strongest, place, strength)
        variance = share / strongest[np.searchsorted(names, at)]
        covariance += np.where(at[:, None] == at[None, :], variance, 0.0)
    if e == 0:
        # Without rating noise the cells of one session and interviewer can be collinear.
        return float(np.linalg.pinv(covariance).sum())
    return float(np.linalg.solve(covariance, np.ones(len(total))).sum())


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """The columns of a plan after the leak discount, each of shape (n,); sessions are numbered from 0."""

    session: Codes
    competency: Codes
    strength: Floats
    realism: Codes
    interviewers: Floats


def checked_plan(observations: PlannedRatings, n_competencies: int, levels: int) -> CheckedPlan:
    """Check a plan's columns. Raises BadInput as :func:`plan_evidence` says."""
    competency, realism, strength = _checked(observations, n_competencies, levels)
    session = whole_numbers(observations.session, "session")
    n = whole_numbers(observations.interviewers, "interviewers").astype(np.float64)
    if n.shape != strength.shape or session.shape != strength.shape:
        raise BadInput("all columns of the observations must have the same length")
    if np.any(n < 1):
        raise BadInput("a session that is scored needs at least one interviewer")
    names, place = np.unique(session, return_inverse=True)
    present = np.zeros(len(names))
    present[place] = n
    if np.any(present[place] != n):
        raise BadInput("one session cannot have two different numbers of interviewers")
    return CheckedPlan(place.astype(np.int64), competency, strength, realism, n)


def _checked(
    ratings: PlannedRatings | MadeRatings, n_competencies: int, levels: int
) -> tuple[Codes, Codes, Floats]:
    """Competency codes, realism codes and strengths after the leak discount."""
    competency, realism = (
        whole_numbers(ratings.competency, "competency"),
        whole_numbers(ratings.realism, "realism"),
    )
    strength = finite(column(ratings.strength, "strength"), "strength")
    leak = _leaks(ratings)
    if not competency.shape == realism.shape == strength.shape == leak.shape:
        raise BadInput("all columns of the ratings must have the same length")
    if np.any((competency < 0) | (competency >= n_competencies)):
        raise BadInput(f"competency codes must lie in 0..{n_competencies - 1}")
    if np.any((realism < 0) | (realism >= levels)):
        raise BadInput(f"realism levels must lie in 0..{levels - 1}")
    if not np.all((strength >= 0) & (strength <= 1)):
        raise BadInput("strengths must lie between 0 and 1")
    if not np.all((leak >= 0) & (leak <= 1)):
        raise BadInput("leaks must lie between 0 and 1")
    return competency, realism, strength * (1 - leak)


def _leaks(ratings: PlannedRatings | MadeRatings) -> Floats:
    if ratings.leak is None:
        return np.zeros(len(column(ratings.strength, "strength")))
    return finite(column(ratings.leak, "leak"), "leak")


def _sizes(n_competencies: int, levels: int) -> tuple[int, int]:
    return (
        count(n_competencies, "n_competencies", least=1, most=_MOST),
        count(levels, "levels", least=1, most=_MOST),
    )


def _join(first: ArrayLike, second: ArrayLike) -> NDArray[np.generic]:
    return np.concatenate([np.atleast_1d(np.asarray(first)), np.atleast_1d(np.asarray(second))])
