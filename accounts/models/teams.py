"""Teams own everything; memberships say who may see and do what."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self, TypeVar

import pghistory
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import RegexValidator
from django.db import models

from accounts.models.users import User
from accounts.permissions import Permission, Role, permissions_of

key_validator = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]*\Z", "Use lower-case letters, digits, hyphens and underscores."
)


class TeamsQuerySet(models.QuerySet["Team"]):
    """Finds teams."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Teams in which ``user`` is an active member."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user, memberships__is_active=True)

    def ordinary(self) -> Self:
        """Teams that hire, as against the library of starter content."""
        return self.filter(is_library=False)

    def library(self) -> "Team":
        """Return the library team. Raises Team.DoesNotExist before the starter pack was loaded."""
        return self.get(is_library=True)


@pghistory.track()
class Team(models.Model):
    """The tenant: every row of the product hangs on one.

    Born by the command ``create_team`` or in the admin; renamed, never deleted, because everything a team
    ever decided hangs on it. At most one team is the library: readable by all, written by its members.
    """

    key = models.SlugField(max_length=60, unique=True, validators=[key_validator])
    name = models.CharField(max_length=120)
    is_library = models.BooleanField(default=False, editable=False)
    is_synthetic = models.BooleanField(
        default=False, help_text="Holds invented people and scores; every page says so."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar = TeamsQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_library"], condition=models.Q(is_library=True), name="one_library_team"
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Membership(models.Model):
    """One person's role in one team: what they may do there follows from it, and from nothing else.

    Born when a team admin adds the person; the role changes with theirs. Deactivated when they leave, never
    deleted, so that history keeps its names; coming back activates the same row.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    is_calibrator = models.BooleanField(
        "calibrator", default=False, help_text="May start calibration runs and see severity by name."
    )
    function = models.CharField(
        max_length=60, blank=True, help_text="Where the person works, for example engineering or product."
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["team", "user"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_team_and_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} in {self.team}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store, and forget what this request has read about the person's rights."""
        super().save(*args, **kwargs)
        (_seen.get() or {}).pop(self.user_id, None)

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this member may do; nothing once deactivated."""
        if not self.is_active:
            return frozenset()
        return permissions_of(self.role, is_calibrator=self.is_calibrator)


Owned = TypeVar("Owned", bound="TeamOwned")


class TeamQuerySet(models.QuerySet[Owned]):
    """Base of every queryset over team-owned rows."""

    # Rows of the library team are readable by everybody; candidates' rows never live there.
    includes_library = False

    def in_team(self, team: Team) -> Self:
        """Rows of one team."""
        return self.filter(team=team)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Rows of the teams ``user`` is an active member of. Subclasses narrow this further."""
        if not user.is_authenticated:
            return self.none()
        mine = Membership.objects.filter(user=user, is_active=True).values("team_id")
        seen = models.Q(team_id__in=mine)
        if self.includes_library:
            seen |= models.Q(team__is_library=True)
        return self.filter(seen)

    def permitted(self, user: User | AnonymousUser, permission: Permission) -> Self:
        """Rows of the teams in which ``user`` holds ``permission``."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(team_id__in=team_ids_with(user, permission))


# Memberships read during one request, by user. Outside of a request nothing is remembered, so that
# a role given or taken counts at once.
_seen: ContextVar[dict[int, list[Membership]] | None] = ContextVar("memberships_seen", default=None)


@contextmanager
def memberships_remembered() -> Iterator[None]:
    """Read each user's memberships once within the block: one request."""
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def team_ids_with(user: User, permission: Permission) -> list[int]:
    """Ids of the teams in which ``user`` holds ``permission``. One small query per user and request."""
    cache = _seen.get()
    rows = cache.get(user.pk) if cache is not None else None
    if rows is None:
        rows = list(Membership.objects.filter(user=user, is_active=True))
        if cache is not None:
            cache[user.pk] = rows
    return [row.team_id for row in rows if permission in row.permissions]


def is_outsider(user: User | AnonymousUser) -> bool:
    """Whether ``user`` comes by a link alone: every membership they have is an outside interviewer's."""
    if not user.is_authenticated:
        return False
    roles = set(Membership.objects.filter(user=user, is_active=True).values_list("role", flat=True))
    return roles == {Role.OUTSIDE}


def members_with(team_id: int, permission: Permission) -> list[int]:
    """Ids of the active members of a team who hold ``permission`` in it. One query."""
    rows = Membership.objects.filter(team=team_id, is_active=True)
    return [row.user_id for row in rows if permission in row.permissions]


class TeamOwned(models.Model):
    """Base of every team-owned table."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    @property
    def is_frozen(self) -> bool:
        """Whether nobody may edit this row any more, whatever their rights."""
        return False
