"""Calibration in the navigation."""

from accounts.permissions import Permission
from web.navigation import Entry

CALIBRATION = Entry("Calibration", "calibration", frozenset({Permission.CALIBRATE}))
