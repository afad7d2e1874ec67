"""From a test to a flag: an effect that is found, and whose interval lies beyond what matters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.model.calibration.fit_statistics import false_discoveries
from psychometrics.model.diagnostics.score_tests import ScoreTest
from psychometrics.model.flag_policy import FlagPolicy, beyond

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class InterviewerTest:
    """One test of every interviewer (or question), ``(interviewers,)`` each; NaN where there is not enough data."""

    name: str
    effect: Floats
    """Difference from the panel in the test's own unit."""
    se: Floats
    lower: Floats
    upper: Floats
    """The interval of the effect at the policy's level, two-sided."""
    z: Floats
    p: Floats
    """Two-sided, of no effect at all, before any correction for the number of tests."""
    smallest: Floats
    """The smallest effect that would be found with 80 % power at p < .05. Infinite where
    so few units carry the test that no effect would be found."""
    minimum: float
    """The smallest effect that matters, by the policy."""
    flagged: npt.NDArray[np.bool_]
    """Found at the false discovery rate over all tests of one family, and the interval lies beyond the minimum."""

    @property
    def harmless(self) -> npt.NDArray[np.bool_]:
        """Whether the interval lies within the minimum on both sides, and an effect of twice that would be found.

        The second is for variances: a small estimate from few ratings has a short interval, by the same chance.
        """
        inside = (self.lower > -self.minimum) & (self.upper < self.minimum)
        return np.asarray(inside & (self.smallest <= 2.0 * self.minimum))


def judged(tests: Sequence[ScoreTest], rate: float, policy: FlagPolicy) -> tuple[InterviewerTest, ...]:
    """Flags at one false discovery ``rate`` over all tests, where the interval lies beyond the policy's minimum."""
    p = np.concatenate([test.p for test in tests])
    found = np.zeros(len(p), bool)
    known = np.isfinite(p)
    found[known] = false_discoveries(p[known], rate)
    return tuple(
        _judged(test, part, policy) for test, part in zip(tests, np.split(found, len(tests)), strict=True)
    )


def _judged(test: ScoreTest, found: npt.NDArray[np.bool_], policy: FlagPolicy) -> InterviewerTest:
    width, minimum = policy.width, float(getattr(policy, test.name))
    lower, upper = (
        (test.effect - width * test.se, test.effect + width * test.se)
        if test.interval is None
        else test.interval(width)
    )
    return InterviewerTest(
        name=test.name,
        effect=test.effect,
        se=test.se,
        lower=lower,
        upper=upper,
        z=test.z,
        p=test.p,
        smallest=test.smallest,
        minimum=minimum,
        flagged=found & beyond(lower, upper, minimum),
    )
