"""Errors as problem details (RFC 9457)."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.errors import ActionError

CONTENT_TYPE = "application/problem+json"
_TITLES = {
    400: "The request cannot be read",
    401: "Sign-in needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Format not available",
    409: "Not possible in this state",
    412: "Changed meanwhile",
    415: "Format not accepted",
    422: "Input not valid",
    413: "Too large",
    428: "Precondition needed",
    429: "Too many requests",
    500: "Error on our side",
    503: "Not available at the moment",
}


def problem_body(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """Return problem details."""
    title = _TITLES.get(status, "Error")
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}


def problem(status: int, detail: str, **more: Any) -> Response:
    """Return a problem response."""
    return Response(problem_body(status, detail, **more), status=status, content_type=CONTENT_TYPE)


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Translate errors of actions and of the framework; anything else stays a crash."""
    if isinstance(error, ActionError):
        set_rollback()
        problems = [{"field": field, "text": text} for field, text in error.problems]
        # What an error carries beyond its text, for example both sides of a conflict.
        details: dict[str, Any] = getattr(error, "details", {})
        return problem(error.status, error.message, **({"problems": problems} if problems else {}), **details)
    if isinstance(error, RequestDataTooBig):
        return problem(413, "The body is larger than anything this API accepts. Send less at a time.")
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    response = (
        problem(error.status_code, "Some fields are not valid.", errors=error.detail)
        if isinstance(error, exceptions.ValidationError)
        else problem(error.status_code, str(error.detail))
    )
    if (
        isinstance(error, exceptions.AuthenticationFailed | exceptions.NotAuthenticated)
        and error.status_code == 401
    ):
        response["WWW-Authenticate"] = getattr(error, "auth_header", "Token")
    if isinstance(error, exceptions.Throttled) and (wait := getattr(error, "wait", None)) is not None:
        response["Retry-After"] = str(int(wait) + 1)
    return response
