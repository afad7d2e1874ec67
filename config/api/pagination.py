"""Cursor pages: stable under inserts, and no count over the whole table."""

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from accounts.inputs import row_id


class Cursor(CursorPagination):
    """Newest first; ``page_size`` up to 200."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Any:
        """Read the cursor; one that this API did not give out reads like an unknown page."""
        cursor = super().decode_cursor(request)
        position = getattr(cursor, "position", None)
        if position is not None and row_id(position) is None:
            raise NotFound(self.invalid_cursor_message)
        return cursor
