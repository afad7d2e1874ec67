"""Which function does which kind of work.

A slice writes ``handlers.py``::

    @handler("calibration.run", title="Calibration", result_url=_address_of_the_run)
    def run(job: JobContext) -> None: ...

The function runs inside one transaction together with the job's end, so its rows
appear once however often a worker dies. It takes ids from ``job.payload`` and reads
the rest afresh; an ``ActionError`` ends the job at once with its text.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jobs.context import JobContext
from jobs.models import Job

Run = Callable[[JobContext], None]


@dataclass(frozen=True)
class Handler:
    """A kind of work: what runs, what people call it, where its result is."""

    kind: str
    run: Run
    title: str
    result_url: Callable[[Job], str | None]
    result_label: str


_handlers: dict[str, Handler] = {}


def handler(
    kind: str,
    *,
    title: str,
    result_url: Callable[[Job], str | None] | None = None,
    result_label: str = "Open the result",
) -> Callable[[Run], Run]:
    """Register the decorated function for ``kind``; ``title`` names the work on screen."""

    def register(run: Run) -> Run:
        known = _handlers.get(kind)
        if known is not None and known.run.__qualname__ != run.__qualname__:
            raise ValueError(f"Two handlers for jobs of kind {kind}: {known.run!r} and {run!r}.")
        _handlers[kind] = Handler(kind, run, title, result_url or (lambda job: None), result_label)
        return run

    return register


def get(kind: str) -> Handler:
    """Return the handler of ``kind``; raise LookupError naming the known kinds."""
    try:
        return _handlers[kind]
    except KeyError:
        known = ", ".join(sorted(_handlers)) or "none"
        raise LookupError(f"No handler for jobs of kind {kind!r}. Known: {known}.") from None


def find(kind: str) -> Handler | None:
    """Return the handler of ``kind``, or None once this version no longer knows it."""
    return _handlers.get(kind)
