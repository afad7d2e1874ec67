"""What a role's own loop and the conventional one leave untested, for pages about roles."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Team, TeamPolicy
from loops.coverage import contrast_loop, conventional_gap, gap_of_loop
from loops.gaps import LoopGap
from loops.models import Loop
from roles.models import RoleProfile
from rubrics.models import QuestionExposure


@dataclass(frozen=True, slots=True)
class GapRow:
    """One kind of loop over several profiles: a gap for each, or none where there is no such loop."""

    name: str
    note: str
    cells: list[tuple[RoleProfile, LoopGap | None]]
    #: What stands in a cell without a gap.
    none: str


def gap_rows(team: Team, profiles: list[RoleProfile]) -> list[GapRow]:
    """Return two rows, own loop and conventional loop, with a gap (or None) for each profile.

    All under the policy and the leaks of ``team``; the same number of queries for any
    number of profiles.
    """
    policy = TeamPolicy.objects.current_for(team.pk)
    leaks = QuestionExposure.objects.leaks_in(team.pk)
    named = Q()
    for profile in profiles:
        named |= Q(team_id=profile.team_id, profile__key=profile.key)
    loops = {
        (loop.team_id, loop.profile.key): loop
        for loop in Loop.objects.latest_published()
        .filter(named, is_default=True)
        .with_plan()
        .order_by("-key")
    }
    own = [
        gap_of_loop(loop, policy=policy, leaks=leaks, profile=profile)
        if (loop := loops.get((profile.team_id, profile.key))) is not None
        else None
        for profile in profiles
    ]
    contrast = contrast_loop(team.pk)
    conventional = [
        conventional_gap(profile, policy=policy, leaks=leaks, contrast=contrast)
        if contrast is not None
        else None
        for profile in profiles
    ]
    return [
        GapRow(
            "Its own loop",
            "default of the role, as planned",
            list(zip(profiles, own, strict=True)),
            "no default loop",
        ),
        GapRow(
            "Conventional loop",
            "puzzles, theory, take-home",
            list(zip(profiles, conventional, strict=True)),
            "no such loop at hand",
        ),
    ]
