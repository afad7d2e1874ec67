"""The kinds of content about rating: what a rating scale, a question bank and a question contain.

A line a field: see ``content.kinds`` for all that follows from it.
"""

from typing import Any

from content.kinds import ContentKind, Heading, Lineage
from content.packfile import (
    Choice,
    Flag,
    Key,
    Levels,
    Listing,
    Mapping,
    Number,
    Ref,
    Shape,
    Text,
    Texts,
    Whole,
    Words,
)
from roles.models import Realism
from rubrics.models import Question, QuestionBank, QuestionFormat, RatingScale

# The scale and the bank that a pack need not name.
DEFAULT_SCALE = "rubric_scale"
DEFAULT_SCALE_NAME = "Rating scale"
DEFAULT_BANK = "main"
DEFAULT_BANK_NAME = "Question bank"
MEETS = 3

POINT = Shape(
    Whole("level", required=True, low=1, high=30, column="value"),
    Text("label", required=True, longest=60),
    Text("meaning"),
)

SCALE = ContentKind(
    RatingScale,
    "rating scale",
    Shape(
        Key("key", required=True),
        Text("name", required=True, longest=120),
        Whole("meets_point", required=True, low=1, high=30),
        Words("source"),
        Text("basis", longest=200),
        Listing("points", required=True, shape=POINT, label="level", rows="points"),
    ),
)

BANK = Heading(
    QuestionBank,
    "question bank",
    Shape(Key("key", required=True), Text("name", required=True, longest=120), Text("description")),
)

# What an answer shows and how it is rated are written apart, in two lists of one order; each pair is one
# criterion. The first list says how much it shows of what, ...
EVIDENCE = Shape(
    Ref("competency", required=True, kind="competency"),
    Number("strength", required=True, decimals=3),
    Whole("target_level", low=1, high=5),
)
# ... the second what earns which point.
RUBRIC = Shape(
    Ref("competency", required=True, kind="competency"), Levels("levels", required=True, rows="anchors")
)

INJECTION = Shape(
    Whole("at_minute", required=True, high=2880),
    Ref("probes", required=True, kind="competency"),
    Text("change", required=True),
    Text("listen_for"),
)

INTERVIEWER_KEY = Shape(Texts("strong_answer"), Texts("misreadings"))


def _target_levels_said(values: dict[str, Any]) -> dict[str, Any]:
    """Say the target level of every criterion: where none is written, the question's own is meant."""
    values["evidences"] = [
        {**row, "target_level": row.get("target_level") or values.get("target_level")}
        for row in values.get("evidences", [])
    ]
    return values


QUESTION = ContentKind(
    Question,
    "question",
    Shape(
        Key("key", required=True),
        Text("title", required=True, longest=200),
        Ref("bank", kind="question bank", unsaid=DEFAULT_BANK, pin=""),
        Ref("scale", kind="rating scale", unsaid=DEFAULT_SCALE, pin="scale {}"),
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
        Text("material_place", longest=300),
        Whole("preparation_minutes", high=2880),
        Whole("marking_minutes", high=2880),
        Key("variant_family"),
        Listing("evidences", required=True, shape=EVIDENCE, label="competency", rows="criteria"),
        Listing("injections", shape=INJECTION, rows="injections"),
        Text("injection_note"),
        Texts("follow_ups", always=True),
        Texts("red_flags"),
        Mapping("interviewer_key", shape=INTERVIEWER_KEY, spread=True),
        # Why the rubric is as deep as it is: read by nobody but the pack's author, so no column holds it.
        Text("rubric_depth", in_extra=True),
        Listing("criteria", required=True, shape=RUBRIC, label="competency", rows="criteria"),
    ),
    tidy=_target_levels_said,
    # Difficulties of two versions of a criterion shrink towards one another.
    lineage=Lineage("criteria", column="parent", same="competency"),
)
