"""What a design comes to: the loop, how good it is, and how much better one could be at most."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from typing import Any

from accounts.models import TeamPolicy
from loops.bank import own_stage
from loops.coverage import gap_of_plan, gaps_after
from loops.designing.differences import difference_of
from loops.models import MOST_INTERVIEWERS
from loops.plans import Plan, PlannedQuestion
from loops.shapes import Shape, as_rows, from_rows, shape_of_plan
from roles.models import Realism

# A stage that no proposal holds: theirs are numbered downwards from -1.
_FRESH = -1000


@dataclass(frozen=True, slots=True)
class Budget:
    """The best found within a number of candidate minutes; no loop of that length leaves less than ``bound``."""

    minutes: float
    gap: float
    bound: float
    decision_value: float


@dataclass(frozen=True, slots=True)
class More:
    """One thing more on top of a loop, in words, and the change of the gap (negative: it shrinks)."""

    words: str
    effect: float


@dataclass(frozen=True, slots=True)
class Price:
    """What one rule costs: by how much the gap would be smaller without it; at least so much unless ``proved``.

    ``name`` is the rule's, ``words`` say it in a sentence.
    """

    name: str
    words: str
    points: float
    proved: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The best loop found for some wishes; ``shape`` is empty where there is none, and ``reason`` says why.

    ``without`` is by how much the gap grows if one stage is left out, ``untested`` names competencies never asked,
    ``unmet`` what of the wishes or rules could not be met. ``bound`` is a gap below which no loop of these questions
    gets within the wishes; None where none is known. ``more`` says what one interviewer and one exercise more would
    buy on top, ``frontier`` holds the best for other lengths, ``prices`` what each rule costs, all together last; both
    are worked out once it is ``whole``. ``difference`` is the published subgroup difference summed over the
    questions.
    """

    shape: Shape = ()
    reason: str = ""
    gap: float = 0.0
    content: float = 0.0
    precision: float = 0.0
    realism: float = 0.0
    decision_value: float | None = None
    minutes: int = 0
    interviewer_minutes: int = 0
    without: tuple[float, ...] = ()
    untested: tuple[str, ...] = ()
    bound: float | None = None
    proved: bool = False
    cut: bool = False
    sessions_tried: int = 0
    unmet: tuple[str, ...] = ()
    seconds: float = 0.0
    more: tuple[More, ...] = ()
    frontier: tuple[Budget, ...] = ()
    prices: tuple[Price, ...] = ()
    whole: bool = False
    difference: float = 0.0

    @property
    def optimality_gap(self) -> float | None:
        """By how much a loop could be better at most."""
        return None if self.bound is None else self.gap - self.bound

    def stored(self) -> dict[str, Any]:
        """As a column of JSON keeps it."""
        return {**asdict(self), "shape": as_rows(self.shape)}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Answer":
        """Read back what was stored, by another release perhaps: names that it had or lacked do no harm."""
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
            if name in known
        }
        values["shape"] = from_rows(stored["shape"])
        values["frontier"] = tuple(Budget(**each) for each in stored.get("frontier", ()))
        values["prices"] = tuple(Price(**each) for each in stored.get("prices", ()))
        values["more"] = tuple(More(**each) for each in stored.get("more", ()))
        return cls(**values)


def _more(plan: Plan, gap: float, bank: Iterable[PlannedQuestion], policy: TeamPolicy) -> Iterator[More]:
    """The one interviewer more, and the one exercise from live work more, that would lower the gap most."""
    asked = {row.key for _, row in plan.questions()}
    alone = partial(own_stage, setup=policy.setup_minutes)
    tries: list[tuple[str, list[tuple[str, Plan]]]] = [
        (
            "One more interviewer",
            [
                (f"in {stage.name}", plan.with_stage(replace(stage, interviewers=stage.interviewers + 1)))
                for stage in plan.stages
                if stage.interviewers < MOST_INTERVIEWERS
            ],
        ),
        (
            "One more exercise from live work",
            [
                (
                    f"{row.title}, {row.minutes} min",
                    plan.with_stage(replace(alone(row), pk=_FRESH)),
                )
                for row in bank
                if row.realism == Realism.PRODUCTION and row.key not in asked and not row.conventional
            ],
        ),
    ]
    for what, alternatives in tries:
        if alternatives:
            gaps = gaps_after(plan, [after for _, after in alternatives], policy=policy)
            best = min(range(len(gaps)), key=gaps.__getitem__)
            yield More(f"{what}: {alternatives[best][0]}", gaps[best] - gap)


def measured(plan: Plan, policy: TeamPolicy, bank: Iterable[PlannedQuestion] = ()) -> Answer:
    """A plan as an answer: its stages with what each is there for, and what they and one thing more come to."""
    gap = gap_of_plan(plan, policy=policy, with_warnings=False)
    without = gaps_after(plan, [plan.without_stage(stage.pk) for stage in plan.stages], policy=policy)
    return Answer(
        shape=shape_of_plan(plan),
        gap=gap.gap,
        content=gap.content,
        precision=gap.precision,
        realism=gap.realism,
        decision_value=gap.decision_value,
        minutes=gap.minutes,
        interviewer_minutes=gap.interviewer_minutes,
        without=tuple(after - gap.gap for after in without),
        untested=tuple(row.name for row in gap.untested if row.weight > 0),
        more=tuple(_more(plan, gap.gap, bank, policy)),
        difference=round(sum(difference_of(row.format) for _, row in plan.questions()), 2),
    )
