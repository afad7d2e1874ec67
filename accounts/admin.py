"""The admin pages of the ground."""

from accounts.admin_audit import AuditAdmin
from accounts.admin_policy import PolicyAdmin
from accounts.admin_team import MembershipAdmin, PeopleAdmin, TeamAdmin

__all__ = ["AuditAdmin", "MembershipAdmin", "PeopleAdmin", "PolicyAdmin", "TeamAdmin"]
