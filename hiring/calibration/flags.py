"""What an interviewer or a criterion stands out for, in words: a question to ask, never a verdict.

Flags are stored with a run as plain data; the sentences around them stand here, for calibrators, who ask, and for
oneself. What is looked for and from which size on is said in docs/methods/diagnostics.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from web import numbers

#: From here on an interviewer's severity is worth a word: the raw mean of a candidate whom two have met, one of them
#: that far off, is a fifth of a level off for it.
FAR_LEVELS = 0.4


@dataclass(frozen=True, slots=True)
class Wording:
    """One code in words. ``size`` is completed with the amount; ``own`` and ``advice`` speak to oneself."""

    finding: str
    size: str
    ask: str
    own: str = ""
    advice: str = ""


INTERVIEWERS: Mapping[str, Wording] = {
    "harsh": Wording(
        "Stricter than the panel",
        "the same answer gets {} less",
        "Levels allow for it; raw means do not. Which anchors do they read more strictly than colleagues?",
        "You are stricter than most colleagues",
        "Levels allow for it. Read the anchor of the point above before you settle on the one below.",
    ),
    "lenient": Wording(
        "More lenient than the panel",
        "the same answer gets {} more",
        "Levels allow for it; raw means do not. Which anchors do they read more kindly than colleagues?",
        "You are more lenient than most colleagues",
        "Levels allow for it. Read the anchor of the point you chose once more, word by word, before you submit.",
    ),
    "misfit": Wording(
        "Ratings are harder to predict than the panel’s",
        "they scatter {} more around what the other ratings lead to expect",
        "Are the anchors read as colleagues read them? Go through two of their scorecards together with somebody who "
        "met the same candidates.",
        "Your ratings follow the others’ less closely than most colleagues’ do",
        "Write the evidence first, then read the anchors of the points on either side before you choose.",
    ),
    "overfit": Wording(
        "Ratings are easier to predict than the panel’s",
        "they scatter {} less around what the other ratings lead to expect",
        "Do they rate before they hear others, and every criterion by itself?",
        "Your ratings follow the others’ more closely than most colleagues’ do",
        "Fill in the scorecard before you talk to anybody, and let each criterion be a question of its own.",
    ),
    "drifts_harsh": Wording(
        "Became stricter",
        "{} stricter in the later half of the ratings than in the earlier",
        "What changed half-way: the role, the questions, or whom they compare with?",
        "You have become stricter",
        "Rate two of your early interviews again from the notes alone, and compare.",
    ),
    "drifts_lenient": Wording(
        "Became more lenient",
        "{} more lenient in the later half of the ratings than in the earlier",
        "What changed half-way: the role, the questions, or whom they compare with?",
        "You have become more lenient",
        "Rate two of your early interviews again from the notes alone, and compare.",
    ),
    "central_tendency": Wording(
        "Keeps to the middle of the scale",
        "as if the points lay {} as far apart as for the panel",
        "When did they last give the lowest or the highest point, and for what?",
        "You use the ends of the scale less than most colleagues do",
        "Where an answer fits the anchor of the lowest or the highest point, give it.",
    ),
    "extreme_ratings": Wording(
        "Uses the ends of the scale more than the panel",
        "as if the points lay {} as far apart as for the panel",
        "Which evidence stands beside their lowest and highest points?",
        "You use the ends of the scale more than most colleagues do",
        "Before you give the lowest or the highest point, read the anchor of the one beside it.",
    ),
    "discriminates_less": Wording(
        "Tells strong and weak candidates apart less than the panel",
        "the ratings differ {} as much between candidates",
        "Do they have the time and the follow-up questions that set a strong answer apart?",
        "Your ratings set strong and weak candidates less far apart than most colleagues’ do",
        "Ask the follow-up questions of the guide until you know which anchor fits.",
    ),
    "discriminates_more": Wording(
        "Tells strong and weak candidates apart more than the panel",
        "the ratings differ {} as much between candidates",
        "What do they look at that colleagues could learn from?",
        "Your ratings set strong and weak candidates further apart than most colleagues’ do",
        "There is nothing to mend; colleagues may want to know what you look at.",
    ),
    "strong_halo": Wording(
        "One impression colours all ratings of an interview",
        "beyond the panel’s usual it moves them by {} (standard deviation)",
        "Are the criteria rated one by one, each from its evidence, or all at the end?",
        "Your ratings of one interview lie closer together than the answers explain",
        "Rate each criterion from the evidence for it alone, before you think of the candidate as a whole.",
    ),
    "weak_halo": Wording(
        "Rates the criteria of an interview more apart from one another than the panel",
        "the panel’s impressions move them by {} (standard deviation) beyond theirs",
        "What do they do to keep criteria apart that colleagues could learn from?",
        "You keep the criteria of an interview further apart than most colleagues do",
        "There is nothing to mend; colleagues may want to know how you do it.",
    ),
}

CRITERIA: Mapping[str, Wording] = {
    "misfit": Wording(
        "Ratings are harder to predict than those of other criteria",
        "they scatter {} more",
        "Do its anchors leave room for two readings?",
    ),
    "overfit": Wording(
        "Ratings are easier to predict than those of other criteria",
        "they scatter {} less",
        "Do all get the same point whatever they answer?",
    ),
}

#: What each test looks for, in the order of the tests.
LOOKED_FOR: Mapping[str, str] = {
    "severity": "severity far from the panel’s",
    "noise": "ratings that are harder or easier to predict than the panel’s",
    "drift": "a standard that moves",
    "central_tendency": "keeping to the middle of the scale or to its ends",
    "discrimination": "telling strong and weak candidates apart less or more",
    "halo": "one impression that colours all ratings of an interview",
}


@dataclass(frozen=True, slots=True)
class StoredFlag:
    """One flag as a run keeps it: the effect and its interval, in ``unit``; ``words`` say what was found.

    Units: ``share`` of the scatter that is expected, ``levels`` (``logits`` where levels are withheld), and ``times``
    the panel's. An ``upper`` of None has no bound.
    """

    code: str
    effect: float
    lower: float
    upper: float | None
    unit: str
    words: str

    def plain(self) -> dict[str, object]:
        """The flag as a JSON column keeps it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """A stored flag beside the sentences about it."""

    flag: StoredFlag
    wording: Wording

    @property
    def size(self) -> str:
        """How large the effect is, as a clause."""
        return self.wording.size.format(_amount(self.flag))

    @property
    def interval(self) -> str:
        """The interval in the figures of ``size``, whose words carry the sign."""
        ends = (self.flag.lower, self.flag.upper)
        known = sorted(abs(end) for end in ends if end is not None)
        scale, after = (100, f"{numbers.NARROW_SPACE}%") if self.flag.unit == "share" else (1, "")
        digits = 0 if self.flag.unit == "share" else 1
        words = " to ".join(numbers.decimal(scale * end, digits) for end in known)
        return f"{words}{after}" if len(known) > 1 else f"{words}{after} or more"


def shown(rows: Iterable[Any], words: Mapping[str, Wording]) -> list[ShownFlag]:
    """Flags of a JSON column; a bare code, which has no size, is none."""
    flags = [StoredFlag(**row) for row in rows if isinstance(row, dict)]
    return [ShownFlag(flag, words[flag.code]) for flag in flags if flag.code in words]


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked for in everybody's ratings: how many took each test, and of how many it cannot tell yet."""

    words: str
    tested: int
    untold: int


def searched(rows: Iterable[Mapping[str, Any]]) -> list[Searched]:
    """The tests of a JSON column, in its order."""
    return [Searched(LOOKED_FOR[row["test"]], row["tested"], row["untold"]) for row in rows]


def _amount(flag: StoredFlag) -> str:
    if flag.unit == "share":
        return numbers.percent(abs(flag.effect))
    if flag.unit == "times":
        return f"{numbers.decimal(flag.effect)} times"
    return f"{numbers.decimal(abs(flag.effect))} {flag.unit}"
