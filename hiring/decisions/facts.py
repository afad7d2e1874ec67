"""What debriefs and decisions tell others."""

from events.kinds import declare

OPENED = declare("debrief.opened", "The scorecards of an application were revealed.", ids=("application",))
DECIDED = declare(
    "decision.made", "Somebody decided on an application, or changed their mind.", ids=("application",)
)
LIVE_MOVED = declare(
    "debrief.live", "A debrief held as a meeting began, or went on to its next phase.", ids=("application",)
)
