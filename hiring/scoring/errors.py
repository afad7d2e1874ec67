"""What can go wrong with a scorecard beyond the ordinary."""

from collections.abc import Sequence
from typing import Any, TypedDict

from accounts.errors import Conflict, InvalidInput
from hiring.scoring import texts
from hiring.scoring.items import Items


class Sides(TypedDict):
    """Both values of a part that two windows saved differently."""

    yours: Any
    stored: Any


class StaleDraft(Conflict):
    """Another tab or device saved the same part meanwhile. Carries both sides, so that nothing is lost."""

    def __init__(
        self,
        *,
        revision: int,
        items: Items,
        conflicts: dict[str, tuple[Any, Any]],
        unseen: Sequence[str] = (),
    ) -> None:
        """``unseen`` are parts that another window filled in and this one says nothing about."""
        super().__init__(
            "Another window saved this scorecard meanwhile. Look at both versions and choose.",
            problems=[
                *((item, "Changed in another window.") for item in conflicts),
                *((item, texts.UNSEEN) for item in unseen),
            ],
        )
        self.revision = revision
        self.items = items
        self.conflicts = conflicts

    @property
    def sides(self) -> dict[str, Sides]:
        """Both values of each part in conflict, for answers in JSON."""
        return {item: {"yours": mine, "stored": theirs} for item, (mine, theirs) in self.conflicts.items()}

    @property
    def details(self) -> dict[str, Any]:
        """What an answer adds to the refusal: the current state, and what is in conflict with it."""
        return {"revision": self.revision, "items": self.items, "conflicts": self.sides}


class ForeignInjection(InvalidInput):
    """A constraint change that no question of the interview has."""

    def __init__(self) -> None:
        super().__init__("This change does not belong to a question of this interview.")


class Incomplete(InvalidInput):
    """Something has to be filled in before the scorecard can be submitted."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        count = "One thing is" if len(problems) == 1 else f"{len(problems)} things are"
        super().__init__(f"{count} missing before you can submit.", problems=problems)
