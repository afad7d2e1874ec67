"""Calibrate a panel: the one function most callers need."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from psychometrics import _checks
from psychometrics.errors import DidNotConverge
from psychometrics.model import compiled
from psychometrics.model.calibration import columns, qualifications
from psychometrics.model.calibration.estimates import Posterior
from psychometrics.model.calibration.examined import examined
from psychometrics.model.calibration.fit import Fit, Progress, fit
from psychometrics.model.calibration.fit_statistics import fit_statistics
from psychometrics.model.calibration.question_steps import common_only
from psychometrics.model.calibration.ratings import Ratings, encode
from psychometrics.model.calibration.results import Calibration
from psychometrics.model.calibration.slope_notes import slope_notes
from psychometrics.model.calibration.staged import (
    Selection,
    SlopesWanted,
    pulls_to_fit,
    slopes_to_fit,
    staged,
)
from psychometrics.model.calibration.structure import build
from psychometrics.model.calibration.uncertainty import integrate
from psychometrics.model.compiled import Engine
from psychometrics.model.connectedness import connected_subsets, one_subset
from psychometrics.model.thresholds import Link

MODEL = "one trait, rating scale, halo; smoothed empirical Bayes, version 1"


def calibrate(
    candidate: npt.ArrayLike,
    interviewer: npt.ArrayLike,
    question: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    interview: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
    halo: bool = True,
    link: Link = "acl",
    steps: Literal["common", "question"] = "common",
    slopes: SlopesWanted = "auto",
    selection: Selection = "ignorable",
    level: float = 0.90,
    engine: Engine = "auto",
    progress: Progress | None = None,
) -> Calibration:
    """Tell candidates' proficiency from interviewers' severity, questions' difficulty and halo.

    Parameters are one-dimensional and of equal length ``n``: labels (any sortable kind) for
    candidate, interviewer, question and optionally interview, ordered numbers with at most 30
    distinct values for score. ``halo`` adds one effect per candidate x interviewer (x interview).
    ``group`` (site, opening: one per candidate) lets candidates be drawn towards the mean of their group
    instead of one common mean; use it where interviewers met candidates of different pools. Never the
    stage reached: that is an outcome of the ratings, and given as group it spoils the intervals.
    ``link`` is ``"acl"`` (rating scale, default) or ``"cl"`` (cumulative). ``steps="question"`` gives every
    question steps of its own, shrunk to the common ones. ``slopes`` says how
    strongly interviewers tell candidates apart: ``"common"``, all alike; ``"interviewer"``, each has a slope of the
    own, shrunk to 1 (acl and common steps only); ``"auto"``, the latter where 500 ratings by five interviewers or more
    show that they differ, which is then said in ``warnings``. ``selection="informative"`` is for panels where who met
    whom was decided by something that is not among the ratings (a screening, a referee, a coordinator): each candidate
    is then drawn towards a mean of those who met them. Where ratings that are among these decided, leave it at
    ``"ignorable"``. ``level`` is the coverage of all
    intervals. ``engine`` is ``"numpy"``, ``"compiled"`` (needs numba, the extra ``compiled``) or ``"auto"``:
    compiled where numba is installed and there are at least 50,000 ratings; the numbers are the same to 1e-8.
    ``progress`` is called with a share done and a sentence.

    The result does not depend on the order of rows. Source: many-facet Rasch model (Linacre 1989)
    with halo as in rater bundles (Wilson & Hoskens 2001), fitted by Gaussian variational empirical
    Bayes (Ormerod & Wand 2012).

    Raises BadInput, NotEnoughData or NoVariation before, DidNotConverge after fitting.
    """
    _checks.open_unit(level, "level")
    _checks.choice(link, ("acl", "cl"), "link")
    ratings = encode(candidate, interviewer, question, score, interview, group)
    _checks.choice(steps, ("common", "question"), "steps")
    _checks.choice(slopes, ("auto", "common", "interviewer"), "slopes")
    _checks.choice(selection, ("ignorable", "informative"), "selection")
    own = steps == "question" and ratings.top > 1 and len(ratings.questions) > 1
    fast = compiled.chosen(engine, ratings=ratings.n)
    return assemble(
        ratings,
        halo=halo,
        link=link,
        level=level,
        slopes=slopes_to_fit(slopes, ratings, link=link, own_steps=own),
        selection=selection,
        own_steps=own,
        fast=fast,
        progress=progress,
    )


def assemble(
    ratings: Ratings,
    *,
    halo: bool,
    link: Link,
    level: float,
    progress: Progress | None = None,
    start: Fit | None = None,
    quick: bool = False,
    linked: bool = False,
    own_steps: bool = False,
    slopes: SlopesWanted = "common",
    selection: Selection = "ignorable",
    own_start: npt.NDArray[np.float64] | None = None,
    fast: bool = False,
) -> Calibration:
    """Fit coded ratings and lay out the result; ``start`` and ``quick`` as in ``fit``.

    ``linked`` says that the panel is known to be one subset without bridges; ``own_start`` are the
    candidates' own measures before an update; ``fast`` has compiled kernels serve a fit without ``start``.
    """
    linkage = (
        one_subset(len(ratings.candidates), len(ratings.interviewers), len(ratings.questions))
        if linked
        else connected_subsets(ratings.candidate, ratings.interviewer, ratings.question)
    )
    design = qualifications.describe(ratings)
    with_halo, estimated = qualifications.estimable(ratings, design, halo=halo)
    if start is None:
        best = staged(
            build(ratings, compiled=fast),
            link=link,
            halo=with_halo,
            estimate=estimated,
            slopes=slopes,
            pulls=pulls_to_fit(selection, ratings),
            own_steps=common_only(ratings, link) if own_steps else None,
            progress=progress,
        )
    else:
        best = fit(
            start.structure,
            link=link,
            variances=start.variances,
            estimate=estimated,
            start=start,
            quick=quick,
            progress=progress,
        )
    if not best.converged:
        raise DidNotConverge(
            f"the fit did not settle within {best.iterations} iterations; look for candidates or "
            "interviewers with very few ratings"
        )
    fits = integrate(best, estimated, progress) if ratings.n < qualifications.SMALL_PANEL else []
    fits = fits or [best]
    posterior = Posterior(
        best, fits, np.full(len(fits), 1.0 / len(fits)), qualifications.groups(ratings, linkage)
    )
    z = float(ndtri(0.5 + level / 2.0))
    steps = posterior.steps()
    by_interviewer, by_question = fit_statistics(examined(best))
    people, staff = posterior.candidates(), posterior.interviewers()
    log_slopes = posterior.log_slopes()
    said = slope_notes(log_slopes, slopes) if log_slopes else []
    said += qualifications.warnings(best, design, linkage, halo=halo, estimated=estimated, bridges=not linked)
    if linkage.subsets == 1 and len(ratings.interviewers) > 1:
        apart = best.values.deviation(best.structure)
        said += qualifications.assignment_warnings(
            ratings.candidate, ratings.interviewer, ratings.met(), apart, staff.value
        )
    if progress is not None:
        progress(1.0, "done")
    return Calibration(
        candidates=columns.candidates(
            ratings, posterior, people, design, linkage.candidate, steps, z, own_start
        ),
        interviewers=columns.interviewers(
            ratings, staff, log_slopes, by_interviewer, design.candidates_per_interviewer, z
        ),
        questions=columns.questions(
            ratings, posterior.questions(), by_question, design.interviewers_per_question, z
        ),
        groups=columns.group_means(posterior, linkage.candidate, z),
        components=columns.components(best),
        estimated=estimated,
        thresholds=steps,
        categories=ratings.categories,
        subsets=qualifications.subsets(ratings, linkage),
        warnings=tuple(said),
        model=_model(best, with_halo=with_halo),
        link=link,
        level=level,
        ratings=ratings.n,
        iterations=best.iterations,
        converged=best.converged,
        posterior=posterior,
        halo=halo,
        slopes="common" if log_slopes is None else "interviewer",
        selection=selection,
        question_thresholds=None if best.own_steps is None else best.own_steps.of_questions(steps).T,
    )


def _model(best: Fit, *, with_halo: bool) -> str:
    """What was fitted, in words."""
    model = MODEL if with_halo else MODEL.replace(", halo", "")
    if best.own_steps is not None:
        model = model.replace("rating scale", "question steps shrunk to common ones")
    if best.beside is not None and best.beside.pools is not None:
        model = model.replace("rating scale", "rating scale, means by who met whom")
    if best.rating_slopes is not None:
        model = model.replace("rating scale", "rating scale, slopes of interviewers")
    return model
