"""What the panel's ratings say about themselves: agreement, disagreement, severity. Nobody is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, F, Max, Min, QuerySet

from accounts.models import TeamPolicy
from figures.types import Estimate, Grid
from hiring.calibration.models import CalibrationRun
from hiring.pipeline.models import Opening
from hiring.scoring.models import Rating
from reports.dashboard.filters import Filters
from roles.models import Competency

MOST_ROWS = 12
MOST_INTERVIEWERS = 200


@dataclass(frozen=True)
class Disagreement:
    """Doubly rated answers, how many lie so far apart that they want talking about, and where.

    ``left_out`` counts the competencies that the grid has no room for.
    """

    answers: int
    apart: int
    grid: Grid | None
    left_out: int = 0

    @property
    def share(self) -> float | None:
        """Share of doubly rated answers that lie as far apart."""
        return self.apart / self.answers if self.answers else None


@dataclass(frozen=True)
class DisagreementCell:
    """Doubly rated answers, those that lie apart, and the applications they come from."""

    answers: int
    apart: int
    people: int


def disagreement(chosen: Filters, policy: TeamPolicy, openings: Sequence[Opening]) -> Disagreement:
    """How often two ratings of one answer lie apart by policy; most first, cells of few people left empty.

    The whole counts the cells that are shown and those there is no room for. Were the hidden ones in it,
    what is shown taken from the whole would be what is hidden.
    """
    enough = {
        place: cell for place, cell in _cells(chosen, policy).items() if cell.people >= policy.suppress_under
    }
    columns = [row for row in openings if any(opening == row.pk for _, opening in enough)]
    keys = sorted({key for key, _ in enough}, key=lambda key: (-_share(enough, key), key))
    grid = _grid(enough, keys[:MOST_ROWS], columns, chosen) if keys else None
    return Disagreement(
        answers=sum(cell.answers for cell in enough.values()),
        apart=sum(cell.apart for cell in enough.values()),
        grid=grid,
        left_out=max(len(keys) - MOST_ROWS, 0),
    )


def _answers_rated_twice(chosen: Filters) -> "QuerySet[Any, Any]":
    """One row an answer that two or more interviewers rated: where it belongs, and how far they lie apart."""
    return (
        Rating.objects.counting()
        .filter(scorecard__interview__application__in=chosen.applications())
        .order_by()
        .values(
            competency=F("criterion__competency__key"),
            opening=F("scorecard__interview__application__opening_id"),
            application=F("scorecard__interview__application_id"),
            session=F("scorecard__interview_id"),
            asked=F("criterion_id"),
        )
        .annotate(spread=Max("point") - Min("point"), ratings=Count("pk"))
        .filter(ratings__gte=2)
    )


def _cells(chosen: Filters, policy: TeamPolicy) -> dict[tuple[str, int], DisagreementCell]:
    """Cells by competency and opening. Answers are grouped twice, which the ORM cannot say in one query."""
    answers = _answers_rated_twice(chosen)
    try:
        rows, params = answers.query.sql_with_params()
    except EmptyResultSet:  # no opening was chosen
        return {}
    counts = "count(*), count(*) FILTER (WHERE spread >= %s), count(DISTINCT application)"
    # The inner query is the ORM's own SQL, and every value in it a parameter.
    again = f"SELECT competency, opening, {counts} FROM ({rows}) answers GROUP BY competency, opening"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(again, [policy.discuss_from, *params])
        return {
            (key, opening): DisagreementCell(answers, apart, people)
            for key, opening, answers, apart, people in cursor.fetchall()
        }


def _share(cells: dict[tuple[str, int], DisagreementCell], key: str) -> float:
    mine = [cell for (of, _), cell in cells.items() if of == key]
    return sum(cell.apart for cell in mine) / sum(cell.answers for cell in mine)


def _grid(
    cells: dict[tuple[str, int], DisagreementCell],
    keys: list[str],
    openings: Sequence[Opening],
    chosen: Filters,
) -> Grid:
    names = _names(chosen.team.pk, keys)
    values = [
        [
            None if (cell := cells.get((key, row.pk))) is None else cell.apart / cell.answers
            for row in openings
        ]
        for key in keys
    ]
    return Grid(
        [names.get(key, key) for key in keys],
        [row.title for row in openings],
        values,
        (0.1, 0.2, 0.3),
        "share",
    )


def _names(team_id: int, keys: Sequence[str]) -> dict[str, str]:
    """Names of the team's competencies, of their newest version."""
    rows = Competency.objects.filter(team_id=team_id, key__in=keys).order_by("version")
    return dict(rows.values_list("key", "name"))


def panel_severity(run: CalibrationRun, policy: TeamPolicy) -> list[Estimate]:
    """Severity in levels of those with enough scorecards, without names or counts; empty for a small panel."""
    rows = run.interviewers.filter(n_scorecards__gte=policy.estimates_from, severity_levels__isnull=False)
    found = list(
        rows.order_by("-n_scorecards", "pk").values_list("severity_levels", "lower_levels", "upper_levels")[
            :MOST_INTERVIEWERS
        ]
    )
    if len(found) < policy.suppress_under:
        return []
    return [Estimate("", 0, *values) for values in found]


def agreement(run: CalibrationRun) -> tuple[Estimate | None, list[Estimate], int]:
    """Agreement on doubly rated answers: of the whole panel, by competency, and how many have too few."""
    names = _names(run.team_id, [row["competency"] for row in run.agreement])
    whole: Estimate | None = None
    marks = []
    for row in run.agreement:
        mark = Estimate(
            names.get(row["competency"], "All competencies"),
            row["units"],
            row["alpha"],
            row["lower"],
            row["upper"],
        )
        if row["competency"] == "":
            whole = mark
        else:
            marks.append(mark)
    known = sorted((mark for mark in marks if mark.known), key=lambda mark: mark.name)
    return whole, known, len(marks) - len(known)
