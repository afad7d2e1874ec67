"""The calibration contract as text a person reads in a terminal."""

from collections.abc import Sequence
from typing import Any

from psychometrics._labels import natural, printable
from psychometrics.files import what_next

Result = dict[str, Any]

_MINUS = "−"
COMPONENTS = {
    "candidate": "between candidates",
    "interviewer": "between interviewers (severity)",
    "question": "between questions (difficulty)",
    "question_steps": "between questions' own steps",
    "competency": "between competencies of one candidate",
    "slope": "between interviewers (log of the slope)",
    "assignment": "between interviewers (mean of whom they meet)",
    "halo": "halo (candidate x interviewer)",
    "performance": "performance (one answer, shared by all who watched)",
    "pool": "between subsets",
    "profile": "between competencies of a subset",
}


def render(result: Result) -> str:
    """Lay out candidates, interviewers, questions, scale and warnings; of several scales one after the other."""
    if "parts" not in result:
        return _render(result)
    parts = ["! " + printable(warning) for warning in result["warnings"]]
    for part in result["parts"]:
        parts += ["", f"=== Scale {printable(part['scale'])}", _render(part)]
    return "\n".join(parts)


def standard(result: Result) -> str:
    """Whose scores fair averages are."""
    named = result.get("reference", [])
    return (
        f"the reference ({', '.join(printable(name) for name in named)})"
        if named
        else "an average interviewer"
    )


def _render(result: Result) -> str:
    """One scale."""
    level = f"{100 * result['level']:g}"
    people = len({row["candidate"] for row in result["candidates"]})
    parts = [
        (
            f"{_count(result['ratings'], 'rating')} of {_count(people, 'candidate')} by "
            f"{_count(len(result['interviewers']), 'interviewer')} on "
            f"{_count(len(result['questions']), 'question')}"
        ),
        f"Model: {result['model']}; converged after {_count(result['iterations'], 'iteration')}",
    ]
    parts += ["! " + printable(warning) for warning in result["warnings"]]
    for title, rows in candidate_groups(result):
        parts.append("")
        parts.append(
            f"{title}: proficiency in logits and as the score expected from {standard(result)} "
            f"on an average question, {level} % intervals"
        )
        parts.append(_candidates(rows))
    if pairs_told_apart(result):
        parts += ["", pairs_told_apart(result)]
    if len(result["subsets"]) == 1 and people > 1:
        parts.append("Everybody can be compared: interviews and questions link all of them.")
    if "groups" in result:
        parts.append("")
        parts.append(f"Groups: mean proficiency in logits against their average, {level} % intervals")
        parts.append(_group_means(result["groups"]))
    parts.append("")
    parts.append(f"Interviewers: severity in logits, higher is harsher, {level} % intervals")
    parts.append(_facet(result["interviewers"], "interviewer", "severity"))
    parts += _flagged(result["interviewers"], "interviewer")
    parts.append("")
    parts.append(f"Questions: difficulty in logits, {level} % intervals")
    parts.append(_facet(result["questions"], "question", "difficulty"))
    parts += _flagged(result["questions"], "question")
    parts += ["", "Standard deviations, logits"]
    parts.append(_components(result["components"]))
    parts += ["", "Steps of the scale, logits", _steps(result["thresholds"])]
    if any("thresholds" in row for row in result["questions"]):
        parts += ["", "Steps of the questions, logits", _question_steps(result["questions"])]
    parts += what_next.lines(result)
    if "without_flagged" in result:
        parts += ["", *_without_flagged(result["without_flagged"])]
    if "truth" in result:
        parts += ["", f"Against the truth: {level} % intervals, errors in logits", _truth(result["truth"])]
    return "\n".join(parts)


def pairs_told_apart(result: Result) -> str:
    """How many pairs of candidates can be told apart, in a sentence; empty where pairs were not looked at."""
    told, compared = result["pairs"]["told_apart"], result["pairs"]["compared"]
    if not compared:
        return ""
    return (
        f"{told:,} of {_count(compared, 'pair')} of candidates can be told apart at {100 * result['level']:g} %; of "
        "the others these ratings do not say who is better."
    )


def _without_flagged(found: Result) -> list[str]:
    """Both fits beside each other."""
    names = [
        f"{row['interviewer']} ({', '.join(row['flags']).replace('_', ' ')})" for row in found["left_out"]
    ]
    lines = ["Without the flagged interviewers: " + (printable("; ".join(names)) or "nobody is flagged")]
    lines += ["  " + printable(said) for said in found["said"]]
    if not found["candidates"]:
        return lines
    header = [
        "candidate",
        "measure",
        "without",
        "change",
        "se",
        "se without",
        "fair",
        "fair without",
        "n",
        "n without",
    ]
    cells = [
        [
            " / ".join([row["candidate"], *([row["competency"]] if "competency" in row else [])]),
            number(row["measure"]),
            number(row["without"]),
            number(row["change"]),
            number(row["se"]),
            number(row["se_without"]),
            number(row["fair_average"]),
            number(row["fair_without"]),
            str(row["n"]),
            str(row["n_without"]),
        ]
        for row in found["candidates"]
    ]
    return [*lines, _align(header, cells)]


def _truth(rows: Sequence[Result]) -> str:
    """Estimates against what is known of them."""
    cells = [
        [
            f"{row['kind']}s",
            str(row["n"]),
            number(row["coverage"], 3),
            number(row["rmse"], 3),
            number(row["slope"], 3),
            number(row["correlation"], 3),
        ]
        for row in rows
    ]
    return _align(["", "n", "coverage", "rmse", "slope", "correlation"], cells)


def _count(number: int, noun: str) -> str:
    """``1 rating``, ``20 ratings``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def candidate_groups(result: Result) -> list[tuple[str, list[Result]]]:
    """Candidates by subset and competency, in the order of their labels: nobody is ranked."""
    several = len(result["subsets"]) > 1
    groups: dict[tuple[int, str], list[Result]] = {}
    for row in result["candidates"]:
        groups.setdefault((row["subset"], row.get("competency", "")), []).append(row)
    found = []
    for (subset, competency), rows in sorted(groups.items()):
        rows.sort(key=lambda row: natural(row["candidate"]))
        title = "Candidates" + (f", subset {subset}" if several else "")
        found.append((f"{title}, {printable(competency)}" if competency else title, rows))
    return found


def number(value: float | None, digits: int = 2) -> str:
    """A number with a true minus; a dash where there is not enough data."""
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        return text.lstrip("-")
    return text.replace("-", _MINUS)


def _candidates(rows: Sequence[Result]) -> str:
    """The table of candidates."""
    header = ["candidate", "measure", "se", "interval", "fair", "interval", "raw", "n"]
    header.append("interviewers")
    cells = [
        [
            str(row["candidate"]),
            number(row["measure"]),
            number(row["se"]),
            _interval(row["lower"], row["upper"]),
            number(row["fair_average"]),
            _interval(row["fair_lower"], row["fair_upper"]),
            number(row["raw_mean"]),
            str(row["n"]),
            str(row["interviewers"]),
        ]
        for row in rows
    ]
    return _align(header, cells)


def _facet(rows: Sequence[Result], name: str, value: str) -> str:
    """The table of interviewers or questions, in the order of their labels."""
    header = [name, value, "se", "interval", "infit", "outfit", "raw", "n", "flags"]
    sloped = any("slope" in row for row in rows)
    cells = [
        [
            str(row[name]),
            number(row[value]),
            number(row["se"]),
            _interval(row["lower"], row["upper"]),
            number(row["infit"]),
            number(row["outfit"]),
            number(row["raw_mean"]),
            str(row["n"]),
            ", ".join(row["flags"]).replace("_", " "),
            *([number(row["slope"]), _interval(row["slope_lower"], row["slope_upper"])] if sloped else []),
        ]
        for row in sorted(rows, key=lambda row: natural(row[name]))
    ]
    return _align([*header, *(["slope", "interval"] if sloped else [])], cells, left=(0, 8))


def _flagged(rows: Sequence[Result], name: str) -> list[str]:
    """The table of what is flagged, with its size; nothing where nothing is."""
    cells = [
        [
            str(row[name]),
            flag["flag"].replace("_", " "),
            number(flag["effect"]),
            _interval(flag["lower"], flag["upper"]),
            flag["unit"],
        ]
        for row in sorted(rows, key=lambda row: natural(row[name]))
        for flag in row["flag_effects"]
    ]
    if not cells:
        return []
    title = f"Flagged {name}s: how much, 90 % intervals, all of them beyond what matters"
    return ["", title, _align([name, "flag", "effect", "interval", "unit"], cells, left=(0, 1, 4))]


def _components(components: dict[str, float | None]) -> str:
    """The standard deviations by name."""
    cells = [
        [COMPONENTS.get(name, name), "not estimated" if sd is None else number(sd)]
        for name, sd in components.items()
    ]
    return _align(["", ""], cells)


def _steps(steps: Sequence[Result]) -> str:
    """The steps between neighbouring scores."""
    cells = [[f"{step['from']:g} to {step['to']:g}", number(step["threshold"])] for step in steps]
    return _align(["", ""], cells)


def _group_means(rows: Sequence[Result]) -> str:
    """The table of groups of candidates."""
    cells = [
        [
            str(row["group"]),
            number(row["mean"]),
            number(row["se"]),
            _interval(row["lower"], row["upper"]),
            str(row["candidates"]),
        ]
        for row in rows
    ]
    return _align(["group", "mean", "se", "interval", "candidates"], cells)


def _question_steps(rows: Sequence[Result]) -> str:
    """Each question's own steps."""
    cells = [[str(row["question"]), *(number(step) for step in row["thresholds"])] for row in rows]
    return _align([""] * len(cells[0]), cells)


def _interval(lower: float | None, upper: float | None) -> str:
    """``−0.31 to 0.52``, or a dash."""
    return "–" if lower is None else f"{number(lower)} to {number(upper)}"


def _align(header: Sequence[str], cells: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> str:
    """Columns padded to their widest cell, numbers to the right."""
    shown = [[printable(cell) for cell in row] for row in cells]
    rows = [header, *shown] if any(header) else shown
    widths = [max(len(row[place]) for row in rows) for place in range(len(header))]
    lines = []
    for row in rows:
        padded = [
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  " + "  ".join(padded).rstrip())
    return "\n".join(lines)
