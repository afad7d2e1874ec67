"""From a bank, a role and wishes to the designer's problem, and from its choice back to a plan."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, TypedDict, cast

from accounts.models import TeamPolicy
from loops.bank import kind_for
from loops.coverage import evidence_model, realism_with_material, weights_of
from loops.designing.differences import difference_of
from loops.designing.wishes import (
    ANY_COMPETENCIES,
    LONGEST_SESSION,
    LONGEST_TAKE_HOME,
    MOST_PEOPLE,
    Wishes,
)
from loops.models import StageKind
from loops.plans import Plan, PlannedQuestion, PlannedStage
from psychometrics.design.designer.enumeration import sessions
from psychometrics.design.designer.options import Requirements, SessionOptions
from psychometrics.design.designer.problem import Problem
from psychometrics.design.designer.questions import SessionQuestion, SessionRules
from psychometrics.errors import BadInput
from roles.models.profiles import REALISM_ORDER

if TYPE_CHECKING:
    from psychometrics.design.evaluation_gap import Sufficiency

# Questions that one session of a proposal asks at most.
MOST_QUESTIONS = 2


class Terms(TypedDict):
    """What counts as enough evidence."""

    target_reliability: float
    transfer: float
    sufficiency: "Sufficiency"


@dataclass(frozen=True)
class DesignProblem:
    """The designer's problem, the sessions it chooses among, and the plan whose role it serves."""

    plan: Plan
    problem: Problem
    options: SessionOptions
    bank: dict[str, PlannedQuestion]

    def plan_of(self, chosen: Sequence[int]) -> Plan:
        """The chosen sessions as a plan: short and early kinds first, take-homes last before the rest."""
        stages = [self._stage(number, option) for number, option in enumerate(chosen)]
        order = list(StageKind.values)
        stages.sort(key=lambda stage: order.index(stage.kind))
        # New stages have negative keys, each its own.
        return replace(
            self.plan,
            stages=tuple(replace(stage, pk=-number - 1) for number, stage in enumerate(stages)),
        )

    def in_words(self, reason: str) -> str:
        """A reason of the designer in the words of the product, with questions by title."""
        said = reason
        for theirs, ours in (
            ("no option counts towards", "no session that fits the wishes holds"),
            ("every option that counts towards", "every session that holds"),
            ("raters of", "enough interviewers who rate"),
        ):
            said = said.replace(theirs, ours)
        kinds = dict(StageKind.choices)
        said = re.sub(r"sessions of (\w+)", lambda found: f"{kinds.get(found[1], found[1])} sessions", said)
        return re.sub(
            r"question (\S+)",
            lambda found: self.bank[found[1]].title if found[1] in self.bank else found[0],
            said,
        )

    def _stage(self, number: int, option: int) -> PlannedStage:
        questions = tuple(self.bank[key] for key in self.options.keys(option))
        longest = max(questions, key=lambda row: row.minutes)
        return PlannedStage(
            pk=-number - 1,
            kind=kind_for(longest.format),
            name=" and ".join(row.title for row in questions)[:120],
            minutes=round(float(self.options.minutes[option])),
            interviewers=int(self.options.interviewers[option]),
            questions=questions,
        )


@dataclass(frozen=True)
class Offer:
    """The sessions a bank allows for some plans' roles under some wishes.

    ``place`` numbers the competencies, which have ``names``: those that a role needs, then what sessions rate beside.
    """

    options: SessionOptions
    bank: dict[str, PlannedQuestion]
    place: dict[str, int]
    names: tuple[str, ...]

    def weights(self, plan: Plan) -> list[float]:
        """A role's weight of each competency; what it does not need has none."""
        own = dict(zip((row.key for row in plan.requirements), weights_of(plan), strict=True))
        return [own.get(key, 0.0) for key in self.place]

    def demand(self, plan: Plan) -> list[tuple[float, float, float]]:
        """At which realism the role needs each competency."""
        own = {row.key: row.by_realism for row in plan.requirements}
        return [own.get(key, (1.0, 0.0, 0.0)) for key in self.place]

    def required(self, plan: Plan, wishes: Wishes, policy: TeamPolicy) -> Requirements:
        """The wishes as limits and floors of a role's loop."""
        known = {question.key for question in self.options.bank}
        return Requirements(
            minutes=wishes.minutes,
            interviewer_minutes=wishes.interviewer_minutes,
            sessions=wishes.sessions,
            difference=wishes.difference,
            kinds=wishes.kinds,
            kind_sessions=wishes.kinds_most,
            pinned=tuple(key for key in wishes.pinned if key in known),
            raters={
                self.place[row.key]: policy.must_have_raters
                for row in plan.requirements
                if wishes.rules and wishes.must_haves and row.must_have and row.weight > 0
            },
            every=wishes.every,
        )


def offer_of(
    plans: Sequence[Plan], bank: Iterable[PlannedQuestion], wishes: Wishes, *, policy: TeamPolicy
) -> Offer | None:
    """The sessions there could be for the roles of ``plans``; None where the bank allows none.

    ``bank`` are the questions on offer; of those without anything that a role needs nothing is asked.
    """
    needed = dict.fromkeys(row.key for plan in plans for row in plan.requirements)
    offered = {row.key: row for row in bank if row.key in wishes.pinned or _is_offered(row, wishes)}
    useful = [
        row
        for row in offered.values()
        if row.key in wishes.pinned or any(each.competency in needed for each in row.criteria)
    ]
    if not useful or not needed:
        return None
    # The longest question first: it says of which kind a session is, here as in the plan that comes of it.
    useful.sort(key=lambda row: -row.minutes)
    # What a session rates beside the role adds nothing, and counts among what one person can rate.
    beside = sorted({each.competency for row in useful for each in row.criteria} - needed.keys())
    place = {key: number for number, key in enumerate([*needed, *beside])}
    try:
        options = sessions(
            [_question(row, place, policy) for row in useful],
            _rules(wishes, policy, place),
            n_competencies=len(place),
            model=evidence_model(policy),
        )
    except BadInput:  # nothing of the bank fits the rules
        return None
    called = {row.key: row.name for plan in plans for row in plan.requirements}
    return Offer(options, offered, place, tuple(called.get(key, key) for key in place))


def problem_of(
    plan: Plan, bank: Iterable[PlannedQuestion], wishes: Wishes, *, policy: TeamPolicy
) -> DesignProblem | None:
    """The problem of finding the best loop for the plan's role; None where the bank allows no session."""
    offer = offer_of([plan], bank, wishes, policy=policy)
    if offer is None:
        return None
    problem, kept = offer.options.problem(
        offer.weights(plan),
        offer.demand(plan),
        offer.required(plan, wishes, policy),
        competencies=offer.names,
        **terms_of(policy),
    )
    return DesignProblem(plan, problem, kept, offer.bank)


def terms_of(policy: TeamPolicy) -> "Terms":
    """The policy's terms of what counts as enough."""
    return {
        "target_reliability": policy.target_reliability,
        "transfer": policy.transfer,
        "sufficiency": cast("Sufficiency", policy.sufficiency),
    }


def _is_offered(row: PlannedQuestion, wishes: Wishes) -> bool:
    """Whether a question may be asked without being wished for by name."""
    exposed = wishes.exposed is not None and row.leak > wishes.exposed
    return not row.conventional and not exposed and wishes.kinds_most.get(kind_for(row.format)) != 0


def _rules(wishes: Wishes, policy: TeamPolicy, place: dict[str, int]) -> SessionRules:
    usual = policy.max_competencies_per_session if wishes.rules else ANY_COMPETENCIES
    most = wishes.competencies or usual
    return SessionRules(
        setup_minutes=policy.setup_minutes,
        interviewers=wishes.interviewers,
        most_competencies=most,
        take_home_competencies=most + policy.take_home_extra,
        most_questions=MOST_QUESTIONS,
        longest_minutes=LONGEST_SESSION,
        longest_take_home=LONGEST_TAKE_HOME,
        enemies=[pair for group in wishes.apart for pair in combinations(sorted(set(group)), 2)],
        banned=wishes.banned,
        take_homes=wishes.take_homes,
        trained={kind: wishes.trained.get(kind, MOST_PEOPLE) for kind in StageKind.values},
        able={place[key]: people for key, people in wishes.raters.items() if key in place},
    )


def _question(row: PlannedQuestion, place: dict[str, int], policy: TeamPolicy) -> SessionQuestion:
    return SessionQuestion(
        key=row.key,
        minutes=row.minutes,
        realism=REALISM_ORDER.index(realism_with_material(row, policy)),
        criteria=[
            (place[each.competency], each.strength) for each in row.criteria if each.competency in place
        ],
        family=row.variant_family,
        format=kind_for(row.format),
        leak=row.leak,
        preparation=row.preparation + row.read_for(at_home=row.format == "take_home"),
        take_home=row.format == "take_home",
        difference=difference_of(row.format),
    )
