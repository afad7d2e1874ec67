"""The interviewer's first page: their interviews, and beside them how they score.

It shows scoring and calibration, so it stands in the higher of the two.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import require
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy
from accounts.permissions import Permission
from hiring.calibration import mirror
from hiring.calibration.own_severity import OwnSeverity, own_severity
from hiring.scoring.home import Home, home_of
from hiring.scoring.offline import kept_offline
from web.render import render_page


@dataclass(frozen=True)
class InterviewsPage(Home):
    """One's own interviews, and one's own scoring: counts over one's scorecards, and severity."""

    mirror: mirror.Mirror
    severity: OwnSeverity


@never_cache
@require_GET
def interviews(request: MemberRequest, team: Team) -> HttpResponse:
    """One's own interviews in a team: to submit, coming up, submitted; beside them one's own scoring."""
    require(request.user, Permission.SCORE, team=team)
    policy = TeamPolicy.objects.current_for(team.pk)
    page = InterviewsPage(
        **vars(home_of(request, team, policy)),
        mirror=mirror.of(request.user, team, policy=policy),
        severity=own_severity(request.user, team, policy),
    )
    return kept_offline(render_page(request, "calibration/interviews.html", page), request.user)
