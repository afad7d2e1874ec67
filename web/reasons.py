"""What counts as a reason that stays on record: words that say something.

A rule of form, not of sense: it refuses what cannot be a reason (one letter held down, one word again and again, a row
of the keyboard). Whether a reason is good is for those who read it.
"""

import re

SHORTEST_REASON = 20
#: Different words below which a text says nothing of anybody.
FEWEST_WORDS = 4
#: Words of which each is said so often are a word repeated.
MOST_REPEATED = 3

_WORD = re.compile(r"[^\W\d_]{2,}")
_HELD_DOWN = re.compile(r"(\w)\1{3,}")
# Scripts written without spaces between words (Chinese, Japanese, Thai, Lao, Khmer): each letter counts as a word.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


# Rows of keyboards; a word that runs along one, either way, is a hand laid down.
_ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "1234567890",
)


def _is_a_row(word: str) -> bool:
    return len(word) > 3 and any(word in row or word in row[::-1] for row in _ROWS)


def lacks_words(reason: str, *, fewest: int = FEWEST_WORDS) -> str:
    """Why ``reason`` says nothing, as a sentence that tells how to mend it; nothing where it may stand."""
    text = reason.strip().casefold()
    if len(text) < SHORTEST_REASON:
        return f"Say why in {SHORTEST_REASON} characters or more."
    if _HELD_DOWN.search(text):
        return "A letter stands there again and again. Say in words what was seen and what it showed."
    words = [*_WORD.findall(_UNSPACED.sub(" ", text)), *_UNSPACED.findall(text)]
    if len(words) > MOST_REPEATED * len(set(words)):
        return "The same words stand there again and again. Say what was seen and what it showed."
    if sum(map(_is_a_row, words)) * 2 >= len(words) > 0:
        return "These are rows of the keyboard. Say what was seen and what it showed."
    if len(set(words)) < fewest:
        return f"Say it in a sentence: at least {fewest} different words on what was seen and what it showed."
    return ""
