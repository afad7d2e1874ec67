"""Mail on its way: PostgreSQL holds what was written, to whom, and what became of it."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone

from accounts.models import Team, User
from accounts.models.teams import team_ids_with
from accounts.permissions import Permission


class MailState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    KEPT = "kept", "Kept here, not sent"
    DROPPED = "dropped", "No longer needed"
    FAILED = "failed", "Failed"


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Finds mail."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Mail of the teams whose audit trail the user may read; of no team, to operators of the installation."""
        if not user.is_authenticated:
            return self.none()
        seen = models.Q(team_id__in=team_ids_with(user, Permission.VIEW_AUDIT))
        if user.is_superuser:
            seen |= models.Q(team=None)
        return self.filter(seen)

    def waiting(self) -> Self:
        """Mail that nobody has begun to send."""
        return self.filter(state=MailState.WAITING)


class OutgoingMail(models.Model):
    """One mail to one person, and what became of it.

    Born in the transaction of what it tells, so that there is neither a mail about what was undone nor a deed
    without its mail. ``key`` names the occasion: a second mail of the same key is never made. A worker takes it with
    a lease and a token and sends it; one that holds a secret (a link that sets a password) loses its words then.
    """

    audit_hides_values = True  # a reminder tells who has not submitted

    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+",
        help_text="None where the mail is about an account.",
    )  # fmt: skip
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="Who receives it, if they have an account.",
    )  # fmt: skip
    to = models.EmailField()
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, unique=True, help_text="The occasion; one mail for each.")
    about = models.CharField(
        max_length=100, blank=True, help_text="Label and number of the row that it is about."
    )
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    unsubscribe_url = models.URLField(max_length=600, blank=True)
    is_secret = models.BooleanField(default=False, help_text="Its words are wiped once it is sent.")
    message_id = models.CharField(
        max_length=200,
        unique=True,
        help_text="The same at every attempt: a receiver can tell a repeated mail.",
    )
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    send_after = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Not sent any more after this time.")
    token = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = OutgoingMailQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name_plural = "outgoing mail"
        indexes: ClassVar = [
            models.Index(
                fields=["send_after"],
                condition=models.Q(state__in=["waiting", "sending"]),
                name="mail_to_send",
            ),
            models.Index(fields=["user", "-id"], name="mail_of_person"),
            models.Index(fields=["team", "-id"], name="mail_of_team"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(state="sending")
                | models.Q(token__isnull=False, leased_until__isnull=False),
                name="mail_being_sent_is_leased",
            ),
            models.CheckConstraint(
                condition=models.Q(is_secret=False)
                | ~models.Q(state__in=["sent", "failed", "dropped"])
                | models.Q(text="", html=""),
                name="mail_secret_is_wiped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
