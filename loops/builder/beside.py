"""Loops that stand beside a proposal in its picture: this one, the conventional one, the lean one of the library."""

from figures.types import FrontierPoint
from loops import remembered
from loops.coverage import contrast_loop, gap_of_plan
from loops.designing.answers import Answer
from loops.designing.ground import Ground
from loops.gaps import LoopGap
from loops.models import Loop


def loops_beside(ground: Ground, own: LoopGap | None, found: Answer) -> list[FrontierPoint]:
    """What each of them takes and leaves for the proposal's role; those that there are."""
    leaks = {row.key: row.leak for row in ground.bank}
    points = [FrontierPoint(found.minutes, found.gap, "proposal", found.decision_value)]
    if own is not None and own.minutes:
        points.append(FrontierPoint(own.minutes, own.gap, "this loop", own.decision_value))
    for label, loop in (
        ("conventional loop", contrast_loop(ground.team.pk)),
        ("lean loop", lean_loop(ground.profile.key)),
    ):
        if loop is not None:
            plan = remembered.published_plan(loop, leaks=leaks).in_place_of(ground.plan)
            gap = gap_of_plan(plan, policy=ground.policy, with_warnings=False)
            points.append(FrontierPoint(gap.minutes, gap.gap, label, gap.decision_value))
    return points


def lean_loop(role: str) -> Loop | None:
    """The library's lean template for a role; None where it has none."""
    loops = Loop.objects.latest_published().filter(team__is_library=True, variant="lean", profile__key=role)
    found: Loop | None = loops.order_by("key").first()
    return found
