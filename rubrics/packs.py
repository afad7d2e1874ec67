"""The questions section of a content pack: rating scales, question banks, questions with their anchors."""

from collections.abc import Iterator
from typing import Any, ClassVar

from accounts.models import Team
from content.kinds import AnyKind
from content.packfile import Faults, Listing, PackFile, Record
from content.packs import Pack, Section, Wanted
from content.packs.reading import Path, check, read_list, read_meta, take
from content.packs.sections import Files
from roles.models import Requirement
from roles.packs import RolesSection
from rubrics.checks import question_problems, scale_problems
from rubrics.kinds import (
    BANK,
    DEFAULT_BANK,
    DEFAULT_BANK_NAME,
    DEFAULT_SCALE,
    DEFAULT_SCALE_NAME,
    MEETS,
    POINT,
    QUESTION,
    SCALE,
)
from rubrics.models import Question, QuestionBank, RatingScale

_SCALES = Listing("rating_scales", shape=SCALE.shape, label="key")
_BANKS = Listing("question_banks", shape=BANK.shape, label="key")
_QUESTIONS = Listing("questions", shape=QUESTION.shape, label="key")
_POINTS = Listing("rubric_scale", shape=POINT, label="level")

_DEFAULT_BANK = {"key": DEFAULT_BANK, "name": DEFAULT_BANK_NAME}


class RubricsSection(Section):
    name = "rubrics"
    after = (RolesSection.name,)
    kinds: ClassVar[tuple[AnyKind, ...]] = (SCALE, BANK, QUESTION)
    folders = ("questions",)
    meta_parts = frozenset({"rubric_scale", "rating_scales", "question_banks"})

    def read(self, files: dict[str, PackFile], pack: Pack, faults: Faults, *, team: Team) -> None:
        """Read scales and banks from ``meta.yaml``, questions from their files."""
        take(SCALE, read_meta(files, _SCALES, faults), pack, faults)
        check(SCALE, pack, faults, team=team, kinds=(), problems=scale_problems)
        _read_default_scale(files, pack, faults)
        take(BANK, read_meta(files, _BANKS, faults), pack, faults)
        questions = [
            record
            for name in files
            if name.startswith("questions/")
            for record in read_list(files, name, _QUESTIONS, faults)
        ]
        take(QUESTION, questions, pack, faults)
        _add_default_bank(pack, team)
        points = _points_by_scale(pack, team)

        def problems(record: Record) -> Iterator[tuple[Path, str]]:
            return question_problems(record, points.get(record.get("scale") or DEFAULT_SCALE, []))

        named = (*RolesSection.kinds, *self.kinds)
        check(QUESTION, pack, faults, team=team, kinds=named, problems=problems)

    def comes_along(self, team: Team, wanted: Wanted) -> None:
        """With a role profile come the questions that rate one of its competencies."""
        profiles = wanted.get("role profile")
        if profiles:
            required = Requirement.objects.filter(profile__team=team, profile__key__in=profiles)
            keys = set(required.values_list("competency__key", flat=True))
            rating = Question.objects.filter(team=team, criteria__competency__key__in=keys).published()
            wanted.setdefault("question", set()).update(rating.values_list("key", flat=True))

    def lay_out(self, pack: Pack, files: Files) -> None:
        """Lay out questions by format; scales and banks go to the head of ``meta.yaml``."""
        meta: dict[str, Any] = {}
        others = [body for body in pack.of("rating scale") if not _is_default(body)]
        for body in pack.of("rating scale"):
            if _is_default(body):
                meta["rubric_scale"] = body["points"]
        if others:
            meta["rating_scales"] = others
        banks = [body for body in pack.of("question bank") if body != _DEFAULT_BANK]
        if banks:
            meta["question_banks"] = banks
        if meta:
            parts = files.get("meta.yaml", {"meta": {}})["meta"]
            head = {"schema_version": parts["schema_version"]} if "schema_version" in parts else {}
            files["meta.yaml"] = {"meta": {**head, **meta, **parts}}
        for body in pack.of("question"):
            name = f"questions/{body['format']}.yaml"
            files.setdefault(name, {"questions": []})["questions"].append(body)


def _read_default_scale(files: dict[str, PackFile], pack: Pack, faults: Faults) -> None:
    """Read the scale that most packs have alone, written as nothing but its points."""
    points = read_meta(files, _POINTS, faults)
    if not points:
        return
    body = _default_scale(points)
    for _, text in scale_problems(body):
        faults.add(points[0].place, f"the rating scale {text}")
    pack.bodies["rating scale"].insert(0, body)


def _default_scale(points: list[Any]) -> dict[str, Any]:
    return SCALE.normal(
        {
            "key": DEFAULT_SCALE,
            "name": DEFAULT_SCALE_NAME,
            "meets_point": min(MEETS, len(points)),
            "points": points,
        }
    )


def _is_default(body: dict[str, Any]) -> bool:
    return body == _default_scale(body["points"])


def _add_default_bank(pack: Pack, team: Team) -> None:
    """Make the bank that goes without saying, where a question needs it and neither pack nor team has it."""
    there = pack.keys("question bank") | set(
        QuestionBank.objects.filter(team=team).values_list("key", flat=True)
    )
    if DEFAULT_BANK not in there and any(not body.get("bank") for body in pack.of("question")):
        pack.bodies["question bank"].append(dict(_DEFAULT_BANK))


def _points_by_scale(pack: Pack, team: Team) -> dict[str, list[int]]:
    rows = RatingScale.objects.filter(team=team).published().order_by("key", "version")
    points = {row.key: [point.value for point in row.points.all()] for row in rows.prefetch_related("points")}
    return points | {body["key"]: [p["level"] for p in body["points"]] for body in pack.of("rating scale")}


SECTION = RubricsSection()
