"""Where a level stands against its requirement, as far as it may be called."""

from enum import StrEnum

from figures.levels import band
from figures.types import Band
from hiring.calibration.models import LevelDisplay
from hiring.calibration.readers import LevelView


class Standing(StrEnum):
    """What can be said of one competency; ``words`` has how it is said."""

    NOT_ASSESSED = "not-assessed"
    PENDING = "pending"
    """Rated, and no calibration has reached the ratings yet."""
    WITHHELD = "withheld"
    """The model does not explain how hard the questions were, so no level is shown."""
    OUT_OF_REACH = "out-of-reach"
    """No rated question could have shown the required level, however good the answer."""
    ONE_SOURCE = "one-source"
    """One rating or one interviewer: an interval without a level."""
    BELOW = "below"
    OPEN = "open"
    """The interval allows both readings."""
    MEETS = "meets"

    @property
    def is_settled(self) -> bool:
        """Whether the requirement can be called met or missed."""
        return self in (Standing.BELOW, Standing.MEETS)


_CALLED = {
    Band.BELOW: Standing.BELOW,
    Band.MEETS: Standing.MEETS,
    Band.OPEN: Standing.OPEN,
    Band.UNKNOWN: Standing.OPEN,
}


def standing(view: LevelView, bands: tuple[float, float]) -> Standing:
    """Where ``view`` stands; the first thing that forbids a call is the one that is said."""
    if not view.assessed:
        return Standing.NOT_ASSESSED
    if view.pending:
        return Standing.PENDING
    if view.display == LevelDisplay.SUPPRESSED:
        return Standing.WITHHELD
    if not view.showable:
        return Standing.OUT_OF_REACH
    if view.display == LevelDisplay.INTERVAL:
        return Standing.ONE_SOURCE
    return _CALLED[band(view.p_gap, bands)]
