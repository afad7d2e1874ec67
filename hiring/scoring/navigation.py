"""Scoring in the navigation."""

from accounts.models import Team, User
from accounts.permissions import Permission
from hiring.pipeline.models import Assignment
from web.navigation import Entry


def holds_interviews(user: User, team: Team) -> bool:
    """Recruiters and admins may score too, and mostly do not: an empty list is no place to start."""
    return Assignment.objects.filter(interviewer=user, interview__team=team).exists()


INTERVIEWS = Entry("Interviews", "interviews", frozenset({Permission.SCORE}), waits_for=holds_interviews)
