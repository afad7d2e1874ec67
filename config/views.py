"""Whether the product is up, and what people see where nothing is."""

from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.cache import never_cache

from config.api.problems import CONTENT_TYPE, problem_body
from jobs.health import worker_state


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when web and database are up, 503 otherwise; name the worker's state either way."""
    try:
        worker, seen = worker_state()
    except Error:
        down = {"status": "down", "database": "down", "worker": "unknown", "last_seen": None}
        return JsonResponse(down, status=503)
    last_seen = seen.isoformat(timespec="seconds") if seen else None
    return JsonResponse({"status": "ok", "database": "ok", "worker": worker, "last_seen": last_seen})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An unknown address: problem details below /api/, the page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    return JsonResponse(problem_body(404, "Not found."), status=404, content_type=CONTENT_TYPE)


def crashed(request: HttpRequest) -> HttpResponse:
    """A fault of ours: problem details below /api/, the page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    text = "Something went wrong on our side. Nothing was changed; try again in a moment."
    return JsonResponse(problem_body(500, text), status=500, content_type=CONTENT_TYPE)
