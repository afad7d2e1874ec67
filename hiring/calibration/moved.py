"""Why a calibrated level is not the raw one: what moved it, from the figures that its run stored.

The raw level takes every point at its word: meeting the bar is the target level, a point more or less a level more or
less. Between it and the calibrated level stand, in this order and adding up to the whole way,

- who rated: their mean severity;
- what was asked: how much harder or easier than their targets the criteria turned out;
- what a point is worth: more or less than a level;
- the candidate's other answers: to the level that this candidate's own ratings give, which for one competency lean on
  those for the others, and on how much each rating weighs;
- the team: from there to the calibrated level, which leans on what others were given;
- what the questions can show at most or at least, where the level lies beyond it.

Reads rows only. ``moved_words`` has the sentences, and says what of it may be told to whom.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from hiring.calibration.models import CalibrationRun, CriterionEstimate, InterviewerEstimate
from hiring.calibration.readers import LevelView, raw_level
from hiring.scoring.models import Rating
from psychometrics.model.levels.points import width_of_a_point


class Cause(StrEnum):
    """What moves a level away from the raw one."""

    RATERS = "raters"
    QUESTIONS = "questions"
    POINT = "point"
    OTHER_ANSWERS = "other-answers"
    TEAM = "team"
    LIMIT = "limit"


@dataclass(frozen=True)
class LevelMove:
    """The way from the raw to the calibrated level, as both are shown; ``parts`` add up to it."""

    raw: float
    level: float
    parts: Mapping[Cause, float]
    borrowed: float | None
    raters: frozenset[int]
    n_questions: int
    #: Mean of points above "meets the bar"; negative below it.
    above: float

    @property
    def shown(self) -> bool:
        """Whether the two differ in the digit that is shown."""
        return round(self.raw, 1) != round(self.level, 1)


@dataclass(frozen=True)
class _Figures:
    """What of a run is asked for: severities in levels, difficulties in logits, and how levels and points relate."""

    severity: Mapping[int, float]
    difficulty: Mapping[int, float]
    spacing: float
    width: float


def level_moves(
    run: CalibrationRun | None,
    views: Iterable[LevelView],
    ratings: Sequence[Rating],
    counted: Mapping[int, int | None] | None = None,
) -> dict[str, LevelMove]:
    """How each level of ``run`` came about, by key of its competency. Two queries.

    ``ratings`` are the application's, with criterion, scale and scorecard loaded; ``counted`` holds, by a rating's id,
    the point that the levels take in place of the one shown. Competencies are left out whose
    level rests on other ratings than these: on an earlier version of a scorecard, say.
    """
    wanted = [view for view in views if view.level is not None]
    figures = _figures(run, ratings) if run is not None and wanted else None
    if run is None or figures is None:
        return {}
    taken = {row.pk: row.point for row in ratings} if counted is None else counted
    found = {}
    for view in wanted:
        held = [row for row in ratings if taken[row.pk] is not None and _is_held(row, view, run)]
        move = _move(view, held, taken, figures)
        if move is not None:
            found[view.requirement.competency.key] = move
    return found


def _is_held(rating: Rating, view: LevelView, run: CalibrationRun) -> bool:
    card = rating.scorecard
    if rating.criterion.competency.key != view.requirement.competency.key or card.submitted_at is None:
        return False
    # Of a card that was amended after the reveal the levels take an earlier version.
    return card.submitted_at <= run.data_until or not card.enters


def _figures(run: CalibrationRun, ratings: Sequence[Rating]) -> _Figures | None:
    """None where the run does not say what a level is worth."""
    people = list(
        InterviewerEstimate.objects.filter(
            run=run, interviewer_id__in={rating.scorecard.interviewer_id for rating in ratings}
        )
    )
    spacing = run.logits_per_level or _spacing_of(people)
    if not spacing:
        return None
    difficulty = CriterionEstimate.objects.filter(
        run=run, criterion_id__in={rating.criterion_id for rating in ratings}
    ).values_list("criterion_id", "difficulty")
    used = run.settings_used
    # Points are stored as they are shown, from 1; the model counts from 0.
    width = width_of_a_point(
        run.thresholds, int(used["meets_point"]) - 1, link=used.get("model", {}).get("link", "acl")
    )
    return _Figures(
        severity={
            row.interviewer_id: row.severity_levels for row in people if row.severity_levels is not None
        },
        difficulty=dict(difficulty),
        spacing=spacing,
        width=width,
    )


def _spacing_of(people: Iterable[InterviewerEstimate]) -> float | None:
    """Logits a level, where the run held them at what is usual: severity is stored in both units."""
    widest = max(
        (row for row in people if row.severity_levels), key=lambda row: abs(row.severity), default=None
    )
    return widest.severity / widest.severity_levels if widest and widest.severity_levels else None


def _move(
    view: LevelView, ratings: Sequence[Rating], taken: Mapping[int, int | None], figures: _Figures
) -> LevelMove | None:
    raw = raw_level(ratings, taken)
    level, estimate, own = view.level, view.pooled_as, view.own_exact
    if raw is None or level is None or estimate is None or own is None or view.raw_mean is None:
        return None
    points = [given for rating in ratings if (given := taken[rating.pk]) is not None]
    if len(points) != view.n_ratings or abs(fmean(points) - view.raw_mean) > 1e-6:
        return None
    beyond = [
        float(given - rating.criterion.question.scale.meets_point)
        for rating, given in zip(ratings, points, strict=True)
    ]
    raters = fmean(figures.severity.get(rating.scorecard.interviewer_id, 0.0) for rating in ratings)
    asked = fmean(figures.difficulty.get(rating.criterion_id, 0.0) for rating in ratings) / figures.spacing
    point = (figures.width / figures.spacing - 1) * fmean(beyond)
    parts = {
        Cause.RATERS: raters,
        Cause.QUESTIONS: asked,
        Cause.POINT: point,
        Cause.OTHER_ANSWERS: own - raw - raters - asked - point,
        Cause.TEAM: estimate - own,
        Cause.LIMIT: level - estimate,
    }
    return LevelMove(
        raw=raw,
        level=level,
        parts=parts,
        borrowed=view.borrowed,
        raters=frozenset(rating.scorecard.interviewer_id for rating in ratings),
        n_questions=len({rating.criterion.question_id for rating in ratings}),
        above=fmean(beyond),
    )
