"""One sentence on why a level is not the raw one, for people without statistics, and what of it may be told to whom.

How severe a named colleague is, calibrators alone know. So the people who rated are spoken of only together, and only
before a reader for whom they are two or more besides oneself; before others they and the candidate's other answers are
one cause.
How far each cause moved the level, in figures, is for calibrators: the others' parts would give away the raters'.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hiring.calibration.moved import Cause, LevelMove
from web.numbers import level, percent, severity

#: Causes named at most, the largest first.
MOST_NAMED = 3
#: A cause that moves the level by less, in levels, is not spoken of beside a larger one.
LEAST_NAMED = 0.1
#: Raters besides oneself from whom on they may be spoken of together.
FEWEST_OTHERS = 2
MOSTLY = 0.5


@dataclass(frozen=True)
class Reader:
    """For whom a sentence is: ``person`` None for paper, which anybody may come to read."""

    person: int | None = None
    calibrates: bool = False

    def may_hear_of(self, raters: Iterable[int]) -> bool:
        """Whether severity of these people together gives nobody's away."""
        others = {pk for pk in raters if pk != self.person}
        # On paper the reader may be any one of them.
        fewest = FEWEST_OTHERS + (self.person is None)
        return self.calibrates or len(others) >= fewest or (bool(self.person) and not others)


@dataclass(frozen=True)
class Part:
    """One cause as it is told: its words, and how far it moved the level."""

    causes: tuple[Cause, ...]
    moved: float
    words: str

    @property
    def cause(self) -> str:
        """The causes by name, joined where they are told as one."""
        return "+".join(self.causes)


def parts(move: LevelMove, reader: Reader) -> list[Part]:
    """What moved the level, as far as ``reader`` may know, the largest first; they add up to the whole way."""
    told = dict(move.parts)
    found = []
    if not reader.may_hear_of(move.raters):
        both = told.pop(Cause.RATERS) + told.pop(Cause.OTHER_ANSWERS)
        words = f"who rated, and this candidate’s other answers, pull it {'up' if both > 0 else 'down'}"
        found.append(Part((Cause.RATERS, Cause.OTHER_ANSWERS), both, words))
    found += [Part((cause,), moved, _words(cause, moved, move, reader)) for cause, moved in told.items()]
    return sorted(found, key=lambda part: -abs(part.moved))


def named(move: LevelMove, reader: Reader) -> list[Part]:
    """Those of the parts that the sentence names: the largest, at least one that explains the direction."""
    found = parts(move, reader)
    large = [part for part in found if abs(part.moved) >= LEAST_NAMED][:MOST_NAMED]
    way = move.level - move.raw
    if not any(part.moved * way > 0 for part in large):
        large.append(next(part for part in found if part.moved * way > 0))
    return large


def sentence(move: LevelMove | None, reader: Reader) -> str:
    """Why the level is not the raw one; nothing where both read alike."""
    if move is None or not move.shown:
        return ""
    said = [
        f"{part.words} ({severity(part.moved)})" if reader.calibrates else part.words
        for part in named(move, reader)
    ]
    text = f"{level(move.raw)} to {level(move.level)}: {'; '.join(said)}."
    if move.borrowed is not None and move.borrowed >= MOSTLY:
        team_said = any(Cause.TEAM in part.causes for part in named(move, reader))
        text += (
            " Mostly borrowed." if team_said else f" Mostly borrowed: {percent(move.borrowed)} from the team."
        )
    return text


def _words(cause: Cause, moved: float, move: LevelMove, reader: Reader) -> str:
    up = moved > 0
    match cause:
        case Cause.RATERS:
            who = "the people who rated are" if len(move.raters) > 1 else "the person who rated is"
            if reader.person is not None and move.raters == {reader.person}:
                who = "you are"
            return f"{who} {'stricter' if up else 'more lenient'} than most"
        case Cause.QUESTIONS:
            one = move.n_questions == 1
            what = "the question was" if one else "the questions were"
            return f"{what} {'harder' if up else 'easier'} than {'its' if one else 'their'} target"
        case Cause.POINT:
            # Above the bar a wide point raises, below it lowers.
            wide = "more" if (moved > 0) == (move.above > 0) else "less"
            return f"a point of the scale is worth {wide} than a level here"
        case Cause.OTHER_ANSWERS:
            return f"this candidate’s other answers were {'stronger' if up else 'weaker'}"
        case Cause.TEAM:
            where = "higher" if up else "lower"
            return f"{percent(move.borrowed)} is borrowed from the team, whose levels are {where}"
        case Cause.LIMIT:
            return f"the questions can show {'no less' if up else 'no more'} than {level(move.level)}"
