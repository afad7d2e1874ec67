"""What can go wrong with a scorecard beyond the ordinary."""

from typing import Any

from accounts.errors import Conflict, InvalidInput
from hiring.scoring.items import Items


class StaleDraft(Conflict):
    """Another tab or device saved the same part meanwhile. Carries both sides, so that nothing is lost."""

    def __init__(self, *, revision: int, items: Items, conflicts: dict[str, tuple[Any, Any]]) -> None:
        super().__init__(
            "Another window saved this scorecard meanwhile. Look at both versions and choose.",
            problems=[(item, "Changed in another window.") for item in conflicts],
        )
        self.revision = revision
        self.items = items
        self.conflicts = conflicts

    @property
    def details(self) -> dict[str, Any]:
        """The current state and both values of each part in conflict, for answers in JSON."""
        return {
            "revision": self.revision,
            "items": self.items,
            "conflicts": {
                item: {"yours": mine, "stored": theirs} for item, (mine, theirs) in self.conflicts.items()
            },
        }


class ForeignInjection(InvalidInput):
    """A constraint change that no question of the interview has."""

    def __init__(self) -> None:
        super().__init__("This change does not belong to a question of this interview.")


class Incomplete(InvalidInput):
    """Something has to be filled in before the scorecard can be submitted."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        count = "One thing is" if len(problems) == 1 else f"{len(problems)} things are"
        super().__init__(f"{count} missing before you can submit.", problems=problems)
