"""A calibration as one HTML page that needs nothing else: no network, no script, no other file."""

from psychometrics.files.report.page import page

__all__ = ["page"]
