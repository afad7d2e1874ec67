"""Loops for several roles at once: the best of each alone, and the best that hold some sessions in common.

For every number of shared sessions, from none to as many as there can be, one problem is solved whose gap is the mean
of the roles' (``psychometrics.design.designer.shared``). Whoever applies for several of the roles sits what is shared
once, and one panel learns to hold it.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from loops.designing.answers import Answer, measured
from loops.designing.ground import Ground
from loops.designing.problem import DesignProblem, Offer, offer_of, terms_of
from loops.designing.wishes import Wishes
from loops.shapes import StageShape
from psychometrics.design.designer.exact import CLOSE
from psychometrics.design.designer.run import design_loop
from psychometrics.design.designer.shared import RoleDemand, shared_problem

if TYPE_CHECKING:
    from typing import TypeAlias

    # What makes two stages one session: what is asked, and by how many.
    Session: TypeAlias = tuple[tuple[int, ...], int]

FEWEST_ROLES, MOST_ROLES = 2, 4
# Nobody holds more sessions in common and still tells roles apart.
MOST_SHARED = 6


@dataclass(frozen=True, slots=True)
class Sharing:
    """A loop for each role with at least ``least`` sessions in common.

    ``gap`` is the mean of the roles' gaps, which no choice can bring below ``bound``. ``minutes`` is what somebody
    spends who applies for all of the roles, ``sessions`` how many different ones are to be staffed.
    """

    least: int
    gap: float
    bound: float
    proved: bool
    loops: tuple[Answer, ...]
    minutes: int = 0
    sessions: int = 0

    @property
    def shared(self) -> "frozenset[Session]":
        """The sessions that all of the loops hold."""
        held = [frozenset(map(session_of, loop.shape)) for loop in self.loops]
        return frozenset.intersection(*held) if held else frozenset()


@dataclass(frozen=True, slots=True)
class SeveralAnswer:
    """What was found for several roles, by how many sessions they share at least; ``reason`` where there is nothing."""

    sharings: tuple[Sharing, ...] = ()
    reason: str = ""

    def stored(self) -> dict[str, Any]:
        """As a column of JSON keeps it."""
        return {
            "reason": self.reason,
            "sharings": [
                {**asdict(each), "loops": [loop.stored() for loop in each.loops]} for each in self.sharings
            ],
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "SeveralAnswer":
        """Read back what ``stored`` wrote."""
        return cls(
            tuple(
                Sharing(**{**each, "loops": tuple(Answer.read(loop) for loop in each["loops"])})
                for each in stored["sharings"]
            ),
            stored["reason"],
        )


def session_of(stage: StageShape) -> "Session":
    """What a stage is compared by."""
    return tuple(sorted(stage.questions)), stage.interviewers


def several(
    grounds: Sequence[Ground],
    wishes: Wishes,
    *,
    seconds: float,
    on_step: Callable[[Sharing], bool] = lambda _: True,
) -> SeveralAnswer:
    """The best loops with nothing shared, then with more and more; ends where no more can be, or at ``on_step``."""
    plans, policy = [ground.plan for ground in grounds], grounds[0].policy
    offer = offer_of(plans, grounds[0].bank, wishes, policy=policy)
    if offer is None:
        return SeveralAnswer(reason="The bank holds no question that fits these wishes.")
    work = _Work(grounds, offer, wishes, time.monotonic() + seconds)
    sharings = [work.alone()]
    if any(loop.unmet or not loop.shape for loop in sharings[0].loops):
        return SeveralAnswer(tuple(sharings))
    most = min(MOST_SHARED, *(len(loop.shape) for loop in sharings[0].loops))
    while on_step(sharings[-1]) and sharings[-1].least < most:
        following = work.together(sharings[-1], most)
        if following is None:
            break
        sharings.append(following)
    return SeveralAnswer(tuple(sharings))


class _Work:
    """The steps, which share the time and the sessions there are."""

    def __init__(self, grounds: Sequence[Ground], offer: Offer, wishes: Wishes, deadline: float) -> None:
        self.plans = [ground.plan for ground in grounds]
        self.bank, self.policy = grounds[0].bank, grounds[0].policy
        self.offer, self.wishes, self.deadline = offer, wishes, deadline
        self.roles = [
            RoleDemand(
                offer.weights(plan), offer.demand(plan), offer.required(plan, wishes, grounds[0].policy)
            )
            for plan in self.plans
        ]

    def alone(self) -> Sharing:
        """The best of each role by itself; what they hold in common then, they share by chance."""
        loops, bound, proved = list[Answer](), 0.0, True
        for number, (plan, role) in enumerate(zip(self.plans, self.roles, strict=True)):
            problem, kept = self.offer.options.problem(
                role.weights,
                role.demand,
                role.required,
                competencies=self.offer.names,
                **terms_of(self.policy),
            )
            made = DesignProblem(plan, problem, kept, self.offer.bank)
            found = design_loop(problem, seconds=self._share(len(self.plans) - number, 0.4))
            unmet = tuple(made.in_words(each.reason) for each in found.unmet)
            loops.append(replace(self._loop(made, found.chosen), unmet=unmet))
            bound += (found.bound or 0.0) / len(self.plans)
            proved = proved and found.proved
        return self._sharing(0, loops, bound, proved=proved)

    def together(self, before: Sharing, most: int) -> Sharing | None:
        """The best with one session more in common; None where no loops that meet the wishes were found."""
        least = before.least + 1
        if len(before.shared) >= least:  # it holds them already, and nothing better can
            return self._sharing(least, before.loops, before.bound, proved=before.proved)
        made = shared_problem(
            self.offer.options, self.roles, least, competencies=self.offer.names, **terms_of(self.policy)
        )
        found = design_loop(made.problem, seconds=self._share(most - before.least, 1.0))
        if not found.feasible:
            return None
        loops = [
            self._loop(
                DesignProblem(plan, made.problem, self.offer.options, self.offer.bank),
                made.of_role(found.chosen, number),
            )
            for number, plan in enumerate(self.plans)
        ]
        # What no loops with fewer in common get below, none with more do.
        bound = max(found.bound or 0.0, before.bound)
        return self._sharing(least, loops, bound, proved=found.proved)

    def _share(self, steps: int, part: float) -> float:
        """Seconds for one of the steps still to come, out of a part of what is left."""
        return max(part * (self.deadline - time.monotonic()) / steps, 0.5)

    def _loop(self, made: DesignProblem, chosen: Sequence[int]) -> Answer:
        return measured(made.plan_of(chosen), self.policy, self.bank)

    def _sharing(self, least: int, loops: Sequence[Answer], bound: float, *, proved: bool) -> Sharing:
        gap = sum(loop.gap for loop in loops) / len(loops)
        held = {session_of(stage): stage.minutes for loop in loops for stage in loop.shape}
        bound = min(bound, gap)
        return Sharing(
            least,
            gap,
            bound,
            proved or gap - bound <= CLOSE,
            tuple(loops),
            sum(held.values()),
            len(held),
        )
