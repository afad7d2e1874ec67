"""A team that has scored, calibrated and opened its debrief, beside a rival that has too."""

from dataclasses import dataclass

from django.test import Client

from accounts.models import User
from hiring.calibration.actions import calibrate_team
from hiring.calibration.models import CalibrationRun
from hiring.decisions.actions import open_debrief
from reports import actions, kinds
from reports.models import Report
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, rivals, submitted_card

HOSTILE = '<script>alert("x")</script><img src="http://evil.example/x.png"> & done'


@dataclass
class Scored:
    """Both worlds after their debriefs, and what was found in ours."""

    worlds: Rivals
    run: CalibrationRun

    @property
    def ours(self) -> TeamWorld:
        """The team the tests act in."""
        return self.worlds.ours


def score(world: TeamWorld, *, evidence: str = "Named the failing link first.") -> CalibrationRun:
    """Score every interview by two, calibrate, open the debrief."""
    for number, interview in enumerate(world.interviews):
        for interviewer in world.interviewers[:2]:
            submitted_card(interview, interviewer, 2 + number, evidence=f"{evidence} ({world.team.key})")
    run = calibrate_team(team=world.team, by=None)
    open_debrief(application=world.application, by=world.recruiter)
    world.application.refresh_from_db()
    return run


def scored_rivals() -> Scored:
    worlds = rivals()
    run = score(worlds.ours, evidence=HOSTILE)
    score(worlds.theirs)
    return Scored(worlds, run)


_built, scored = standing(scored_rivals)


def signed_in(user: User) -> Client:
    """A client of somebody."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def skill_gap_of(world: TeamWorld) -> Report:
    """A skill-gap report as it was asked for."""
    return actions.request_report(
        kind=kinds.get("skill-gap"), subject=world.application, team=world.team, by=world.hiring_manager
    )


def evaluation_gap_of(world: TeamWorld) -> Report:
    """An evaluation-gap report as it was asked for."""
    return actions.request_report(
        kind=kinds.get("evaluation-gap"), subject=world.loop, team=world.team, by=world.recruiter
    )
