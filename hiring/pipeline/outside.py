"""Interviewers from outside the team: invited to one interview, signed in by a link that works once and ends."""

import hashlib
import secrets
from datetime import timedelta
from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from accounts import audit
from accounts.access import require
from accounts.actions import add_outsider
from accounts.errors import ActionError, InvalidInput
from accounts.models import TeamOwned, TeamQuerySet, User
from accounts.permissions import Permission
from hiring.pipeline.actions import assign_interviewer
from hiring.pipeline.models import Interview, InterviewState

DAYS, MOST_DAYS = 7, 30


@pghistory.track(exclude=["key"])
class OutsideLink(TeamOwned):
    """A link by which somebody from outside opens the scorecard of one interview, once, until it ends.

    Born with each invitation, which ends the links before it. Only a hash of the secret is kept.
    """

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="outside_links")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = TeamQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"Link of {self.user} to {self.interview}"


class LinkOver(ActionError):
    """The link was used, ended, or never was one."""

    status = 404

    def __init__(self) -> None:
        super().__init__(
            "This link was used already, or its time is over. Ask the recruiter who sent it for a new one."
        )


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def invite_outsider(
    interview: Interview, *, name: str, email: str, by: User, days: int = DAYS
) -> tuple[OutsideLink, str]:
    """Let somebody from outside score ``interview``; return the link and its secret, which nobody can read again.

    Links sent to the same person for it before stop working. Raises InvalidInput and Conflict as ``add_outsider`` and
    ``assign_interviewer`` do.
    """
    require(by, Permission.EDIT_PIPELINE, team=interview.team)
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(
            "The link was not made.", problems=[("days", f"It can hold from 1 to {MOST_DAYS} days.")]
        )
    secret = secrets.token_urlsafe(32)
    with audit.recording("interview.invite_outsider", by=by, team=interview.team):
        user = add_outsider(team=interview.team, email=email, name=name, by=by)
        assignment = assign_interviewer(interview, user, by=by)
        if assignment.submitted_at is not None:
            raise ActionError(f"{user} has submitted a scorecard for this interview.")
        now = timezone.now()
        OutsideLink.objects.filter(interview=interview, user=user, expires_at__gt=now).update(expires_at=now)
        link: OutsideLink = OutsideLink.objects.create(
            team=interview.team,
            interview=interview,
            user=user,
            key=_hashed(secret),
            created_by=by,
            expires_at=now + timedelta(days=days),
        )
    return link, secret


def find_link(secret: str) -> OutsideLink:
    """Return a link that still works. Raises LinkOver for any other text."""
    link = (
        OutsideLink.objects.filter(key=_hashed(secret), used_at=None, expires_at__gt=timezone.now())
        .select_related("team", "user", "interview__stage", "interview__application__candidate")
        .first()
    )
    if link is None or link.interview.state == InterviewState.CANCELLED or not link.user.is_active:
        raise LinkOver
    return link


def used_by(secret: str, user: User | AnonymousUser) -> OutsideLink | None:
    """The link that ``user`` came by and that has not ended: whoever is still signed in by it finds their way back."""
    if not user.is_authenticated:
        return None
    link: OutsideLink | None = (
        OutsideLink.objects.filter(key=_hashed(secret), user=user, expires_at__gt=timezone.now())
        .select_related("team")
        .first()
    )
    return link


def use_link(secret: str) -> OutsideLink:
    """Use a link up and return it. Of two who come with the same one, the second gets LinkOver."""
    link = find_link(secret)
    with audit.recording("interview.open_outside_link", by=link.user, team=link.team):
        locked = OutsideLink.objects.select_for_update().get(pk=link.pk)
        if locked.used_at is not None:
            raise LinkOver
        locked.used_at = timezone.now()
        locked.save(update_fields=["used_at"])
    return link
