"""What somebody is told of how they score, a measure at a time: value, interval, plain words, or why there is none.

What the tests of a run found is read from the run; counts are made here, over scorecards the person may see. No measure
compares one person with another by name, and none is an order of people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hiring.calibration.flags import ShownFlag
from psychometrics.selection.proportion import wilson_interval
from web import numbers

NOT_ENOUGH = "not enough data"
#: Fewer answers that two people rated say nothing of how somebody agrees.
AGREEMENT_FROM = 20
INTERVAL = 0.90


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the mirror. ``value`` is in words; ``dot`` places it on its axis, where one is drawn."""

    name: str
    basis: str
    value: str
    interval: str
    words: str
    #: Whether it is something to look at.
    stands_out: bool = False
    dot: "Placed | None" = None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an estimate lies on its axis; ``neutral`` is where there is nothing to say."""

    value: float
    lower: float
    upper: float
    low: float
    high: float
    neutral: float | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """How one test of a run is told: its name, its axis, and the words where nothing was found."""

    name: str
    low: float
    high: float
    neutral: float
    fine: str
    #: Codes of the flags that it can raise.
    codes: tuple[str, ...] = field(default=())


TESTED: Mapping[str, Tested] = {
    "severity": Tested(
        "Severity", -1.5, 1.5, 0, "No difference from the team’s average that matters.", ("harsh", "lenient")
    ),
    "drift": Tested(
        "Drift",
        -2,
        2,
        0,
        "Steady: no stricter or kinder later than earlier.",
        ("drifts_harsh", "drifts_lenient"),
    ),
    "halo": Tested(
        "Halo",
        -1.5,
        1.5,
        0,
        "Like the panel: each criterion is rated by itself.",
        ("strong_halo", "weak_halo"),
    ),
    "central_tendency": Tested(
        "Use of the scale",
        0,
        2,
        1,
        "Like the panel: neither kept to the middle nor to the ends.",
        ("central_tendency", "extreme_ratings"),
    ),
    "discrimination": Tested(
        "Telling candidates apart",
        0,
        2,
        1,
        "Like the panel: strong and weak candidates lie as far apart.",
        ("discriminates_less", "discriminates_more"),
    ),
    "noise": Tested(
        "Predictability",
        -1,
        1,
        0,
        "Like the panel: ratings follow what the others lead to expect.",
        ("misfit", "overfit"),
    ),
}
CANNOT_TELL = "Cannot be told yet: the interval holds both no difference and one that would matter."


def tested(name: str, rows: Mapping[str, Mapping[str, Any]], flags: list[ShownFlag], basis: str) -> Measure:
    """The line of one test of a run; ``rows`` are the run's tests of this person by name."""
    told = TESTED[name]
    row = rows.get(name)
    if row is None:
        return Measure(told.name, basis, NOT_ENOUGH, "", "Tested from five calibrated interviews on.")
    effect, lower, upper = row["effect"], row["lower"], row["upper"]
    flag = next((flag for flag in flags if flag.flag.code in told.codes), None)
    words = told.fine if row["verdict"] == "nothing found" else CANNOT_TELL
    if flag is not None:
        words = f"{flag.wording.own}: {flag.size}."
    return Measure(
        told.name,
        basis,
        _in_unit(effect, row["unit"]),
        _interval(lower, upper, row["unit"]),
        words,
        stands_out=flag is not None,
        dot=None if upper is None else Placed(effect, lower, upper, told.low, told.high, told.neutral),
    )


def share(name: str, found: int, of: int, basis: str, words: str, *, low_is: float) -> Measure:
    """A share of counts with Wilson's interval; it stands out where the whole interval lies below ``low_is``."""
    if not of:
        return Measure(name, basis, NOT_ENOUGH, "", "")
    lower, upper = wilson_interval(found, of, INTERVAL)
    value = found / of
    return Measure(
        name,
        basis,
        numbers.percent(value),
        f"{numbers.percent(lower)} to {numbers.percent(upper)}",
        words,
        stands_out=upper < low_is,
        dot=Placed(100 * value, 100 * lower, 100 * upper, 0, 100),
    )


def _in_unit(value: float, unit: str) -> str:
    if unit == "share":
        sign = "+" if value > 0 else numbers.decimal(value * 100, 0)[:1] if value < 0 else ""
        return f"{sign}{numbers.percent(abs(value))}"
    if unit == "times":
        return f"{numbers.decimal(value, 1)} times"
    return f"{'+' if value > 0 else ''}{numbers.decimal(value, 1)}"


def _interval(lower: float, upper: float | None, unit: str) -> str:
    if upper is None:
        return f"{_in_unit(lower, unit)} or more"
    return f"{_in_unit(lower, unit)} to {_in_unit(upper, unit)}"
