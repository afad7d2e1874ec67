"""What a rating scale and a question contain, in the one shape that is hashed and exported."""

from typing import Any

from content.packfile import (
    Choice,
    Flag,
    Key,
    Levels,
    Listing,
    Mapping,
    Number,
    Shape,
    Text,
    Texts,
    Whole,
    Words,
)
from roles.content import pinned_hash
from roles.models import Realism
from rubrics.models import Question, QuestionFormat, RatingScale

# The scale and the bank that a pack need not name.
DEFAULT_SCALE = "rubric_scale"
DEFAULT_SCALE_NAME = "Rating scale"
DEFAULT_BANK = "main"
DEFAULT_BANK_NAME = "Question bank"
MEETS = 3

POINT = Shape(
    Whole("level", required=True, low=1, high=30), Text("label", required=True, longest=60), Text("meaning")
)

SCALE = Shape(
    Key("key", required=True),
    Text("name", required=True, longest=120),
    Whole("meets_point", required=True, low=1, high=30),
    Words("source"),
    Text("basis", longest=200),
    Listing("points", required=True, shape=POINT, label="level"),
)

BANK = Shape(Key("key", required=True), Text("name", required=True, longest=120), Text("description"))

EVIDENCE = Shape(
    Key("competency", required=True),
    Number("strength", required=True, decimals=3),
    Whole("target_level", low=1, high=5),
)

INJECTION = Shape(
    Whole("at_minute", required=True, high=2880),
    Key("probes", required=True),
    Text("change", required=True),
    Text("listen_for"),
)

CRITERION = Shape(Key("competency", required=True), Levels("levels", required=True))

INTERVIEWER_KEY = Shape(Texts("strong_answer"), Texts("misreadings"))

# Told by the author of a question, held in no column of their own.
QUESTION_EXTRA = ("rubric_depth",)

QUESTION = Shape(
    Key("key", required=True),
    Text("title", required=True, longest=200),
    Key("bank"),
    Key("scale"),
    Choice("format", required=True, values=tuple(QuestionFormat.values)),
    Whole("minutes", required=True, low=1, high=2880),
    Choice("realism", required=True, values=tuple(Realism.values)),
    Key("evaluation_area"),
    Choice("signal", values=("surface", "deep", "conduct")),
    Whole("target_level", required=True, low=1, high=5),
    Flag("conventional"),
    Words("source"),
    Text("basis", longest=200),
    Text("prompt", required=True),
    Text("alternative_prompt"),
    Text("alternative_scoring"),
    Text("interviewer_materials"),
    Listing("evidences", required=True, shape=EVIDENCE, label="competency"),
    Listing("injections", shape=INJECTION),
    Text("injection_note"),
    Texts("follow_ups", always=True),
    Texts("red_flags"),
    Mapping("interviewer_key", shape=INTERVIEWER_KEY),
    *(Text(name) for name in QUESTION_EXTRA),
    Listing("criteria", required=True, shape=CRITERION, label="competency"),
)

_SAME_NAME = (
    "key",
    "title",
    "format",
    "minutes",
    "realism",
    "evaluation_area",
    "signal",
    "target_level",
    "conventional",
    "source",
    "basis",
    "prompt",
    "alternative_prompt",
    "alternative_scoring",
    "interviewer_materials",
    "injection_note",
    "follow_ups",
    "red_flags",
)


def scale_body(scale: RatingScale) -> dict[str, Any]:
    """Return the canonical body of a scale; its points should be loaded."""
    return SCALE.body(
        {
            "key": scale.key,
            "name": scale.name,
            "meets_point": scale.meets_point,
            "source": scale.source,
            "basis": scale.basis,
            "points": [
                {"level": point.value, "label": point.label, "meaning": point.meaning}
                for point in scale.points.all()
            ],
        }
    )


def question_body(question: Question) -> dict[str, Any]:
    """Return the canonical body of a question; load it through ``with_criteria`` and its bank."""
    criteria = list(question.criteria.all())
    return complete(
        {
            **{name: getattr(question, name) for name in _SAME_NAME},
            "bank": question.bank.key,
            "scale": question.scale.key,
            "interviewer_key": {"strong_answer": question.strong_answer, "misreadings": question.misreadings},
            "evidences": [
                {"competency": row.competency.key, "strength": row.strength, "target_level": row.target_level}
                for row in criteria
            ],
            "injections": [
                {
                    "at_minute": row.at_minute,
                    "probes": row.probes.key,
                    "change": row.change,
                    "listen_for": row.listen_for,
                }
                for row in question.injections.all()
            ],
            **{name: question.extra.get(name, "") for name in QUESTION_EXTRA},
            "criteria": [
                {
                    "competency": row.competency.key,
                    "levels": {anchor.point: anchor.text for anchor in row.anchors.all()},
                }
                for row in criteria
            ],
        }
    )


def complete(values: Any) -> dict[str, Any]:
    """Return a question in canonical form: the usual bank and scale unsaid, every target level said."""
    body = dict(values)
    if body.get("bank") == DEFAULT_BANK:
        body["bank"] = ""
    if body.get("scale") == DEFAULT_SCALE:
        body["scale"] = ""
    body["evidences"] = [
        {**row, "target_level": row.get("target_level") or body.get("target_level")}
        for row in body.get("evidences", [])
    ]
    return QUESTION.body(body)


def scale_hash(scale: RatingScale) -> str:
    """Return the content hash of a scale."""
    return pinned_hash(scale_body(scale), {})


def question_hash(question: Question) -> str:
    """Return the content hash of a question with the versions of scale and competencies it pins."""
    pins = {row.competency.key: row.competency.content_hash for row in question.criteria.all()}
    pins |= {row.probes.key: row.probes.content_hash for row in question.injections.all()}
    return pinned_hash(
        question_body(question), {**pins, f"scale {question.scale.key}": question.scale.content_hash}
    )
