"""One's own severity, for the page on which interviewers look at their own scoring.

Scoring stands below calibration and imports nothing of it; the URLconf hands this to its page.
"""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.models import Team, TeamPolicy, User
from hiring.calibration.models import CalibrationRun, InterviewerEstimate


def own_severity(user: User, team: Team, policy: TeamPolicy) -> SafeString:
    """The line on ``user``'s severity in the team's newest run, as HTML. Two queries.

    Below the policy's minimum of scorecards, where the run withholds levels, or where one interviewer gave
    all its ratings, it says what is missing and shows no number.
    """
    run = CalibrationRun.objects.latest_for(team.pk)
    row = InterviewerEstimate.objects.filter(run=run, interviewer=user).first() if run else None
    context: dict[str, Any] = {
        "run": run,
        "n": row.n_scorecards if row else 0,
        "shown_from": policy.estimates_from,
        # Nobody to compare with: such a run stores no severity.
        "alone": run is not None and row is None and run.n_interviewers == 1,
    }
    if run is not None and row is not None and row.n_scorecards >= policy.estimates_from:
        context["row"] = row if row.severity_levels is not None else None
        # The interval was computed with the run's settings; the policy may have changed since.
        context["level"] = run.settings_used.get("interval_level", policy.interval_level)
        context["no_difference"] = (
            row.lower_levels is not None
            and row.upper_levels is not None
            and row.lower_levels <= 0 <= row.upper_levels
        )
    return render_to_string("calibration/_own_severity.html", context)
