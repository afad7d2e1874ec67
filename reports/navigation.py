"""Reports in the navigation."""

from accounts.permissions import Permission
from web.navigation import Entry

DASHBOARD = Entry("Dashboard", "dashboard", frozenset({Permission.VIEW_DASHBOARD}))
REPORTS = Entry("Reports", "reports", frozenset({Permission.VIEW_REPORTS}))
