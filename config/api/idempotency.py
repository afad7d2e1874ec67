"""Writes with an ``Idempotency-Key`` take effect once, however often they are sent.

The key's row, the effect and the stored answer are one transaction. A repetition
waits for the first to end and then gets its answer; if the first failed and left
nothing behind, the repetition does the work.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import APIView

from accounts.models import IdempotencyKey
from web.api import ROW_ID

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
KEPT = timedelta(days=1)
WAIT_SECONDS = 10
_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
_KEPT_HEADERS = ("ETag", "Location")

Handler = Callable[..., Response]


class KeyReused(exceptions.APIException):
    """The key came before, with another request."""

    status_code = 422
    default_detail = (
        "This Idempotency-Key was used for a different request. Repeat that request unchanged, or choose "
        "a new key."
    )


class StillRunning(exceptions.APIException):
    """The first request of this key has not ended."""

    status_code = 409
    default_detail = (
        "The first request with this Idempotency-Key is still being worked on. Try again in a moment."
    )


class IdempotentWrites(APIView):
    """Mixin for API views: honours the header on every method that writes."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Put the key's check between the permission check and the handler."""
        super().initial(request, *args, **kwargs)
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise exceptions.ParseError("The address holds a NUL character.")
        key = request.headers.get(HEADER)
        method = str(request.method)
        if key is None or method in _SAFE or not request.user.is_authenticated:
            return
        if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
            raise exceptions.ParseError(f"{HEADER} must be 1 to {LONGEST_KEY} printable characters.")
        handler = getattr(self, method.lower(), None)
        if handler is not None:
            setattr(self, method.lower(), partial(_once, handler, key))


class IdempotentRouter(DefaultRouter):
    """Gives every view set it routes to the mixin, so that no slice can forget it."""

    # One address a thing: no second one that ends in ".json".
    include_format_suffixes = False

    def register(self, prefix: Any, viewset: Any, basename: str | None = None) -> None:
        """Route to ``viewset`` with idempotent writes."""
        facts = {"__doc__": viewset.__doc__, "__module__": viewset.__module__, "lookup_value_regex": ROW_ID}
        super().register(prefix, type(viewset.__name__, (IdempotentWrites, viewset), facts), basename)


def _once(handler: Handler, key: str, request: Request, *args: Any, **kwargs: Any) -> Response:
    facts = {
        "method": request.method,
        "path": request.get_full_path()[:500],
        "body_hash": hashlib.sha256(request.body).hexdigest(),
    }
    with transaction.atomic():
        row, is_new = _take(request, key, facts)
        if not is_new:
            return _replay(row, facts)
        response = handler(request, *args, **kwargs)
        if response.status_code >= 500:
            transaction.set_rollback(True)
            return response
        headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
        stored = {"data": json.loads(json.dumps(response.data, cls=JSONEncoder)), "headers": headers}
        IdempotencyKey.objects.filter(pk=row.pk).update(status=response.status_code, response=stored)
    return response


def _take(request: Request, key: str, facts: dict[str, Any]) -> tuple[IdempotencyKey, bool]:
    """Insert the key's row, or wait for the request that did and read what it stored."""
    rows = IdempotencyKey.objects.filter(user_id=_person(request))
    rows.filter(created_at__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'")
            new = IdempotencyKey(user_id=_person(request), key=key, **facts)
            IdempotencyKey.objects.bulk_create([new], ignore_conflicts=True)
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise StillRunning from None
    row = rows.get(key=key)
    # Only the request that inserted the row sees it without an answer.
    return row, row.status is None


def _person(request: Request) -> int:
    pk = request.user.pk
    if pk is None:
        raise exceptions.NotAuthenticated
    return pk


def _replay(row: IdempotencyKey, facts: dict[str, Any]) -> Response:
    if any(getattr(row, name) != value for name, value in facts.items()):
        raise KeyReused
    stored: dict[str, Any] = row.response or {}
    headers = {**stored.get("headers", {}), "Idempotency-Replayed": "true"}
    return Response(stored.get("data"), status=row.status, headers=headers)
