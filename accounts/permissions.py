"""What may be done, and which role may do it: one enum, one table.

Ask one question: ``has_permission(user, Permission.X, team=team)``. Nothing else
in the product compares role names.
"""

from enum import StrEnum

from django.db import models


class Permission(StrEnum):
    """Something a member of a team may do."""

    VIEW_CONTENT = "view_content"  # role profiles, questions with anchors and interviewer notes, loops
    EDIT_CONTENT = "edit_content"  # role profiles, questions, rating scales
    EDIT_LOOPS = "edit_loops"
    VIEW_PIPELINE = "view_pipeline"  # every opening, candidate and interview of the team
    EDIT_PIPELINE = "edit_pipeline"
    SCORE = "score"  # interviews one is assigned to
    READ_PANEL = (
        "read_panel"  # colleagues' cards on an application one has scored, once the blind mode opens them
    )
    VIEW_DEBRIEF = "view_debrief"
    FORCE_DEBRIEF = "force_debrief"  # open a debrief before every scorecard is in
    DECIDE = "decide"
    REVIEW_OUTCOME = "review_outcome"
    VIEW_DASHBOARD = "view_dashboard"
    VIEW_REPORTS = "view_reports"  # make and download PDFs
    CALIBRATE = "calibrate"  # start runs, see severity by name, adopt variance components
    EDIT_POLICY = "edit_policy"
    EDIT_MEMBERS = "edit_members"
    VIEW_AUDIT = "view_audit"


class Role(models.TextChoices):
    """A member's role in one team."""

    ADMIN = "admin", "Team admin"
    RECRUITER = "recruiter", "Recruiter"
    HIRING_MANAGER = "hiring_manager", "Hiring manager"
    INTERVIEWER = "interviewer", "Interviewer"
    LEADERSHIP = "leadership", "Leadership"
    OUTSIDE = "outside", "Outside interviewer"


_P = Permission
ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ADMIN: frozenset(_P) - {_P.CALIBRATE},
    Role.RECRUITER: frozenset(
        {
            _P.VIEW_CONTENT,
            _P.EDIT_CONTENT,
            _P.EDIT_LOOPS,
            _P.VIEW_PIPELINE,
            _P.EDIT_PIPELINE,
            _P.SCORE,
            _P.READ_PANEL,
            _P.VIEW_DEBRIEF,
            _P.FORCE_DEBRIEF,
            _P.REVIEW_OUTCOME,
            _P.VIEW_DASHBOARD,
            _P.VIEW_REPORTS,
        }
    ),
    Role.HIRING_MANAGER: frozenset(
        {
            _P.VIEW_CONTENT,
            _P.EDIT_LOOPS,
            _P.VIEW_PIPELINE,
            _P.SCORE,
            _P.READ_PANEL,
            _P.VIEW_DEBRIEF,
            _P.FORCE_DEBRIEF,
            _P.DECIDE,
            _P.REVIEW_OUTCOME,
            _P.VIEW_DASHBOARD,
            _P.VIEW_REPORTS,
        }
    ),
    Role.INTERVIEWER: frozenset({_P.VIEW_CONTENT, _P.SCORE, _P.READ_PANEL}),
    # Leadership reads aggregates; it sees neither candidates' scorecards nor severity by name.
    Role.LEADERSHIP: frozenset({_P.VIEW_DASHBOARD, _P.VIEW_REPORTS}),
    # Comes by a link for one interview: neither the bank nor anybody else's card is theirs to read.
    Role.OUTSIDE: frozenset({_P.SCORE}),
}


def permissions_of(role: str, *, is_calibrator: bool) -> frozenset[Permission]:
    """Return what ``role`` grants, plus calibration for holders of that permission."""
    granted = ROLE_PERMISSIONS[role]
    return granted | {_P.CALIBRATE} if is_calibrator else granted
