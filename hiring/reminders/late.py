"""Which scorecards are late, and who is to hear of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import Membership, Team, TeamPolicy, User
from accounts.permissions import Permission
from hiring.pipeline.models import Assignment


def due_at(row: Assignment, policy: TeamPolicy) -> datetime:
    """When the scorecard of an assignment is due; its interview has a time."""
    scheduled = row.interview.scheduled_at
    if scheduled is None:
        raise ValueError(f"{row} has no time, so nothing is due.")
    return scheduled + timedelta(hours=policy.reminder_hours)


def late_in(team: Team, *, now: datetime, policy: TeamPolicy) -> "QuerySet[Assignment]":
    """Assignments whose scorecard is overdue, the longest waiting first, with what a mail says of them.

    An interview that got no time is nobody's delay.
    """
    return (
        Assignment.objects.owing()
        .filter(
            interview__team=team,
            interview__scheduled_at__lte=now - timedelta(hours=policy.reminder_hours),
            interviewer__is_active=True,
        )
        .select_related(
            "interviewer",
            "interview__team",
            "interview__stage",
            "interview__application__candidate",
            "interview__application__opening",
        )
        .order_by("interview__scheduled_at", "pk")
    )


def members_of(team: Team) -> dict[int, Membership]:
    """Active members by person, in one query."""
    rows = Membership.objects.filter(team=team, is_active=True, user__is_active=True).select_related("user")
    return {row.user_id: row for row in rows}


def signs_in(member: Membership) -> bool:
    """Whether somebody has pages of their own: an interviewer from outside comes by a recruiter's link alone."""
    return Permission.VIEW_CONTENT in member.permissions or Permission.VIEW_DASHBOARD in member.permissions


def planners(members: Iterable[Membership]) -> list[User]:
    """Who plans interviews: the recruiters, or the team's admins where there are none."""
    able = [row for row in members if Permission.EDIT_PIPELINE in row.permissions]
    plain = [row for row in able if Permission.EDIT_MEMBERS not in row.permissions]
    return [row.user for row in plain or able]
