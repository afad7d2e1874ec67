"""What interviewers and criteria stand out for in a fit, as plain data to be stored with its run.

Imported by workers and commands, like ``fitting``; pages read what was stored, with the words of ``flags``.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hiring.calibration import far_off, linking, over_time
from hiring.calibration.dataset import Dataset
from hiring.calibration.fitting import Fitted, counts
from hiring.calibration.flags import CRITERIA, INTERVIEWERS, StoredFlag
from psychometrics.model.calibration.fit_statistics import FitStatistics, fit_statistics
from psychometrics.model.diagnostics.assumptions import check_assumptions
from psychometrics.model.diagnostics.interviewers import TESTS, Diagnostics, FoundFlag, diagnose
from psychometrics.model.diagnostics.runs import fitted_ratings

#: Fewer ratings of a criterion make an infit of 2 by chance, and those of one interviewer may be the interviewer's.
CRITERION_RATINGS = 20
CRITERION_INTERVIEWERS = 2


@dataclass(frozen=True)
class StandOuts:
    """By the fit's codes of interviewers and criteria; ``looked_for`` is empty where nobody could be tested."""

    infit: list[float | None]
    interviewers: list[list[StoredFlag]]
    criteria: list[list[StoredFlag]]
    looked_for: list[dict[str, object]]
    #: Every test of an interviewer, flagged or not.
    tests: list[list[dict[str, object]]]
    months: list[list[dict[str, object]]]
    questions: list[dict[str, object]]
    links: dict[str, object]
    assumptions: list[dict[str, str]]


def find(data: Dataset, found: Fitted) -> StandOuts:
    """Test every interviewer for what calibration cannot correct, and every criterion for fit.

    Drift is judged by when scorecards were submitted.
    """
    when = np.array([row.submitted.timestamp() for row in data.rows])
    tested = diagnose(found.result, when=when)
    severity = far_off.of(found)
    staff, criteria = fit_statistics(fitted_ratings(found.result))
    spacing = found.result.scale.spacing if found.result.scale.valid else None
    everybody = range(len(found.interviewers))
    return StandOuts(
        infit=[_known(value) for value in staff.infit.tolist()],
        interviewers=[
            [
                *(flag for test in [severity.get(place)] if test and (flag := far_off.flag(test))),
                *(_flag(flag, spacing) for flag in tested.found(place)),
            ]
            for place in everybody
        ],
        criteria=_criteria(data, found, criteria),
        looked_for=_looked_for(tested, severity),
        tests=[
            [*([severity[place]] if place in severity else []), *_tests(tested, place, spacing)]
            for place in everybody
        ],
        months=over_time.months(data, found),
        questions=over_time.questions(
            data, found, {place for place in everybody if tested.verdicts(place).get("drift") == "flagged"}
        ),
        links=linking.of(data, found),
        assumptions=_assumptions(data, found, tested, when),
    )


def _tests(tested: Diagnostics, place: int, spacing: float | None) -> list[dict[str, object]]:
    """What every test found of one interviewer, in the units of flags; those not taken are left out."""
    rows: list[dict[str, object]] = []
    for name, verdict in tested.verdicts(place).items():
        test = tested.tests[name]
        effect, lower, upper = (float(values[place]) for values in (test.effect, test.lower, test.upper))
        if verdict == "not enough data" or not (math.isfinite(effect) and math.isfinite(lower)):
            continue
        meaning = TESTS[name]
        word = meaning.more if effect > 0 else meaning.less
        told = _flag(FoundFlag(word, effect, lower, upper, meaning.unit, test.minimum), spacing)
        rows.append(
            {
                "test": name,
                "effect": told.effect,
                "lower": told.lower,
                "upper": told.upper if told.upper is not None and math.isfinite(told.upper) else None,
                "unit": told.unit,
                "verdict": verdict,
            }
        )
    return rows


def _assumptions(
    data: Dataset, found: Fitted, tested: Diagnostics, when: npt.NDArray[np.float64]
) -> list[dict[str, str]]:
    """What speaks against the model, questions by their titles."""
    names = np.array([data.criteria[pk].title for pk in found.criteria])
    told = check_assumptions(found.result, when=when, diagnostics=tested, questions=names)
    return [{"name": finding.name, "text": finding.text} for finding in told]


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _flag(found: FoundFlag, spacing: float | None) -> StoredFlag:
    """In units that a reader of levels knows; the halo's variance as a standard deviation, its sign kept."""
    effect, lower, upper, unit = found.shown
    words = INTERVIEWERS[found.word].finding
    if found.word in {"misfit", "overfit"}:
        return StoredFlag(found.word, effect, lower, _known(upper), "share", words)
    if unit != found.unit:  # the package has made a ratio of it
        return StoredFlag(found.word, effect, lower, _known(upper), "times", words)
    per, unit = (1.0, "logits") if spacing is None else (spacing, "levels")
    if found.word in {"strong_halo", "weak_halo"}:
        effect, lower, upper = _deviation(effect), _deviation(lower), _deviation(upper)
    return StoredFlag(found.word, effect / per, lower / per, upper / per, unit, words)


def _deviation(variance: float) -> float:
    return math.copysign(math.sqrt(abs(variance)), variance)


def _criteria(data: Dataset, found: Fitted, fit: FitStatistics) -> list[list[StoredFlag]]:
    _, people = counts(data)
    ratings = found.result.criteria.ratings
    rows: list[list[StoredFlag]] = []
    for place, pk in enumerate(found.criteria):
        enough = ratings[place] >= CRITERION_RATINGS and people.get(pk, 0) >= CRITERION_INTERVIEWERS
        code = "misfit" if fit.effect[place] > 0 else "overfit"
        flag = StoredFlag(
            code,
            float(fit.effect[place]),
            float(fit.lower[place]),
            _known(float(fit.upper[place])),
            "share",
            CRITERIA[code].finding,
        )
        rows.append([flag] if enough and fit.flagged[place] else [])
    return rows


def _looked_for(tested: Diagnostics, severity: dict[int, dict[str, object]]) -> list[dict[str, object]]:
    """Each test with how many interviewers took it and of how many it cannot tell yet."""
    verdicts = [tested.verdicts(place) for place in range(len(tested.interviewer))]
    rows: list[dict[str, object]] = []
    for name in tested.tests:
        said = [verdict[name] for verdict in verdicts if verdict[name] != "not enough data"]
        if said:
            rows.append({"test": name, "tested": len(said), "untold": said.count("cannot tell")})
    if rows:
        untold = [row["verdict"] for row in severity.values()].count("cannot tell")
        rows.insert(0, {"test": "severity", "tested": len(severity), "untold": untold})
    return rows
