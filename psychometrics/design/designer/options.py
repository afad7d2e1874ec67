"""Enumerated sessions, and the problem they make with a role's demand, limits and what must be there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import count, number
from psychometrics.design.designer.dominance import undominated
from psychometrics.design.designer.problem import Problem
from psychometrics.design.designer.questions import SessionQuestion, SessionRules, kind_of
from psychometrics.design.evaluation_gap import TARGET_RELIABILITY, TRANSFER
from psychometrics.errors import BadInput

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import ArrayLike, NDArray

    from psychometrics.design.evaluation_gap import Sufficiency

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Requirements:
    """Limits of a loop and what it must hold; what is None or empty asks nothing.

    Attributes:
        minutes: of the candidate, take-homes included; ``live_minutes`` without them.
        interviewer_minutes: of all interviewers together, preparation and marking included.
        sessions: most sessions.
        difference: most subgroup difference, summed over the questions asked.
        kind_minutes: most candidate minutes by kind of stage.
        kind_sessions: most sessions by kind of stage.
        kinds: least number of sessions by kind of stage.
        pinned: keys of questions that must be asked.
        raters: least number of ratings' interviewers by competency code, such as 2 for a must-have: interviewers
            of every session that rates the competency, summed.
        every: whether each competency with weight must be rated at least once.
    """

    minutes: float
    live_minutes: float | None = None
    interviewer_minutes: float | None = None
    sessions: int | None = None
    difference: float | None = None
    kind_minutes: Mapping[str, float] = field(default_factory=dict)
    kind_sessions: Mapping[str, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)
    pinned: Sequence[str] = ()
    raters: Mapping[int, int] = field(default_factory=dict)
    every: bool = False


@dataclass(frozen=True, eq=False)
class SessionOptions:
    """Sessions that could be held, N of them.

    ``questions`` holds positions in ``bank``, padded with -1, shape (N, m); ``interviewers`` and ``share`` (of their
    minutes that the questions get) have shape (N,); ``evidence`` at or above each level (N, C, K). ``cut`` says
    that enumeration ended at its bound, so that a design over these is exact for a part of the sessions only.
    """

    bank: tuple[SessionQuestion, ...]
    rules: SessionRules
    questions: Places
    interviewers: Places
    share: Floats
    evidence: Floats
    cut: bool

    def __len__(self) -> int:
        return len(self.questions)

    def keys(self, option: int) -> tuple[str, ...]:
        """Keys of the questions of one session."""
        return tuple(self.bank[i].key for i in self.questions[option] if i >= 0)

    def kind(self, option: int) -> str:
        """The kind of stage: the first that takes all of its questions' formats."""
        formats = [self.bank[i].format for i in self.questions[option] if i >= 0]
        return kind_of(formats, self.rules.kinds) or ""

    def column(self, name: str) -> Floats:
        """Sum of one number over the questions of each session, shape (N,)."""
        each = np.array([float(getattr(one, name)) for one in self.bank] + [0.0])
        return np.asarray(each[self.questions].sum(axis=1))

    @property
    def take_home(self) -> NDArray[np.bool_]:
        """Which sessions are take-homes, shape (N,)."""
        return self.column("take_home") > 0

    @property
    def minutes(self) -> Floats:
        """Candidate minutes, set-up included where the session is live, shape (N,)."""
        return self.share * self.column("minutes") + np.where(self.take_home, 0.0, self.rules.setup_minutes)

    @property
    def interviewer_minutes(self) -> Floats:
        """Minutes of all interviewers of a session: present in live ones, preparing and marking in all, shape (N,)."""
        present = np.where(self.take_home, 0.0, self.minutes)
        return self.interviewers * (present + self.column("preparation"))

    def subset(self, kept: Places) -> SessionOptions:
        """The sessions at these positions."""
        return replace(
            self, questions=self.questions[kept], interviewers=self.interviewers[kept], share=self.share[kept],
            evidence=self.evidence[kept],
        )  # fmt: skip

    def problem(
        self,
        weights: ArrayLike,
        demand: ArrayLike,
        required: Requirements,
        *,
        target_reliability: float = TARGET_RELIABILITY,
        transfer: float = TRANSFER,
        sufficiency: Sufficiency = "reliability",
        competencies: Sequence[str] = (),
    ) -> tuple[Problem, SessionOptions]:
        """The problem of a role with these sessions, without the dominated ones, and the sessions it is about.

        Position i of the problem is session i of the options that come with it. ``competencies`` are their names,
        for messages.

        Raises:
            BadInput: as :class:`Problem`; or a requirement that names an unknown question or competency.
        """
        resources, costs, limits = self.limits(required)
        names, floors, least = self.floors(required, np.asarray(weights, dtype=np.float64), competencies)
        houses = self.houses()
        whole = Problem(
            self.evidence, weights, demand, self.minutes, costs=costs, limits=limits, resources=resources,
            floors=floors, least=least, floor_names=names,
            target_reliability=target_reliability, transfer=transfer, sufficiency=sufficiency,
        )  # fmt: skip
        worth = whole.values().ravel() > 0
        shown = np.hstack([self.evidence.reshape(len(self), -1)[:, worth], floors])
        affordable = np.asarray((costs <= np.asarray(limits) + 1e-9).all(axis=1), dtype=np.float64)
        kept = undominated(
            houses, np.hstack([costs, self.minutes[:, None]]), np.asarray(shown * affordable[:, None])
        )
        if not len(kept):
            kept = np.array([0])  # a problem has options; this one fits nowhere or shows nothing
        left = self.subset(kept)
        groups: dict[int, list[int]] = {}
        for position, i in enumerate(kept.tolist()):
            for house in houses[i]:
                groups.setdefault(house, []).append(position)
        problem = Problem(
            left.evidence, weights, demand, left.minutes, costs=costs[kept], limits=limits, resources=resources,
            groups=[members for members in groups.values() if len(members) > 1], floors=floors[kept],
            least=least, floor_names=names,
            target_reliability=target_reliability, transfer=transfer, sufficiency=sufficiency,
        )  # fmt: skip
        return problem, left

    def limits(self, required: Requirements) -> tuple[list[str], Floats, list[float]]:
        """What is limited: names, what each session uses (N, R), and the limits."""
        kinds = np.array([self.kind(i) for i in range(len(self))], dtype=object)
        live = ~self.take_home
        wanted: list[tuple[str, Floats, float | None]] = [
            ("candidate minutes", self.minutes, number(required.minutes, "minutes")),
            ("live minutes", self.minutes * live, required.live_minutes),
            ("interviewers' minutes", self.interviewer_minutes, required.interviewer_minutes),
            ("sessions", np.ones(len(self)), required.sessions),
            ("subgroup difference", self._difference(), required.difference),
            *((f"minutes of {kind}", self.minutes * (kinds == kind), most)
              for kind, most in required.kind_minutes.items()),
            *((f"sessions of {kind}", (kinds == kind) * 1.0, most)
              for kind, most in required.kind_sessions.items()),
        ]  # fmt: skip
        asked = [(name, column, float(limit)) for name, column, limit in wanted if limit is not None]
        return [a[0] for a in asked], np.stack([a[1] for a in asked], axis=1), [a[2] for a in asked]

    def _difference(self) -> Floats:
        each = [max(one.difference or 0.0, 0.0) for one in self.bank] + [0.0]
        return np.asarray(np.array(each)[self.questions].sum(axis=1))

    def floors(
        self, required: Requirements, weights: Floats, competencies: Sequence[str]
    ) -> tuple[list[str], Floats, list[float]]:
        """What must be there: names, what each session gives (N, F), and the least sums."""
        place = {one.key: i for i, one in enumerate(self.bank)}
        rates = self.evidence[:, :, 0] > 0
        called = list(competencies) or [f"competency {c}" for c in range(rates.shape[1])]
        if len(called) != rates.shape[1]:
            raise BadInput(f"competencies has {len(called)} names, expected {rates.shape[1]}")
        asked: list[tuple[str, Floats, float]] = []
        for key in required.pinned:
            if key not in place:
                raise BadInput(f"pinned names {key!r}, which is not in the bank")
            asked.append((f"question {key}", (self.questions == place[key]).any(axis=1) * 1.0, 1.0))
        if required.kinds:
            kinds = np.array([self.kind(i) for i in range(len(self))], dtype=object)
            asked += [(f"sessions of {k}", (kinds == k) * 1.0, float(n)) for k, n in required.kinds.items()]
        for code, raters in required.raters.items():
            c = count(code, "raters: competency", most=rates.shape[1] - 1)
            asked.append(
                (f"raters of {called[c]}", np.where(rates[:, c], self.interviewers, 0.0), float(raters))
            )
        if required.every:
            covered = [c for c in range(rates.shape[1]) if weights[c] > 0]
            asked += [(f"{called[c]} rated", np.where(rates[:, c], 1.0, 0.0), 1.0) for c in covered]
        if not asked:
            return [], np.zeros((len(self), 0)), []
        return [a[0] for a in asked], np.stack([a[1] for a in asked], axis=1), [a[2] for a in asked]

    def houses(self) -> list[tuple[int, ...]]:
        """The groups each session stands in: a question, a family, or a pair of enemies, numbered."""
        numbers: dict[tuple[str, ...], int] = {}
        own: list[set[int]] = []
        enemies = [tuple(sorted(pair)) for pair in self.rules.enemies]
        for one in self.bank:
            names: list[tuple[str, ...]] = [("family", one.family)] if one.family else [("question", one.key)]
            names += [("enemies", *pair) for pair in enemies if one.key in pair]
            own.append({numbers.setdefault(name, len(numbers)) for name in names})
        return [
            tuple(sorted(set().union(*(own[i] for i in row if i >= 0)))) for row in self.questions.tolist()
        ]
