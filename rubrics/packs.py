"""The questions section of a content pack: rating scales, question banks, questions with criteria and anchors."""

from dataclasses import dataclass, field
from typing import Any

from accounts.models import Team, User
from roles.content import pinned_hash
from roles.models import Competency
from roles.packfile import (
    Faults,
    Incoming,
    Listing,
    Origin,
    PackFile,
    PackReport,
    Place,
    Record,
    freeze,
    sort_out,
    standing,
)
from roles.packfile.report import Change
from roles.packs import known_competencies, locate, must_know, newest_competencies, once, read_list
from rubrics.checks import question_problems, scale_problems
from rubrics.content import (
    BANK,
    DEFAULT_BANK,
    DEFAULT_BANK_NAME,
    DEFAULT_SCALE,
    DEFAULT_SCALE_NAME,
    MEETS,
    POINT,
    QUESTION,
    QUESTION_EXTRA,
    SCALE,
    complete,
    question_body,
    scale_body,
)
from rubrics.models import Anchor, Criterion, Injection, Question, QuestionBank, RatingScale, ScalePoint

_SCALES = Listing("rating_scales", shape=SCALE, label="key")
_BANKS = Listing("question_banks", shape=BANK, label="key")
_QUESTIONS = Listing("questions", shape=QUESTION, label="key")
_POINTS = Listing("rubric_scale", shape=POINT, label="level")
# Entries of meta that this section reads; the rest is kept by the roles section.
META_PARTS = frozenset({"rubric_scale", "rating_scales", "question_banks"})


@dataclass(slots=True)
class RubricsSection:
    """What a pack says about rating: canonical bodies, in the pack's order."""

    scales: list[dict[str, Any]] = field(default_factory=list)
    banks: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)


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

    known = known_competencies(competencies, team)
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


def write(
    section: RubricsSection, *, team: Team, by: User | None, report: PackReport, keep: bool = False
) -> None:
    """Write what differs from what ``team`` has, as new published versions."""
    scales = _write_scales(section, team, by, report, keep=keep)
    banks = _write_banks(section, team, report, keep=keep)
    _write_questions(section, team, by, report, scales, banks, keep=keep)


def _write_scales(
    section: RubricsSection, team: Team, by: User | None, report: PackReport, *, keep: bool
) -> dict[str, RatingScale]:
    incoming = [
        Incoming(
            body["key"],
            body,
            pinned_hash(body, {}),
            origin=section.origins.get(("rating scale", body["key"])),
        )
        for body in section.scales
    ]

    def bodies(pks: list[int]) -> dict[str, dict[str, Any]]:
        rows = RatingScale.objects.filter(pk__in=pks).prefetch_related("points")
        return {row.key: scale_body(row) for row in rows}

    todo, _ = sort_out(
        RatingScale, incoming, team=team, kind="rating scale", report=report, keep=keep, bodies=bodies
    )
    rows = RatingScale.objects.bulk_create(
        RatingScale(team=team, name=item.body["name"], meets_point=item.body["meets_point"], **item.columns())
        for item in todo
    )
    ScalePoint.objects.bulk_create(
        ScalePoint(scale=row, value=point["level"], label=point["label"], meaning=point.get("meaning", ""))
        for row, item in zip(rows, todo, strict=True)
        for point in item.body["points"]
    )
    freeze(RatingScale, rows, by=by)
    return standing(RatingScale, team)


def _write_banks(
    section: RubricsSection, team: Team, report: PackReport, *, keep: bool
) -> dict[str, QuestionBank]:
    wanted = list(section.banks)
    present = {row.key: row for row in QuestionBank.objects.filter(team=team)}
    needs_default = any(not body.get("bank") for body in section.questions)
    if needs_default and DEFAULT_BANK not in present and all(body["key"] != DEFAULT_BANK for body in wanted):
        wanted.append({"key": DEFAULT_BANK, "name": DEFAULT_BANK_NAME})
    for body in wanted:
        row = present.get(body["key"])
        columns = {"name": body["name"], "description": body.get("description", "")}
        if row is None:
            present[body["key"]] = QuestionBank.objects.create(team=team, key=body["key"], **columns)
            report.note_created("question bank", body["key"])
            continue
        changes = [Change(name, getattr(row, name), value) for name, value in columns.items()]
        changes = [change for change in changes if change.before != change.after]
        if keep or not changes:
            report.note_unchanged("question bank", body["key"])
            continue
        report.note_changed("question bank", body["key"], changes)
        row.name, row.description = columns["name"], columns["description"]
        row.save(update_fields=["name", "description"])
    return present


def _pins(body: dict[str, Any], competencies: dict[str, Competency], scale: RatingScale) -> dict[str, str]:
    named = {row["competency"] for row in body["evidences"]} | {
        row["probes"] for row in body.get("injections", [])
    }
    pins = {key: competencies[key].content_hash for key in named if key in competencies}
    return {**pins, f"scale {scale.key}": scale.content_hash}


def _write_questions(
    section: RubricsSection,
    team: Team,
    by: User | None,
    report: PackReport,
    scales: dict[str, RatingScale],
    banks: dict[str, QuestionBank],
    *,
    keep: bool,
) -> None:
    competencies = newest_competencies(team)
    incoming = []
    for body in section.questions:
        scale = scales.get(body.get("scale", DEFAULT_SCALE))
        if scale is None:
            return  # a refused scale; the composer takes nothing in
        origin = section.origins.get(("question", body["key"]))
        incoming.append(
            Incoming(body["key"], body, pinned_hash(body, _pins(body, competencies, scale)), origin=origin)
        )

    def bodies(pks: list[int]) -> dict[str, dict[str, Any]]:
        rows = Question.objects.filter(pk__in=pks).with_criteria().select_related("bank")
        return {row.key: question_body(row) for row in rows}

    todo, present = sort_out(
        Question, incoming, team=team, kind="question", report=report, keep=keep, bodies=bodies
    )
    if any(row["competency"] not in competencies for item in todo for row in item.body["evidences"]):
        return  # a refused competency; the composer takes nothing in
    rows = Question.objects.bulk_create(
        _question(
            team,
            item,
            scales[item.body.get("scale", DEFAULT_SCALE)],
            banks[item.body.get("bank") or DEFAULT_BANK],
        )
        for item in todo
    )
    written = list(zip(rows, todo, strict=True))
    Injection.objects.bulk_create(
        Injection(
            question=row,
            position=position,
            at_minute=entry["at_minute"],
            probes=competencies[entry["probes"]],
            change=entry["change"],
            listen_for=entry.get("listen_for", ""),
        )
        for row, item in written
        for position, entry in enumerate(item.body.get("injections", []))
    )
    parents = _parents(present, todo)
    criteria = Criterion.objects.bulk_create(
        Criterion(
            question=row,
            competency=competencies[entry["competency"]],
            position=position,
            strength=str(entry["strength"]),
            target_level=entry["target_level"],
            parent_id=parents.get((row.key, entry["competency"])),
        )
        for row, item in written
        for position, entry in enumerate(item.body["evidences"])
    )
    levels = [entry["levels"] for _, item in written for entry in item.body["criteria"]]
    Anchor.objects.bulk_create(
        (
            Anchor(criterion=criterion, point=point, text=text)
            for criterion, texts in zip(criteria, levels, strict=True)
            for point, text in texts.items()
        ),
        batch_size=500,
    )
    freeze(Question, rows, by=by)


def _parents(present: dict[str, Question], todo: list[Incoming]) -> dict[tuple[str, str], int]:
    """Return the criterion each new version was made from, by question and competency."""
    older = [present[item.key].pk for item in todo if item.key in present]
    if not older:
        return {}
    rows = Criterion.objects.filter(question_id__in=older).values_list(
        "question__key", "competency__key", "pk"
    )
    return {(question, competency): pk for question, competency, pk in rows}


def _question(team: Team, item: Incoming, scale: RatingScale, bank: QuestionBank) -> Question:
    body = item.body
    notes = body.get("interviewer_key", {})
    texts = (
        "title",
        "format",
        "realism",
        "evaluation_area",
        "signal",
        "prompt",
        "alternative_prompt",
        "alternative_scoring",
        "interviewer_materials",
        "injection_note",
    )
    return Question(
        team=team,
        bank=bank,
        scale=scale,
        minutes=body["minutes"],
        target_level=body["target_level"],
        conventional=body.get("conventional", False),
        follow_ups=body.get("follow_ups", []),
        red_flags=body.get("red_flags", []),
        strong_answer=notes.get("strong_answer", []),
        misreadings=notes.get("misreadings", []),
        extra={name: body[name] for name in QUESTION_EXTRA if name in body},
        **{name: body.get(name, "") for name in texts},
        **item.columns(),
    )


def collect(team: Team, *, questions: set[str] | None = None) -> RubricsSection:
    """Return what ``team`` has published, all of it or the named questions and what they need."""
    section = RubricsSection()
    chosen = Question.objects.filter(team=team).latest_published().with_criteria().select_related("bank")
    rows = [row for row in chosen.order_by("key") if questions is None or row.key in questions]
    section.questions = [question_body(row) for row in rows]
    scales = (
        RatingScale.objects.filter(team=team).latest_published().prefetch_related("points").order_by("key")
    )
    section.scales = [scale_body(row) for row in scales]
    used = {row.bank_id for row in rows}
    section.banks = [
        BANK.body({"key": row.key, "name": row.name, "description": row.description})
        for row in QuestionBank.objects.filter(team=team).order_by("key")
        if questions is None or row.pk in used
    ]
    for kind, versions in (("rating scale", scales), ("question", rows)):
        for row in versions:
            section.origins[kind, row.key] = Origin(team.key, row.version, row.content_hash)
    return section


def rating(team: Team, competencies: set[str]) -> set[str]:
    """Return the keys of the published questions that rate one of the competencies."""
    found = Question.objects.filter(team=team, criteria__competency__key__in=competencies).published()
    return set(found.values_list("key", flat=True))


def to_files(section: RubricsSection) -> dict[str, dict[str, Any]]:
    """Return the files of this section, and under ``meta.yaml`` what it adds to that file."""
    meta: dict[str, Any] = {}
    others = []
    for body in section.scales:
        if _is_default(body):
            meta["rubric_scale"] = body["points"]
        else:
            others.append(body)
    if others:
        meta["rating_scales"] = others
    banks = [body for body in section.banks if body != {"key": DEFAULT_BANK, "name": DEFAULT_BANK_NAME}]
    if banks:
        meta["question_banks"] = banks
    files: dict[str, dict[str, Any]] = {"meta.yaml": {"meta": meta}} if meta else {}
    for body in section.questions:
        files.setdefault(f"questions/{body['format']}.yaml", {"questions": []})["questions"].append(body)
    return files


def _is_default(body: dict[str, Any]) -> bool:
    points = body["points"]
    return body == SCALE.body(
        {
            "key": DEFAULT_SCALE,
            "name": DEFAULT_SCALE_NAME,
            "meets_point": min(MEETS, len(points)),
            "points": points,
        }
    )
