"""Field checks of a model as an action's refusal."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models

from accounts.errors import InvalidInput


def check(row: models.Model, *, exclude: Iterable[str] = ()) -> None:
    """Run a model's own validation; raise InvalidInput naming each field that is wrong."""
    try:
        row.full_clean(exclude=set(exclude))
    except ValidationError as error:
        problems = [
            ("" if field == "__all__" else field, text)
            for field, texts in error.message_dict.items()
            for text in texts
        ]
        raise InvalidInput("Some of this is not valid.", problems=problems) from None
