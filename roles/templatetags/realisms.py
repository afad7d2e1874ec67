"""The mark of a realism in templates."""

from typing import Any

from django import template

from roles.models import Realism

register = template.Library()


@register.inclusion_tag("components/realism.html")
def realism(name: str) -> dict[str, Any]:
    """Show a realism as three squares and its word."""
    if name not in Realism.values:
        raise ValueError(f"{name!r} is not a realism; use one of {', '.join(Realism.values)}")
    return {"name": name, "squares": [{"x": 6 * i, "on": i <= Realism.values.index(name)} for i in range(3)]}
