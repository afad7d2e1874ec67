"""Saving what can be saved: a fault in one field never keeps the words of the others from being kept.

The form and its script both save through here. A program that writes over the API is told instead, and nothing
of its request is stored: it can send the rest again, a person cannot type it again.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.errors import InvalidInput
from accounts.models import User
from hiring.scoring import actions
from hiring.scoring.models import Scorecard


class PartlySaved(InvalidInput):
    """Some of the changes cannot be stored; the others are. Carries the card as it is now."""

    def __init__(self, refused: InvalidInput, card: Scorecard) -> None:
        super().__init__(refused.message, problems=refused.problems)
        self.card = card


def save(
    card: Scorecard,
    *,
    revision: int,
    changes: Mapping[str, Any],
    by: User,
    tried: Mapping[str, Sequence[Any]] | None = None,
) -> Scorecard:
    """Save a draft; where single parts are refused, save the others and raise PartlySaved naming these."""
    try:
        return actions.save_draft(card, revision=revision, changes=changes, by=by, tried=tried)
    except InvalidInput as refused:
        faulty = {item for item, _ in refused.problems}
        others = {item: value for item, value in changes.items() if item not in faulty}
        if not others or len(others) == len(changes):
            raise
        card = actions.save_draft(card, revision=revision, changes=others, by=by, tried=tried)
        raise PartlySaved(refused, card) from refused
