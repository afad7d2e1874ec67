"""Cursor pages: stable under inserts, and no count over the whole table."""

from rest_framework.pagination import CursorPagination


class Cursor(CursorPagination):
    """Newest first; ``page_size`` up to 200."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200
