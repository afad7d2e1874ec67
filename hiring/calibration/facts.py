"""What calibration tells others."""

from events.kinds import declare

FINISHED = declare("calibration.finished", "A calibration run covers what was submitted until it began.")
