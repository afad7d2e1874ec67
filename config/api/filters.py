"""Only declared filters; an unknown parameter is an error, not a silent no-op."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.db.models import ForeignKey, QuerySet
from django_filters.rest_framework import DjangoFilterBackend, Filter, FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

ALWAYS = {"cursor", "page_size", "format", "team"}


_plain = RegexValidator(r"\A[0-9]{1,18}\Z", "Enter the id, a whole number.")


class RowIdField(forms.IntegerField):
    """An id as this API writes it."""

    def to_python(self, value: Any) -> int | None:
        """Check the digits before they are read: other scripts have digits as well."""
        if value not in self.empty_values:
            _plain(str(value))
        return super().to_python(value)


class RowFilter(Filter):
    """Rows that belong to another one, by its id. An id one may not see finds nothing, like an unknown one."""

    field_class = RowIdField


class RowsById(FilterSet):
    """Base of generated filters: django-filter's own would say whether an id of others exists."""

    FILTER_DEFAULTS: ClassVar = {**FilterSet.FILTER_DEFAULTS, ForeignKey: {"filter_class": RowFilter}}


class DeclaredFilters(DjangoFilterBackend):
    """django-filter, refusing parameters that the view does not declare."""

    filterset_base = RowsById

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
