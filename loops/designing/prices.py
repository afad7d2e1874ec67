"""What each rule costs: the best loop without it, for every rule in turn and for all of them together."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from loops.coverage import gap_of_plan
from loops.designing.answers import Answer, Price
from loops.designing.ground import Ground
from loops.designing.problem import problem_of
from loops.designing.wishes import ANY_COMPETENCIES, LEAST_MINUTES, Wishes
from loops.models import StageKind
from psychometrics.design.designer.run import design_loop
from web.numbers import counted, hours, listed, percent

TOGETHER = "together"
_LEAST_SECONDS = 0.2
# What asks nothing; how many minutes there are says nothing about the rest.
_NOTHING = Wishes(minutes=LEAST_MINUTES)


@dataclass(frozen=True, slots=True)
class PricedRule:
    """A rule that holds under some wishes: its name, what it says, and what is wished for without it."""

    name: str
    words: str
    without: Mapping[str, Any]


def rules_of(ground: Ground, wishes: Wishes) -> tuple[PricedRule, ...]:
    """The team's rules and the wishes that limit a loop, in the order they are shown."""
    return (*_of_the_team(ground, wishes), *_wished(ground, wishes))


def prices_of(
    ground: Ground,
    wishes: Wishes,
    found: Answer,
    *,
    seconds: float,
    go_on: Callable[[], bool] = lambda: True,
) -> tuple[Price, ...]:
    """By how much the best gets better without each rule; none where nothing can be weighed against another.

    That is so by decision value, of which no bound is known, and where the wishes could not be met at all.
    """
    rules = rules_of(ground, wishes)
    if not rules or not found.shape or found.unmet or wishes.objective != "gap":
        return ()
    tries = list(rules)
    if len(rules) > 1:
        every = {name: value for rule in rules for name, value in rule.without.items()}
        tries.append(PricedRule(TOGETHER, "All of them together", every))
    deadline, prices = time.monotonic() + seconds, list[Price]()
    for number, rule in enumerate(tries):
        if not go_on():
            break
        share = max((deadline - time.monotonic()) / (len(tries) - number), _LEAST_SECONDS)
        prices.append(_price(ground, replace(wishes, **rule.without), rule, found, share))
    return tuple(prices)


def _price(ground: Ground, wishes: Wishes, rule: PricedRule, found: Answer, seconds: float) -> Price:
    made = problem_of(ground.plan, ground.bank, wishes, policy=ground.policy)
    if made is None:  # there is a loop with the rule, so this cannot be; nothing is gained then
        return Price(rule.name, rule.words, 0.0, proved=False)
    best = design_loop(made.problem, seconds=seconds)
    gap = gap_of_plan(made.plan_of(best.chosen), policy=ground.policy, with_warnings=False).gap
    # Whatever the rule allows is allowed without it too, so that no rule costs less than nothing.
    return Price(rule.name, rule.words, max(found.gap - gap, 0.0), proved=found.proved and best.proved)


def _of_the_team(ground: Ground, wishes: Wishes) -> Iterator[PricedRule]:
    policy = ground.policy
    if not wishes.rules:
        return
    if wishes.competencies is None:
        yield PricedRule(
            "max_competencies",
            f"At most {counted(policy.max_competencies_per_session)} competencies a session",
            {"competencies": ANY_COMPETENCIES},
        )
    if wishes.must_haves and any(row.must_have for row in ground.plan.requirements):
        people = counted(policy.must_have_raters)
        yield PricedRule("must_haves", f"Must-haves rated by {people} people", {"must_haves": False})


def _wished(ground: Ground, wishes: Wishes) -> Iterator[PricedRule]:
    titles = {row.key: row.title for row in ground.bank}
    names = {row.key: row.name for row in ground.plan.requirements}
    kinds = dict(StageKind.choices)

    def by_name(of: dict[str, str], numbers: Any, word: str) -> str:
        return listed([f"{word}{n} {of.get(key, key)}" for key, n in numbers.items()])

    said: dict[str, Callable[[], str]] = {
        "every": lambda: "Every competency asked",
        "take_homes": lambda: "No work at home",
        "sessions": lambda: f"At most {counted(wishes.sessions or 0)} sessions",
        "interviewer_minutes": lambda: (
            f"At most {hours(wishes.interviewer_minutes or 0)} of interviewers’ time"
        ),
        "competencies": lambda: f"At most {counted(wishes.competencies or 0)} competencies a session",
        "exposed": lambda: f"Nothing known outside by more than {percent(wishes.exposed or 0.0)}",
        "difference": lambda: f"Subgroup difference of {wishes.difference:g} at most",
        "pinned": lambda: f"Held: {listed([titles.get(key, key) for key in wishes.pinned])}",
        "banned": lambda: f"Left out: {listed([titles.get(key, key) for key in wishes.banned])}",
        "apart": lambda: "Questions never asked together",
        "kinds": lambda: f"Stages: {by_name(kinds, wishes.kinds, 'at least ')}",
        "kinds_most": lambda: f"Stages: {by_name(kinds, wishes.kinds_most, 'at most ')}",
        "trained": lambda: f"People trained: {by_name(kinds, wishes.trained, '')}",
        "raters": lambda: f"People who can rate: {by_name(names, wishes.raters, '')}",
    }
    for name in wishes.limits:
        yield PricedRule(name, said[name](), {name: getattr(_NOTHING, name)})
