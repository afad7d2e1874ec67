"""Look-ups that the debrief's matrix needs."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """Return ``table[key]``, or None."""
    return table.get(key)
