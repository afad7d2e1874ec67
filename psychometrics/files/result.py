"""The ``calibrate`` contract: a calibration as a dictionary of plain Python values."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from psychometrics._labels import natural
from psychometrics.errors import BadInput
from psychometrics.files import multidimensional, pairs, what_next
from psychometrics.files.bins import classed
from psychometrics.files.plausible import plausible
from psychometrics.files.score_file import Scores
from psychometrics.files.several_scales import by_scale, joined
from psychometrics.files.wanted import Wanted
from psychometrics.files.without_flagged import compared
from psychometrics.files.wording import in_options
from psychometrics.model.calibration import Calibration, calibrate
from psychometrics.model.calibration.fit import Progress
from psychometrics.model.calibration.fit_statistics import FitStatistics, fit_statistics
from psychometrics.model.calibration.qualifications import NO_HALO, NOT_AT_RANDOM, NOT_MODELLED
from psychometrics.model.calibration.results import Interviewers, Questions
from psychometrics.model.calibration.staged import Selection, SlopesWanted
from psychometrics.model.compiled import Engine
from psychometrics.model.diagnostics import TESTS, Diagnostics, check_assumptions, diagnose
from psychometrics.model.diagnostics.runs import fitted_ratings
from psychometrics.model.levels import LevelCalibration, Settings
from psychometrics.model.thresholds import Floats, Link

Result = dict[str, Any]

_CANDIDATE_COLUMNS = [
    *("measure", "se", "lower", "upper", "fair_average", "fair_lower", "fair_upper"),
    *("own_measure", "own_se", "raw_mean", "n", "interviewers", "subset"),
]

ONE_TRAIT_ALONE = (
    "slopes of the interviewers' own and informative selection are fitted for one trait alone, and this file holds "
    "several competencies, answers that several interviewers watched, or a reference; leave them out, or give the file "
    "of one competency without its interviews"
)

# Lists of the result, and what their rows are called by.
_LABELS = {
    "candidates": "candidate",
    "interviewers": "interviewer",
    "questions": "question",
    "groups": "group",
}

_OF_FIT = {"misfit", "overfit"}
_FLAG_COLUMNS = ("effect", "lower", "upper", "unit")
_SLOPE_COLUMNS = ["slope", "slope_lower", "slope_upper"]
_GROUP_COLUMNS = ["mean", "se", "lower", "upper", "candidates"]


def calibrate_scores(
    scores: Scores,
    *,
    level: float = 0.90,
    link: Link = "acl",
    halo: bool = True,
    steps: Literal["common", "question"] = "common",
    reference: Sequence[str] = (),
    slopes: SlopesWanted = "auto",
    selection: Selection = "ignorable",
    bins: int | None = None,
    engine: Engine = "auto",
    without_flagged: bool = False,
    wanted: Wanted | None = None,
    progress: Progress | None = None,
) -> Result:
    """Calibrate scores read from a file or a database; return the contract's dictionary.

    What can only be mistyped is left out and named. Scores on several declared scales are calibrated each on its own:
    the dictionary then has ``parts``, one dictionary a scale. ``bins`` puts scores finer than a rating scale into
    classes. ``without_flagged`` adds what changes without the interviewers who are flagged, ``wanted`` what should
    happen next.

    Where the file names several competencies, several interviewers of one interview rated the same answer, or
    ``reference`` names interviewers whose severity is 0 by definition, the level model is fitted without target
    levels: one measure per candidate and competency, what was watched together counted once. What is fitted follows
    from the file alone; slopes on request and informative selection, of one trait alone, are refused there.
    ``scores.group`` lets candidates be drawn towards the mean of their group. ``engine`` as in ``calibrate``. Nobody is
    ranked: rows stand in the natural order of their labels.
    """
    scores = plausible(scores)

    def whole(of: Scores, share: Progress | None) -> Result:
        told, notes = classed(of, bins)
        result = _calibrated(
            told,
            level=level,
            settings=Settings(link=link, halo=halo, steps=steps),
            slopes=slopes,
            selection=selection,
            reference=reference,
            engine=engine,
            wanted=wanted,
            progress=share,
        )
        result["warnings"] = [in_options(text) for text in (*result["warnings"], *notes)]
        return _ordered(result)

    def part(of: Scores, share: Progress | None) -> Result:
        result = whole(of, _up_to(share, 0.5) if without_flagged else share)
        if without_flagged:
            result["without_flagged"] = compared(of, result, lambda rest: whole(rest, None), stay=reference)
        return result

    parts = by_scale(scores)
    if len(parts) == 1:
        result = part(scores, progress)
        result["warnings"] += scores.notes
        return result
    return joined(parts, lambda of: part(of, None), scores.notes, level)


def _ordered(result: Result) -> Result:
    """The rows in the natural order of their labels."""
    for name, label in _LABELS.items():
        result.get(name, []).sort(key=lambda row: (natural(row[label]), natural(row.get("competency", ""))))
    for subset in result["subsets"]:
        for name in ("candidates", "interviewers", "questions"):
            subset[name].sort(key=natural)
    return result


def _calibrated(
    scores: Scores,
    *,
    level: float,
    settings: Settings,
    slopes: SlopesWanted,
    selection: Selection,
    reference: Sequence[str],
    engine: Engine,
    wanted: Wanted | None,
    progress: Progress | None,
) -> Result:
    """The dictionary with its rows as the calibration has them."""
    names = [] if scores.competency is None else np.unique(scores.competency).tolist()
    # The level model, which may follow, takes about as long.
    fitted = 0.9 if len(names) < 2 and scores.interview is None else 0.45
    # The level model has common slopes: where it may follow, the fit beside it has them too.
    alike = slopes == "auto" and (len(names) > 1 or scores.interview is not None or bool(reference))
    calibration = calibrate(
        scores.candidate,
        scores.interviewer,
        multidimensional.criteria(scores),
        scores.score,
        interview=scores.interview,
        group=scores.group,
        halo=settings.halo,
        link=settings.link,
        steps=settings.steps,
        slopes="common" if alike else slopes,
        selection=selection,
        level=level,
        engine=engine,
        progress=_up_to(progress, fitted),
    )
    result = to_dict(calibration)
    if multidimensional.is_needed(scores, calibration, reference):
        if slopes == "interviewer" or selection == "informative":
            raise BadInput(ONE_TRAIT_ALONE)
        return _by_levels(scores, calibration, result, level, settings, reference, engine, wanted, progress)
    _add_pairs(result, result["candidates"], pairs.of_one_trait(calibration))
    if progress is not None:
        progress(fitted, "looking at interviewers")
    when = _times(scores)
    found = diagnose(calibration, when=when)
    _add_flags(result, found)
    said = check_assumptions(calibration, when=when, diagnostics=found)
    result["warnings"] += [finding.text for finding in said if finding.text not in result["warnings"]]
    if wanted:
        result |= what_next.told(calibration, wanted)
    if len(names) == 1:
        for row in result["candidates"]:
            row["competency"] = names[0]
    return result


def _times(scores: Scores) -> npt.NDArray[np.float64] | None:
    """When ratings were given, masked where it is not known; None where it is known of none."""
    if scores.scored_at is None:
        return None
    unknown = np.isnan(scores.scored_at)
    if unknown.all():
        return None
    return np.ma.MaskedArray(scores.scored_at, unknown) if unknown.any() else scores.scored_at


def _add_flags(result: Result, found: Diagnostics) -> None:
    """Replace the infit flags of interviewers by those of all tests, at one false discovery rate."""
    for position, row in enumerate(result["interviewers"]):
        kept = [flag for flag in row["flags"] if flag not in _OF_FIT]
        mine = found.found(position)
        row["flags"] = [*(flag.word for flag in mine), *kept]
        row["flag_effects"] = [_flag_effect(flag.word, flag.shown) for flag in mine]


def _add_fit(rows: list[Result], fit: FitStatistics) -> None:
    """Replace the flags that come of infit by those of another fit, which compares it with the panel's."""
    for position, row in enumerate(rows):
        kept = [flag for flag in row["flags"] if flag not in _OF_FIT]
        mine = ["misfit" if fit.z[position] > 0 else "overfit"] if fit.flagged[position] else []
        shown = [fit.effect[position], fit.lower[position], fit.upper[position], TESTS["noise"].unit]
        row["flags"] = [*mine, *kept]
        row["flag_effects"] = [_flag_effect(word, shown) for word in mine]


def _add_fit_effects(rows: list[Result], table: Interviewers | Questions) -> None:
    """How far the infit of those flagged for it lies above the others'."""
    for position, row in enumerate(rows):
        shown = [
            *(column[position] for column in (table.fit_effect, table.fit_lower, table.fit_upper)),
            TESTS["noise"].unit,
        ]
        row["flag_effects"] = [_flag_effect(word, shown) for word in row["flags"] if word in _OF_FIT]


def _flag_effect(word: str, shown: Sequence[float | str]) -> Result:
    """A flag with its effect, interval and unit."""
    return {"flag": word, **{name: _plain(value) for name, value in zip(_FLAG_COLUMNS, shown, strict=True)}}


def _add_pairs(result: Result, rows: list[Result], found: pairs.Pairs | None) -> None:
    """How many others each candidate can be told apart from, and how many pairs there are."""
    counts = [None] * len(rows) if found is None else found.told_apart.tolist()
    for row, count in zip(rows, counts, strict=True):
        row["told_apart"] = count
    result["pairs"] = {
        "compared": None if found is None else int(found.compared.sum()) // 2,
        "told_apart": None if found is None else int(found.told_apart.sum()) // 2,
    }


def _up_to(progress: Progress | None, end: float) -> Progress | None:
    """Progress of what is the first part of the work."""
    if progress is None:
        return None
    return lambda share, text: progress(share * end, text)


def _by_levels(
    scores: Scores,
    pooled: Calibration,
    result: Result,
    level: float,
    settings: Settings,
    reference: Sequence[str],
    engine: Engine,
    wanted: Wanted | None,
    progress: Progress | None,
) -> Result:
    """Replace the pooled measures, flags and fit by those of the level model."""
    run, candidates, rest = multidimensional.calibrate_competencies(
        scores,
        pooled,
        level=level,
        settings=settings,
        reference=reference,
        engine=engine,
        progress=progress,
    )
    _examine(result, run, pooled, _times(scores))
    for name in ("interviewers", "questions"):
        for row, change in zip(result[name], rest[name], strict=True):
            row.update({key: _plain(value) for key, value in change.items()})
    result["candidates"] = [{key: _plain(value) for key, value in row.items()} for row in candidates]
    _add_pairs(result, result["candidates"], pairs.of_levels(run, pooled.candidates.subset, level))
    result["components"] = rest["components"]
    result["thresholds"] = _thresholds(pooled.categories, rest["thresholds"])
    if "groups" in rest:
        result["groups"] = [{key: _plain(value) for key, value in row.items()} for row in rest["groups"]]
    result["warnings"] = [
        *(w for w in result["warnings"] if not w.endswith(NOT_MODELLED) and not w.startswith(NO_HALO)),
        *rest["warnings"],
    ]
    if wanted:
        result |= what_next.told(pooled, wanted, run)
    if reference:
        result["reference"] = list(reference)
    several = len({row.get("competency") for row in candidates}) > 1
    result["model"] = run.settings.described("several competencies" if several else "one trait")
    result["iterations"] = run.iterations
    result["converged"] = bool(run.converged)
    if progress is not None:
        progress(1.0, "done")
    return result


def _examine(
    result: Result, run: LevelCalibration, pooled: Calibration, when: npt.NDArray[np.float64] | None
) -> None:
    """What a fit of several competencies says of interviewers, questions and its own assumptions."""
    ratings = pooled.posterior.best.structure.ratings
    at = None if when is None else when[ratings.order]
    of_interviewers, of_questions = fit_statistics(fitted_ratings(run))
    _add_fit(result["interviewers"], of_interviewers)
    _add_fit(result["questions"], of_questions)
    found = diagnose(run, when=at)
    _add_flags(result, found)
    said = check_assumptions(run, when=at, diagnostics=found, questions=ratings.questions)
    # What the one-trait fit made of who met whom stands on measures that are not these.
    kept = [text for text in result["warnings"] if NOT_AT_RANDOM not in text]
    result["warnings"] = [*kept, *(finding.text for finding in said if finding.text not in kept)]


def to_dict(calibration: Calibration) -> Result:
    """The contract's dictionary: plain Python values, undefined numbers None."""
    people, panel, asked = (
        calibration.candidates,
        calibration.interviewers,
        calibration.questions,
    )
    interviewers = _rows(
        panel,
        {"interviewer": "label"},
        ["severity", "se", "lower", "upper", "infit", "outfit", "raw_mean", "n", "candidates"],
    )
    questions = _rows(
        asked,
        {"question": "label"},
        ["difficulty", "se", "lower", "upper", "infit", "outfit", "raw_mean", "n"],
    )
    for rows, table in ((interviewers, panel), (questions, asked)):
        for row, flags in zip(rows, table.flags, strict=True):
            row["flags"] = list(flags)
        _add_fit_effects(rows, table)
    if calibration.question_thresholds is not None:
        for row, steps in zip(questions, calibration.question_thresholds, strict=True):
            row["thresholds"] = [_plain(step) for step in steps]
    if calibration.slopes == "interviewer":
        for row, slope in zip(interviewers, _rows(panel, {}, _SLOPE_COLUMNS), strict=True):
            row.update(slope)
    groups = calibration.groups
    found = [] if groups is None else _rows(groups, {"group": "label"}, _GROUP_COLUMNS)
    return {
        "candidates": _rows(
            people,
            {"candidate": "label"},
            _CANDIDATE_COLUMNS,
        ),
        "interviewers": interviewers,
        "questions": questions,
        **({"groups": found} if found else {}),
        "components": calibration.components,
        "thresholds": _thresholds(calibration.categories, calibration.thresholds),
        "subsets": [
            {
                "subset": subset.number,
                "candidates": [_plain(label) for label in subset.candidates],
                "interviewers": [_plain(label) for label in subset.interviewers],
                "questions": [_plain(label) for label in subset.questions],
                "ratings": subset.ratings,
            }
            for subset in calibration.subsets
        ],
        "warnings": list(calibration.warnings),
        "model": calibration.model,
        "link": calibration.link,
        "level": calibration.level,
        "ratings": calibration.ratings,
        "iterations": calibration.iterations,
        "converged": calibration.converged,
    }


def _thresholds(categories: Floats, steps: Floats) -> list[Result]:
    """Steps between neighbouring scores."""
    return [
        {"from": _plain(low), "to": _plain(high), "threshold": _plain(step)}
        for low, high, step in zip(categories[:-1], categories[1:], steps, strict=True)
    ]


def _rows(table: Any, renamed: dict[str, str], columns: list[str]) -> list[Result]:
    """Turn a table of columns into one dictionary per label."""
    names = [*renamed, *columns]
    values = [getattr(table, renamed.get(name, name)) for name in names]
    return [
        {name: _plain(cell) for name, cell in zip(names, cells, strict=True)}
        for cells in zip(*values, strict=True)
    ]


def _plain(value: Any) -> Any:
    """A NumPy scalar as a Python value; NaN and infinities as None."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and not np.isfinite(plain):
        return None
    return plain
