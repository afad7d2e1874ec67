"""The page: what was found, in the order a reader asks for it."""

from collections.abc import Sequence
from html import escape
from typing import Any

from psychometrics._labels import printable
from psychometrics.files.report import reading_aid
from psychometrics.files.report.forest import Column, axis, forest, interval, table
from psychometrics.files.report.style import STYLE
from psychometrics.files.text_tables import COMPONENTS, candidate_groups, number, pairs_told_apart

Result = dict[str, Any]

_FEW_NAMES = 12


def page(result: Result, title: str) -> str:
    """A whole HTML document for the contract's dictionary; ``title`` names the scores."""
    parts = result.get("parts", [result])
    several = "parts" in result
    body = [f"<h1>Calibration of {_shown(title)}</h1>"]
    if several:
        body.append(_warnings(result["warnings"], heading="h2"))
    sections = [
        (f"s{place}-{name}" if several else name, heading, html, part)
        for place, part in enumerate(parts, 1)
        for name, heading, html in _sections(part)
    ]
    links = "".join(
        f'<li><a href="#{key}">{escape(heading)}{_on_scale(part)}</a></li>'
        for key, heading, _, part in sections
    )
    body.append(
        f'<nav aria-label="Sections"><ul>{links}<li><a href="#reading">How to read</a></li></ul></nav>'
    )
    body += [
        f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(heading)}{_on_scale(part)}</h2>{html}</section>'
        for key, heading, html, part in sections
    ]
    level = f"{100 * result['level']:g}"
    body.append(
        f'<section aria-labelledby="reading"><h2 id="reading">How to read</h2>{reading_aid.terms(level)}</section>'
    )
    content = "\n".join(body)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Calibration of {_shown(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{content}\n</main>\n</body>\n</html>\n"
    )


def _on_scale(part: Result) -> str:
    return f", scale {_shown(part['scale'])}" if "scale" in part else ""


def _sections(part: Result) -> list[tuple[str, str, str]]:
    """Name, heading and content of every section of one scale."""
    found = [
        ("summary", "Summary", _summary(part)),
        ("candidates", "Candidates", _candidates(part)),
        ("interviewers", "Interviewers’ severity", _interviewers(part)),
        ("flags", "Flags", _flags(part)),
        ("questions", "Questions’ difficulty", _questions(part)),
        ("linkage", "Who can be compared", _linkage(part)),
        ("scale", "The scale and what varies", _scale(part)),
    ]
    if "groups" in part:
        found.insert(2, ("groups", "Groups", _groups(part)))
    if "without_flagged" in part:
        found.append(("without-flagged", "Without the flagged interviewers", _without_flagged(part)))
    if "truth" in part:
        found.append(("truth", "Against the truth", _truth(part)))
    return found


def _summary(part: Result) -> str:
    people = len({row["candidate"] for row in part["candidates"]})
    text = (
        f"{part['ratings']:,} ratings of {people:,} candidates by {len(part['interviewers']):,} interviewers on "
        f"{len(part['questions']):,} questions. Model: {part['model']}. All intervals are "
        f"{100 * part['level']:g} % intervals."
    )
    return f"<p>{_shown(text)}</p>{_warnings(part['warnings'])}"


def _warnings(texts: Sequence[str], heading: str = "h3") -> str:
    if not texts:
        return "<p>Nothing speaks against these numbers.</p>"
    items = "".join(f"<li>{_shown(text)}</li>" for text in texts)
    return f'<{heading}>What has to be said beside the numbers</{heading}><ul class="warnings">{items}</ul>'


def _candidates(part: Result) -> str:
    said = pairs_told_apart(part)
    intro = (
        "<p>In the order of their names, not ranked. The fair average is the score expected from an average "
        "interviewer on an average question; measure and interval are in logits against the mean of those who can be "
        "compared.</p>"
    )
    if said:
        intro += (
            f"<p><strong>{escape(said)}</strong> Whether two can be told apart is asked of their difference: "
            "intervals that overlap do not decide it.</p>"
        )
    columns = [
        Column("measure", lambda row: number(row["measure"])),
        Column("interval", lambda row: interval(row["lower"], row["upper"])),
        Column("fair average", lambda row: number(row["fair_average"])),
        Column("its interval", lambda row: interval(row["fair_lower"], row["fair_upper"])),
        Column("raw mean", lambda row: number(row["raw_mean"])),
        Column("ratings", lambda row: str(row["n"])),
        Column("interviewers", lambda row: str(row["interviewers"])),
        Column("told apart from", lambda row: "–" if row["told_apart"] is None else str(row["told_apart"])),
    ]
    scale = axis(part["candidates"])
    return intro + "".join(
        forest(rows, "candidate", "measure", title, columns, scale) for title, rows in candidate_groups(part)
    )


def _facet(value: str, more: str) -> list[Column]:
    return [
        Column(value, lambda row: number(row[value])),
        Column("interval", lambda row: interval(row["lower"], row["upper"])),
        Column("infit", lambda row: number(row["infit"])),
        Column("raw mean", lambda row: number(row["raw_mean"])),
        Column("ratings", lambda row: str(row["n"])),
        Column(more, lambda row: ", ".join(row["flags"]).replace("_", " ") or "none", words=True),
    ]


def _interviewers(part: Result) -> str:
    rows = part["interviewers"]
    intro = (
        "<p>Higher is harsher: right of the dashed line an interviewer gives lower scores than the average one would "
        "for the same answers. Measures of candidates allow for it.</p>"
    )
    columns = _facet("severity", "flags")
    if any("slope" in row for row in rows):
        columns[2:2] = [
            Column("slope", lambda row: number(row["slope"])),
            Column("its interval", lambda row: interval(row["slope_lower"], row["slope_upper"])),
        ]
    return intro + forest(rows, "interviewer", "severity", "Severity in logits", columns, axis(rows))


def _questions(part: Result) -> str:
    rows = part["questions"]
    intro = "<p>Higher is harder: right of the dashed line a question is given lower scores than the average one.</p>"
    columns = _facet("difficulty", "flags")
    return intro + forest(rows, "question", "difficulty", "Difficulty in logits", columns, axis(rows))


def _flags(part: Result) -> str:
    """Who stands out for what, by how much; then what is too little known, with all whom it concerns."""
    rows: list[list[str]] = []
    unsized: dict[tuple[str, str], list[str]] = {}
    for kind in ("interviewer", "question"):
        for row in part[f"{kind}s"]:
            sizes = {effect["flag"]: effect for effect in row["flag_effects"]}
            for flag in row["flags"]:
                if flag not in sizes:
                    unsized.setdefault((kind, flag), []).append(row[kind])
                    continue
                effect = sizes[flag]
                size = f"{number(effect['effect'])} ({interval(effect['lower'], effect['upper'])})"
                rows.append([row[kind], flag.replace("_", " "), size, effect["unit"], reading_aid.flag(flag)])
    rows += [
        [_some(names), flag.replace("_", " "), "–", "–", reading_aid.flag(flag)]
        for (_, flag), names in unsized.items()
    ]
    if not rows:
        return "<p>Nobody is flagged.</p>"
    intro = (
        "<p>A flag is a question to ask, not a verdict. Its effect is certain and large enough to matter.</p>"
    )
    headings = ["who or what", "flag", "effect and interval", "unit", "what it means"]
    return intro + table("Interviewers and questions that stand out", headings, rows, words=(1, 3, 4))


def _linkage(part: Result) -> str:
    subsets = part["subsets"]
    if len(subsets) == 1:
        return "<p>All candidates are linked through interviewers and questions: everyone can be compared with all.</p>"
    intro = (
        f"<p>The candidates fall into {len(subsets)} subsets that nothing links. Measures are relative to the mean of "
        "the own subset: never compare candidates of different ones.</p>"
    )
    rows = [
        [
            str(subset["subset"]),
            str(subset["ratings"]),
            _some(subset["candidates"]),
            _some(subset["interviewers"]),
            _some(subset["questions"]),
        ]
        for subset in subsets
    ]
    headings = ["subset", "ratings", "candidates", "interviewers", "questions"]
    return intro + table("Subsets", headings, rows, words=(2, 3, 4))


def _scale(part: Result) -> str:
    components = [
        [COMPONENTS.get(name, name), "not estimated" if sd is None else number(sd)]
        for name, sd in part["components"].items()
    ]
    steps = [
        [f"{step['from']:g} to {step['to']:g}", number(step["threshold"])] for step in part["thresholds"]
    ]
    return table("Standard deviations, logits", ["between", "sd"], components) + table(
        "Steps between neighbouring scores, logits", ["scores", "step"], steps
    )


def _groups(part: Result) -> str:
    columns = [
        Column("mean", lambda row: number(row["mean"])),
        Column("interval", lambda row: interval(row["lower"], row["upper"])),
        Column("candidates", lambda row: str(row["candidates"])),
    ]
    rows = part["groups"]
    return forest(
        rows, "group", "mean", "Mean proficiency against the average of the groups", columns, axis(rows)
    )


def _without_flagged(part: Result) -> str:
    found = part["without_flagged"]
    intro = "".join(f"<p>{_shown(text)}</p>" for text in found["said"])
    if not found["candidates"]:
        return intro
    rows = [
        [
            " / ".join([row["candidate"], *([row["competency"]] if "competency" in row else [])]),
            number(row["measure"]),
            number(row["without"]),
            number(row["change"]),
            f"{number(row['se'])}, {number(row['se_without'])}",
            f"{number(row['fair_average'])}, {number(row['fair_without'])}",
            f"{row['n']}, {row['n_without']}",
        ]
        for row in found["candidates"]
    ]
    names = ", ".join(row["interviewer"] for row in found["left_out"])
    headings = ["candidate", "measure", "without", "change", "standard errors", "fair averages", "ratings"]
    return intro + table(f"Measures with and without {printable(names)}, logits", headings, rows)


def _truth(part: Result) -> str:
    rows = [
        [
            f"{row['kind']}s", str(row["n"]), number(row["coverage"], 3), number(row["rmse"], 3),
            number(row["slope"], 3), number(row["correlation"], 3),
        ]
        for row in part["truth"]
    ]  # fmt: skip
    intro = (
        f"<p>Coverage should be about {part['level']:g}; a slope of 1 says that estimates are neither drawn in nor "
        "drawn out; rmse is in logits.</p>"
    )
    return intro + table(
        "Estimates against the truth", ["kind", "n", "coverage", "rmse", "slope", "correlation"], rows
    )


def _some(names: Sequence[Any]) -> str:
    more = f" and {len(names) - _FEW_NAMES} more" if len(names) > _FEW_NAMES else ""
    return ", ".join(map(str, names[:_FEW_NAMES])) + more


def _shown(text: str) -> str:
    return escape(printable(text))
