"""The starter content as plans, read straight from its YAML: no database, no importer in between."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from loops.plans import Demand, Plan, PlannedCriterion, PlannedQuestion, PlannedStage
from roles.models.profiles import REALISM_ORDER

SOURCE = Path(__file__).parents[2] / "packs" / "starter"


def _read(path: Path) -> Any:
    return yaml.load(path.read_text(), Loader=yaml.CSafeLoader)


@cache
def questions() -> dict[str, PlannedQuestion]:
    found: dict[str, PlannedQuestion] = {}
    for path in sorted((SOURCE / "questions").glob("*.yaml")):
        for row in _read(path)["questions"]:
            found[row["key"]] = PlannedQuestion(
                pk=len(found) + 1,
                key=row["key"],
                title=row["title"],
                format=row["format"],
                minutes=row["minutes"],
                realism=row["realism"],
                criteria=tuple(
                    PlannedCriterion(one["competency"], one["competency"], one["strength"], level)
                    for one in row["evidences"]
                    for level in [one["target_level"]]
                ),
                conventional=row.get("conventional", False),
                lacks_material=bool(row.get("interviewer_materials")),
                from_pack=True,
            )
    return found


@cache
def roles() -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in _read(SOURCE / "roles.yaml")["roles"]}


@cache
def loops() -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in _read(SOURCE / "loops.yaml")["loops"]}


@cache
def expected_gaps() -> dict[str, dict[str, dict[str, float]]]:
    """By loop and form of sufficiency, computed apart from this code."""
    rows = _read(Path(__file__).with_name("expected_gaps.yaml"))["loops"]
    return {row["key"]: row for row in rows}


def plan(loop: str, role: str | None = None) -> Plan:
    """One starter loop against its own or another role."""
    row = loops()[loop]
    profile = roles()[role or row["role"]]
    return Plan(
        requirements=tuple(
            Demand(
                key=one["competency"],
                name=one["competency"],
                weight=one["weight"],
                by_realism=tuple(one["realism_demand"][level] for level in REALISM_ORDER),  # type: ignore[arg-type]
                required_level=one["required_level"],
                must_have=one["must_have"],
            )
            for one in profile["competencies"]
        ),
        stages=tuple(
            PlannedStage(
                pk=number,
                kind=stage["kind"],
                name=stage["name"],
                minutes=stage["minutes"],
                interviewers=stage["interviewers"],
                questions=tuple(questions()[key] for key in stage["questions"]),
                alternates=tuple(questions()[key] for key in stage.get("alternates", [])),
            )
            for number, stage in enumerate(row["stages"])
        ),
        family=profile["family"],
        profile_name=profile["name"],
    )
