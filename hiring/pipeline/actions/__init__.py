"""Everything that changes the pipeline. Callers import the verbs from here."""

from hiring.pipeline.actions.candidates import add_candidate, apply, withdraw
from hiring.pipeline.actions.holders import assign_interviewer, hand_over, release_interviewer
from hiring.pipeline.actions.interviews import (
    cancel_interview,
    mark_held,
    reschedule_interview,
)
from hiring.pipeline.actions.openings import (
    change_opening,
    close_opening,
    open_opening,
    pause_opening,
    reopen_opening,
)
from hiring.pipeline.actions.planning import plan_another_session, schedule_interview, schedule_loop

__all__ = [
    "add_candidate",
    "apply",
    "assign_interviewer",
    "cancel_interview",
    "change_opening",
    "close_opening",
    "hand_over",
    "mark_held",
    "open_opening",
    "pause_opening",
    "plan_another_session",
    "release_interviewer",
    "reopen_opening",
    "reschedule_interview",
    "schedule_interview",
    "schedule_loop",
    "withdraw",
]
