"""Reads and checks the questions section of a pack."""

from typing import Any

from accounts.models import Team
from content.packfile import (
    Faults,
    Listing,
    PackFile,
    Place,
    Record,
)
from roles.packs import known_competencies, locate, must_know, once, read_list
from rubrics.checks import question_problems, scale_problems
from rubrics.content import (
    BANK,
    DEFAULT_BANK,
    DEFAULT_SCALE,
    DEFAULT_SCALE_NAME,
    MEETS,
    POINT,
    QUESTION,
    SCALE,
    complete,
)
from rubrics.models import QuestionBank, RatingScale
from rubrics.packs.section import RubricsSection

_SCALES = Listing("rating_scales", shape=SCALE, label="key")

_BANKS = Listing("question_banks", shape=BANK, label="key")

_QUESTIONS = Listing("questions", shape=QUESTION, label="key")

_POINTS = Listing("rubric_scale", shape=POINT, label="level")


def read(
    files: dict[str, PackFile], faults: Faults, *, team: Team, competencies: list[dict[str, Any]]
) -> RubricsSection:
    """Read and check this section; ``competencies`` are those of the same pack."""
    section = RubricsSection()
    scales = _read_scales(files, faults)
    banks = _part(files, _BANKS, faults)
    once(banks, faults)
    records: list[Record] = []
    for name in files:
        if name.startswith("questions/"):
            records += read_list(files, name, _QUESTIONS, faults)
    once(records, faults)

    known = known_competencies([body["key"] for body in competencies], team)
    points = {row.key: [p.value for p in row.points.all()] for row in _scales_of(team)}
    points |= {body["key"]: [p["level"] for p in body["points"]] for body in scales}
    known_banks = {DEFAULT_BANK} | {record.get("key") for record in banks}
    known_banks |= set(QuestionBank.objects.filter(team=team).values_list("key", flat=True))
    for record in records:
        if record.get("scale", DEFAULT_SCALE) not in points:
            faults.add(
                record.at("scale"),
                f"is rated on the scale {record.get('scale', DEFAULT_SCALE)}, which does not exist. "
                "Add it to meta.yaml.",
            )
        must_know(record, "bank", known_banks, "bank", faults)
        _check_question(record, known, points.get(record.get("scale", DEFAULT_SCALE), []), faults)
    section.scales = scales
    section.banks = [BANK.body(record) for record in banks]
    section.questions = [complete(record) for record in records]
    return section


def _scales_of(team: Team) -> Any:
    return (
        RatingScale.objects.filter(team=team)
        .published()
        .order_by("key", "version")
        .prefetch_related("points")
    )


def _part(files: dict[str, PackFile], listing: Listing, faults: Faults) -> list[Record]:
    file = files.get("meta.yaml")
    if file is None or "meta" not in file.entries:
        return []
    for key, value in file.entries["meta"][0].value:
        if key.value == listing.name:
            place = Place(file.name, key.start_mark.line + 1, f"meta.{listing.name}")
            read = listing.read(value, place, faults)
            return read if isinstance(read, list) else []
    return []


def _read_scales(files: dict[str, PackFile], faults: Faults) -> list[dict[str, Any]]:
    bodies = []
    points = _part(files, _POINTS, faults)
    if points:
        body = SCALE.body(
            {
                "key": DEFAULT_SCALE,
                "name": DEFAULT_SCALE_NAME,
                "meets_point": min(MEETS, len(points)),
                "points": points,
            }
        )
        for _, text in scale_problems(body):
            faults.add(points[0].place, f"the rating scale {text}")
        bodies.append(body)
    records = _part(files, _SCALES, faults)
    once(records, faults)
    for record in records:
        for path, text in scale_problems(record):
            faults.add(locate(record, path), text)
        bodies.append(SCALE.body(record))
    return bodies


def _check_question(record: Record, known: set[str], points: list[int], faults: Faults) -> None:
    for row in record.get("evidences", []):
        must_know(row, "competency", known, "competency", faults)
    for row in record.get("injections", []):
        must_know(row, "probes", known, "competency", faults)
    for path, text in question_problems(record, points):
        faults.add(locate(record, path), text)
