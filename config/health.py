"""Three questions about the product's health, for machines: docs/adr/0014-health-is-work-done.md."""

from typing import Any

from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from jobs.health import state_of_work

_DOWN: dict[str, Any] = {
    "status": "down",
    "database": "down",
    "worker": "unknown",
    "last_seen": None,
    "overdue": [],
}


@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    """Answer 200 while this web server and its database answer, whatever the workers do."""
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "down", "database": "down"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while web and database are up and no work is overdue; name the worker's state either way."""
    facts = _facts()
    return JsonResponse(facts, status=200 if facts["status"] == "ok" else 503)


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while, beyond that, a worker has been seen lately: everything is there."""
    facts = _facts()
    if facts["status"] == "ok" and facts["worker"] != "ok":
        facts["status"] = "no worker"
    return JsonResponse(facts, status=200 if facts["status"] == "ok" else 503)


def _facts() -> dict[str, Any]:
    try:
        work = state_of_work()
    except Error:
        return dict(_DOWN)
    return {
        "status": "late" if work.overdue else "ok",
        "database": "ok",
        "worker": work.worker,
        "last_seen": work.last_seen.isoformat(timespec="seconds") if work.last_seen else None,
        "overdue": list(work.overdue),
    }
