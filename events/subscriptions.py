"""Who is told of what. A slice subscribes in ``subscribers.py``, and the recording slice knows nothing of it.

``@within(KIND)`` is called inside the transaction of the action, once. It may ask for background work or write a
row of its own, and nothing that takes time or can refuse: its failure undoes the action.

``@after(KIND, title="...")`` is called by a worker after the commit, at least once: each subscriber's delivery is
a job of its own, which is tried again, and seen in the list of jobs, without holding up anybody else's. It must not
mind being called twice, nor that the rows have changed since.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from events import kinds
from events.kinds import FactKind
from events.models import Event
from jobs.actions import enqueue
from jobs.context import JobContext
from jobs.registry import find, handler

Told = Callable[[Event], None]


@dataclass(frozen=True)
class Subscriptions:
    """Who is told, by name of the kind: functions within the transaction, kinds of jobs after it."""

    within: dict[str, list[Told]] = field(default_factory=lambda: defaultdict(list))
    after: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


_subscriptions = Subscriptions()


def within(*of: FactKind) -> Callable[[Told], Told]:
    """Subscribe the decorated function to facts of these kinds, inside the action's transaction."""

    def subscribe(told: Told) -> Told:
        for kind in of:
            kinds.check(kind)
            _subscriptions.within[kind.name].append(told)
        return told

    return subscribe


def after(*of: FactKind, title: str) -> Callable[[Told], Told]:
    """Subscribe the decorated function to facts of these kinds, by a job each; ``title`` names it on screen."""

    def subscribe(told: Told) -> Told:
        name = name_of(told)
        if find(name) is not None:
            raise ValueError(f"Two subscribers are called {name}.")

        def deliver(job: JobContext) -> None:
            told(Event.objects.select_related("team", "by").get(pk=job.payload["event"]))

        handler(name, title=title)(deliver)
        for kind in of:
            kinds.check(kind)
            _subscriptions.after[kind.name].append(name)
        return told

    return subscribe


def name_of(told: Told) -> str:
    """The kind of the jobs that deliver to a function: where it stands, hiring.decisions.adopt for example."""
    return f"{told.__module__.removesuffix('.subscribers')}.{told.__name__}"


def tell(event: Event) -> None:
    """Call whoever is to be told at once, and ask for a job for each of the others."""
    for told in _subscriptions.within.get(event.kind, ()):
        told(event)
    for name in _subscriptions.after.get(event.kind, ()):
        enqueue(
            name,
            team=event.team,
            payload={"event": event.pk},
            unique_key=f"{name}:{event.pk}",
            by=event.by,
        )
