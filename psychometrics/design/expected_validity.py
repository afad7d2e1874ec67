"""Expected validity of a loop: an interval, never a point.

Two things bound it. The loop's own ceiling is the root of its decision value
(:mod:`psychometrics.design.evaluation_gap_audit`): no score made of these ratings correlates higher with the role's
demand. The published operational validities of the methods it uses say what such methods reached elsewhere; they
vary between settings, so each stands as its credibility interval, mean -+ z sd
(:mod:`psychometrics.selection.range_restriction`). The interval spans those of all the methods, cut off at the ceiling.
Both are correlations with a criterion measured without error, among all who apply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psychometrics._checks import between, choice
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.selection.range_restriction import credibility_interval


@dataclass(frozen=True, slots=True)
class PublishedValidity:
    """Mean operational validity of a method over studies, and how far settings differ from it (sd)."""

    name: str
    mean: float
    sd: float


SOURCE = "Sackett, Zhang, Berry and Lievens 2022, Journal of Applied Psychology 107, table 3"
#: Means and standard deviations across settings, from the table of SOURCE.
PUBLISHED: Mapping[str, PublishedValidity] = {
    "structured_interview": PublishedValidity("Structured interview", 0.42, 0.19),
    "job_knowledge": PublishedValidity("Job-knowledge test", 0.40, 0.13),
    "work_sample": PublishedValidity("Work sample", 0.33, 0.09),
    "cognitive_ability": PublishedValidity("Cognitive ability test", 0.31, 0.14),
    "assessment_centre": PublishedValidity("Assessment centre", 0.29, 0.09),
    "unstructured_interview": PublishedValidity("Unstructured interview", 0.19, 0.16),
}
#: What neither bound holds.
LEAVES_OUT = (
    "How well results on the job are measured: the published figures are corrected for it, a review of hires is not.",
    "Range restriction: the published corrections are cautious, and a local study sees only those who were hired.",
    "Who applies, and who withdraws on the way: a long loop loses people.",
    "What the role profile forgot: the ceiling holds against the demand that is written there.",
)


@dataclass(frozen=True, slots=True)
class MethodValidity:
    """Where a method's validity lies in the stated share of settings."""

    method: str
    name: str
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class ExpectedValidity:
    """The interval with what it was made of; ``capped`` where the ceiling cut it off."""

    lower: float
    upper: float
    ceiling: float
    capped: bool
    methods: tuple[MethodValidity, ...]


def expected_validity(
    methods: Sequence[str], decision_value: float, *, level: float = 0.80
) -> ExpectedValidity:
    """Interval of the validity to be expected of a loop that uses ``methods``.

    Args:
        methods: keys of :data:`PUBLISHED`; one named twice counts once.
        decision_value: of the loop, 0..1.
        level: share of settings that each method's interval covers.

    Raises:
        NotEnoughData: no method, or a decision value of 0: a loop that tells nothing has no validity to expect.
        BadInput: a method nobody published, or a number out of range.
    """
    if isinstance(methods, str) or not isinstance(methods, Sequence):
        raise BadInput(f"methods must be a list of names, got {methods!r}")
    value = between(decision_value, "decision_value", 0, 1)
    known = dict.fromkeys(choice(method, tuple(PUBLISHED), "methods") for method in methods)
    if not known or value == 0:
        raise NotEnoughData("a loop that rates nothing the role demands has no validity to expect")
    rows = []
    for method in known:
        found = PUBLISHED[method]
        interval = credibility_interval(found.mean, found.sd, level=level)
        rows.append(MethodValidity(method, found.name, interval.lower, interval.upper))
    ceiling = value**0.5
    lower, upper = min(row.lower for row in rows), max(row.upper for row in rows)
    # Where even the lowest published value lies above it, all that is left to say is "at most".
    floor = lower if lower < ceiling else 0.0
    return ExpectedValidity(floor, min(upper, ceiling), ceiling, upper > ceiling, tuple(rows))
