"""What people see where nothing is, where nothing can be read, or where we failed."""

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from config import database_away
from config.api.problems import CONTENT_TYPE, problem_body


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address or a body that cannot be read: problem details below /api/, the page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    return JsonResponse(
        problem_body(400, "The request cannot be read."), status=400, content_type=CONTENT_TYPE
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An unknown address: problem details below /api/, the page elsewhere."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    return JsonResponse(problem_body(404, "Not found."), status=404, content_type=CONTENT_TYPE)


def crashed(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or a database that is away: problem details below /api/, the page elsewhere."""
    if database_away.is_away(sys.exc_info()[1]):
        return database_away.answer(request)
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    text = "Something went wrong on our side. Nothing was changed; try again in a moment."
    return JsonResponse(problem_body(500, text), status=500, content_type=CONTENT_TYPE)
