"""Changes of questions, rating scales and banks; every one names who does it."""

from rubrics.actions.exposure import mark_leak
from rubrics.actions.questions import (
    discard_question,
    new_question_version,
    publish_question,
    question_faults,
    question_state,
    remove_criterion,
    retire_question,
    save_criterion,
    save_injections,
    save_question,
)
from rubrics.actions.scales import (
    discard_scale,
    new_scale_version,
    publish_scale,
    retire_scale,
    save_bank,
    save_points,
    save_scale,
    scale_state,
)

__all__ = [
    "discard_question",
    "discard_scale",
    "mark_leak",
    "new_question_version",
    "new_scale_version",
    "publish_question",
    "publish_scale",
    "question_faults",
    "question_state",
    "remove_criterion",
    "retire_question",
    "retire_scale",
    "save_bank",
    "save_criterion",
    "save_injections",
    "save_points",
    "save_question",
    "save_scale",
    "scale_state",
]
