"""What would mend a warning: a whole plan after the change, and by how much it moves the gap.

Every effect is the gap of that plan measured afresh, and no remedy makes a loop longer than it may be: what would is
tried with room made for it. So pressing all of them ends in a plan that fits, and never in a worse one than the
designer finds with the same moves. The work is bounded: a few questions per competency, at most three places
for each, however large bank and loop are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from accounts.models import TeamPolicy
from loops.bank import NEW_STAGE, own_stage
from loops.coverage import gaps_after
from loops.gaps import LoopGap, LoopWarning
from loops.lint import most_competencies, most_minutes
from loops.models import MOST_INTERVIEWERS, StageKind
from loops.plans import Plan, PlannedQuestion, PlannedStage
from loops.shapes import as_json, shape_of_plan
from loops.trimming import difference, trimmed
from web.numbers import counted, hours, points

# Existing stages tried for one question, besides a stage of its own.
PLACES = 2
# Additions for which room is made by taking other things away.
FITTED = 2
# Change of the gap below which nothing is gained.
LEAST_GAIN = 0.0005


def _people(count: int) -> str:
    return "A second interviewer" if count == 2 else f"{counted(count).capitalize()} interviewers"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change that would mend a warning.

    ``effect`` is the change of the gap (negative: it shrinks), None where the gap is not the point.
    ``operation`` and ``values`` are what the builder's form sends to carry it out.
    """

    label: str
    detail: str
    operation: str
    values: dict[str, str | int]
    effect: float | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """A warning with what would mend it, if one change can."""

    warning: LoopWarning
    remedy: Remedy | None = None

    @property
    def effect(self) -> float:
        """Change of the gap if the remedy is taken; 0 where there is none, or the gap is not the point."""
        return self.remedy.effect or 0.0 if self.remedy else 0.0


@dataclass(frozen=True)
class Mender:
    """Finds remedies for the warnings of one plan.

    ``bank`` offers questions by competency key, the strongest first; ``newer`` maps a question key
    to its newest published version where the plan holds an older one.
    """

    plan: Plan
    gap: LoopGap
    policy: TeamPolicy
    bank: dict[str, list[PlannedQuestion]] = field(default_factory=dict)
    newer: dict[str, PlannedQuestion] = field(default_factory=dict)

    def advice(self) -> list[Advice]:
        """Every warning with its remedy, in order, and a note for each outdated question."""
        ways: dict[str, Callable[[LoopWarning], Remedy | None]] = {
            "must_have_untested": self._ask_for,
            "untested": self._ask_for,
            "barely_covered": self._ask_for,
            "above_ceiling": self._ask_for,
            "must_have_one_rater": self._second_interviewer,
            "stage_too_short": self._lengthen,
            "same_question_twice": self._ask_once,
            "question_leaked": self._stand_in,
            "question_retired": self._stand_in,
            "alternate_elsewhere": self._drop_alternate,
            "empty_stage": self._drop_stage,
            "too_long": self._fit,
            "no_slack": self._give_minutes,
        }
        found = []
        for warning in self.gap.warnings:
            way = ways.get(warning.code)
            found.append(Advice(warning, way(warning) if way else None))
        # By what it truly does, within one severity; warnings come in order of those.
        severities = list(dict.fromkeys(each.warning.severity for each in found))
        found.sort(key=lambda each: (severities.index(each.warning.severity), each.effect))
        return [*found, *self._outdated()]

    @property
    def _allowed(self) -> int:
        """Minutes that a remedy may lead to: what is allowed, or what the loop takes already."""
        return max(most_minutes(self.plan, self.policy), self.plan.minutes)

    def _effects(self, plans: Sequence[Plan]) -> list[float]:
        return [gap - self.gap.gap for gap in gaps_after(self.plan, list(plans), policy=self.policy)]

    def _ask_for(self, warning: LoopWarning) -> Remedy | None:
        """The bank question, and the place for it, that lowers the gap most."""
        required = next((row for row in self.gap.competencies if row.key == warning.competency), None)
        tries: list[tuple[PlannedQuestion, PlannedStage, Plan]] = []
        for question in self.bank.get(warning.competency, []):
            if warning.code == "above_ceiling" and required is not None:
                target = max(row.target_level for row in question.criteria if row.competency == required.key)
                if target + 1 < required.required_level:
                    continue
            for stage in (*self._places(question), own_stage(question, setup=self.policy.setup_minutes)):
                after = (
                    self.plan.with_stage(stage)
                    if stage.pk == NEW_STAGE
                    else self.plan.with_question(stage.pk, question)
                )
                tries.append((question, stage, after))
        if not tries:
            return None
        effects = self._effects([after for _, _, after in tries])
        allowed = self._allowed
        # What fits as it is comes first among equals; an existing stage before a new one, as it was tried first.
        fitting = [
            (effect, number) for number, effect in enumerate(effects) if tries[number][2].minutes <= allowed
        ]
        best = min(((round(effect, 4), number) for effect, number in fitting), default=None)
        gains = best is not None and best[0] <= -LEAST_GAIN
        if best is not None and (gains or warning.code == "above_ceiling"):
            question, stage, _ = tries[best[1]]
            where = "in a stage of its own" if stage.pk == NEW_STAGE else f"in {stage.name}"
            return Remedy(
                label=f"Add {points(best[0])}",
                detail=f"{question.title} asks it, {question.minutes} min {where}.",
                operation="place_question",
                values={"question": question.pk, "stage": stage.pk},
                effect=best[0],
            )
        return self._ask_instead(
            [tries[number] for number in sorted(range(len(tries)), key=effects.__getitem__)], allowed
        )

    def _ask_instead(
        self, tries: list[tuple[PlannedQuestion, PlannedStage, Plan]], allowed: int
    ) -> Remedy | None:
        """Ask it and make room for it, where that lowers the gap all the same; first the loop has to fit."""
        if self.plan.minutes > most_minutes(self.plan, self.policy):
            return None
        found: list[tuple[PlannedQuestion, Plan]] = []
        for question, _, after in tries[:FITTED]:
            fitted = trimmed(after, allowed, policy=self.policy, keep=frozenset({question.key}))
            if fitted is not None:
                found.append((question, fitted))
        if not found:
            return None
        effects = self._effects([fitted for _, fitted in found])
        effect, number = min((round(effect, 4), number) for number, effect in enumerate(effects))
        if effect > -LEAST_GAIN:
            return None
        question, fitted = found[number]
        return self._whole(
            f"Swap in {points(effect)}",
            f"{question.title} asks it. {difference(self.plan, fitted)}",
            fitted,
            effect,
        )

    def _whole(self, label: str, detail: str, plan: Plan, effect: float) -> Remedy:
        """A remedy that is a whole plan."""
        values: dict[str, str | int] = {"stages": as_json(shape_of_plan(plan)), "said": detail[:300]}
        return Remedy(label, detail, "reshape", values, effect)

    def _places(self, question: PlannedQuestion) -> list[PlannedStage]:
        """Scored stages with room for a question: minutes to spare and not too many competencies."""
        found = []
        for stage in self.plan.stages:
            limit = most_competencies(stage, self.policy)
            spare = stage.minutes - sum(row.minutes for row in stage.questions)
            rated = stage.competencies.keys() | {row.competency for row in question.criteria}
            enough = spare >= question.minutes + self.policy.setup_minutes
            if stage.kind != StageKind.SCREEN and enough and len(rated) <= limit:
                found.append((spare, stage))
        return [stage for _, stage in sorted(found, key=lambda pair: pair[0])[:PLACES]]

    def _second_interviewer(self, warning: LoopWarning) -> Remedy | None:
        """A second witness for a must-have at the least minutes: one more in a session, or one more session."""
        wanted = min(self.policy.must_have_raters, MOST_INTERVIEWERS)
        changed = [
            replace(stage, interviewers=wanted)
            for stage in self.plan.stages
            if warning.competency in stage.competencies and stage.interviewers < wanted
        ]
        tries = [
            (
                self.plan.with_stage(stage),
                f"{_people(wanted)} in {stage.name}.",
                "edit_stage",
                {"stage": stage.pk, "interviewers": wanted},
            )
            for stage in changed
        ]
        for question in self.bank.get(warning.competency, []):
            tries += [
                (
                    self.plan.with_question(stage.pk, question),
                    f"{question.title} asks it, {question.minutes} min in {stage.name}.",
                    "place_question",
                    {"question": question.pk, "stage": stage.pk},
                )
                for stage in self._places(question)
            ]
        if not tries:
            return None
        effects = self._effects([after for after, *_ in tries])

        def cost(number: int) -> tuple[float, float]:
            after = tries[number][0]
            more = after.interviewer_minutes - self.plan.interviewer_minutes
            more += round(self.policy.candidate_minute_weight * (after.minutes - self.plan.minutes))
            return more, effects[number]

        best = min(range(len(tries)), key=cost)
        _, detail, operation, values = tries[best]
        return Remedy(f"Add {points(effects[best])}", detail, operation, dict(values), effects[best])

    def _lengthen(self, warning: LoopWarning) -> Remedy | None:
        """Its questions' minutes, with room made for them where the loop has none."""
        stage = self._stage(warning.stage)
        if stage is None:
            return None
        longer = self.plan.with_stage(replace(stage, minutes=stage.needed))
        fitted = trimmed(longer, self._allowed, policy=self.policy)
        if fitted is None:
            return None
        effect = self._effects([fitted])[0]
        if fitted is not longer:
            return (
                self._whole(f"Make room {points(effect)}", difference(self.plan, fitted), fitted, effect)
                if effect <= -LEAST_GAIN
                else None
            )
        return Remedy(
            label=f"Make it {stage.needed} min",
            detail=f"The loop then takes {hours(longer.minutes)}.",
            operation="edit_stage",
            values={"stage": stage.pk, "minutes": stage.needed},
            effect=effect,
        )

    def _ask_once(self, warning: LoopWarning) -> Remedy | None:
        """Take out the occurrence that costs less."""
        named = next(row for _, row in self.plan.questions() if row.key == warning.question)
        asked = [(stage, row) for stage, row in self.plan.questions() if row.performance == named.performance]
        placed = [(stage, row.placement) for stage, row in asked if row.placement is not None]
        if not placed:
            return None
        effects = self._effects([self.plan.without(pk) for _, pk in placed])
        effect, number = min((effect, number) for number, effect in enumerate(effects))
        stage, pk = placed[number]
        return Remedy(
            label=f"Remove {points(effect)}",
            detail=f"Out of {stage.name}.",
            operation="remove_placement",
            values={"placement": pk},
            effect=effect,
        )

    def _stand_in(self, warning: LoopWarning) -> Remedy | None:
        """The stage's alternate that keeps the gap smallest."""
        stage = self._stage(warning.stage)
        row = next((row for row in stage.questions if row.key == warning.question), None) if stage else None
        if stage is None or row is None or row.placement is None:
            return None
        shown = {each.competency for each in row.criteria}
        usable = [
            other
            for other in stage.alternates
            if other.status == "published"
            and (other.leak < row.leak or other.leak == row.leak == 0)
            and shown & {each.competency for each in other.criteria}
        ]
        if not usable:
            return None
        kept = self.plan.without(row.placement)
        effects = self._effects([kept.with_question(stage.pk, other) for other in usable])
        effect, number = min((effect, number) for number, effect in enumerate(effects))
        return Remedy(
            label=f"Swap {points(effect)}",
            detail=f"{usable[number].title} stands by.",
            operation="swap_question",
            values={"placement": row.placement, "question": usable[number].pk},
            effect=effect,
        )

    def _drop_alternate(self, warning: LoopWarning) -> Remedy | None:
        stage = self._stage(warning.stage)
        found = [row.placement for row in stage.alternates if row.key == warning.question] if stage else []
        if not found or found[0] is None:
            return None
        return Remedy("Remove it", "", "remove_placement", {"placement": found[0]})

    def _drop_stage(self, warning: LoopWarning) -> Remedy | None:
        stage = self._stage(warning.stage)
        if stage is None:
            return None
        return Remedy("Remove stage", f"Saves {hours(stage.minutes)}.", "remove_stage", {"stage": stage.pk})

    def _give_minutes(self, warning: LoopWarning) -> Remedy | None:
        """The minutes that every live session needs to begin and end, where the loop has room for them."""
        setup = self.policy.setup_minutes
        given = replace(
            self.plan,
            stages=tuple(
                replace(stage, minutes=stage.needed + setup)
                if stage.is_live and stage.questions and 0 <= stage.minutes - stage.needed < setup
                else stage
                for stage in self.plan.stages
            ),
        )
        if given.minutes > self._allowed:
            return None
        said = f"Every session has {setup} min to begin and end: {hours(given.minutes)}."
        return self._whole(f"Give {setup} min", said, given, 0.0)

    def _fit(self, warning: LoopWarning) -> Remedy | None:
        """The loop within its minutes at the least loss."""
        fitted = trimmed(self.plan, most_minutes(self.plan, self.policy), policy=self.policy)
        if fitted is None or fitted is self.plan or not fitted.stages:
            return None
        effect = self._effects([fitted])[0]
        return self._whole(f"Make it fit {points(effect)}", difference(self.plan, fitted), fitted, effect)

    def _outdated(self) -> list[Advice]:
        found = []
        for stage, row in self.plan.questions():
            newer = self.newer.get(row.key)
            if newer is None or row.placement is None or newer.version <= row.version:
                continue
            warning = LoopWarning(
                code="question_outdated",
                severity="note",
                text=f"{row.title} has a newer version.",
                cost=f"{stage.name} asks version {row.version}; version {newer.version} is published.",
                question=row.key,
                stage=stage.pk,
            )
            values: dict[str, str | int] = {"placement": row.placement, "question": newer.pk}
            found.append(Advice(warning, Remedy(f"Use version {newer.version}", "", "swap_question", values)))
        return found

    def _stage(self, pk: int | None) -> PlannedStage | None:
        return next((stage for stage in self.plan.stages if stage.pk == pk), None)
