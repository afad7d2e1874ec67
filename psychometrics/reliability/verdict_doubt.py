"""How open a verdict still is, from the chance that it falls one way.

Two equal loops that each find somebody short with probability ``p`` disagree with probability ``2 p (1 - p)``, one
minus the consistency of Rudner (2001) for one person. In units of its largest value, .5 at a coin toss, this is
``4 p (1 - p)``: Gini's index of diversity for two classes, scaled to 1.
"""

from __future__ import annotations

from psychometrics._checks import between


def verdict_doubt(probability: float) -> float:
    """``4 p (1 - p)``: 1 for a coin toss, 0 for what is settled.

    Raises:
        BadInput: a probability outside 0..1.
    """
    p = between(probability, "probability", 0.0, 1.0)
    return 4 * p * (1 - p)
