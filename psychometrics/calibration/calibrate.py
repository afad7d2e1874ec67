"""Calibrate a panel: the one function most callers need."""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from psychometrics import _checks
from psychometrics.calibration import qualifications
from psychometrics.calibration.estimates import Facet, Posterior
from psychometrics.calibration.fit import Fit, Progress, fit, names, prior_variances
from psychometrics.calibration.fit_statistics import FitStatistics, fit_statistics
from psychometrics.calibration.own import own_measures
from psychometrics.calibration.ratings import Codes, Ratings, encode
from psychometrics.calibration.results import Calibration, Candidates, Interviewers, Questions
from psychometrics.calibration.structure import build
from psychometrics.calibration.uncertainty import integrate
from psychometrics.connectedness import connected_subsets
from psychometrics.errors import DidNotConverge
from psychometrics.thresholds import Link, probabilities

Floats = npt.NDArray[np.float64]

MODEL = "one trait, rating scale, halo; smoothed empirical Bayes, version 1"
FEW_RATINGS = 20


def calibrate(
    candidate: npt.ArrayLike,
    interviewer: npt.ArrayLike,
    question: npt.ArrayLike,
    score: npt.ArrayLike,
    *,
    interview: npt.ArrayLike | None = None,
    halo: bool = True,
    link: Link = "acl",
    level: float = 0.90,
    progress: Progress | None = None,
) -> Calibration:
    """Tell candidates' proficiency from interviewers' severity, questions' difficulty and halo.

    Parameters are one-dimensional and of equal length ``n``: labels (any sortable kind) for
    candidate, interviewer, question and optionally interview, ordered numbers with at most 30
    distinct values for score. ``halo`` adds one effect per candidate x interviewer (x interview).
    ``link`` is ``"acl"`` (rating scale, default) or ``"cl"`` (cumulative). ``level`` is the
    coverage of all intervals. ``progress`` is called with a share done and a sentence.

    The result does not depend on the order of rows. Source: many-facet Rasch model (Linacre 1989)
    with halo as in rater bundles (Wilson & Hoskens 2001), fitted by Gaussian variational empirical
    Bayes (Ormerod & Wand 2012).

    Raises BadInput, NotEnoughData or NoVariation before, DidNotConverge after fitting.
    """
    _checks.open_unit(level, "level")
    _checks.choice(link, ("acl", "cl"), "link")
    ratings = encode(candidate, interviewer, question, score, interview)
    linkage = connected_subsets(ratings.candidate, ratings.interviewer, ratings.question)
    design = qualifications.describe(ratings)
    with_halo, estimated = qualifications.estimable(ratings, design, halo=halo)
    best = fit(
        build(ratings),
        link=link,
        variances=prior_variances(halo=with_halo),
        estimate=estimated,
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
    by_interviewer, by_question = fit_statistics(best)
    said = qualifications.warnings(ratings, design, linkage, halo=halo, estimated=estimated)
    if linkage.subsets == 1 and len(ratings.interviewers) > 1:
        biased = qualifications.assignment_warning(
            ratings, posterior.candidates().value, posterior.interviewers().value
        )
        said += [biased] if biased else []
    if progress is not None:
        progress(1.0, "done")
    return Calibration(
        candidates=_candidates(ratings, posterior, design, linkage.candidate, steps, z),
        interviewers=_interviewers(
            ratings, posterior.interviewers(), by_interviewer, design.candidates_per_interviewer, z
        ),
        questions=_questions(
            ratings,
            posterior.questions(),
            by_question,
            design.interviewers_per_question,
            z,
        ),
        components=_components(best),
        estimated=estimated,
        thresholds=steps,
        categories=ratings.categories,
        subsets=qualifications.subsets(ratings, linkage),
        warnings=tuple(said),
        model=MODEL if with_halo else MODEL.replace(", halo", ""),
        link=link,
        level=level,
        ratings=ratings.n,
        iterations=best.iterations,
        converged=best.converged,
        posterior=posterior,
    )


def _components(best: Fit) -> dict[str, float | None]:
    """Standard deviations in logits."""
    found: dict[str, float | None] = {
        name: float(np.sqrt(getattr(best.variances, name))) for name in names(best.variances)
    }
    found.setdefault("halo", None)
    ratings = best.structure.ratings
    for name, levels in (("interviewer", ratings.interviewers), ("question", ratings.questions)):
        if len(levels) == 1:  # nothing to differ from
            found[name] = None
    return found


def _raw_mean(ratings: Ratings, level: Codes, levels: int) -> Floats:
    """Mean score of each level of a facet, on the scale of the scores."""
    total = np.bincount(level, ratings.categories[ratings.points], levels)
    return np.asarray(total / np.bincount(level, minlength=levels))


def _candidates(
    ratings: Ratings,
    posterior: Posterior,
    design: qualifications.Design,
    subset: Codes,
    steps: Floats,
    z: float,
) -> Candidates:
    """Measures, intervals and fair averages of the candidates."""
    facet = posterior.candidates()
    measure = np.where(np.isnan(facet.error), np.nan, facet.value)
    lower, upper = measure - z * facet.error, measure + z * facet.error
    shift = posterior.subset_shift()
    link = posterior.best.link
    own = own_measures(posterior, facet)

    def fair(value: Floats) -> Floats:
        return ratings.categories @ probabilities(value + shift, steps, link=link)

    return Candidates(
        label=ratings.candidates,
        measure=measure,
        se=facet.error,
        lower=lower,
        upper=upper,
        fair_average=fair(measure),
        fair_lower=fair(lower),
        fair_upper=fair(upper),
        own_measure=own.value,
        own_se=own.error,
        raw_mean=_raw_mean(ratings, ratings.candidate, len(ratings.candidates)),
        n=np.bincount(ratings.candidate),
        interviewers=design.interviewers_per_candidate,
        subset=subset + 1,
    )


def _interviewers(
    ratings: Ratings, facet: Facet, statistics: FitStatistics, candidates: Codes, z: float
) -> Interviewers:
    """Severities, intervals and fit of the interviewers."""
    severity = np.where(np.isnan(facet.error), np.nan, facet.value)
    count = np.bincount(ratings.interviewer)
    return Interviewers(
        label=ratings.interviewers,
        severity=severity,
        se=facet.error,
        lower=severity - z * facet.error,
        upper=severity + z * facet.error,
        infit=statistics.infit,
        outfit=statistics.outfit,
        z=statistics.z,
        raw_mean=_raw_mean(ratings, ratings.interviewer, len(ratings.interviewers)),
        n=count,
        candidates=candidates,
        flags=tuple(_flags(statistics, position, int(count[position])) for position in range(len(count))),
    )


def _questions(
    ratings: Ratings, facet: Facet, statistics: FitStatistics, interviewers: Codes, z: float
) -> Questions:
    """Difficulties, intervals and fit of the questions."""
    difficulty = np.where(np.isnan(facet.error), np.nan, facet.value)
    count = np.bincount(ratings.question)
    flags = []
    for position in range(len(count)):
        own = _flags(statistics, position, int(count[position]))
        alone = interviewers[position] == 1 and len(ratings.interviewers) > 1
        flags.append((*own, "one_interviewer") if alone else own)
    return Questions(
        label=ratings.questions,
        difficulty=difficulty,
        se=facet.error,
        lower=difficulty - z * facet.error,
        upper=difficulty + z * facet.error,
        infit=statistics.infit,
        outfit=statistics.outfit,
        z=statistics.z,
        raw_mean=_raw_mean(ratings, ratings.question, len(ratings.questions)),
        n=count,
        flags=tuple(flags),
    )


def _flags(statistics: FitStatistics, position: int, n: int) -> tuple[str, ...]:
    """``misfit`` (less predictable than the model), ``overfit`` (more), ``few_ratings``."""
    flags = []
    if statistics.flagged[position]:
        flags.append("misfit" if statistics.z[position] > 0 else "overfit")
    if n < FEW_RATINGS:
        flags.append("few_ratings")
    return tuple(flags)
