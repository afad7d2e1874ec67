"""What counts as a reason for a decision: words that say something, and the must-have that a hire goes against.

A rule of form, not of sense: it refuses what cannot be a reason (one letter held down, one word again and again) and
what leaves out the one thing that has to be spoken of. Whether a reason is good is for those who read it.
"""

import re
from collections.abc import Collection, Iterable, Sequence

from hiring.calibration.readers import LevelView
from web.numbers import level, listed, span, within

SHORTEST_REASON = 20
#: Different words below which a text says nothing of anybody.
FEWEST_WORDS = 4
#: Words of which each is said so often are a word repeated.
MOST_REPEATED = 3

_WORD = re.compile(r"[^\W\d_]{2,}")
_PLAIN = re.compile(r"[^\W_]+")
_HELD_DOWN = re.compile(r"(\w)\1{3,}")
# Scripts written without spaces between words (Chinese, Japanese, Thai, Lao, Khmer): each letter counts as a word.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def lacks_words(reason: str) -> str:
    """Why ``reason`` says nothing, as a sentence that tells how to mend it; nothing where it may stand."""
    text = reason.strip().casefold()
    if len(text) < SHORTEST_REASON:
        return f"Say why in {SHORTEST_REASON} characters or more."
    if _HELD_DOWN.search(text):
        return "A letter stands there again and again. Say in words what was seen and what it showed."
    words = [*_WORD.findall(_UNSPACED.sub(" ", text)), *_UNSPACED.findall(text)]
    if len(words) > MOST_REPEATED * len(set(words)):
        return "The same words stand there again and again. Say what was seen and what it showed."
    if len(set(words)) < FEWEST_WORDS:
        return f"Say it in a sentence: at least {FEWEST_WORDS} different words on what was seen and what it showed."
    return ""


def named_in(reason: str, view: LevelView) -> bool:
    """Whether ``reason`` names the competency of ``view``, in whatever case and spacing."""
    said = _plain(reason)
    competency = view.requirement.competency
    return any(f" {_plain(name).strip()} " in said for name in (competency.name, competency.key))


def _plain(text: str) -> str:
    return f" {' '.join(_PLAIN.findall(text.casefold()))} "


def unnamed(reason: str, picked: Collection[str], short: Iterable[LevelView]) -> list[LevelView]:
    """Must-haves of ``short`` that are neither ``picked``, by key, nor named in ``reason``."""
    return [
        view for view in short if view.requirement.competency.key not in picked and not named_in(reason, view)
    ]


def without_names(reason: str, short: Iterable[LevelView]) -> str:
    """``reason`` less the names of must-haves: what it says of them."""
    rest = reason
    for view in short:
        rest = re.sub(re.escape(view.requirement.competency.name), " ", rest, flags=re.IGNORECASE)
    return rest


def ask_for(missing: Sequence[LevelView]) -> str:
    """The sentence that asks for the must-haves left out."""
    said = listed([f"{within(view.requirement.competency.name)} ({_figures(view)})" for view in missing])
    return (
        f"A hire goes against {said}. Name {'it' if len(missing) == 1 else 'them'} in the reason or pick "
        f"{'it' if len(missing) == 1 else 'them'} from the list, and say what outweighs it."
    )


def _figures(view: LevelView) -> str:
    return f"{level(view.level)}, {span(view.lower, view.upper)}, required {view.required}"
