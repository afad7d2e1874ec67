"""The gap that every surface is to show of a loop."""

from accounts.models import TeamPolicy
from loops.coverage import gap_of_loop
from loops.gaps import LoopGap
from loops.models import Loop
from rubrics.models import QuestionExposure


def shown_gap(loop: Loop) -> LoopGap:
    """Measure a loop as it stands now, under the policy of its team and with what leaked in it."""
    return gap_of_loop(
        Loop.objects.with_plan().get(pk=loop.pk),
        policy=TeamPolicy.objects.current_for(loop.team_id),
        leaks=QuestionExposure.objects.leaks_in(loop.team_id),
    )
