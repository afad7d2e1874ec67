"""What a draft must not lack to be published: asked as it is published, and shown before."""

from math import ceil

from accounts.models import TeamPolicy
from content.life import Problems
from content.models import Status
from loops.models import Loop
from loops.plans import Plan, PlannedStage


def faults_of(draft: Loop, plan: Plan, *, policy: TeamPolicy) -> Problems:
    """What publishing ``draft``, whose plan is ``plan``, would refuse, each with where it stands; no query.

    Everything else is advice.
    """
    problems: Problems = []
    if not draft.name.strip():
        problems.append(("name", "The loop has no name."))
    if draft.profile.status != Status.PUBLISHED:
        text = "Publish it first, or choose a published version."
        problems.append(("profile", f"The role profile {draft.profile} is {draft.profile.status}. {text}"))
    if not any(stage.questions for stage in plan.stages):
        problems.append(("stages", "Nothing is asked. Place at least one question in a stage."))
    for stage in plan.stages:
        for row in (*stage.questions, *stage.alternates):
            if row.status != Status.PUBLISHED:
                text = f"{row.title}, in {stage.name}, is {row.status}."
                problems.append((f"stage-{stage.pk}", f"{text} Publish it, or take another."))
        problems += _too_little_time(stage, policy)
    return problems


def _too_little_time(stage: PlannedStage, policy: TeamPolicy) -> Problems:
    """A plan that nobody can keep is not published."""
    needed = stage.needed
    # As a ratio against the share; rounded so that 36 of 60 minutes are six tenths.
    if not needed or round(stage.minutes / needed, 9) >= policy.least_stage_time:
        return []
    least = ceil(round(needed * policy.least_stage_time, 9))
    text = (
        f"{stage.name} has {stage.minutes} min for questions that need {needed}. "
        f"Give it {needed} min ({least} at least), or move a question."
    )
    return [(f"stage-{stage.pk}", text)]
