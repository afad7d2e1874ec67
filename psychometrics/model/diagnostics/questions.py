"""Whether a question's ratings scatter more, or less, than those of the others."""

from psychometrics import _checks
from psychometrics.model.calibration.fit_statistics import FitStatistics, fit_statistics
from psychometrics.model.diagnostics.runs import Run, fitted_ratings
from psychometrics.model.flag_policy import DEFAULT_POLICY, FlagPolicy


def question_fit(run: Run, *, rate: float = 0.10, policy: FlagPolicy = DEFAULT_POLICY) -> FitStatistics:
    """Infit and outfit of every question (criterion, where several competencies were fitted), with its interval.

    Flagged is what is found at the false discovery ``rate`` and has an interval beyond ``policy.question_fit``. With
    fewer than three questions none is: there is nobody to compare them with.
    """
    _checks.open_unit(rate, "rate")
    return fit_statistics(fitted_ratings(run), rate=rate, policy=policy)[1]
