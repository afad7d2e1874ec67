"""Public rating data reshaped to the columns of a score file.

The files themselves are not shipped; tests read them from the folder named by
``LOOPWRIGHT_REFERENCE_DATA``. Sources: ratings1 and ratings3 are sirt's data.ratings1 and
data.ratings3 (writing, seven and 52 raters); diving2000 is Emerson, Seltzer & Lin 2009; AIBS is
Gallo 2020 as used by Erosheva, Martinkova & Lee 2021; guilford1954 is Guilford 1954, p. 282.
"""

import csv
from pathlib import Path

Rating = dict[str, str]


def reshape(name: str, folder: Path) -> list[Rating]:
    """Ratings of one reference data set, one dictionary per rating."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return _SHAPES[name](rows)


def write(ratings: list[Rating], path: Path) -> Path:
    """Write ratings as a score file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(ratings[0]))
        writer.writeheader()
        writer.writerows(ratings)
    return path


def _wide(rows: list[Rating], candidate: str, interviewer: str, questions: list[str]) -> list[Rating]:
    """One column per question becomes one line per rating; empty cells are not ratings."""
    return [
        {
            "candidate": row[candidate],
            "interviewer": row[interviewer],
            "question": question,
            "score": row[question],
        }
        for row in rows
        for question in questions
        if row[question] not in {"", "NA"}
    ]


def _writing(rows: list[Rating]) -> list[Rating]:
    """ratings1 and ratings3: every column after the rater is a criterion."""
    return _wide(rows, "idstud", "rater", [c for c in rows[0] if c not in {"idstud", "rater", ""}])


def _diving(rows: list[Rating]) -> list[Rating]:
    """Diver, judge; a question is one dive of an event's list, which is also the interview.

    A judge scores a dive once, so that halo cannot be told from noise. Half points are categories.
    """
    return [
        {
            "candidate": row["Diver"],
            "interviewer": row["Judge"],
            "question": f"{row['Event']} {row['DiveNo']}",
            "score": row["JScore"],
            "interview": f"{row['Event']} {row['Round']} {row['Diver']} {row['DiveNo']}",
        }
        for row in rows
    ]


_AIBS_CRITERIA = ["Innovation", "Approach", "Investig", "Signif", "Impact"]


def _proposals(rows: list[Rating]) -> list[Rating]:
    """AIBS: proposal, reviewer, five criteria in tenths (1.0 best, 5.0 worst), to half points.

    Reversed (6 - score), so that a higher score is the better proposal.
    """
    rounded = [row | {name: _half(row[name]) for name in _AIBS_CRITERIA} for row in rows]
    return _wide(rounded, "ID", "RevID", _AIBS_CRITERIA)


def _half(cell: str) -> str:
    return "" if cell in {"", "NA"} else f"{6 - round(2 * float(cell)) / 2:g}"


def _guilford(rows: list[Rating]) -> list[Rating]:
    """Guilford 1954: seven scientists, three judges, five traits."""
    return [
        {
            "candidate": row["scientist"],
            "interviewer": row["judge"],
            "question": row["trait"],
            "score": row["rating"],
        }
        for row in rows
    ]


_SHAPES = {
    "ratings1": _writing,
    "ratings3": _writing,
    "diving2000": _diving,
    "AIBS": _proposals,
    "guilford1954": _guilford,
}
