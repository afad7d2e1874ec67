"""Look-ups that the debrief's matrix needs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import template

from web.numbers import listed

register = template.Library()


@register.filter
def names_of(keys: Sequence[str], table: Mapping[str, str]) -> str:
    """What ``table`` calls each of ``keys``, listed; a key that it does not hold stands for itself."""
    return listed([table.get(key, key) for key in keys])


@register.filter
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """Return ``table[key]``, or None."""
    return table.get(key)
