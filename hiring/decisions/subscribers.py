"""What debriefs learn from others."""

from events.models import Event
from events.subscriptions import after
from hiring.calibration.facts import FINISHED
from hiring.calibration.models import CalibrationRun
from hiring.decisions.record import adopt_run


@after(FINISHED, title="Newest levels for debriefs that are not decided")
def take_score_of_record(event: Event) -> None:
    """Read undecided debriefs beside the run, those whose scorecards it all holds; however often this is called."""
    adopt_run(CalibrationRun.objects.select_related("team").get(pk=event.subject_id))
