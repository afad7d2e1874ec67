"""Everything that changes a scorecard. Callers import the verbs from here."""

from hiring.scoring.actions.behalf import write_on_behalf
from hiring.scoring.actions.drafts import save_draft, start
from hiring.scoring.actions.reveals import reveal_injection, undo_reveal
from hiring.scoring.actions.submission import amend, discard_amendment, submit
from hiring.scoring.actions.withdrawing import withdraw_rating

__all__ = [
    "amend",
    "discard_amendment",
    "reveal_injection",
    "save_draft",
    "start",
    "submit",
    "undo_reveal",
    "withdraw_rating",
    "write_on_behalf",
]
