"""Reads what a team has published, and lays it out as files."""

from typing import Any

from accounts.models import Team
from content.packfile import (
    Origin,
)
from rubrics.content import (
    BANK,
    DEFAULT_BANK,
    DEFAULT_BANK_NAME,
    DEFAULT_SCALE,
    DEFAULT_SCALE_NAME,
    MEETS,
    SCALE,
    question_body,
    scale_body,
)
from rubrics.models import Question, QuestionBank, RatingScale
from rubrics.packs.section import RubricsSection


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
