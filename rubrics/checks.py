"""What must hold before a scale or a question is published; the same for the editor and for packs."""

from collections.abc import Iterator
from typing import Any

from content.packs.reading import Path


def scale_problems(body: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with a rating scale in canonical form."""
    points = [row["level"] for row in body.get("points", []) if "level" in row]
    if len(points) < 2:
        yield ("points",), "needs at least two points."
        return
    if sorted(set(points)) != list(range(1, len(points) + 1)):
        yield ("points",), f"must be numbered 1, 2, 3 … without gaps; found {', '.join(map(str, points))}."
    meets = body.get("meets_point")
    if meets is not None and meets not in points[1:]:
        yield (
            ("meets_point",),
            f"is {meets}, which is no point above the first. Name the point that shows the target level.",
        )


def question_problems(body: dict[str, Any], points: list[int]) -> Iterator[tuple[Path, str]]:
    """Yield what is wrong with a question in canonical form, rated on a scale with ``points``."""
    evidences, criteria = body.get("evidences", []), body.get("criteria", [])
    if not evidences:
        yield ("evidences",), "lists no competency. Say at least one that the answer shows."
    shown = [row.get("competency") for row in evidences]
    rated = [row.get("competency") for row in criteria]
    for number, key in enumerate(shown):
        if key in shown[:number]:
            yield (
                ("evidences", number, "competency"),
                f"names {key} a second time. Keep one row per competency.",
            )
        if evidences[number].get("strength", 1.0) <= 0:
            yield (
                ("evidences", number, "strength"),
                "must be above 0. Remove the row if the answer does not show it.",
            )
    if shown != rated:
        yield (
            ("criteria",),
            f"must follow evidences, in the same order: {_listed(shown)}; found {_listed(rated)}.",
        )
    for number, row in enumerate(criteria):
        levels = row.get("levels")
        if not isinstance(levels, dict):
            continue
        missing = [point for point in points if not str(levels.get(point, "")).strip()]
        if missing:
            yield (
                ("criteria", number, "levels"),
                f"has no anchor for {_points(missing)}. Describe what was done or said.",
            )
        beyond = sorted(set(levels) - set(points))
        if beyond:
            yield (
                ("criteria", number, "levels"),
                f"has an anchor for {_points(beyond)}, which the scale does not have.",
            )
    minutes = body.get("minutes")
    for number, row in enumerate(body.get("injections", [])):
        if minutes is not None and row.get("at_minute", 0) > minutes:
            yield (
                ("injections", number, "at_minute"),
                f"is {row['at_minute']}, after the question's {minutes} minutes. Bring it forward.",
            )


def _listed(keys: list[Any]) -> str:
    return ", ".join(str(key) for key in keys) or "none"


def _points(points: list[int]) -> str:
    return ("point " if len(points) == 1 else "points ") + ", ".join(map(str, points))
