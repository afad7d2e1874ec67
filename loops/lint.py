"""Advice on a plan, in plain words: what is wrong, what it costs, what mends it.

Lints only read the plan and its measured gap. Which bank question would help, and by how many
points, is worked out in ``loops.remedies``, where a bank is at hand.
"""

from collections.abc import Iterator
from typing import Any

from accounts.models import TeamPolicy
from loops.gaps import LoopGap, LoopWarning
from loops.models import StageKind
from loops.plans import Plan, PlannedQuestion, PlannedStage
from roles.models import Realism
from rubrics.models import QuestionFormat
from web.numbers import counted, hours, listed, percent, times

_ORDER = {"serious": 0, "caution": 1, "note": 2}


def warnings_of(plan: Plan, gap: LoopGap, *, policy: TeamPolicy) -> tuple[LoopWarning, ...]:
    """Return every warning, the serious ones first; an empty plan has none, its page says what to do."""
    if not plan.stages:
        return ()
    found = [
        *_must_haves(gap, policy),
        *_ceilings(gap),
        *_length(plan, policy),
        *_sessions(plan, policy),
        *_theory(plan, policy),
        *_mistakes(plan, policy),
        *_repeats(plan),
        *_states(plan),
        *_material(plan, policy),
        *(warning for stage in plan.stages for warning in _stage(stage, policy)),
        *_barely(gap, policy),
        *_untested(gap),
    ]
    shown = [warning for warning in found if warning.code not in policy.rules_off]
    return tuple(sorted(shown, key=lambda warning: _ORDER[warning.severity]))


def _make(code: str, severity: str, text: str, cost: str = "", remedy: str = "", **where: Any) -> LoopWarning:
    return LoopWarning(code=code, severity=severity, text=text, cost=cost, remedy=remedy, **where)


def _must_haves(gap: LoopGap, policy: TeamPolicy) -> Iterator[LoopWarning]:
    for row in gap.competencies:
        if not row.must_have:
            continue
        if not row.is_tested:
            yield _make(
                "must_have_untested",
                "serious",
                f"{row.name} is a must-have and is never asked.",
                f"{percent(row.weight)} of the job stays unknown.",
                "Add a question that shows it.",
                competency=row.key,
            )
        elif row.raters < policy.must_have_raters:
            yield _make(
                "must_have_one_rater",
                "serious",
                f"{row.name} is a must-have and {_raters(row.raters)} it.",
                f"The verdict on it hangs on {'one person' if row.raters == 1 else 'too few people'}.",
                f"Give that stage {'a second' if row.raters == 1 else 'another'} interviewer, "
                "or ask for it in another stage too.",
                competency=row.key,
            )


def _raters(count: int) -> str:
    return "one interviewer rates" if count == 1 else f"{counted(count)} interviewers rate"


def _ceilings(gap: LoopGap) -> Iterator[LoopWarning]:
    for row in gap.competencies:
        if row.is_tested and row.ceiling is not None and row.ceiling < row.required_level:
            yield _make(
                "above_ceiling",
                "caution",
                f"{row.name} is required at level {row.required_level}; "
                f"this loop can show level {row.ceiling} at most.",
                "Its skill gap stays open however good the answers are.",
                "Ask a question that targets a higher level, or lower the requirement.",
                competency=row.key,
            )


def _barely(gap: LoopGap, policy: TeamPolicy) -> Iterator[LoopWarning]:
    for row in gap.competencies:
        if row.is_tested and row.weight > 0 and row.covered < policy.barely_covered:
            yield _make(
                "barely_covered",
                "caution",
                f"{row.name} is barely covered: {percent(row.covered)} of its demand.",
                f"{percent(row.gap, 1)} of the job goes unscored here.",
                "Ask for it once more, at the realism the role demands.",
                competency=row.key,
            )


def _untested(gap: LoopGap) -> Iterator[LoopWarning]:
    rest = [row for row in gap.untested if not row.must_have and row.weight > 0]
    if rest:
        share = sum(row.weight for row in rest)
        yield _make(
            "untested",
            "note",
            f"Never asked: {listed([row.name for row in rest])}.",
            f"Together {percent(share)} of the job.",
            "Add a question, or accept that nobody will know.",
            competency=max(rest, key=lambda row: row.weight).key,
        )


def most_minutes(plan: Plan, policy: TeamPolicy) -> int:
    """Candidate minutes that the loop may take: its own budget, or what the team asks of anybody."""
    budget = plan.budget_minutes if plan.budget_minutes is not None else policy.max_loop_minutes
    return min(budget, policy.max_loop_minutes)


def _length(plan: Plan, policy: TeamPolicy) -> Iterator[LoopWarning]:
    most = most_minutes(plan, policy)
    if plan.minutes > most:
        whose = "the team’s limit" if most == policy.max_loop_minutes else "its budget"
        yield _make(
            "too_long",
            "caution",
            f"The loop takes {hours(plan.minutes)}; {whose} is {hours(most)}.",
            "Candidates with jobs and families drop out first.",
            f"Take out {hours(plan.minutes - most)}, beginning with what widens the gap least.",
        )


def _sessions(plan: Plan, policy: TeamPolicy) -> Iterator[LoopWarning]:
    """Sessions that are too long or too full for the people in them."""
    for stage in plan.stages:
        most = policy.max_session_minutes if stage.is_live else policy.max_take_home_minutes
        if stage.minutes > most:
            yield _make(
                "session_too_long" if stage.is_live else "take_home_too_long",
                "caution",
                f"{stage.name} takes {hours(stage.minutes)}; the limit is {hours(most)}.",
                "Attention fades." if stage.is_live else "It selects for free evenings.",
                "Split it, or take something out." if stage.is_live else "Ask for less, or do it together.",
                stage=stage.pk,
            )
    yield from _at_home(plan, policy)
    full = [
        stage
        for stage in plan.stages
        if stage.is_live and stage.questions and 0 <= stage.minutes - stage.needed < policy.setup_minutes
    ]
    if full:
        yield _make(
            "no_slack",
            "note",
            f"No {policy.setup_minutes} minutes to spare: {listed([stage.name for stage in full])}.",
            "Hello, set-up and the candidate’s questions will take them from the questions.",
            f"Give each {policy.setup_minutes} minutes more.",
            stage=full[0].pk,
        )
    if plan.interviewer_minutes > policy.max_interviewer_minutes:
        yield _make(
            "interviewers_time",
            "note",
            f"One candidate takes {hours(plan.interviewer_minutes)} of interviewers’ time; the limit is "
            f"{hours(policy.max_interviewer_minutes)}.",
            "",
            "Let one person fewer sit in where a must-have does not need two.",
        )


def _at_home(plan: Plan, policy: TeamPolicy) -> Iterator[LoopWarning]:
    """Work at home in all, and conversations that are made into it."""
    home = [stage for stage in plan.stages if not stage.is_live]
    together = sum(stage.minutes for stage in home)
    if together > policy.max_take_home_minutes and all(
        stage.minutes <= policy.max_take_home_minutes for stage in home
    ):
        yield _make(
            "take_home_too_long",
            "caution",
            f"Work at home takes {hours(together)} in all; the limit is {hours(policy.max_take_home_minutes)}.",
            "It selects for free evenings.",
            "Ask for less, or do it together.",
            stage=home[0].pk,
        )
    for stage in home:
        met = [question.title for question in stage.questions if question.format not in DONE_ALONE]
        if met:
            yield _make(
                "conversation_at_home",
                "caution",
                f"{stage.name} is work at home and asks what is made for a conversation: {listed(met)}.",
                "Nobody asks back, and nobody knows who answered.",
                "Hold it as a session, or ask something that is done alone.",
                stage=stage.pk,
            )


def _theory(plan: Plan, policy: TeamPolicy) -> Iterator[LoopWarning]:
    minutes = sum(question.minutes for _, question in plan.questions())
    theory = sum(
        question.minutes
        for _, question in plan.questions()
        if question.realism == Realism.CONTROLLED
        or question.format == QuestionFormat.KNOWLEDGE
        or question.conventional
    )
    asked_live = sum(row.weight * row.by_realism[2] for row in plan.requirements)
    if minutes and asked_live >= policy.production_role and theory / minutes > policy.theory_share:
        yield _make(
            "theory_heavy",
            "serious",
            f"{percent(theory / minutes)} of the questions’ time is theory or tidy exercises.",
            f"{percent(asked_live)} of this role’s demand is at production realism, which they cannot show.",
            "Replace knowledge and puzzle questions by scenarios, debugging or past work.",
        )


# What a question on quality over time rates, in the starter framework.
# Formats that a person can do alone and hand in.
DONE_ALONE = frozenset({"take_home", "work_sample", "live_coding", "debugging"})
MEASURES_QUALITY = frozenset({"eval_design", "observability"})


def _is_production(plan: Plan, policy: TeamPolicy) -> bool:
    return sum(row.weight * row.by_realism[2] for row in plan.requirements) >= policy.production_role


def _mistakes(plan: Plan, policy: TeamPolicy) -> Iterator[LoopWarning]:
    """Mistakes that no single stage shows."""
    asked = [question for _, question in plan.questions()]
    if not asked:
        return
    if all(question.realism == Realism.CONTROLLED for question in asked):
        yield _make(
            "tidy_problems",
            "caution",
            "Every question is a tidy one.",
            "Nothing shows what somebody does when things are not tidy.",
            "Ask a question with limits, or from live work.",
        )
    if not any(question.injected for question in asked):
        yield _make(
            "no_injection",
            "note",
            "No limit changes on the way through any question.",
            "How somebody reacts to a change stays unknown.",
            "Choose a question with constraint changes.",
        )
    elif _is_production(plan, policy) and not any(
        question.injected and question.area == "system_design" for question in asked
    ):
        yield _make(
            "no_system_view",
            "caution",
            "No question looks at a whole system while its limits change.",
            "Parts that work alone fail together.",
            "Ask a system-design question with constraint changes.",
        )
    past = [question for question in asked if question.format == QuestionFormat.PAST_WORK_PROBE]
    if past and not any(question.deep for question in past):
        yield _make(
            "projects_at_face_value",
            "caution",
            "Past work is asked about, and nothing looks behind it.",
            "A project says what a team did, not what the person did.",
            "Take a past-work question that probes decisions.",
        )
    rated = {row.competency for question in asked for row in question.criteria}
    needed = {row.key for row in plan.requirements if row.weight > 0}
    # Where the role names them, what is never asked says so already.
    if _is_production(plan, policy) and not MEASURES_QUALITY & (rated | needed):
        yield _make(
            "one_score_only",
            "caution",
            "Nothing asks how quality is measured and kept.",
            "Who has measured quality once has not kept it.",
            "Ask a question on evaluation or monitoring.",
        )
    panels = [set(stage.panel) for stage in plan.stages if stage.questions and stage.panel]
    if len(panels) > 1 and len(set().union(*panels)) == 1:
        yield _make(
            "one_function_panel",
            "caution",
            f"All interviewers come from {next(iter(panels[0]))}.",
            "One function’s blind spot becomes the loop’s.",
            "Let somebody who works with the role from outside rate a stage.",
        )


def _repeats(plan: Plan) -> Iterator[LoopWarning]:
    places: dict[str, list[tuple[int, PlannedQuestion]]] = {}
    for number, stage in enumerate(plan.stages, start=1):
        for question in stage.questions:
            places.setdefault(question.performance, []).append((number, question))
    for asked in places.values():
        if len(asked) < 2:
            continue
        titles = list(dict.fromkeys(question.title for _, question in asked))
        text = (
            f"{titles[0]} is asked {times(len(asked))}: in stages {listed([str(number) for number, _ in asked])}."
            if len(titles) == 1
            else f"{listed(titles)} are variants of one question."
        )
        yield _make(
            "same_question_twice",
            "serious",
            text,
            "The second answer shows memory, not skill: only one asking counts.",
            "Replace one of them by an alternate.",
            question=asked[-1][1].key,
        )


def _states(plan: Plan) -> Iterator[LoopWarning]:
    for stage, question in plan.questions():
        at = {"question": question.key, "stage": stage.pk}
        if question.status == "retired":
            yield _make(
                "question_retired",
                "caution",
                f"{question.title} has been retired.",
                f"{stage.name} still asks it.",
                "Swap in an alternate or a newer version.",
                **at,
            )
        elif question.status == "draft":
            yield _make(
                "question_draft",
                "caution",
                f"{question.title} is still a draft.",
                "A loop is published with published questions only.",
                "Publish the question first.",
                **at,
            )
        if question.leak > 0:
            yield _make(
                "question_leaked",
                "caution",
                f"{question.title} is known outside.",
                f"Its ratings count {percent(1 - question.leak)} of their worth.",
                "Swap in an alternate." if stage.alternates else "Replace it.",
                **at,
            )


def _material(plan: Plan, policy: TeamPolicy) -> Iterator[LoopWarning]:
    """Questions that name material which nobody has attached: those that count less, and those trusted."""
    lacking = {row.key: row for _, row in plan.questions() if row.lacks_material}.values()
    trusted = [row for row in lacking if row.from_pack and policy.trusts_pack_material]
    capped = [row for row in lacking if row not in trusted]
    for severity, rows, cost in (
        ("caution", capped, "Without it they count as constrained at most."),
        ("note", trusted, "By policy it counts as at hand."),
    ):
        if rows:
            yield _make(
                "material_missing",
                severity,
                f"Material is named and not attached: {listed([row.title for row in rows])}.",
                cost,
                "Say on the question where interviewers find its material.",
                question=rows[0].key,
            )


def most_competencies(stage: PlannedStage, policy: TeamPolicy) -> int:
    """How many competencies a session can rate before one impression colours all."""
    extra = policy.take_home_extra if stage.kind == StageKind.TAKE_HOME else 0
    return policy.max_competencies_per_session + extra


def _stage(stage: PlannedStage, policy: TeamPolicy) -> Iterator[LoopWarning]:
    if not stage.questions:
        if stage.kind != StageKind.SCREEN:
            yield _make(
                "empty_stage",
                "caution",
                f"{stage.name} asks nothing.",
                f"{hours(stage.minutes)} of the candidate’s time show nothing that is scored.",
                "Add a question from the bank, or remove the stage.",
                stage=stage.pk,
            )
        return
    if stage.time_share < 1:
        refused = round(stage.time_share, 9) < policy.least_stage_time
        yield _make(
            "stage_too_short",
            "serious" if refused else "caution",
            f"{stage.name} has {stage.minutes} min; its questions need {stage.needed}.",
            f"Its ratings count {percent(stage.time_share)} of their worth"
            + (", and the loop cannot be published." if refused else "."),
            f"Give it {stage.needed} min, or move a question.",
            stage=stage.pk,
        )
    limit = most_competencies(stage, policy)
    if len(stage.competencies) > limit:
        yield _make(
            "crowded_session",
            "caution",
            f"{stage.name} rates {len(stage.competencies)} competencies; {limit} is the limit.",
            "Beyond that one impression colours all ratings.",
            "Move a question to another stage.",
            stage=stage.pk,
        )
    for alternate in stage.alternates:
        if not stage.competencies.keys() & {row.competency for row in alternate.criteria}:
            yield _make(
                "alternate_elsewhere",
                "caution",
                f"{alternate.title} cannot stand in for anything in {stage.name}.",
                "It shows none of the competencies the stage is there for.",
                "Choose an alternate that shares a competency.",
                stage=stage.pk,
                question=alternate.key,
            )
