"""What a recruiter wishes for of a loop, and the rules of the team beside it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from accounts.errors import InvalidInput
from accounts.models import TeamPolicy
from loops.models import MOST_INTERVIEWERS, StageKind
from loops.plans import Plan

LEAST_MINUTES = 15
MOST_MINUTES = 2880
OBJECTIVES = {"gap": "the smallest gap", "value": "the largest decision value"}
# Longest session of a proposal, set-up included; longest take-home.
LONGEST_SESSION = 120
LONGEST_TAKE_HOME = 240


@dataclass(frozen=True, slots=True)
class Wishes:
    """Limits and wishes for one loop; what is None or empty asks nothing.

    ``pinned`` and ``banned`` are keys of questions, ``kinds`` least numbers of stages by kind. ``interviewers`` is
    how many people a session may have. ``rules`` set to False leaves out what the team's policy asks (at most so many
    competencies a session, must-haves by two), to see what the rules cost.
    """

    minutes: int
    sessions: int | None = None
    interviewer_minutes: int | None = None
    interviewers: tuple[int, ...] = (1, 2)
    take_homes: bool = True
    every: bool = False
    rules: bool = True
    objective: str = "gap"
    pinned: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problems = []
        if not LEAST_MINUTES <= self.minutes <= MOST_MINUTES:
            problems.append(("minutes", f"Use {LEAST_MINUTES} to {MOST_MINUTES} minutes."))
        if self.sessions is not None and not 1 <= self.sessions <= 30:
            problems.append(("sessions", "Use 1 to 30 sessions."))
        if self.interviewer_minutes is not None and self.interviewer_minutes < LEAST_MINUTES:
            problems.append(("interviewer_minutes", f"Use {LEAST_MINUTES} minutes or more."))
        if not self.interviewers or not all(1 <= n <= MOST_INTERVIEWERS for n in self.interviewers):
            problems.append(("interviewers", f"Use 1 to {MOST_INTERVIEWERS} interviewers a session."))
        if self.objective not in OBJECTIVES:
            problems.append(("objective", f"Use one of {', '.join(OBJECTIVES)}."))
        if unknown := set(self.kinds) - set(StageKind.values):
            problems.append(("kinds", f"There is no kind of stage {', '.join(sorted(unknown))}."))
        if both := set(self.pinned) & set(self.banned):
            problems.append(("banned", f"Asked for and left out at once: {', '.join(sorted(both))}."))
        if problems:
            raise InvalidInput("These wishes cannot be met by any loop.", problems=problems)

    def as_dict(self) -> dict[str, Any]:
        """As it is stored with a proposal."""
        return {**asdict(self), "kinds": dict(self.kinds)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Wishes":
        """Read back what ``as_dict`` stored."""
        lists = ("interviewers", "pinned", "banned")
        values: dict[str, Any] = {
            name: tuple(value) if name in lists else value for name, value in stored.items()
        }
        return cls(**values)


def wishes_like(plan: Plan, policy: TeamPolicy) -> Wishes:
    """What the best loop is asked that takes no more of anybody's time than ``plan``."""
    people = {stage.interviewers for stage in plan.stages if stage.questions and stage.interviewers}
    return Wishes(
        minutes=min(max(plan.minutes, LEAST_MINUTES), MOST_MINUTES),
        interviewer_minutes=max(plan.interviewer_minutes, LEAST_MINUTES),
        interviewers=tuple(sorted({1, policy.must_have_raters, *people})),
    )
