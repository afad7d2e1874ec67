"""What a recruiter wishes for of a loop, and the rules of the team beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from accounts.errors import InvalidInput
from accounts.models import TeamPolicy
from loops.models import MOST_INTERVIEWERS, StageKind
from loops.plans import Plan

LEAST_MINUTES = 15
MOST_MINUTES = 2880
MOST_SESSIONS = 30
MOST_PEOPLE = 99
# A sum over questions of which the largest counts .67: more than this limits nothing.
MOST_DIFFERENCE = 20
# What no rule limits is limited by what can be rated at all.
ANY_COMPETENCIES = 12
OBJECTIVES = {"gap": "the smallest gap", "value": "the largest decision value"}
# Longest session of a proposal, set-up included; longest take-home.
LONGEST_SESSION = 120
LONGEST_TAKE_HOME = 240


@dataclass(frozen=True, slots=True)
class Wishes:
    """Limits and wishes for one loop; what is None or empty asks nothing.

    ``pinned`` and ``banned`` are keys of questions; of each group of ``apart`` at most one is asked, and what is known
    outside by more than ``exposed`` is left out unless it is pinned. ``kinds`` are least numbers of stages by kind,
    ``kinds_most`` largest ones, where 0 leaves the kind out. ``interviewers`` is how many people a session may have;
    ``trained`` says how many there are for each kind of stage, ``raters`` for each competency, and what is not named
    has enough. ``difference`` is the most subgroup difference (``loops.designing.differences``).

    ``competencies`` a session rates at most, as many as the policy says where it is None. ``must_haves`` set to False
    lets one person rate a must-have; ``rules`` set to False leaves out all that the team's policy asks, to see what the
    rules cost.
    """

    minutes: int
    sessions: int | None = None
    interviewer_minutes: int | None = None
    interviewers: tuple[int, ...] = (1, 2)
    take_homes: bool = True
    every: bool = False
    rules: bool = True
    must_haves: bool = True
    objective: str = "gap"
    competencies: int | None = None
    exposed: float | None = None
    difference: float | None = None
    pinned: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    kinds: Mapping[str, int] = field(default_factory=dict)
    kinds_most: Mapping[str, int] = field(default_factory=dict)
    trained: Mapping[str, int] = field(default_factory=dict)
    raters: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if problems := list(_problems(self)):
            raise InvalidInput("These wishes cannot be met by any loop.", problems=problems)

    @property
    def limits(self) -> tuple[str, ...]:
        """Names of the wishes that limit, as far as they are set: each of them has a price."""
        plain = ("sessions", "interviewer_minutes", "competencies", "exposed", "difference", "every")
        named = ("pinned", "banned", "apart", "kinds", "kinds_most", "trained", "raters")
        # The usual objective and numbers of people are no limits, and minutes are what is being spent.
        found = [name for name in plain if getattr(self, name) not in (None, False)]
        return (
            *found,
            *(() if self.take_homes else ("take_homes",)),
            *(n for n in named if getattr(self, n)),
        )

    def as_dict(self) -> dict[str, Any]:
        """As it is stored with a proposal, without what asks nothing, so that an answer outlives a new wish."""
        return {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in ((each.name, getattr(self, each.name)) for each in fields(self))
            if value not in (None, (), {})
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Wishes":
        """Read back what ``as_dict`` stored."""
        lists = ("interviewers", "pinned", "banned")
        values: dict[str, Any] = {
            name: tuple(value) if name in lists else value for name, value in stored.items()
        }
        if "apart" in values:
            values["apart"] = tuple(tuple(group) for group in values["apart"])
        return cls(**values)


def _problems(wishes: Wishes) -> Iterator[tuple[str, str]]:
    """Wishes that no loop could meet, by their name."""
    for name, (least, most, said) in _RANGES.items():
        value = getattr(wishes, name)
        if value is not None and not least <= value <= most:
            yield name, said
    if not wishes.interviewers or not all(1 <= n <= MOST_INTERVIEWERS for n in wishes.interviewers):
        yield "interviewers", f"Use 1 to {MOST_INTERVIEWERS} interviewers a session."
    if wishes.objective not in OBJECTIVES:
        yield "objective", f"Use one of {', '.join(OBJECTIVES)}."
    if both := set(wishes.pinned) & set(wishes.banned):
        yield "banned", f"Asked for and left out at once: {', '.join(sorted(both))}."
    yield from _problems_of_numbers(wishes)
    yield from _problems_of_groups(wishes)


def _problems_of_numbers(wishes: Wishes) -> Iterator[tuple[str, str]]:
    """Numbers by kind of stage and by competency."""
    for name in ("kinds", "kinds_most", "trained", "raters"):
        numbers: Mapping[str, int] = getattr(wishes, name)
        if name != "raters" and (unknown := set(numbers) - set(StageKind.values)):
            yield name, f"There is no kind of stage {', '.join(sorted(unknown))}."
        if not all(0 <= n <= MOST_PEOPLE for n in numbers.values()):
            yield name, f"Use 0 to {MOST_PEOPLE}."
    for kind, least in wishes.kinds.items():
        if least > wishes.kinds_most.get(kind, MOST_PEOPLE):
            yield "kinds_most", f"More stages of {kind} are asked for than may be held."


def _problems_of_groups(wishes: Wishes) -> Iterator[tuple[str, str]]:
    """Questions that are not asked together."""
    for group in wishes.apart:
        held = set(group) & set(wishes.pinned)
        if len(set(group)) < 2:
            yield "apart", "Name at least two questions that are not asked together."
        elif len(held) > 1:
            yield "apart", f"Asked for, and not to be asked together: {', '.join(sorted(held))}."


# Least and most of a number, and what is said to one outside.
_RANGES = {
    "minutes": (LEAST_MINUTES, MOST_MINUTES, f"Use {LEAST_MINUTES} to {MOST_MINUTES} minutes."),
    "sessions": (1, MOST_SESSIONS, f"Use 1 to {MOST_SESSIONS} sessions."),
    "interviewer_minutes": (LEAST_MINUTES, float("inf"), f"Use {LEAST_MINUTES} minutes or more."),
    "competencies": (1, ANY_COMPETENCIES, f"Use 1 to {ANY_COMPETENCIES} competencies a session."),
    "exposed": (0, 1, "Use a share between 0 and 1."),
    "difference": (0, MOST_DIFFERENCE, f"Use 0 to {MOST_DIFFERENCE}."),
}


def wishes_like(plan: Plan, policy: TeamPolicy) -> Wishes:
    """What the best loop is asked that takes no more of anybody's time than ``plan``."""
    people = {stage.interviewers for stage in plan.stages if stage.questions and stage.interviewers}
    return Wishes(
        minutes=min(max(plan.minutes, LEAST_MINUTES), MOST_MINUTES),
        interviewer_minutes=max(plan.interviewer_minutes, LEAST_MINUTES),
        interviewers=tuple(sorted({1, policy.must_have_raters, *people})),
    )
