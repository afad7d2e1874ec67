"""Stages that a proposal replaced, kept for the builder's undo until the builder is next opened."""

import json

from django.http import HttpRequest

from loops.models import Loop
from loops.shapes import Shape, as_json

_SAID = "Stages replaced by the proposal"


def remember_replaced(request: HttpRequest, draft: Loop, before: Shape) -> None:
    """Keep what stood in ``draft`` before, for the session of whoever replaced it."""
    revision = Loop.objects.values_list("revision", flat=True).get(pk=draft.pk)
    request.session[_key(draft)] = {"stages": as_json(before), "said": _SAID, "revision": str(revision)}


def take_replaced(request: HttpRequest, draft: Loop) -> str:
    """The step that takes the replacement back, as the page's undo reads it; empty where there is none any more."""
    step = request.session.pop(_key(draft), None)
    if step is None or step["revision"] != str(draft.revision):
        return ""
    return json.dumps(step)


def _key(draft: Loop) -> str:
    return f"replaced-{draft.pk}"
