"""When calibration is asked for: whenever something that a run is computed from has changed."""

from events.models import Event
from events.subscriptions import within
from hiring.calibration.actions import DEBOUNCE, request_run
from hiring.lab.facts import ANCHOR_SET, RATED
from hiring.scoring.facts import AMENDED, SUBMITTED, WITHDRAWN
from rubrics.facts import LEAKED


@within(SUBMITTED, AMENDED, WITHDRAWN, LEAKED, RATED, ANCHOR_SET)
def ask_for_run(event: Event) -> None:
    """Ask for a run a minute later; what arrives meanwhile joins it. Scorecards of one debrief come together."""
    request_run(team=event.team, by=event.by, delay=DEBOUNCE)
