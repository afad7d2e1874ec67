"""Changes of questions, rating scales and banks; every one names who does it."""

from rubrics.actions.exposure import mark_leak
from rubrics.actions.questions import (
    QUESTIONS,
    discard_question,
    new_question_version,
    publish_question,
    remove_criterion,
    retire_question,
    save_criterion,
    save_injections,
    save_question,
)
from rubrics.actions.scales import (
    SCALES,
    discard_scale,
    new_scale_version,
    publish_scale,
    retire_scale,
    save_bank,
    save_points,
    save_scale,
)

__all__ = [
    "QUESTIONS",
    "SCALES",
    "discard_question",
    "discard_scale",
    "mark_leak",
    "new_question_version",
    "new_scale_version",
    "publish_question",
    "publish_scale",
    "remove_criterion",
    "retire_question",
    "retire_scale",
    "save_bank",
    "save_criterion",
    "save_injections",
    "save_points",
    "save_question",
    "save_scale",
]
