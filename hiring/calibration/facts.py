"""What calibration tells others."""

from events.kinds import declare

FINISHED = declare("calibration.finished", "A calibration run covers what was submitted until it began.")
MIRROR_OPENED = declare("calibration.mirror_opened", "A calibrator opened how a member scores.")
