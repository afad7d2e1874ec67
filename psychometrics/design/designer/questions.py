"""What sessions are made of: questions as far as a design cares, and the rules of what may be a session."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from psychometrics._checks import above_zero, between, count, number
from psychometrics.errors import BadInput


@dataclass(frozen=True, slots=True)
class SessionQuestion:
    """One question of a bank.

    Attributes:
        key: its name, once in a bank.
        minutes: the candidate needs for it, above 0.
        realism: level 0..K-1 at which it counts; where its material is missing, the caller says the lower one.
        criteria: pairs of competency code (0..C-1) and strength (0..1); leave out those outside the role.
        family: variants of one question share it, and at most one of them is asked; "" for none.
        format: what kind of question it is, for the rules about formats.
        leak: how far it is known outside, 0..1; strengths count times ``1 - leak``.
        preparation: minutes each interviewer prepares and marks beyond the session itself.
        take_home: done alone: no interviewer sits in, no set-up, and nothing else shares its session.
        difference: expected standardised difference between subgroups (d); None or below 0 counts as 0.
    """

    key: str
    minutes: float
    realism: int
    criteria: Sequence[tuple[int, float]]
    family: str = ""
    format: str = ""
    leak: float = 0.0
    preparation: float = 0.0
    take_home: bool = False
    difference: float | None = None

    def __post_init__(self) -> None:
        name = f"question {self.key!r}: "
        above_zero(self.minutes, name + "minutes")
        count(self.realism, name + "realism")
        between(self.leak, name + "leak", 0, 1)
        if number(self.preparation, name + "preparation") < 0:
            raise BadInput(name + "preparation must not be negative")
        for competency, strength in self.criteria:
            count(competency, name + "competency")
            between(strength, name + "strength", 0, 1)


@dataclass(frozen=True, slots=True)
class SessionRules:
    """What may be a session.

    Attributes:
        setup_minutes: greeting and changing over, added to every live session.
        interviewers: numbers of interviewers a session may have.
        most_competencies: rated in one live session; ``take_home_competencies`` in a take-home.
        most_questions: asked in one session; take-homes stand alone.
        longest_minutes: of a live session, set-up included; ``longest_take_home`` of a take-home.
        time_shares: shares of their minutes that a session may give its questions, above 0 and at most 1; strengths
            count times the share.
        kinds: formats by kind of stage, in order of preference; a session's formats all belong to one kind. None:
            any formats may share a session, whose kind is the format of its first question.
        apart: pairs of formats that may not share a session.
        enemies: pairs of keys of questions that may not both be asked, in one session or in two.
        banned: keys of questions left out.
        take_homes: whether there may be any.
        trained: how many people are trained for each format; a session needs as many as interviewers. None: enough.
        able: how many people can rate a competency, by its code; a session that rates it needs as many as
            interviewers. A competency that is not named has enough.
        most_options: enumeration ends there; ``SessionOptions.cut`` says so.
    """

    setup_minutes: float = 5.0
    interviewers: Sequence[int] = (2,)
    most_competencies: int = 3
    take_home_competencies: int = 4
    most_questions: int = 2
    longest_minutes: float = 90.0
    longest_take_home: float = 240.0
    time_shares: Sequence[float] = (1.0,)
    kinds: Mapping[str, Collection[str]] | None = None
    apart: Iterable[tuple[str, str]] = ()
    enemies: Iterable[tuple[str, str]] = ()
    banned: Collection[str] = ()
    take_homes: bool = True
    trained: Mapping[str, int] | None = None
    able: Mapping[int, int] = field(default_factory=dict)
    most_options: int = 100_000

    def __post_init__(self) -> None:
        if number(self.setup_minutes, "setup_minutes") < 0:
            raise BadInput("setup_minutes must not be negative")
        if not self.interviewers:
            raise BadInput("interviewers must name at least one number of interviewers")
        for n in self.interviewers:
            count(n, "interviewers", least=1)
        if not self.time_shares:
            raise BadInput("time_shares must name at least one share")
        for share in self.time_shares:
            if between(share, "time_shares", 0, 1) == 0:
                raise BadInput("time_shares must be above 0")
        for name in ("most_competencies", "take_home_competencies", "most_questions", "most_options"):
            count(getattr(self, name), name, least=1)
        for name in ("longest_minutes", "longest_take_home"):
            above_zero(getattr(self, name), name)


def kind_of(formats: Sequence[str], kinds: Mapping[str, Collection[str]] | None) -> str | None:
    """The kind of stage that takes questions of these formats: the first that takes all, None where none does.

    Where no kinds are told apart, the first question's format stands for it.
    """
    if kinds is None:
        return formats[0]
    return next((kind for kind, inside in kinds.items() if all(f in inside for f in formats)), None)
