"""What a team's scorecards say of its interviewers together, for the forecast of a loop."""

from dataclasses import replace
from datetime import timedelta
from math import hypot

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import TeamPolicy
from hiring.calibration.models import CalibrationRun
from hiring.scoring.models import Rating
from loops.panels import PanelFacts, Sourced

# From fewer, a spread between people says little and could be traced to one of them.
LEAST_INTERVIEWERS = 5
LEAST_RATINGS = 200
_DAYS = 365


def facts_of(team_id: int, policy: TeamPolicy) -> PanelFacts:
    """Severity from the newest calibration run, not-assessed rate from a year's submitted scorecards. Two queries."""
    found = PanelFacts()
    run = CalibrationRun.objects.latest_for(team_id)
    least = max(LEAST_INTERVIEWERS, 2)
    if run is not None and run.converged and run.n_interviewers >= least:
        spread = hypot(run.components.get("general", 0.0), run.components.get("competency", 0.0))
        severity = run.components.get("severity")
        if severity is not None and spread > 0:
            when = timezone.localtime(run.created_at)
            source = f"calibration of {when.day} {when:%b %Y}, {run.n_interviewers} interviewers"
            found = replace(found, severity=Sourced(severity / spread, source))
    since = timezone.now() - timedelta(days=_DAYS)
    rated = Rating.objects.submitted().filter(scorecard__team_id=team_id, scorecard__submitted_at__gte=since)
    counted = rated.aggregate(all=Count("pk"), missing=Count("pk", filter=~Q(not_assessed="")))
    if counted["all"] >= LEAST_RATINGS:
        share = counted["missing"] / counted["all"]
        source = f"last 12 months, {counted['all']:,} ratings"
        found = replace(found, not_assessed=Sourced(share, source))
    return found
