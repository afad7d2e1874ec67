"""Numbers that stand alone in an address, a form or on a command line, read as Django's forms read them.

What several inputs make up together is a form of its own; these are for the single ones. Nothing else
reads a number out of text that came with a request: ``str.isdigit`` takes digits for numbers that
``int`` refuses, such as a superscript two.
"""

from django.core.exceptions import ValidationError
from django.forms import IntegerField

LARGEST_ID = 2**63 - 1


def row_id(text: object) -> int | None:
    """The primary key that a text names, None where it cannot be one."""
    return whole_number(text, low=1, high=LARGEST_ID)


def whole_number(text: object, *, low: int, high: int) -> int | None:
    """The whole number that a text says, None where it says none or one outside ``low`` to ``high``."""
    try:
        found: int | None = IntegerField(min_value=low, max_value=high, required=False).clean(text)
    except ValidationError:
        return None
    return found
