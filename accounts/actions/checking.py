"""Field checks of a model as an action's refusal."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models

from accounts.errors import InvalidInput


def refuse_invalid(row: models.Model, *, exclude: Iterable[str] = (), alone: bool = False) -> None:
    """Raise InvalidInput naming each field that is wrong.

    The row is judged beside the others of its table (unique values, constraints), or ``alone``, where the
    others are checked under a lock and refused in words of their own.
    """
    try:
        if alone:
            row.clean_fields(exclude=set(exclude))
        else:
            row.full_clean(exclude=set(exclude))
    except ValidationError as error:
        problems = [
            ("" if field == "__all__" else field, text)
            for field, texts in error.message_dict.items()
            for text in texts
        ]
        raise InvalidInput("Some of this is not valid.", problems=problems) from None
