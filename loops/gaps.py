"""What measuring a plan returns: the gap of a loop, of each competency, and the advice that follows."""

from dataclasses import dataclass
from typing import Any

from loops.rules import BY_CODE


@dataclass(frozen=True, slots=True)
class LoopWarning:
    """Something a recruiter should look at: what is wrong, what it costs, what mends it.

    ``severity`` is "serious" (the plan cannot answer for a must-have, or misleads), "caution" or
    "note". ``competency`` and ``question`` are keys, ``stage`` a primary key: what it is about.
    """

    code: str
    severity: str
    text: str
    remedy: str = ""
    cost: str = ""
    competency: str = ""
    stage: int | None = None
    question: str = ""


@dataclass(frozen=True, slots=True)
class CompetencyGap:
    """One requirement and what the plan can say about it.

    ``gap = content + precision + realism``, in shares of the whole profile's demand (at most
    ``weight``). ``coverage`` holds, per realism demanded, the share the plan can score;
    ``covered`` is their mean by demand. ``sufficiency`` is the share of the evidence needed, at
    any realism. ``ceiling`` is the highest level the plan can show, None when nothing asks for
    the competency. ``raters`` counts interviewers who would rate it, over all sessions.
    """

    key: str
    name: str
    weight: float
    gap: float
    content: float
    precision: float
    realism: float
    coverage: tuple[float, float, float]
    sufficiency: float
    must_have: bool
    required_level: int
    ceiling: int | None
    demand: tuple[float, float, float]
    evidence: tuple[float, float, float]
    raters: int

    @property
    def is_tested(self) -> bool:
        """Whether anything in the plan gives evidence on it."""
        return sum(self.evidence) > 0

    @property
    def covered(self) -> float:
        """Share of its own demand that the plan can score, 0..1."""
        return 1 - self.gap / self.weight if self.weight > 0 else 0.0


@dataclass(frozen=True, slots=True)
class LoopGap:
    """The evaluation gap of a plan, its exact three-way split, and what lies behind it.

    ``decision_value`` is the share of the differences between candidates on the role's demand that the plan
    can tell at best, None for a role without requirements; ``assumptions`` is what both rest on.
    """

    gap: float
    content: float
    precision: float
    realism: float
    competencies: tuple[CompetencyGap, ...]
    minutes: int
    interviewer_minutes: int
    budget_minutes: int | None
    warnings: tuple[LoopWarning, ...]
    policy_label: str
    decision_value: float | None = None
    assumptions: tuple[str, ...] = ()

    @property
    def lacks_minutes(self) -> bool:
        """Whether sessions have no minute to begin and end, as advice says."""
        return any(warning.code == "no_slack" for warning in self.warnings)

    @property
    def untested(self) -> tuple[CompetencyGap, ...]:
        """Competencies without any evidence."""
        return tuple(row for row in self.competencies if not row.is_tested)

    def as_dict(self) -> dict[str, Any]:
        """The gap as the command and the API give it: shares in 0..1, to six decimals."""
        parts = ("gap", "content", "precision", "realism")
        return {
            **{name: _round(getattr(self, name)) for name in parts},
            "competencies": [
                {
                    "competency": row.key,
                    "name": row.name,
                    "weight": _round(row.weight),
                    **{name: _round(getattr(row, name)) for name in parts},
                    "coverage": [_round(share) for share in row.coverage],
                    "sufficiency": _round(row.sufficiency),
                    "must_have": row.must_have,
                    "required_level": row.required_level,
                    "ceiling": row.ceiling,
                }
                for row in self.competencies
            ],
            "minutes": self.minutes,
            "interviewer_minutes": self.interviewer_minutes,
            "budget_minutes": self.budget_minutes,
            "warnings": [
                {
                    "code": warning.code,
                    "reason": BY_CODE[warning.code].reason,
                    "drawn_from": BY_CODE[warning.code].source,
                    "severity": warning.severity,
                    "text": warning.text,
                    "cost": warning.cost,
                    "remedy": warning.remedy,
                }
                for warning in self.warnings
            ],
            "decision_value": None if self.decision_value is None else _round(self.decision_value),
            "assumptions": list(self.assumptions),
            "policy": self.policy_label,
        }


def _round(share: float) -> float:
    """Shares are exact to about 1e-12; six decimals keep noise out of files people compare."""
    return round(share, 6) + 0.0
