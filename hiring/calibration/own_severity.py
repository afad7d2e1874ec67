"""One's own severity and flags, for the page on which interviewers look at their own scoring."""

from dataclasses import dataclass, field

from accounts.models import Team, TeamPolicy, User
from hiring.calibration.flags import ShownFlag
from hiring.calibration.models import CalibrationRun, InterviewerEstimate


@dataclass(frozen=True)
class OwnSeverity:
    """What an interviewer is told of their own scoring: severity, or why there is none to show, and what stands out."""

    run: CalibrationRun | None
    row: InterviewerEstimate | None = None
    n: int = 0
    shown_from: int = 0
    #: Level of the interval, as the run was computed; the policy may have changed since.
    level: float = 0.0
    no_difference: bool = False
    #: One interviewer gave all ratings: nobody to compare with, and such a run stores no severity.
    alone: bool = False
    flags: list[ShownFlag] = field(default_factory=list)
    #: Whether there are scorecards enough to be told what stands out, where the run looked.
    looked: bool = False
    #: The run's estimate, whether or not there is enough behind it to be shown.
    estimate: InterviewerEstimate | None = None

    @property
    def enough(self) -> bool:
        """Whether there are scorecards enough for anything of the run's to be shown."""
        return self.n >= self.shown_from > 0


def own_severity(user: User, team: Team, policy: TeamPolicy) -> OwnSeverity:
    """``user``'s severity in the team's newest run. Two queries.

    Below the policy's minimum of scorecards, where the run withholds levels, or where one interviewer gave
    all its ratings, there is no row.
    """
    run = CalibrationRun.objects.latest_for(team.pk)
    if run is None:
        return OwnSeverity(None, shown_from=policy.estimates_from)
    row = InterviewerEstimate.objects.filter(run=run, interviewer=user).first()
    if row is None:
        return OwnSeverity(run, shown_from=policy.estimates_from, alone=run.n_interviewers == 1)
    counted = row.n_scorecards >= policy.estimates_from
    enough = counted and row.severity_levels is not None
    lower, upper = row.lower_levels, row.upper_levels
    return OwnSeverity(
        run,
        row=row if enough else None,
        n=row.n_scorecards,
        shown_from=policy.estimates_from,
        level=run.settings_used.get("interval_level", policy.interval_level),
        no_difference=lower is not None and upper is not None and lower <= 0 <= upper,
        flags=row.stand_outs if counted else [],
        looked=counted and bool(run.looked_for),
        estimate=row,
    )
