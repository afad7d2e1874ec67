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

from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.diagnostics.residuals import Residuals
from psychometrics.model.diagnostics.score_tests import Codes, ScoreTest, score_test
from psychometrics.model.fitted import FittedRatings

Floats = npt.NDArray[np.float64]

_LEAST_LEFT = 0.02  # of an effect; where the fit takes up more, nothing can be said


def one_step(
    name: str,
    fit: FittedRatings,
    found: Residuals,
    owner: Codes,
    owners: int,
    cluster: Codes,
    weights: Floats,
    direction: Floats,
    *,
    cleared: bool = False,
) -> ScoreTest:
    """Test every owner for an effect along ``direction`` and estimate its size in logits.

    ``owner``, ``cluster``, ``weights`` (``c``) and ``direction`` (``d``) are ``(n,)``; a cluster belongs to one owner
    and is summed before it is squared. Owners without weights that differ from zero, or of whose effect the fit
    leaves less than 2 %, are not tested (NaN). ``cleared`` as in ``score_test``.
    """
    direct = by_group(owner, weights * found.slope * direction, owners)
    left = direct - fit.absorption.of_owners(owner, owners, found.slope, weights, direction)
    share = np.where(left > _LEAST_LEFT * direct, left / np.where(direct > 0, direct, 1.0), 0.0)
    _, first, place = np.unique(cluster, return_index=True, return_inverse=True)
    return score_test(
        name,
        by_group(place, found.residual * weights, len(first)),
        by_group(place, found.slope * weights * direction * share[owner], len(first)),
        owner[first],
        owners,
        cleared=cleared,
        candidate=fit.candidate[first],
    )
