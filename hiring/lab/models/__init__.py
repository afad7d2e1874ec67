"""Tables of the lab: vignettes as content, and what people did with them."""

from hiring.lab.models.ratings import (
    Certificate,
    PathStep,
    StepKind,
    VignetteAnchor,
    VignetteRating,
    VignetteSitting,
)
from hiring.lab.models.vignettes import PairUse, Trap, Vignette, VignettePair, VignetteReference

__all__ = [
    "Certificate",
    "PairUse",
    "PathStep",
    "StepKind",
    "Trap",
    "Vignette",
    "VignetteAnchor",
    "VignettePair",
    "VignetteRating",
    "VignetteReference",
    "VignetteSitting",
]
