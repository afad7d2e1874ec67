"""Tables of the ground: people, teams, policy."""

from accounts.models.audit import AuditEvent, AuditSeal
from accounts.models.idempotency import IdempotencyKey
from accounts.models.policy import TeamPolicy
from accounts.models.teams import Membership, Team, TeamOwned, TeamQuerySet
from accounts.models.users import User

__all__ = [
    "AuditEvent",
    "AuditSeal",
    "IdempotencyKey",
    "Membership",
    "Team",
    "TeamOwned",
    "TeamPolicy",
    "TeamQuerySet",
    "User",
]
