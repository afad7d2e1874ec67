"""What the panel's ratings say about themselves: agreement, disagreement, severity. Nobody is named."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from accounts.models import TeamPolicy
from figures.types import Estimate, Grid
from hiring.calibration.models import CalibrationRun
from hiring.pipeline.models import Opening
from reports.overview import Filters
from roles.models import Competency

TO_DISCUSS = 2
MOST_ROWS = 12
MOST_INTERVIEWERS = 200


@dataclass(frozen=True)
class Disagreement:
    """Doubly rated answers, how many lie two points apart, and the same by competency and opening.

    ``people`` counts the applications behind them, ``left_out`` the competencies that the grid has no room for.
    """

    answers: int
    apart: int
    grid: Grid | None
    people: int = 0
    left_out: int = 0

    @property
    def share(self) -> float | None:
        """Share of doubly rated answers two points or more apart."""
        return self.apart / self.answers if self.answers else None


_APART = """
SELECT competency, opening, count(*), count(*) FILTER (WHERE spread >= %(apart)s), count(DISTINCT application)
FROM (
  SELECT k.key AS competency, a.opening_id AS opening, a.id AS application, max(r.point) - min(r.point) AS spread
    FROM hiring_rating r
    JOIN hiring_scorecard s ON s.id = r.scorecard_id AND s.state = 'submitted'
    JOIN hiring_interview i ON i.id = s.interview_id
    JOIN hiring_application a ON a.id = i.application_id
    JOIN rubrics_criterion c ON c.id = r.criterion_id
    JOIN roles_competency k ON k.id = c.competency_id
   WHERE r.point IS NOT NULL
     AND a.opening_id = ANY(%(openings)s) AND (%(since)s::timestamptz IS NULL OR a.applied_at >= %(since)s)
   GROUP BY i.id, c.id, k.key, a.id
  HAVING count(*) >= 2
) answers
GROUP BY competency, opening
"""


def disagreement(chosen: Filters, policy: TeamPolicy, openings: Sequence[Opening]) -> Disagreement:
    """How often two ratings of one answer lie two points apart; most first, cells of few people left empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            _APART, {"openings": list(chosen.openings), "since": chosen.since, "apart": TO_DISCUSS}
        )
        found = {
            (key, opening): Cell(answers, apart, people)
            for key, opening, answers, apart, people in cursor.fetchall()
        }
    whole = Cell(
        sum(cell.answers for cell in found.values()),
        sum(cell.apart for cell in found.values()),
        max((cell.people for cell in found.values()), default=0),
    )
    enough = {place: cell for place, cell in found.items() if cell.people >= policy.suppress_under}
    columns = [row for row in openings if any(opening == row.pk for _, opening in enough)]
    keys = sorted({key for key, _ in enough}, key=lambda key: (-_share(enough, key), key))
    grid = _grid(enough, keys[:MOST_ROWS], columns, chosen) if keys else None
    return Disagreement(whole.answers, whole.apart, grid, whole.people, max(len(keys) - MOST_ROWS, 0))


@dataclass(frozen=True)
class Cell:
    """Doubly rated answers, those two points apart, and the applications they come from."""

    answers: int
    apart: int
    people: int


def _share(cells: dict[tuple[str, int], Cell], key: str) -> float:
    mine = [cell for (of, _), cell in cells.items() if of == key]
    return sum(cell.apart for cell in mine) / sum(cell.answers for cell in mine)


def _grid(
    cells: dict[tuple[str, int], Cell], keys: list[str], openings: Sequence[Opening], chosen: Filters
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
