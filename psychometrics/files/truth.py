"""Estimates beside a truth that is known, as of a simulated world: how far off, and do the intervals cover it?"""

from typing import Any

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadInput, BadRow
from psychometrics.files import _csv_rows, _encodings
from psychometrics.files._cells import number
from psychometrics.files.score_file import contents

Result = dict[str, Any]
Truth = dict[tuple[str, str, str], float]

KINDS = {"candidate": "measure", "interviewer": "severity", "question": "difficulty"}
_COLUMNS = ("kind", "name", "truth")


def read_truth(path: str) -> Truth:
    """Read a CSV with the columns kind, name, truth and optionally competency.

    ``kind`` is candidate, interviewer or question, ``truth`` proficiency, severity (higher is harsher) or difficulty
    in logits, from any origin. The result is by kind, name and competency ("" without). Raises BadInput, BadRow.
    """
    lines, _ = _encodings.opened(contents(path), None)
    sheet = _csv_rows.sheet(lines)
    header = [name.strip().lower() for name in sheet.header]
    missing = [name for name in _COLUMNS if name not in header]
    if missing:
        raise BadRow(
            sheet.line, f"missing column{'s' if len(missing) > 1 else ''} {', '.join(missing)}; "
            "expected kind,name,truth",
        )  # fmt: skip
    kind, name, value = (header.index(column) for column in _COLUMNS)
    competency = header.index("competency") if "competency" in header else None
    truth: Truth = {}
    for line, row in sheet.rows:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise BadRow(line, f"{len(row)} cells, but the header has {len(header)}")
        what = row[kind].strip().lower()
        if what not in KINDS:
            raise BadRow(line, f"kind {row[kind]!r} is none of candidate, interviewer, question")
        key = what, row[name].strip(), "" if competency is None else row[competency].strip()
        if key in truth:
            raise BadRow(line, f"{what} {key[1]} stands there twice")
        truth[key] = number(row[value].strip(), line, "truth")
    if not truth:
        raise BadInput("the file of the truth has a header but no rows")
    return truth


def against_truth(result: Result, truth: Truth) -> list[Result]:
    """One row per kind that the truth names: the contract's ``truth``.

    Both are taken against the mean of those they are compared with, candidates within their subset (and
    competency). ``slope`` is that of the truth on the estimate through zero: 1 where measures are neither drawn in
    nor drawn out. Raises BadInput where the truth names nobody of the file.
    """
    rows = []
    for kind, value in KINDS.items():
        table = result[f"{kind}s"]
        pairs = [(row, truth.get((kind, row[kind], row.get("competency", "")))) for row in table]
        found = [(row, true) for row, true in pairs if true is not None and row[value] is not None]
        if len(found) < 2:
            continue
        group = np.array([f"{row.get('subset', '')} {row.get('competency', '')}" for row, _ in found])
        estimate = _centred(np.array([row[value] for row, _ in found]), group)
        true = _centred(np.array([true for _, true in found]), group)
        moved = np.array([row[value] for row, _ in found]) - estimate
        lower, upper = (np.array([row[end] for row, _ in found]) - moved for end in ("lower", "upper"))
        variation = float(estimate @ estimate)
        spread = float(np.sqrt(variation * (true @ true)))
        rows.append({
            "kind": kind,
            "n": len(found),
            "coverage": float(((true >= lower) & (true <= upper)).mean()),
            "rmse": float(np.sqrt(((estimate - true) ** 2).mean())),
            "slope": float(estimate @ true) / variation if variation else None,
            "correlation": float(estimate @ true) / spread if spread else None,
        })  # fmt: skip
    if not rows:
        raise BadInput("the truth names fewer than two candidates, interviewers or questions of the scores")
    return rows


def _centred(values: npt.NDArray[np.float64], group: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
    """Values less the mean of their group."""
    _, place = np.unique(group, return_inverse=True)
    return np.asarray(values - (np.bincount(place, values) / np.bincount(place))[place])
