"""Stored links and tests of questions, as the calibrators' page tells them: with names, in levels, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from hiring.calibration.models import CalibrationRun
from hiring.pipeline.models import Opening
from web import numbers

#: Half-widths of the 90 % interval of a difference in severity, in levels: up to here a comparison is good, fair.
GOOD, FAIR = 0.3, 0.5
_WIDTH = 1.645


@dataclass(frozen=True, slots=True)
class PanelLoan:
    """Who could take one interview of which opening, beside whom, and how well the two panels are known after it."""

    interviewer: str
    partner: str
    opening: str
    after: float


@dataclass(frozen=True, slots=True)
class PanelPair:
    """Two openings' panels: shared interviewers, and the half-width of the interval of their difference in severity."""

    first: str
    second: str
    shared: int
    known_to: float
    loan: PanelLoan | None

    @property
    def verdict(self) -> str:
        """How far candidates of the two may be compared."""
        if self.known_to <= GOOD:
            return "good"
        return "fair" if self.known_to <= FAIR else "too weak"

    @property
    def helps(self) -> bool:
        """Whether the loan would change what is shown: two digits."""
        return self.loan is not None and round(self.loan.after, 2) < round(self.known_to, 2)


@dataclass(frozen=True, slots=True)
class Bridge:
    """An interviewer without whom a part of the panel could not be compared with the rest."""

    name: str
    applications: int
    interviewers: int


@dataclass(frozen=True, slots=True)
class PanelLinks:
    """Pairs of openings, least comparable first; and bridges, the one with most behind it first."""

    pairs: list[PanelPair]
    bridges: list[Bridge]
    unit: str

    @property
    def weak(self) -> list[PanelPair]:
        """Pairs too weak to compare."""
        return [pair for pair in self.pairs if pair.verdict == "too weak"]


@dataclass(frozen=True, slots=True)
class MovedQuestion:
    """A question whose later ratings lie above or below its earlier ones by more than chance."""

    title: str
    size: str
    interval: str
    easier: bool
    n_ratings: int


def links_of(run: CalibrationRun) -> PanelLinks:
    """The links of a run, with names. Two queries."""
    stored: Mapping[str, Any] = run.links or {"pairs": [], "bridges": [], "unit": "levels"}
    loans = [pair["loan"] for pair in stored["pairs"] if pair["loan"]]
    people = {loan["interviewer"] for loan in loans} | {loan["partner"] for loan in loans}
    people |= {bridge["interviewer"] for bridge in stored["bridges"]}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    openings = {pk for pair in stored["pairs"] for pk in pair["openings"]}
    titles = dict(Opening.objects.in_team(run.team).filter(pk__in=openings).values_list("pk", "title"))
    return PanelLinks(
        pairs=[
            _pair(row, names, titles)
            for row in stored["pairs"]
            if all(pk in titles for pk in row["openings"])
        ],
        bridges=[
            Bridge(names[row["interviewer"]], row["applications"], row["interviewers"])
            for row in stored["bridges"]
            if row["interviewer"] in names
        ],
        unit=stored["unit"],
    )


def _pair(row: Mapping[str, Any], names: Mapping[int, str], titles: Mapping[int, str]) -> PanelPair:
    loan = row["loan"]
    known = loan is not None and loan["interviewer"] in names and loan["partner"] in names
    first, second = row["openings"]
    return PanelPair(
        first=titles[first],
        second=titles[second],
        shared=row["shared"],
        known_to=_WIDTH * row["se"],
        loan=PanelLoan(
            names[loan["interviewer"]], names[loan["partner"]], titles[loan["opening"]], _WIDTH * loan["se"]
        )
        if known
        else None,
    )


def moved(rows: Iterable[Mapping[str, Any]]) -> list[MovedQuestion]:
    """Questions that a run flagged, those that became easier first, largest change first."""
    found = sorted((row for row in rows if row["flagged"]), key=lambda row: -row["effect"])
    return [
        MovedQuestion(
            title=row["title"],
            size=f"{numbers.decimal(abs(row['effect']), 1)} {row['unit']}",
            interval=" to ".join(
                numbers.decimal(end, 1) for end in sorted((abs(row["lower"]), abs(row["upper"])))
            ),
            easier=row["effect"] > 0,
            n_ratings=row["n_ratings"],
        )
        for row in found
    ]
