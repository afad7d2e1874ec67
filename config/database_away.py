"""When the database is away: what tells it from other faults, and what people and programs then see."""

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from config.api.problems import CONTENT_TYPE, problem_body

RETRY_AFTER = 5  # seconds
TEXT = "The database does not answer at the moment. Nothing was changed; try again in a few seconds."
# Too many connections; ended by an administrator, by a crash, by a start or a stop.
_STATES = {"53300", "57P01", "57P02", "57P03"}


def is_away(error: BaseException | None) -> bool:
    """Whether an error means that the database cannot be reached, as against that it refused something."""
    while error is not None:
        if isinstance(error, psycopg.InterfaceError | InterfaceError):
            return True
        if isinstance(error, psycopg.OperationalError):
            # The driver's own errors about connections carry no state: nobody was there to give one.
            state = error.sqlstate
            return state is None or state in _STATES or state.startswith("08")
        if isinstance(error, OperationalError) and error.__cause__ is None:
            return True
        error = error.__cause__
    return False


def answer(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After: problem details below /api/, elsewhere a page that needs no database."""
    response: HttpResponse
    if request.path.startswith("/api/"):
        response = JsonResponse(problem_body(503, TEXT), status=503, content_type=CONTENT_TYPE)
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response
