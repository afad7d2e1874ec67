"""Everything that changes a loop. Callers import the verbs from here.

Editing verbs take ``revision``, the count the editor last saw: if somebody else changed the draft
meanwhile, they raise Conflict and change nothing.
"""

from loops.actions.drafts import create_loop, duplicate_loop, edit_loop
from loops.actions.editing import LOOPS
from loops.actions.faults import faults_of
from loops.actions.lifecycle import (
    discard_draft,
    mark_default,
    new_loop_version,
    publish_loop,
    retire_loop,
)
from loops.actions.placements import (
    move_placement,
    place_question,
    remove_placement,
    set_alternate,
    swap_question,
)
from loops.actions.reshaping import reshape
from loops.actions.stages import add_stage, edit_stage, move_stage, remove_stage

__all__ = [
    "LOOPS",
    "add_stage",
    "create_loop",
    "discard_draft",
    "duplicate_loop",
    "edit_loop",
    "edit_stage",
    "faults_of",
    "mark_default",
    "move_placement",
    "move_stage",
    "new_loop_version",
    "place_question",
    "publish_loop",
    "remove_placement",
    "remove_stage",
    "reshape",
    "retire_loop",
    "set_alternate",
    "swap_question",
]
