"""The invented truth behind the invented scores, and how a score is drawn from it.

Ratings follow an adjacent-category model: candidate's level, interviewer's severity,
criterion's difficulty, the performance all watched, the halo of one interviewer. The
planted effects, for the reader to find again on the calibration page and dashboard:
two harsh interviewers, one who drifts, one halo-prone, one question that leaked. They are
large, and those who have them interview often: below a hundred ratings no honest test tells
halo or drift from chance, and a flag that came sooner would fall on others as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

STEPS = np.array([-1.4, 0.1, 1.3])
LOGITS_PER_LEVEL = 1.56
POOL_LEVEL = 3.35
MOVED_FROM, MOVED_TO = 0.6, 0.65  # when the drifting standard moves; half of the interviews lie before
MEETS = 0.74  # logit at which the expected point is "meets" with these steps


@dataclass(frozen=True)
class Habits:
    """How one interviewer rates. Severity in logits, higher is harsher."""

    severity: float
    drift: float = 0.0  # added severity once the standard has moved
    halo_sd: float = 0.35
    swayed: float = 0.0  # added or taken off throughout an interview, by a first impression
    load: float = 1.0  # how much more often than by seniority they interview

    def severity_at(self, when: float) -> float:
        """Severity at time ``when`` in 0 (first day) to 1 (today): it moves within the weeks around the middle."""
        return self.severity + self.drift * float(
            np.clip((when - MOVED_FROM) / (MOVED_TO - MOVED_FROM), 0, 1)
        )


@dataclass
class Truth:
    """Draws everything from one generator, in a fixed order."""

    rng: np.random.Generator
    difficulty: dict[int, float] = field(default_factory=dict)

    def habits(self, plant: str = "") -> Habits:
        """An interviewer's habits; ``plant`` names a planted effect."""
        # Nobody without a planted effect is a third of a level off: what is flagged of them is flagged by chance.
        severity = float(np.clip(self.rng.normal(0, 0.3), -0.5, 0.5))
        if plant == "harsh":
            return Habits(severity=1.9 + abs(severity) * 0.3, load=2.5)
        if plant == "drift":
            return Habits(severity=-1.3, drift=2.6, load=3.0)
        if plant == "halo":
            return Habits(severity=severity * 0.5, swayed=2.0, load=3.0)
        return Habits(severity=severity)

    def pool(self, competencies: Iterable[int]) -> dict[int, float]:
        """How strong those who apply to one opening are on average, in levels, by competency id."""
        return {competency: float(self.rng.normal(POOL_LEVEL, 0.2)) for competency in competencies}

    def levels(self, pool: dict[int, float]) -> dict[int, float]:
        """A candidate's true levels (1-5) by competency id."""
        general = float(self.rng.normal(0, 0.5))
        return {
            competency: float(np.clip(mean + general + self.rng.normal(0, 0.4), 1.0, 5.0))
            for competency, mean in pool.items()
        }

    def difficulty_of(self, criterion: int) -> float:
        """What a criterion's target level does not explain about its difficulty, in logits."""
        if criterion not in self.difficulty:
            self.difficulty[criterion] = float(self.rng.normal(0, 0.3))
        return self.difficulty[criterion]

    def point(
        self, *, level: float, target: int, criterion: int, severity: float, shared: float, halo: float
    ) -> int:
        """Draw a scale point 1-4."""
        eta = (
            MEETS
            + LOGITS_PER_LEVEL * (level - target)
            - self.difficulty_of(criterion)
            - severity
            + shared
            + halo
        )
        return int(self.rng.choice(4, p=probabilities(eta))) + 1


def probabilities(eta: float) -> NDArray[np.float64]:
    """Probabilities of the four points at ``eta`` under adjacent-category steps, shape (4,)."""
    logits = np.concatenate([[0.0], np.cumsum(eta - STEPS)])
    weights = np.exp(logits - logits.max())
    return np.asarray(weights / weights.sum())
