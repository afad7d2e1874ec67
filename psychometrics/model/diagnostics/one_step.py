"""One-step estimates of an effect the fitted model does not know, and what the fit leaves of it.

Let one owner (an interviewer, a question) add ``delta d_n`` to the predictor of its ratings. The fit without
``delta`` takes part of it up: candidates' measures, severities, difficulties and steps move by
``H^-1 X' I d delta`` (``H`` the penalised information of halo, candidates and globals, ``I`` the ratings'
information). What is left in residuals ``r`` taken without halo, added up with weights ``c``, has the expectation

    E(sum c r) = delta J,   J = c' V d - c' V X (H^-1 X' I d),

``V`` the derivative of a rating's expectation. So ``sum c r / J`` is the one-step estimate (Rao's score test with
nuisance parameters; Cox & Hinkley 1974, section 9.3), and leaving the second term out makes it too small. ``H``
is eliminated as in the fit: halo, then candidates, which leaves a small dense part. One pass over the ratings.
"""

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.diagnostics.residuals import Residuals
from psychometrics.model.diagnostics.score_tests import Codes, InterviewerTest, score_test
from psychometrics.model.thresholds import moments

Floats = npt.NDArray[np.float64]

_LEAST_LEFT = 0.02  # of an effect; where the fit takes up more, nothing can be said


def one_step(
    name: str,
    fit: Fit,
    found: Residuals,
    owner: Codes,
    owners: int,
    cluster: Codes,
    weights: Floats,
    direction: Floats,
    *,
    cleared: bool = False,
) -> InterviewerTest:
    """Test every owner for an effect along ``direction`` and estimate its size in logits.

    ``owner``, ``cluster``, ``weights`` (``c``) and ``direction`` (``d``) are ``(n,)``; a cluster belongs to one owner
    and is summed before it is squared. Owners without weights that differ from zero, or of whose effect the fit
    leaves less than 2 %, are not tested (NaN). ``cleared`` as in ``score_test``.
    """
    direct = by_group(owner, weights * found.slope * direction, owners)
    left = direct - taken_up(fit, found, owner, owners, weights, direction)
    share = np.where(left > _LEAST_LEFT * direct, left / np.where(direct > 0, direct, 1.0), 0.0)
    _, first, place = np.unique(cluster, return_index=True, return_inverse=True)
    return score_test(
        name,
        by_group(place, found.residual * weights, len(first)),
        by_group(place, found.slope * weights * direction * share[owner], len(first)),
        owner[first],
        owners,
        cleared=cleared,
        candidate=fit.structure.ratings.candidate[first],
    )


def taken_up(
    fit: Fit, found: Residuals, owner: Codes, owners: int, weights: Floats, direction: Floats
) -> Floats:
    """``c' V X (H^-1 X' I d)`` of every owner, ``(owners,)``."""
    r, system = fit.structure.ratings, fit.system
    people = len(r.candidates)
    now = moments(
        fit.values.eta(fit.structure), fit.rating_steps, r.points, spread=fit.post.eta, link=fit.link
    )
    pull = now.information * direction
    globally = _globals(fit, owner, owners, pull, now.cross * direction)
    if system.unit_precision is not None:
        # Halo takes up its share of the unit first; the rest of the unit feels that.
        units = len(system.unit_precision)
        lean = _table(r.unit, owner, pull, (units, owners))
        lean = sp.csr_matrix(sp.diags(1.0 / system.unit_precision) @ lean)
        globally -= _units(fit, now.information, now.cross).T @ lean
        kept = 1.0 - by_group(r.unit, now.information, units) / system.unit_precision
        pull = pull * kept[r.unit]
    matrix = system.matrix()
    candidates = _table(r.candidate, owner, pull, (people, owners))
    answer = fit.post.covariance @ (globally - matrix.T @ candidates).toarray()
    felt = weights * found.slope
    through = _table(r.candidate, owner, felt, (people, owners))
    own = candidates.multiply(through).multiply(1.0 / system.precision[:, None])
    rest = _globals(fit, owner, owners, felt, now.cross * weights) - matrix.T @ through
    result: Floats = np.asarray(own.sum(0)).ravel() + np.asarray(rest.multiply(answer).sum(0)).ravel()
    return result


def _table(row: Codes, column: Codes, values: Floats, shape: tuple[int, int]) -> sp.csr_matrix:
    """Sums by row and column."""
    return sp.csr_matrix((values, (row, column)), shape=shape)


def _globals(fit: Fit, owner: Codes, owners: int, values: Floats, stepped: Floats) -> sp.csr_matrix:
    """``X_g' values`` of every owner, ``(p, owners)``; ``stepped`` ``(L, n)`` are the values felt by steps."""
    r = fit.structure.ratings
    first = len(r.interviewers)
    last = first + len(r.questions)
    shape = (fit.structure.size, owners)
    result: sp.csr_matrix = _table(r.interviewer, owner, values, shape)
    result = result + _table(first + r.question, owner, values, shape)
    for step in range(r.top):
        result = result + _table(np.full(r.n, last + step), owner, stepped[step], shape)
    return sp.csr_matrix(result)


def _units(fit: Fit, information: Floats, cross: Floats) -> sp.csr_matrix:
    """``X_v' I X_g``: what every unit shares with the globals, ``(units, p)``."""
    r = fit.structure.ratings
    return sp.csr_matrix(_globals(fit, r.unit, len(r.unit_candidate), information, cross).T)
