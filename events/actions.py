"""Writing down what happened."""

from django.db import models, transaction

from accounts.models import Team, User
from events import kinds, subscriptions
from events.kinds import FactKind
from events.models import Event, label_of


def record(kind: FactKind, subject: models.Model, *, team: Team, by: User | None, **ids: int | None) -> Event:
    """Write down that ``kind`` happened to ``subject``, inside the action's own transaction, and tell of it.

    Subscribers within the transaction are called at once; for each of the others a job is asked for in the same
    transaction. ``ids`` are those that the kind declares, all of them. Raises LookupError for a kind that
    nobody declares, TypeError for other ids or for anything that is not an id, RuntimeError outside a transaction.
    """
    kinds.check(kind)
    if set(ids) != kind.ids:
        wanted = ", ".join(sorted(kind.ids)) or "none"
        raise TypeError(f"{kind} goes with these ids: {wanted}; got: {', '.join(sorted(ids)) or 'none'}.")
    for name, value in ids.items():
        if value is not None and type(value) is not int:
            raise TypeError(f"{kind}: {name} is no id but {type(value).__name__}. Events hold ids alone.")
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{kind} was recorded outside the transaction of what it tells.")
    event: Event = Event.objects.create(
        kind=kind.name,
        team=team,
        subject_type=label_of(subject),
        subject_id=subject.pk,
        ids=ids,
        by=by,
    )
    subscriptions.tell(event)
    return event
