"""What is asked of what should happen next; loads nothing that calculates."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: candidates, the cut of a verdict on them (logits), and whether meetings are."""

    candidates: tuple[str, ...] = ()
    cut: float | None = None
    meetings: bool = False

    def __bool__(self) -> bool:
        return bool(self.candidates) or self.meetings
