"""The columns of a calibration: candidates, interviewers, questions and groups with their intervals."""

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.contrasts import centred, global_errors
from psychometrics.model.calibration.estimates import Facet, Posterior
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.fit_statistics import FitStatistics
from psychometrics.model.calibration.qualifications import Design
from psychometrics.model.calibration.ratings import Codes, Ratings
from psychometrics.model.calibration.results import Candidates, GroupMeans, Interviewers, Questions
from psychometrics.model.calibration.unpooled import own_measures
from psychometrics.model.calibration.variance_steps import names
from psychometrics.model.thresholds import probabilities

Floats = npt.NDArray[np.float64]

FEW_RATINGS = 20


def components(best: Fit) -> dict[str, float | None]:
    """Standard deviations in logits."""
    found: dict[str, float | None] = {
        name: float(np.sqrt(getattr(best.variances, name))) for name in names(best.variances)
    }
    found.setdefault("halo", None)
    if best.own_steps is not None:
        found["question_steps"] = float(np.sqrt(best.own_steps.variance))
    if best.beside is not None:
        found |= best.beside.sds
    ratings = best.structure.ratings
    for name, levels in (("interviewer", ratings.interviewers), ("question", ratings.questions)):
        if len(levels) == 1:  # nothing to differ from
            found[name] = None
    return found


def _raw_mean(ratings: Ratings, level: Codes, levels: int) -> Floats:
    """Mean score of each level of a facet, on the scale of the scores."""
    total = np.bincount(level, ratings.categories[ratings.points], levels)
    return np.asarray(total / np.bincount(level, minlength=levels))


def candidates(
    ratings: Ratings,
    posterior: Posterior,
    facet: Facet,
    design: Design,
    subset: Codes,
    steps: Floats,
    z: float,
    own_start: Floats | None = None,
) -> Candidates:
    """Measures, intervals and fair averages of the candidates."""
    measure = np.where(np.isnan(facet.error), np.nan, facet.value)
    lower, upper = measure - z * facet.error, measure + z * facet.error
    shift = posterior.subset_shift()
    link = posterior.best.link
    own = own_measures(posterior, facet, own_start)

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


def interviewers(
    ratings: Ratings,
    facet: Facet,
    log_slopes: Facet | None,
    statistics: FitStatistics,
    candidates: Codes,
    z: float,
) -> Interviewers:
    """Severities, slopes, intervals and fit of the interviewers."""
    unknown = np.full(len(ratings.interviewers), np.nan)
    log, spread = (unknown, unknown) if log_slopes is None else (log_slopes.value, log_slopes.error)
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
        fit_effect=statistics.effect,
        fit_lower=statistics.lower,
        fit_upper=statistics.upper,
        raw_mean=_raw_mean(ratings, ratings.interviewer, len(ratings.interviewers)),
        n=count,
        candidates=candidates,
        slope=np.exp(log),
        slope_lower=np.exp(log - z * spread),
        slope_upper=np.exp(log + z * spread),
        flags=tuple(_flags(statistics, position, int(count[position])) for position in range(len(count))),
    )


def questions(
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
        fit_effect=statistics.effect,
        fit_lower=statistics.lower,
        fit_upper=statistics.upper,
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


def group_means(posterior: Posterior, subset: Codes, z: float) -> GroupMeans | None:
    """Mean proficiency of the groups against their average; compared within linked subsets only."""
    fit = posterior.best
    r, means = fit.structure.ratings, fit.values.group
    if r.group is None or r.groups is None or means is None:
        return None
    count = len(means)
    share = np.zeros((count, int(subset.max()) + 1), np.intp)
    np.add.at(share, (r.group, subset), 1)
    comparable = np.unique(share.argmax(1), return_inverse=True)[1].astype(np.intp)
    value = centred(means, comparable)
    error = global_errors(fit, fit.structure.size - count, comparable)
    mean = np.where(np.isnan(error), np.nan, value)
    return GroupMeans(
        label=r.groups,
        mean=mean,
        se=error,
        lower=mean - z * error,
        upper=mean + z * error,
        candidates=np.bincount(r.group, minlength=count),
    )
