"""What loops learn from what happened to them."""

from events.models import Event
from events.subscriptions import after
from loops.best import ask_for_best
from loops.facts import PUBLISHED
from loops.models import Loop


@after(PUBLISHED, title="Best possible at a loop's budget")
def find_the_best(event: Event) -> None:
    """Work out what the same time could have bought; asked again, it finds the answer that is there."""
    loop = Loop.objects.with_plan().select_related("team").filter(pk=event.subject_id).first()
    if loop is not None and not loop.contrast:
        ask_for_best(loop, by=event.by)
