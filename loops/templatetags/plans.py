"""Numbers of a plan in templates, where reports' filters say more than a cell has room for."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def tenths(share: Any) -> str:
    """Write a share as percent with one decimal and no sign: its column's head says what it is."""
    return f"{100 * float(share):.1f}"
