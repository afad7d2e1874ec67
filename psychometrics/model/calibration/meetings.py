"""Who must meet whom so that everybody can be compared, at least cost.

Candidates of two subsets can be compared once somebody of one is rated by an interviewer of the other. Meetings that
link all subsets at the least cost are a minimum spanning tree over the subsets (Kruskal 1956): the cheapest set that
links at all. More than one link is wanted where a difference should also be known well: meetings are then added one by
one, each the one that most lowers the worst standard error of two subsets for its cost, until that is small enough.

A meeting is an interview of the panel's usual length: ``x = theta_i - rho_j + noise``. In the Gaussian posterior
several change the covariance of the subsets' means by a low-rank update; nothing is refitted (see ``linking``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from psychometrics import _checks
from psychometrics.errors import BadInput
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.group_sums import membership
from psychometrics.model.calibration.linking import LINKING_INTERVIEWS, interview_noise, typical
from psychometrics.model.calibration.ratings import Codes
from psychometrics.model.calibration.results import Calibration

Floats = npt.NDArray[np.float64]

# Meetings added beyond those that link, at most.
MOST_ADDED = 50
# Meetings to choose among, at most: each is compared with each.
MOST_OFFERED = 3000


@dataclass(frozen=True, slots=True)
class Meeting:
    """One interview to hold: labels, its cost, and the subsets (numbers, from 1) that it links."""

    candidate: object
    interviewer: object
    cost: float
    subsets: tuple[int, int]


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """Meetings to hold, in the order in which they help most; the first ones link."""

    meetings: tuple[Meeting, ...]
    cost: float
    linked: bool
    """Whether all subsets are linked by them."""
    error_before: float
    """Largest standard error of the difference of two subsets' mean proficiency, logits: mostly prior."""
    error_after: float
    """The same after the meetings."""


@dataclass(frozen=True, slots=True)
class _Options:
    candidate: Codes
    interviewer: Codes
    cost: Floats
    ends: npt.NDArray[np.intp]
    """``(n, 2)`` subset of the candidate, subset of the interviewer."""


def plan_meetings(
    calibration: Calibration,
    meetings: Sequence[tuple[object, object, float]] | None = None,
    *,
    target: float | None = None,
) -> MeetingPlan:
    """The cheapest meetings that link all subsets, and more until subsets differ by no more than ``target``.

    Args:
        calibration: a panel calibrated by ``calibrate``.
        meetings: those that could be held, (candidate, interviewer, cost); None: any interviewer with candidates who
            are typical of their subset, at cost 1 each (of thousands of interviewers those with most ratings).
        target: wanted standard error of the difference of any two subsets, logits; None: just link.

    Raises:
        BadInput: unknown people, a cost or target that is not positive, more than 3,000 meetings.
    """
    if target is not None and not (np.isfinite(target) and target > 0):
        raise BadInput(f"target must be a positive number of logits, got {target!r}")
    fit = calibration.posterior.best
    subset = calibration.candidates.subset - 1
    count = int(subset.max()) + 1
    if count == 1:
        return MeetingPlan((), 0.0, True, 0.0, 0.0)
    options = _options(calibration, fit, subset, meetings)
    if not len(options.cost):
        error = _worst(_joint(fit, subset, options), count)
        return MeetingPlan((), 0.0, False, error, error)
    joint = _joint(fit, subset, options)
    before = _worst(joint, count)
    chosen: list[int] = []
    for place in _tree(options, joint, count):
        joint = _held(joint, count + place)
        chosen.append(place)
    linked = _is_linked(options, chosen, count)
    while (
        target is not None
        and linked
        and len(chosen) < count - 1 + MOST_ADDED
        and _worst(joint, count) > target
    ):
        free = [place for place in range(len(options.cost)) if place not in chosen]
        gains = [
            (before_now - after) / options.cost[place]
            for place, before_now, after in _tries(joint, count, free)
        ]
        if not gains or max(gains) <= 0:
            break
        best = free[int(np.argmax(gains))]
        joint = _held(joint, count + best)
        chosen.append(best)
    people, judges = calibration.candidates.label, calibration.interviewers.label
    return MeetingPlan(
        meetings=tuple(
            Meeting(
                people[options.candidate[place]],
                judges[options.interviewer[place]],
                float(options.cost[place]),
                (int(options.ends[place, 0]) + 1, int(options.ends[place, 1]) + 1),
            )
            for place in chosen
        ),
        cost=float(options.cost[chosen].sum()),
        linked=linked,
        error_before=before,
        error_after=_worst(joint, count),
    )


def _options(
    calibration: Calibration,
    fit: Fit,
    subset: Codes,
    meetings: Sequence[tuple[object, object, float]] | None,
) -> _Options:
    """Meetings across subsets; of those of the same two people the cheapest."""
    r = fit.structure.ratings
    home = np.zeros(len(r.interviewers), np.intp)
    home[r.interviewer] = subset[r.candidate]
    if meetings is None:
        staff = _best_known(r.interviewer, home)
        rows = [
            (int(person), judge, 1.0)
            for which in range(int(subset.max()) + 1)
            for person in typical(fit.system, subset, which)
            for judge in staff
            if home[judge] != which
        ]
    else:
        if len(meetings) > MOST_OFFERED:
            raise BadInput(
                f"{len(meetings)} meetings are offered; leave out the dearest, {MOST_OFFERED} are read"
            )
        people = {label: place for place, label in enumerate(calibration.candidates.label.tolist())}
        judges = {label: place for place, label in enumerate(calibration.interviewers.label.tolist())}
        rows = []
        for candidate, interviewer, cost in meetings:
            if candidate not in people:
                raise BadInput(f"no candidate {candidate!r} in the panel")
            if interviewer not in judges:
                raise BadInput(f"no interviewer {interviewer!r} in the panel")
            price = float(_checks.finite(np.atleast_1d(cost), "cost")[0])
            if price <= 0:
                raise BadInput(
                    f"the meeting of {candidate!r} and {interviewer!r} must cost more than 0, got {cost!r}"
                )
            if subset[people[candidate]] != home[judges[interviewer]]:
                rows.append((people[candidate], judges[interviewer], price))
    cheapest: dict[tuple[int, int], tuple[int, int, float]] = {}
    for person, judge, price in rows:
        key = (person, judge)
        if key not in cheapest or price < cheapest[key][2]:
            cheapest[key] = (person, judge, price)
    kept = list(cheapest.values())
    candidate = np.array([row[0] for row in kept], np.intp)
    interviewer = np.array([row[1] for row in kept], np.intp)
    return _Options(
        candidate,
        interviewer,
        np.array([row[2] for row in kept], float),
        np.stack([subset[candidate], home[interviewer]], axis=1) if kept else np.zeros((0, 2), np.intp),
    )


def _best_known(interviewer: Codes, home: Codes) -> list[int]:
    """The interviewers with most ratings in each subset: as many as keep meetings within ``MOST_OFFERED``."""
    sizes = np.bincount(home)
    each = max(1, MOST_OFFERED // (LINKING_INTERVIEWS * len(sizes) * max(len(sizes) - 1, 1)))
    order = np.lexsort((-np.bincount(interviewer, minlength=len(home)), home))
    place = np.arange(len(home)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return sorted(order[place < each].tolist())


def _joint(fit: Fit, subset: Codes, options: _Options) -> Floats:
    """Covariance of the subsets' means and of what each meeting would show, ``(K + n, K + n)``."""
    system, covariance = fit.system, fit.post.covariance
    rows = system.matrix()
    own = 1.0 / system.precision
    mean = membership(subset)
    means = -np.asarray((mean @ rows).toarray())  # on the globals
    seen = -np.asarray(rows[options.candidate].toarray())
    seen[np.arange(len(seen)), options.interviewer] += 1.0  # globals are signed as leniency
    on_globals = np.concatenate([means, seen])
    joint = on_globals @ covariance.times(on_globals.T)
    count = len(means)
    size = np.bincount(subset)
    joint[np.arange(count), np.arange(count)] += np.bincount(subset, own) / size**2
    across = np.zeros((count, len(seen)))
    across[subset[options.candidate], np.arange(len(seen))] = (
        own[options.candidate] / size[subset[options.candidate]]
    )
    joint[:count, count:] += across
    joint[count:, :count] += across.T
    same = options.candidate[:, None] == options.candidate[None, :]
    joint[count:, count:] += np.where(same, own[options.candidate][:, None], 0.0)
    joint[np.arange(count, len(joint)), np.arange(count, len(joint))] += interview_noise(fit)
    return np.asarray(joint)


def _held(joint: Floats, place: int) -> Floats:
    """The joint covariance once one meeting has been held."""
    column = joint[:, place]
    return np.asarray(joint - np.outer(column, column) / column[place])


def _worst(joint: Floats, count: int) -> float:
    """Largest standard error of a difference of two subsets."""
    block = joint[:count, :count]
    own = np.diag(block)
    return float(np.sqrt(max((own[:, None] + own[None, :] - 2 * block).max(), 0.0)))


def _tries(joint: Floats, count: int, free: list[int]) -> list[tuple[int, float, float]]:
    """Per meeting: worst error before, and after it alone."""
    before = _worst(joint, count)
    found = []
    for place in free:
        column = joint[:count, count + place]
        block = joint[:count, :count] - np.outer(column, column) / joint[count + place, count + place]
        found.append((place, before, _worst(block, count)))
    return found


def _tree(options: _Options, joint: Floats, count: int) -> list[int]:
    """Meetings of a minimum spanning tree; of equally cheap ones those that tell most of the difference."""
    noise = np.diag(joint)[count:]
    told = np.array([
        (joint[one, count + place] - joint[other, count + place]) ** 2 / noise[place]
        for place, (one, other) in enumerate(options.ends)
    ])  # fmt: skip
    # Each pair of subsets is linked by its cheapest meeting; gains only order those that cost the same.
    order = np.lexsort((-told, options.cost))
    best: dict[tuple[int, int], int] = {}
    for place in order.tolist():
        one, other = sorted(options.ends[place].tolist())
        best.setdefault((one, other), place)
    pairs = list(best)
    rank = {place: number for number, place in enumerate(order.tolist())}
    # Ranks are positive and in the order of costs, so the tree of ranks is a cheapest one.
    weights = [rank[best[pair]] + 1.0 for pair in pairs]
    graph = sp.csr_matrix((weights, np.array(pairs).T), shape=(count, count))
    tree = minimum_spanning_tree(graph).tocoo()
    chosen = [best[min(i, j), max(i, j)] for i, j in zip(tree.row.tolist(), tree.col.tolist(), strict=True)]
    return sorted(chosen, key=rank.__getitem__)


def _is_linked(options: _Options, chosen: list[int], count: int) -> bool:
    ends = options.ends[chosen]
    graph = sp.csr_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    return int(connected_components(graph, directed=False)[0]) == 1
