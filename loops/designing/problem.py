"""From a bank, a role and wishes to the designer's problem, and from its choice back to a plan."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from accounts.models import TeamPolicy
from loops.bank import kind_for
from loops.coverage import evidence_model, realism_with_material, weights_of
from loops.designing.wishes import LONGEST_SESSION, LONGEST_TAKE_HOME, Wishes
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
# What no rule limits is limited by what can be rated at all.
ANY_COMPETENCIES = 12


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
        """A reason of the designer with competencies by name and questions by title."""
        names = [row.name for row in self.plan.requirements]
        said = re.sub(r"competency (\d+)", lambda found: names[int(found[1])], reason)
        for theirs, ours in (
            ("no option counts towards", "no session that fits the wishes holds"),
            ("every option that counts towards", "every session that holds"),
            ("raters of", "enough interviewers who rate"),
        ):
            said = said.replace(theirs, ours)
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


def problem_of(
    plan: Plan, bank: Iterable[PlannedQuestion], wishes: Wishes, *, policy: TeamPolicy
) -> DesignProblem | None:
    """The problem of finding the best loop for the plan's role; None where the bank allows no session.

    ``bank`` are the questions on offer; of those without anything that the role needs nothing is asked.
    """
    needed = {row.key: number for number, row in enumerate(plan.requirements)}
    offered = {row.key: row for row in bank if not row.conventional or row.key in wishes.pinned}
    useful = [
        row
        for row in offered.values()
        if row.key in wishes.pinned or any(each.competency in needed for each in row.criteria)
    ]
    if not useful or not needed:
        return None
    # What a session rates beside the role adds nothing, and counts among what one person can rate.
    beside = sorted({each.competency for row in useful for each in row.criteria} - needed.keys())
    place = needed | {key: len(needed) + number for number, key in enumerate(beside)}
    asked = [_question(row, place, policy) for row in useful]
    most = policy.max_competencies_per_session if wishes.rules else ANY_COMPETENCIES
    rules = SessionRules(
        setup_minutes=policy.setup_minutes,
        interviewers=wishes.interviewers,
        most_competencies=most,
        take_home_competencies=most + policy.take_home_extra,
        most_questions=MOST_QUESTIONS,
        longest_minutes=LONGEST_SESSION,
        longest_take_home=LONGEST_TAKE_HOME,
        banned=wishes.banned,
        take_homes=wishes.take_homes,
    )
    required = Requirements(
        minutes=wishes.minutes,
        interviewer_minutes=wishes.interviewer_minutes,
        sessions=wishes.sessions,
        kinds=wishes.kinds,
        pinned=tuple(key for key in wishes.pinned if key in {row.key for row in asked}),
        raters={
            place[row.key]: policy.must_have_raters
            for row in plan.requirements
            if wishes.rules and row.must_have and row.weight > 0
        },
        every=wishes.every,
    )
    try:
        options = sessions(asked, rules, n_competencies=len(place), model=evidence_model(policy))
    except BadInput:  # nothing of the bank fits the rules
        return None
    problem, kept = options.problem(
        [*weights_of(plan), *(0.0 for _ in beside)],
        [*(row.by_realism for row in plan.requirements), *((1.0, 0.0, 0.0) for _ in beside)],
        required,
        target_reliability=policy.target_reliability,
        transfer=policy.transfer,
        sufficiency=cast("Sufficiency", policy.sufficiency),
    )
    return DesignProblem(plan, problem, kept, offered)


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
        preparation=row.preparation + row.marking,
        take_home=row.format == "take_home",
    )
