"""Only declared filters; an unknown parameter is an error, not a silent no-op."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

ALWAYS = {"cursor", "page_size", "format", "team"}


class DeclaredFilters(DjangoFilterBackend):
    """django-filter, refusing parameters that the view does not declare."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        """Filter after checking every parameter's name."""
        filterset = self.get_filterset(request, queryset, view)
        declared = set(filterset.filters) if filterset is not None else set()
        unknown = set(request.query_params) - declared - ALWAYS
        if unknown:
            known = ", ".join(sorted(declared)) or "none"
            raise ValidationError(
                {name: [f"Unknown filter. This list knows: {known}."] for name in sorted(unknown)}
            )
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered
