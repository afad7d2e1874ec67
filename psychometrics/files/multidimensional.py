"""Calibrating a bare score file by the level model: several competencies, shared answers, or reference interviewers.

The one-trait model has neither competencies nor what several interviewers of one interview watched
together (performance); the level model (``psychometrics.model.levels``) has both, and everything the one-trait model
has: either link, groups, steps of the questions' own, no halo, two categories. A score file knows no target
levels, so it is fitted without them: proficiency per candidate and competency in logits, borrowing
strength through a general factor; no levels. Connected subsets, which need no fit, come with the one-trait fit of the
same ratings.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from psychometrics._labels import natural
from psychometrics.errors import BadInput
from psychometrics.files.group_rows import group_means
from psychometrics.files.score_file import Scores
from psychometrics.model.calibration import Calibration
from psychometrics.model.calibration.fit import Progress
from psychometrics.model.calibration.qualifications import describe
from psychometrics.model.calibration.ratings import Codes, Ratings
from psychometrics.model.compiled import Engine
from psychometrics.model.levels import LevelCalibration, LevelRatings, Settings, calibrate_levels
from psychometrics.model.thresholds import probabilities

Floats = npt.NDArray[np.float64]
Row = dict[str, Any]

_MIDDLE = 3.0  # the level that stands for meeting the bar where levels are not wanted
_ANY_TARGET = _MIDDLE  # all equal: targets then have no influence
# The rest is said by the one-trait calibration, or is about levels.
_NOTICES = {"not_converged", "performance_assumed"}
_OF_SHARED_ANSWERS = "performance_assumed"
_COMPONENTS = {"general": "candidate", "severity": "interviewer", "difficulty": "question"}


def is_needed(scores: Scores, pooled: Calibration, reference: Sequence[str]) -> bool:
    """Whether the ratings hold what one trait does not: competencies, shared answers, somebody to anchor to."""
    several = scores.competency is not None and len(np.unique(scores.competency)) > 1
    return several or bool(reference) or shared_answers(pooled) > 0


def calibrate_competencies(
    scores: Scores,
    pooled: Calibration,
    *,
    level: float,
    settings: Settings,
    reference: Sequence[str] = (),
    engine: Engine = "auto",
    progress: Progress | None = None,
) -> tuple[LevelCalibration, list[Row], Row]:
    """Fit the level model; return it, the contract's candidate rows and its changes to the rest.

    ``pooled`` is the one-trait calibration of the same ratings with :func:`criteria` as questions. ``reference`` names
    interviewers whose severity is 0 by definition.

    Raises BadInput for a name among them who has given no rating.
    """
    ratings = pooled.posterior.best.structure.ratings
    named = np.zeros(len(scores), "U1") if scores.competency is None else scores.competency
    competencies, competency = np.unique(named[ratings.order], return_inverse=True)
    competency_of = np.zeros(len(ratings.questions), np.int64)
    competency_of[ratings.question] = competency
    subset = pooled.candidates.subset - 1
    top = ratings.top
    groups = 1 if ratings.groups is None else len(ratings.groups)
    group = np.zeros(len(subset), np.intp) if ratings.group is None else ratings.group
    pool = subset * groups + group
    run = calibrate_levels(
        LevelRatings(
            candidate=ratings.candidate,
            session=_sessions(scores, ratings),
            interviewer=ratings.interviewer,
            criterion=ratings.question,
            score=ratings.points,
            criterion_competency=competency_of,
            criterion_target=np.full(len(ratings.questions), _ANY_TARGET),
            pool=pool[ratings.candidate],
            top=top,
            meets=min(max(1, round(2 * top / 3)), max(top - 1, 1)),
            reference_interviewers=_codes_of(reference, ratings),
        ),
        levels=False,
        level=level,
        settings=settings,
        engine=engine,
        progress=None if progress is None else _translated(progress),
    )
    z = float(ndtri(0.5 + level / 2.0))
    watched = shared_answers(pooled) > 0
    rest = _rest(run, z, _NOTICES if watched else _NOTICES - {_OF_SHARED_ANSWERS})
    components = rest["components"]
    if not watched:
        components["performance"] = None
    if len(competencies) == 1:
        components["candidate"] = float(np.hypot(components["candidate"], components.pop("competency")))
        del components["profile"]
    if len(np.unique(pool)) == 1:
        components["pool"] = None
    if ratings.groups is not None:
        rest["groups"] = group_means(run, ratings.groups, group, subset, z)
    return run, _candidates(run, pooled, competencies, subset, z), rest


def _codes_of(names: Sequence[str], ratings: Ratings) -> tuple[int, ...]:
    known = {str(label): code for code, label in enumerate(ratings.interviewers.tolist())}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise BadInput(
            f"no interviewer {unknown[0]!r} has rated anybody; names are written as in the file: "
            f"{', '.join(sorted(known, key=natural)[:5])}"
        )
    return tuple(known[name] for name in names)


def criteria(scores: Scores) -> npt.NDArray[np.str_]:
    """What counts as a question: question x competency where there are several competencies."""
    if scores.competency is None or len(np.unique(scores.competency)) == 1:
        return scores.question
    return np.char.add(np.char.add(scores.question, " / "), scores.competency)


def shared_answers(pooled: Calibration) -> int:
    """Answers that several interviewers of one interview rated."""
    return describe(pooled.posterior.best.structure.ratings).shared_answers


def _sessions(scores: Scores, ratings: Ratings) -> Codes:
    """Interviews as codes; without the column every interviewer met the candidate alone.

    A question rated again by the same interviewer in the same interview counts as another interview,
    since it can only have been another answer.
    """
    session = ratings.interviewer
    if scores.interview is not None:
        session = np.unique(scores.interview[ratings.order], return_inverse=True)[1].astype(np.intp)
    asked = np.stack([ratings.candidate, session, ratings.interviewer, ratings.question])
    _, same = np.unique(asked, axis=1, return_inverse=True)
    order = np.argsort(same.ravel(), kind="stable")
    first = np.searchsorted(same.ravel()[order], same.ravel()[order])
    repeat = np.empty(len(order), np.intp)
    repeat[order] = np.arange(len(order)) - first
    return np.asarray(session + repeat * (session.max() + 1))


def _translated(progress: Progress) -> Any:
    """The level model reports (iteration, share done); callers want a share and a sentence."""
    return lambda iteration, share: progress(0.5 + 0.45 * min(max(share, 0.0), 1.0), f"iteration {iteration}")


def _candidates(
    run: LevelCalibration,
    pooled: Calibration,
    competencies: npt.NDArray[np.str_],
    subset: npt.NDArray[np.intp],
    z: float,
) -> list[Row]:
    """One row per candidate and competency rated; measures against the mean of subset and competency."""
    table = run.table
    group = subset[table.candidate] * len(competencies) + table.competency
    size = np.bincount(group)
    mean = (np.bincount(group, table.logit) / np.maximum(size, 1))[group]
    alone = size[group] < 2
    se = np.where(alone, np.nan, table.contrast_se * run.scale.spacing)
    measure = np.where(alone, np.nan, table.logit - mean)
    raw = np.interp(table.raw_mean, np.arange(len(pooled.categories)), pooled.categories)

    def fair(logit: Floats) -> Floats:
        shares = probabilities(logit + run.scale.bar, run.scale.steps, link=run.settings.link)
        return np.asarray(pooled.categories @ shares)

    columns = {
        "measure": measure,
        "se": se,
        "lower": measure - z * se,
        "upper": measure + z * se,
        "fair_average": np.where(alone, np.nan, fair(table.logit)),
        "fair_lower": fair(table.logit - z * se),
        "fair_upper": fair(table.logit + z * se),
        "own_measure": np.where(alone, np.nan, (table.own_level - _MIDDLE) * run.scale.spacing - mean),
        "own_se": np.where(alone, np.nan, table.own_se * run.scale.spacing),
        "raw_mean": raw,
        "n": table.ratings,
        "interviewers": table.interviewers,
        "subset": subset[table.candidate] + 1,
    }
    several = len(competencies) > 1 or bool(competencies[0])
    return [
        {
            "candidate": pooled.candidates.label[table.candidate[row]].item(),
            **({"competency": competencies[table.competency[row]].item()} if several else {}),
            **{name: values[row].item() for name, values in columns.items()},
        }
        for row in range(len(table.candidate))
    ]


def _rest(run: LevelCalibration, z: float, notices: AbstractSet[str]) -> Row:
    """Severities, difficulties, components and steps of the level model, by position."""
    severities, criteria = run.severities, run.criteria
    components: dict[str, float | None] = {
        _COMPONENTS.get(term, term): sd for term, sd in run.components.items()
    }
    mean = float(criteria.difficulty.mean())
    centre = run.scale.bar + float(run.table.logit.mean())
    return {
        "interviewers": [
            {
                "severity": severities.severity[j].item(),
                "se": severities.se[j].item(),
                "lower": severities.lower[j].item(),
                "upper": severities.upper[j].item(),
            }
            for j in range(len(severities.interviewer))
        ],
        "questions": [
            {
                "difficulty": criteria.difficulty[q].item() - mean,
                "se": criteria.se[q].item(),
                "lower": criteria.difficulty[q].item() - mean - z * criteria.se[q].item(),
                "upper": criteria.difficulty[q].item() - mean + z * criteria.se[q].item(),
                **({} if criteria.steps is None else {"thresholds": (criteria.steps[q] - centre).tolist()}),
            }
            for q in range(len(criteria.criterion))
        ],
        "components": components,
        "thresholds": run.scale.steps - centre,
        "warnings": [notice.text for notice in run.notices if notice.code in notices],
    }
