"""What may be fitted beside effects and steps: slopes of interviewers, pulls of who met whom.

Both are bordered onto each Newton system, so that a step and a covariance are joint ones; their variances take
Fellner-Schall steps under the same kind of prior as the others.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.linalg as sl
import scipy.sparse as sp

from psychometrics.model.calibration import pools as pools_of
from psychometrics.model.calibration import slopes as slopes_of
from psychometrics.model.calibration.algebra import Algebra, Spread, System
from psychometrics.model.calibration.border import Border, Coupling, bordered
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.parameters import Parameters, Variances
from psychometrics.model.calibration.pools import Pools
from psychometrics.model.calibration.posterior import effective_sums
from psychometrics.model.calibration.slopes import Slopes
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.derivatives import Moments

Floats = npt.NDArray[np.float64]

_PRIOR_WEIGHT = 4.0
_LARGEST_STEP = 1.0
#: Share of a Newton step taken: smoothing widths answer to slopes one iteration later, and whole steps swing.
_DAMPED = 0.6


@dataclass(frozen=True, slots=True)
class Beside:
    """What is fitted beside effects and steps; None where it is not."""

    slopes: Slopes | None = None
    pools: Pools | None = None

    def placed(self, values: Parameters) -> Parameters:
        """The values with the means that candidates are drawn towards."""
        return values if self.pools is None else replace(values, toward=self.pools.means)

    def moved(self, move: Floats, scale: float) -> "Beside":
        """After ``scale`` of a step of the slopes, then of the pulls."""
        slopes, pools, rest = self.slopes, self.pools, scale * move
        if slopes is not None:
            here, rest = np.split(rest, [len(slopes.log)])
            slopes = replace(slopes, log=slopes.log + here)
        if pools is not None:
            pools = replace(pools, pull=pools.pull + rest)
        return Beside(slopes, pools)

    @property
    def sds(self) -> dict[str, float | None]:
        """Standard deviations by the names of the components."""
        named = {"slope": self.slopes, "assignment": self.pools}
        return {name: float(np.sqrt(kind.variance)) for name, kind in named.items() if kind is not None}

    def renewed(self, border: Border) -> tuple["Beside", float]:
        """After one Fellner-Schall step of the variances; also the largest change of a log variance."""
        own, changes = np.diag(border.covariance), [0.0]
        slopes, pools, first = self.slopes, self.pools, 0
        if slopes is not None:
            first = len(slopes.log)
            new = _variance(slopes.log, own[:first], slopes.variance, slopes_of.PRIOR_SD)
            changes.append(abs(float(np.log(new / slopes.variance))))
            slopes = replace(slopes, variance=new)
        if pools is not None:
            new = _variance(pools.pull, own[first:], pools.variance, pools_of.PRIOR_SD)
            changes.append(abs(float(np.log(new / pools.variance))))
            pools = replace(pools, variance=new)
        return Beside(slopes, pools), max(changes)

    def drawn(self, people: int) -> sp.csr_matrix | None:
        """How the mean each candidate is drawn towards follows what is fitted beside, ``(candidates, k)``."""
        if self.pools is None:
            return None
        if self.slopes is None:
            return self.pools.met
        return sp.csr_matrix(sp.hstack([sp.csr_matrix((people, len(self.slopes.log))), self.pools.met]))


def joined(
    beside: Beside | None,
    structure: Structure,
    algebra: Algebra,
    now: Moments,
    system: System,
    values: Parameters,
    step: Parameters,
    variances: Variances,
    eta: Floats,
    width: Floats | None,
) -> tuple[Border | None, Parameters, Floats]:
    """The border of a system, and the joint Newton step: of the effects, and of what is fitted beside, ``(k,)``.

    ``step`` is the system's own, with all beside held; eta and width are those that ``now`` was taken at. Without
    anything beside there is no border, and the step is the system's.
    """
    if beside is None:
        return None, step, np.empty(0)
    couplings, pulls = [], []
    if beside.slopes is not None:
        gain = beside.slopes.of_ratings(structure.ratings)
        points = structure.ratings.points
        found = algebra.slope_moments(eta, -values.easiness, points, gain, width)
        couplings.append(slopes_of.coupling(beside.slopes, structure, system, now, found))
        pulls.append(slopes_of.pull(beside.slopes, structure, found, algebra.predictor(step), step))
    if beside.pools is not None:
        couplings.append(pools_of.coupling(beside.pools, structure, variances.candidate))
        pulls.append(pools_of.pull(beside.pools, structure, values, step, variances.candidate))
    border = bordered(system, _together(couplings))
    move = _DAMPED * (border.covariance @ np.concatenate(pulls))
    longest = float(np.abs(move).max())
    if longest > _LARGEST_STEP:
        move *= _LARGEST_STEP / longest
    return border, _followed(structure, now, border, step, move), move


def uncertain_sums(
    system: System, post: Spread, beside: Beside | None, border: Border | None
) -> dict[str, tuple[float, int]]:
    """``posterior.effective_sums`` with what is not known of slopes and pulls.

    What slopes add to candidates is left out: less than a hundredth of their variance.
    """
    sums = effective_sums(system, post)
    if beside is None or border is None:
        return sums
    r, added = system.structure.ratings, border.global_variances()
    first = len(r.interviewers)
    more = {"interviewer": added[:first].sum(), "question": added[first : first + len(r.questions)].sum()}
    if beside.pools is not None:
        more["candidate"] = border.candidate_variances(drawn=beside.drawn(len(r.candidates))).sum()
    return {name: (known + float(more.get(name, 0.0)), levels) for name, (known, levels) in sums.items()}


def _together(couplings: list[Coupling]) -> Coupling:
    """Both kinds as one."""
    if len(couplings) == 1:
        return couplings[0]
    first, second = couplings
    size = len(first.own)
    return Coupling(
        candidates=sp.hstack([first.candidates, second.candidates], format="csr"),
        globals=np.hstack([first.globals, second.globals]),
        own=np.asarray(sl.block_diag(first.own, second.own)),
        owners=(*first.owners, *(slice(kind.start + size, kind.stop + size) for kind in second.owners)),
        units=first.units,
    )


def _followed(
    structure: Structure, now: Moments, border: Border, step: Parameters, move: Floats
) -> Parameters:
    """The system's step with what follows from a step of what is bordered onto it."""
    r, system = structure.ratings, border.system
    interviewers, questions = len(r.interviewers), len(r.questions)
    moved = -(border.follow @ move)
    candidate = -(system.matrix() @ moved) - (border.coupling.candidates @ move) / system.precision
    parts = np.split(moved, [interviewers, interviewers + questions, interviewers + questions + r.top])
    interviewer, question, easiness, group = parts
    halo = step.halo
    if halo is not None and system.unit_precision is not None and system.unit_information is not None:
        lean = candidate[r.unit_candidate] + interviewer[r.unit_interviewer]
        felt = system.unit_information * lean
        felt += by_group(r.unit, now.information * question[r.question] + easiness @ now.cross, len(felt))
        if border.coupling.units is not None:
            felt += border.coupling.units * move[r.unit_interviewer]
        halo = halo - felt / system.unit_precision
    return Parameters(
        candidate=step.candidate + candidate,
        interviewer=step.interviewer + interviewer,
        question=step.question + question,
        easiness=step.easiness + easiness,
        halo=halo,
        group=None if step.group is None else step.group + group,
    )


def _variance(effects: Floats, uncertain: Floats, current: float, typical: float) -> float:
    """``(sum u^2 + nu s0^2) / (k - 1 - sum Var(u)/s^2 + nu)``, moved by at most a factor of three."""
    known = max(len(effects) - 1 - float(uncertain.sum()) / current, 0.0) + _PRIOR_WEIGHT
    new = (float(effects @ effects) + _PRIOR_WEIGHT * typical**2) / known
    return float(np.clip(new, current / 3.0, current * 3.0))
