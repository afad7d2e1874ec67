"""Writes the questions section of a pack as new published versions."""

from typing import Any

from accounts.models import Team, User
from content.packfile import (
    Incoming,
    PackReport,
    freeze,
    sort_out,
    standing,
)
from content.packfile.report import Change
from roles.content import pinned_hash
from roles.models import Competency
from roles.packs import newest_competencies
from rubrics.content import (
    DEFAULT_BANK,
    DEFAULT_BANK_NAME,
    DEFAULT_SCALE,
    QUESTION_EXTRA,
    question_body,
    scale_body,
)
from rubrics.models import Anchor, Criterion, Injection, Question, QuestionBank, RatingScale, ScalePoint
from rubrics.packs.section import RubricsSection


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
