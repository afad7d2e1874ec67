"""What debriefs learn from others."""

from events.models import Event
from events.subscriptions import after
from hiring.calibration.facts import FINISHED
from hiring.calibration.models import CalibrationRun
from hiring.decisions.actions import adopt_run


@after(FINISHED, title="Score of record for open debriefs")
def take_score_of_record(event: Event) -> None:
    """Give the run to debriefs that wait for one. Those that have theirs keep it, however often this is called."""
    adopt_run(CalibrationRun.objects.select_related("team").get(pk=event.subject_id))
