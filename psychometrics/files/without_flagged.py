"""The same fit without the interviewers who are flagged, beside the full one."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from psychometrics.errors import PsychometricsError
from psychometrics.files.score_file import Scores

Result = dict[str, Any]

#: Flags that say how little is known of an interviewer, not what is unusual about one.
_NO_FINDING = frozenset({"few_ratings"})


def compared(
    scores: Scores, full: Result, fit: Callable[[Scores], Result], *, stay: Sequence[str] = ()
) -> Result:
    """What changes for whom when flagged interviewers are left out; the contract's ``without_flagged``.

    Measures are compared against the mean of the candidates whom both fits measure, so that a change of the
    average alone moves nobody. Interviewers who ``stay``, since the others are measured against them, are not left out.
    Where nobody is flagged, or the rest cannot be calibrated, ``said`` is all there is.
    """
    flagged = {
        row["interviewer"]: [flag for flag in row["flags"] if flag not in _NO_FINDING]
        for row in full["interviewers"]
    }
    flagged = {name: flags for name, flags in flagged.items() if flags and name not in stay}
    left_out = [{"interviewer": name, "flags": flags} for name, flags in flagged.items()]
    if not flagged:
        return _nothing("No interviewer is flagged: there is nothing to leave out.", left_out)
    keep = ~np.isin(scores.interviewer, list(flagged))
    lost = int((~keep).sum())
    try:
        if not keep.any():
            return _nothing("Every interviewer is flagged: nothing would be left.", left_out)
        rest = fit(scores.where(keep))
    except PsychometricsError as error:
        return _nothing(f"Without them the rest cannot be calibrated: {error}.", left_out)
    rows = _rows(full["candidates"], rest["candidates"])
    return {
        "left_out": left_out,
        "ratings": rest["ratings"],
        "candidates": rows,
        "said": _said(rows, lost, len(scores), full, rest),
        "subsets": len(rest["subsets"]),
    }


def _nothing(said: str, left_out: list[Result]) -> Result:
    return {"left_out": left_out, "ratings": None, "candidates": [], "said": [said], "subsets": None}


def _key(row: Result) -> tuple[str, str]:
    return row["candidate"], row.get("competency", "")


def _rows(full: list[Result], rest: list[Result]) -> list[Result]:
    """Both measures of every candidate, in the order of the full table."""
    other = {_key(row): row for row in rest}
    common = [(row, other[_key(row)]) for row in full if _key(row) in other]
    known = [(one, two) for one, two in common if one["measure"] is not None and two["measure"] is not None]
    # Per group within which measures are compared: its mean over those in both.
    shift: dict[tuple[Any, ...], list[float]] = {}
    for one, two in known:
        shift.setdefault(_group(one, two), []).append(two["measure"] - one["measure"])
    rows = []
    for row in full:
        again = other.get(_key(row))
        change = None
        if again is not None and row["measure"] is not None and again["measure"] is not None:
            group = shift[_group(row, again)]
            change = again["measure"] - row["measure"] - sum(group) / len(group)
        rows.append({
            "candidate": row["candidate"],
            **({"competency": row["competency"]} if "competency" in row else {}),
            "measure": row["measure"],
            "without": None if again is None else again["measure"],
            "change": change,
            "se": row["se"],
            "se_without": None if again is None else again["se"],
            "fair_average": row["fair_average"],
            "fair_without": None if again is None else again["fair_average"],
            "n": row["n"],
            "n_without": 0 if again is None else again["n"],
        })  # fmt: skip
    return rows


def _group(one: Result, two: Result) -> tuple[Any, ...]:
    return one["subset"], two["subset"], one.get("competency")


def _said(rows: list[Result], lost: int, all_ratings: int, full: Result, rest: Result) -> list[str]:
    """How to take it, in sentences."""
    moved = [row for row in rows if row["change"] is not None]
    gone = [row["candidate"] for row in rows if row["n_without"] == 0]
    said = [f"{lost:,} of {all_ratings:,} ratings are left out with them."]
    if gone:
        named = ", ".join(gone[:5]) + (", …" if len(gone) > 5 else "")
        said.append(
            f"{len(gone)} met nobody else and {'has' if len(gone) == 1 else 'have'} no measure then: {named}."
        )
    if len(rest["subsets"]) > len(full["subsets"]):
        said.append(
            f"The candidates then fall into {len(rest['subsets'])} subsets instead of {len(full['subsets'])}: fewer "
            "of them can be compared."
        )
    if moved:
        largest = max(moved, key=lambda row: abs(row["change"]))
        beyond = sum(abs(row["change"]) > row["se"] for row in moved)
        said.append(
            f"The largest change is {largest['change']:+.2f} logits ({largest['candidate']}); "
            f"{beyond} of {len(moved)} move by more than their standard error."
        )
    said.append(
        "A change is no correction: the fit without them rests on fewer ratings, and a flag is a question about an "
        "interviewer, not a proof. What hardly moves does not depend on them."
    )
    return said
