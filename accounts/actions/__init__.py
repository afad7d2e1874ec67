"""Everything that changes teams, members and policy."""

from accounts.actions.members import (
    add_member,
    add_outsider,
    change_role,
    deactivate_member,
    reactivate_member,
)
from accounts.actions.policies import adopt_policy
from accounts.actions.teams import create_team, rename_team
from accounts.actions.tokens import create_token, revoke_token
from accounts.actions.users import create_user, set_digest, set_time_zone

__all__ = [
    "add_member",
    "add_outsider",
    "adopt_policy",
    "change_role",
    "create_team",
    "create_token",
    "create_user",
    "deactivate_member",
    "reactivate_member",
    "rename_team",
    "revoke_token",
    "set_digest",
    "set_time_zone",
]
