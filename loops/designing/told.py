"""Designs as the API and the command give them."""

from collections.abc import Iterable, Sequence
from typing import Any

from loops.designing.answers import Answer
from loops.designing.several import SeveralAnswer, session_of
from rubrics.models import Question


def keys_of(found: Iterable[Answer]) -> dict[int, str]:
    """Keys of the questions of some answers, by id, in one query."""
    asked = {pk for each in found for stage in each.shape for pk in stage.questions}
    return dict(Question.objects.filter(pk__in=asked).values_list("pk", "key"))


def in_full(found: SeveralAnswer, roles: Sequence[str]) -> dict[str, Any]:
    """Loops for several roles with their stages, and what it costs each role to share."""
    keys = keys_of(loop for each in found.sharings for loop in each.loops)
    alone = found.sharings[0].loops if found.sharings else ()

    def told(role: str, loop: Answer, best: Answer, shared: frozenset[Any]) -> dict[str, Any]:
        return {
            "role": role,
            "gap": loop.gap,
            "cost": loop.gap - best.gap,
            "minutes": loop.minutes,
            "interviewer_minutes": loop.interviewer_minutes,
            "unmet": list(loop.unmet),
            "stages": [
                {
                    "kind": stage.kind,
                    "name": stage.name,
                    "minutes": stage.minutes,
                    "interviewers": stage.interviewers,
                    "questions": [keys.get(pk, "") for pk in stage.questions],
                    "shared": session_of(stage) in shared,
                }
                for stage in loop.shape
            ],
        }

    return {
        "reason": found.reason,
        "sharings": [
            {
                "least": each.least,
                "gap": each.gap,
                "bound": each.bound,
                "proved": each.proved,
                "minutes": each.minutes,
                "sessions": each.sessions,
                "loops": [
                    told(role, loop, best, each.shared)
                    for role, loop, best in zip(roles, each.loops, alone, strict=True)
                ],
            }
            for each in found.sharings
        ],
    }
