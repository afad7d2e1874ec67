"""Debriefs in the navigation."""

from accounts.permissions import Permission
from web.navigation import Entry

DEBRIEFS = Entry("Debriefs", "debriefs", frozenset({Permission.VIEW_DEBRIEF, Permission.READ_PANEL}))
