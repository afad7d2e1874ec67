"""Hints on the wording of evidence: never walls, one sentence at a time, the gravest first.

It quotes what it stumbled on and asks for what was said or done. The form shows it with the page and after each
save; its script has no second copy of the rules. What belongs to each kind stands in ``hint_words``, what it is
for in docs/guide/evidence_hints.md. A team switches kinds off in its policy (``hints_off``).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hiring.scoring import hint_words


class HintKind(StrEnum):
    """What a hint is about; the codes that a policy switches off."""

    PROTECTED = "protected"
    LIKING = "liking"
    HEARSAY = "hearsay"
    TRAIT = "trait"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Hint:
    """One thing to look at again, with the words that gave rise to it."""

    kind: HintKind
    words: str
    text: str


_WORD = re.compile(r"[^\W\d_]+")
_QUOTED = re.compile(r"“[^”]*”?|«[^»]*»?|\"[^\"]*\"?")
_QUOTES = '“"«'


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return " ".join(match.group().split()) if match else ""


def hint(evidence: str, off: Collection[str] = ()) -> Hint | None:
    """Return what is worth another look, or nothing; kinds in ``off`` are left out."""
    text = evidence.replace("’", "'")
    for kind, find in _RULES.items():
        if kind not in off and (found := find(text)):
            return found
    return None


def _protected(text: str) -> Hint | None:
    # Said in quotation marks or beside an act, it still has no place in a decision.
    for concern, pattern in hint_words.PROTECTED:
        if words := _found(pattern, text):
            return Hint(
                HintKind.PROTECTED,
                words,
                f"“{words}” touches on {concern}, which must not count. Write what they said or did in the work.",
            )
    return None


def _liking(text: str) -> Hint | None:
    words = _found(hint_words.LIKING, _QUOTED.sub(" ", text))
    told = f"“{words}” says how you felt. What did they say or do?"
    return Hint(HintKind.LIKING, words, told) if words else None


def _hearsay(text: str) -> Hint | None:
    words = _found(hint_words.HEARSAY, _QUOTED.sub(" ", text))
    told = f"“{words}”: that is from somebody else. What did you see or hear yourself?"
    return Hint(HintKind.HEARSAY, words, told) if words else None


def _trait(text: str) -> Hint | None:
    words = [word.lower() for word in _WORD.findall(text)]
    if any(mark in text for mark in _QUOTES) or hint_words.ACTS.intersection(words):
        return None
    word = _found(hint_words.TRAITS, text)
    told = f"“{word.capitalize()}” describes the person. What did they say or do?"
    return Hint(HintKind.TRAIT, word.lower(), told) if word else None


def _nothing(text: str) -> Hint | None:
    words = text.strip(" .!-").lower()
    told = f"“{text.strip()}” tells nobody what you saw. One thing they said or did is enough."
    return Hint(HintKind.NOTHING, words, told) if words in hint_words.FILLERS else None


# In the order of what matters: the first that finds something is said.
_RULES = {
    HintKind.PROTECTED: _protected,
    HintKind.NOTHING: _nothing,
    HintKind.LIKING: _liking,
    HintKind.HEARSAY: _hearsay,
    HintKind.TRAIT: _trait,
}


def coach(evidence: str, off: Collection[str] = ()) -> str:
    """Return one sentence of coaching, or nothing."""
    found = hint(evidence, off)
    return found.text if found else ""


def coach_all(items: Mapping[str, Any], off: Collection[str] = ()) -> dict[str, str]:
    """The coaching on every criterion of a scorecard that has some, by item."""
    said = {item: coach(value["evidence"], off) for item, value in items.items() if item[0] == "c"}
    return {item: text for item, text in said.items() if text}
