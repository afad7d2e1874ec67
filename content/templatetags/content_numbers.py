"""How content is printed: shares as whole percent, lists as words."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template

register = template.Library()


@register.filter
def share(value: Any) -> str:
    """Print a share as whole percent; an en dash where there is none."""
    if value is None:
        return "–"
    percent = Decimal(str(value)) * 100
    whole = percent.quantize(Decimal(1), ROUND_HALF_UP)
    return f"{whole}\u202f%"


@register.filter
def words(value: Any) -> str:
    """Print a list as words with commas, keys with blanks for their underscores."""
    if isinstance(value, list):
        return ", ".join(words(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{heading(name)}: {words(each)}" for name, each in value.items())
    if value is None:
        return ""
    text = str(value)
    return text.replace("_", " ") if " " not in text else text


@register.filter
def heading(value: Any) -> str:
    text = str(value).replace("_", " ")
    return text[:1].upper() + text[1:]


@register.filter
def is_mapping(value: Any) -> bool:
    """Whether it has named parts."""
    return isinstance(value, dict)


@register.filter
def is_list(value: Any) -> bool:
    return isinstance(value, list)


@register.filter
def demand_words(requirement: Any) -> str:
    """Say at which realism a competency is needed, largest share first, leaving out what is not asked for."""
    names = ("controlled", "constrained", "production")
    parts = sorted(zip(requirement.demand, names, strict=True), key=lambda part: -part[0])
    return ", ".join(f"{name} {share(part)}" for part, name in parts if part > 0)
