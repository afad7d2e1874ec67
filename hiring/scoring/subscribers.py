"""What scoring learns from the pipeline: who could read others' cards when they came to owe one of their own."""

from events.models import Event
from events.subscriptions import within
from hiring.pipeline.facts import ASSIGNED, RELEASED
from hiring.pipeline.models import Assignment
from hiring.scoring.sights import remember, remember_before


def _assignment(event: Event) -> Assignment:
    return Assignment.objects.select_related("interviewer", "interview__application").get(pk=event.subject_id)


@within(ASSIGNED)
def keep_what_was_seen(event: Event) -> None:
    """Before this assignment the holder may have read what they are blind to from now on."""
    remember_before(_assignment(event))


@within(RELEASED)
def keep_what_is_seen(event: Event) -> None:
    """Whoever is let off owes nothing any more, and may read."""
    assignment = _assignment(event)
    remember(assignment.interviewer, assignment.interview.application)
