"""Mail of the demo: what the product would have sent to invented people by now, read at ``/demo/mail/``."""

from datetime import datetime, timedelta

from accounts.models import Membership, Team, TeamPolicy
from hiring.outcomes.requests import ask_for_reviews
from hiring.reminders.actions import remind_team
from hiring.reminders.digest import KIND, send_digest


def write_mail(team: Team, *, now: datetime) -> None:
    """Write what was due by the last noon: a demo begins at any hour, and nobody is mailed at night."""
    noon = now.replace(hour=12)
    noon = noon if noon <= now else noon - timedelta(days=1)
    policy = TeamPolicy.objects.current_for(team.pk)
    year, week, _ = noon.isocalendar()
    for member in Membership.objects.filter(team=team, is_active=True).select_related("user", "team"):
        send_digest(member, key=f"{KIND}:{member.pk}:{year}-W{week:02}", now=noon, policy=policy)
    ask_for_reviews(team, now=noon)
    remind_team(team, now=noon)
