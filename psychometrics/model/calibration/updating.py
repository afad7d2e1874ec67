"""One more interview on a fitted panel: a few Newton steps instead of a refit.

The old fit's effects, variances and smoothing widths are carried over to the enlarged panel. The
candidates who were rated anew are brought to their own mode first, everybody else held (a handful of
scalar Newton steps); the joint steps that follow start next to their goal. They go on, with a
Fellner-Schall step of the variance components each, until both settle: one or two at some thousand ratings,
up to a dozen where a small panel gets an interviewer unlike the others, which moves the components.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from psychometrics import _checks
from psychometrics.errors import BadInput
from psychometrics.model.calibration.calibrate import assemble
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.group_sums import by_group
from psychometrics.model.calibration.parameters import Parameters
from psychometrics.model.calibration.qualifications import BRIDGE, SMALL_PANEL
from psychometrics.model.calibration.ratings import MAX_CATEGORIES, Codes, Labels, Ratings, group_of, sort
from psychometrics.model.calibration.results import Calibration
from psychometrics.model.calibration.structure import build
from psychometrics.model.thresholds import moments

Floats = npt.NDArray[np.float64]

_LOCAL_STEPS = 8
_LOCAL_TOLERANCE = 1e-3  # logits
_LARGEST_STEP = 1.0  # logits


def update(
    calibration: Calibration,
    candidate: npt.ArrayLike,
    interviewer: npt.ArrayLike,
    question: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    interview: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
) -> Calibration:
    """Add ratings to a calibrated panel; labels may be old or new, scores on the same scale.

    The result is that of ``calibrate`` on all ratings (old ones first) within .01 logits, also where they
    bring a new interviewer or question or a candidate rated best throughout: it takes the steps that needs.
    After a score that was never given before, which changes the scale, and for questions with steps of
    their own, interviewers with slopes of their own or ``selection="informative"``, everything is refitted. Whether
    interviewers have slopes of their own is not decided anew.

    ``interview`` and ``group`` have to be given if the panel was calibrated with them, and only then.
    Raises what ``calibrate`` raises.
    """
    best = calibration.posterior.best
    old = best.structure.ratings
    new, origin = _together(old, candidate, interviewer, question, score, interview, group)
    link, level, halo = best.link, calibration.level, calibration.halo
    own = best.own_steps is not None
    whole = own or best.beside is not None
    if new.top != old.top or (halo and best.variances.halo is None) or whole:
        return assemble(
            new,
            halo=halo,
            link=link,
            level=level,
            own_steps=own,
            slopes=calibration.slopes,
            selection=calibration.selection,
            fast=best.structure.compiled,
        )
    start = _carried(best, new, origin)
    quick = new.n >= SMALL_PANEL
    # Ratings by known interviewers on known questions only add links.
    known = len(new.interviewers) == len(old.interviewers) and len(new.questions) == len(old.questions)
    linked = known and len(calibration.subsets) == 1 and not any(BRIDGE in w for w in calibration.warnings)
    own_start = np.full(len(new.candidates), np.nan)
    own_start[np.searchsorted(new.candidates, old.candidates)] = calibration.candidates.own_measure
    return assemble(
        new, halo=halo, link=link, level=level, start=start, quick=quick, linked=linked, own_start=own_start
    )


def _together(
    old: Ratings,
    candidate: npt.ArrayLike,
    interviewer: npt.ArrayLike,
    question: npt.ArrayLike,
    score: npt.ArrayLike,
    interview: npt.ArrayLike | None,
    group: npt.ArrayLike | None,
) -> tuple[Ratings, Codes]:
    """All ratings, and for each the old (sorted) rating it was, -1 for a new one."""
    points = _checks.finite(_checks.column(score, "score"), "score")
    n = len(points)
    if n == 0:
        raise BadInput("no new ratings")
    for name, given, known in (("interview", interview, old.sittings), ("group", group, old.groups)):
        if (given is None) != (known is None):
            without = "without" if known is None else "with"
            raise BadInput(
                f"the panel was calibrated {without} {name}; give the new ratings the same columns"
            )
    back = np.empty(old.n, np.intp)
    back[old.order] = np.arange(old.n)  # the caller's order: codes of the old ratings are read through it
    scores = old.categories[old.points[back]]
    candidates, who = _joined(old.candidates, old.candidate[back], candidate, "candidate", n)
    interviewers, by = _joined(old.interviewers, old.interviewer[back], interviewer, "interviewer", n)
    questions, what = _joined(old.questions, old.question[back], question, "question", n)
    categories, coded = np.unique(np.concatenate([scores, points]), return_inverse=True)
    if len(categories) > MAX_CATEGORIES:
        raise BadInput(f"score has {len(categories)} distinct values, at most {MAX_CATEGORIES} are allowed")
    sittings = sitting = groups = belongs = None
    if interview is not None and old.sittings is not None and old.sitting is not None:
        sittings, sitting = _joined(old.sittings, old.sitting[back], interview, "interview", n)
    if group is not None and old.groups is not None and old.group is not None:
        groups, given = _joined(old.groups, old.group[old.candidate[back]], group, "group", n)
        belongs = group_of(who, given, candidates)
    new = sort(
        who=who, by=by, what=what, points=coded, sitting=sitting, candidates=candidates,
        interviewers=interviewers, questions=questions, categories=categories, sittings=sittings,
        group=belongs, groups=groups,
    )  # fmt: skip
    origin = np.full(new.n, -1, np.intp)
    was_old = new.order < old.n
    origin[was_old] = back[new.order[was_old]]
    return new, origin


def _joined(labels: Labels, codes: Codes, given: npt.ArrayLike, name: str, n: int) -> tuple[Labels, Codes]:
    """Labels of old and new ratings together, sorted, and the codes of the old, then of the new."""
    added = _checks.label_column(given, name, n)
    kinds = {added.dtype.kind, labels.dtype.kind}
    text = kinds == {"O", "U"} and isinstance(labels[0], str) and isinstance(added[0], str)
    if not (len(kinds) == 1 or kinds == {"i", "u"} or text):
        raise BadInput(f"{name} has labels of another kind than the panel's")
    try:
        together = np.union1d(labels, added)
    except TypeError as error:
        raise BadInput(f"{name} has labels of another kind than the panel's: {error}") from error
    moved = np.searchsorted(together, labels)
    return together, np.concatenate([moved[codes], np.searchsorted(together, added)]).astype(np.intp)


def _carried(best: Fit, new: Ratings, origin: Codes) -> Fit:
    """The old fit laid out for the enlarged panel, candidates rated anew at their own mode."""
    old, values, variances = best.structure.ratings, best.values, best.variances
    was_old = origin >= 0
    before = origin[was_old]

    def carry(effects: Floats, then: Codes, now: Codes, levels: int) -> Floats:
        placed = np.zeros(levels)
        placed[now[was_old]] = effects[then[before]]
        return placed

    group = None
    if values.group is not None and old.groups is not None and new.groups is not None:
        group = np.zeros(len(new.groups))
        group[np.searchsorted(new.groups, old.groups)] = values.group
    start = Parameters(
        candidate=carry(values.candidate, old.candidate, new.candidate, len(new.candidates)),
        interviewer=carry(values.interviewer, old.interviewer, new.interviewer, len(new.interviewers)),
        question=carry(values.question, old.question, new.question, len(new.questions)),
        easiness=values.easiness,
        halo=None if values.halo is None else carry(values.halo, old.unit, new.unit, len(new.unit_candidate)),
        group=group,
    )
    touched = np.zeros(len(new.candidates), bool)
    touched[new.candidate[~was_old]] = True
    met = np.zeros(len(new.candidates), bool)
    met[new.candidate[was_old]] = True
    if group is not None and new.group is not None:
        start.candidate[~met] = group[new.group[~met]]
    width = np.full(new.n, variances.candidate + (variances.halo or 0.0))
    width[was_old] = best.post.eta[before]
    width[~was_old & met[new.candidate]] = float(np.median(best.post.eta))
    structure = build(new, compiled=best.structure.compiled)
    carried = Fit(
        structure=structure,
        link=best.link,
        values=start,
        variances=variances,
        system=best.system,
        post=replace(best.post, eta=width),
        iterations=0,
        converged=True,
    )
    _settle(carried, touched)
    return carried


def _settle(carried: Fit, touched: npt.NDArray[np.bool_]) -> None:
    """Bring candidates rated anew to their mode and their ratings' widths along, all else held."""
    r, values, variances = carried.structure.ratings, carried.values, carried.variances
    rows: Codes = np.flatnonzero(touched[r.candidate])
    people, who = np.unique(r.candidate[rows], return_inverse=True)
    units, unit = np.unique(r.unit[rows], return_inverse=True)
    owner = np.searchsorted(people, r.unit_candidate[units])
    fixed = values.interviewer[r.interviewer[rows]] + values.question[r.question[rows]]
    theta, mean = (
        values.candidate[people],
        values.candidate[people] - values.deviation(carried.structure)[people],
    )
    halo = np.zeros(len(units)) if values.halo is None else values.halo[units]
    for _ in range(_LOCAL_STEPS):
        eta = theta[who] + fixed + halo[unit]
        now = moments(eta, carried.steps, r.points[rows], spread=carried.post.eta[rows], link=carried.link)
        score = by_group(who, now.score, len(people)) - (theta - mean) / variances.candidate
        precision = by_group(who, now.information, len(people)) + 1.0 / variances.candidate
        if variances.halo is not None:
            inside = by_group(unit, now.information, len(units))
            whole = inside + 1.0 / variances.halo
            pull = by_group(unit, now.score, len(units)) - halo / variances.halo
            score -= by_group(owner, inside * pull / whole, len(people))
            precision -= by_group(owner, inside**2 / whole, len(people))
        step = np.clip(score / precision, -_LARGEST_STEP, _LARGEST_STEP)
        theta = theta + step
        kept = np.ones(len(units))
        if variances.halo is not None:
            halo = halo + (pull - inside * step[owner]) / whole
            kept = 1.0 - inside / whole
        carried.post.eta[rows] = (kept**2 / precision[owner])[unit]
        if variances.halo is not None:
            carried.post.eta[rows] += (1.0 / whole)[unit]
        if np.abs(step).max() < _LOCAL_TOLERANCE:
            break
    values.candidate[people] = theta
    if values.halo is not None:
        values.halo[units] = halo
