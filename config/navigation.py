"""The admin in the navigation: the site is assembled here, so no app could declare its entry."""

from accounts.permissions import Permission
from web.navigation import Entry

ADMIN = Entry(
    "Admin",
    "admin:index",
    frozenset({Permission.EDIT_LOOPS, Permission.EDIT_CONTENT, Permission.EDIT_PIPELINE}),
    in_team=False,
)
