"""What is said where interviewers have slopes of their own."""

import numpy as np

from psychometrics.model.calibration.estimates import Facet


def slope_notes(log_slopes: Facet, wanted: str) -> list[str]:
    """That slopes were fitted though nobody asked, and how far apart they are."""
    if wanted != "auto":
        return []
    low, high = np.exp(log_slopes.value.min()), np.exp(log_slopes.value.max())
    text = (
        "Interviewers differ in how strongly they tell candidates apart: each was given a slope of the own "
        f"({low:.2f} to {high:.2f}, 1 is the panel's mean), and intervals of severity allow for it. "
        "slopes='common' fits without."
    )
    return [text]
