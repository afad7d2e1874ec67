"""The only door to the level model: codes in, rows to be stored out.

Imported by workers and commands; web modules read stored runs and never come here.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from accounts.models import TeamPolicy
from hiring.calibration.dataset import Dataset
from hiring.calibration.flags import FAR_LEVELS
from psychometrics.agreement.krippendorff import krippendorff_alpha
from psychometrics.model.flag_policy import DEFAULT_POLICY
from psychometrics.model.levels import LevelCalibration, LevelRatings, Settings, calibrate_levels
from rubrics.models import RatingScale

MODEL_VERSION = "levels/3"
Progress = Callable[[float, str], None]
Id = TypeVar("Id", int, str)
Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Fitted:
    """A fit and what its codes stand for."""

    result: LevelCalibration
    applications: list[int]
    interviewers: list[int]
    criteria: list[int]
    competencies: list[str]
    seconds: float


def constants(policy: TeamPolicy, scale: RatingScale) -> dict[str, object]:
    """Everything besides the data that a run depends on, as stored with it."""
    return {
        "policy_version": policy.version,
        "realism_weights": policy.realism_weights,
        "interval_level": policy.interval_level,
        "point_ratings": policy.point_ratings,
        "point_interviewers": policy.point_interviewers,
        "agreement_from": policy.agreement_from,
        "scale": scale.label,
        "meets_point": scale.meets_point,
        "model": asdict(Settings()),
        "flags": asdict(DEFAULT_POLICY) | {"severity": FAR_LEVELS},
        "anchor": {"raters": policy.anchor_raters, "kappa": policy.kappa},
    }


def fit(data: Dataset, scale: RatingScale, policy: TeamPolicy, progress: Progress | None = None) -> Fitted:
    """Fit ``data``; raises psychometrics errors where the data cannot support a fit.

    Vignettes bear the codes after the applications'; they get no row in the result.
    """
    applications = sorted({row.application for row in data.rows})
    interviewers = sorted({row.interviewer for row in data.rows})
    criteria = sorted(data.criteria)
    competencies = sorted({facts.competency for facts in data.criteria.values()})
    parents = sorted({facts.parent for facts in data.criteria.values()})
    sessions = sorted({row.interview for row in data.rows})
    pools = sorted({(row.opening, row.stage) for row in data.rows})
    of_application, of_interviewer = _codes(applications), _codes(interviewers)
    of_criterion, of_competency, of_parent = _codes(criteria), _codes(competencies), _codes(parents)
    of_session = _codes(sessions)
    of_pool = {pool: code for code, pool in enumerate(pools)}
    points = sorted(scale.points.values_list("value", flat=True))
    of_point = _codes(points)
    started = time.process_time()
    shown = _shown(data, len(applications), len(sessions))
    result = calibrate_levels(
        LevelRatings(
            candidate=_column([of_application[row.application] for row in data.rows], shown.candidate),
            session=_column([of_session[row.interview] for row in data.rows], shown.session),
            interviewer=_column(
                [of_interviewer[row.interviewer] for row in data.rows],
                [of_interviewer[row.interviewer] for row in data.vignettes],
            ),
            criterion=_column(
                [of_criterion[row.criterion] for row in data.rows],
                [of_criterion[row.criterion] for row in data.vignettes],
            ),
            score=_column(
                [of_point[row.point] for row in data.rows], [of_point[row.point] for row in data.vignettes]
            ),
            criterion_competency=np.array([of_competency[data.criteria[pk].competency] for pk in criteria]),
            criterion_target=np.array([data.criteria[pk].target for pk in criteria]),
            # A known level stands in the place of every mean, so a vignette's pool and opening say nothing.
            pool=_column([of_pool[row.opening, row.stage] for row in data.rows], [0] * len(data.vignettes)),
            opening=_column([row.opening for row in data.rows], [0] * len(data.vignettes)),
            # The answer is the same for all: how purely or how near to the job it shows a thing is no matter here.
            weight=_column([row.weight for row in data.rows], [1.0] * len(data.vignettes)),
            criterion_parent=np.array([of_parent[data.criteria[pk].parent] for pk in criteria]),
            known_levels={
                (code, of_competency[data.criteria[row.criterion].competency]): row.level
                for code, row in zip(shown.candidate, data.vignettes, strict=True)
            },
            top=len(points) - 1,
            meets=of_point[scale.meets_point],
        ),
        level=policy.interval_level,
        progress=_relay(progress),
    )
    return Fitted(result, applications, interviewers, criteria, competencies, time.process_time() - started)


@dataclass(frozen=True)
class _Shown:
    """Codes of the vignettes, a rating each, after those of applications and interviews."""

    candidate: list[int]
    session: list[int]


def _shown(data: Dataset, applications: int, sessions: int) -> _Shown:
    of_vignette = _codes(sorted({row.vignette for row in data.vignettes}))
    codes = [of_vignette[row.vignette] for row in data.vignettes]
    return _Shown([applications + code for code in codes], [sessions + code for code in codes])


def _column(of_candidates: list[Number], of_vignettes: list[Number]) -> npt.NDArray[np.generic]:
    return np.array([*of_candidates, *of_vignettes])


def _relay(progress: Progress | None) -> Callable[[int, float], None] | None:
    if progress is None:
        return None
    return lambda iteration, share: progress(share, f"Fitting, pass {iteration}")


def _codes(ids: list[Id]) -> dict[Id, int]:
    return {value: code for code, value in enumerate(ids)}


def counts(data: Dataset) -> tuple[dict[int, int], dict[int, int]]:
    """Scorecards per interviewer and interviewers per criterion."""
    cards: dict[int, set[int]] = defaultdict(set)
    people: dict[int, set[int]] = defaultdict(set)
    for row in data.rows:
        cards[row.interviewer].add(row.scorecard)
        people[row.criterion].add(row.interviewer)
    return {k: len(v) for k, v in cards.items()}, {k: len(v) for k, v in people.items()}


def agreement(data: Dataset, level: float, *, enough_from: int) -> list[dict[str, object]]:
    """Ordinal alpha of answers rated by two or more: the whole (key ""), then by competency.

    Below ``enough_from`` such answers an agreement is chance, and none is given.
    """
    units = {
        unit: code for code, unit in enumerate(sorted({(row.interview, row.criterion) for row in data.rows}))
    }
    unit = np.array([units[row.interview, row.criterion] for row in data.rows])
    score = np.array([float(row.point) for row in data.rows])
    competency = np.array([data.criteria[row.criterion].competency for row in data.rows])
    found = []
    for key in ["", *sorted(set(competency.tolist()))]:
        chosen = competency == key if key else np.ones(len(unit), dtype=bool)
        measured = krippendorff_alpha(
            unit[chosen], score[chosen], metric="ordinal", level=level, replicates=400
        )
        enough = measured.units >= enough_from
        found.append(
            {
                "competency": key,
                "alpha": measured.alpha if enough else None,
                "lower": measured.lower if enough else None,
                "upper": measured.upper if enough else None,
                "units": measured.units,
            }
        )
    return found
