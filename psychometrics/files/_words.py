"""Words that rating systems export in place of numbers, and the points they stand for."""

from psychometrics.files.scales import Scale, plain

# From the worst to the best. The ones marked come only into scales that have them.
_ORDER = ("strong no", "no", "lean no", "mixed", "lean yes", "yes", "strong yes")
_SAME = {
    "definitely not": "strong no",
    "strong no hire": "strong no",
    "no hire": "no",
    "lean no hire": "lean no",
    "leaning no": "lean no",
    "lean hire": "lean yes",
    "leaning yes": "lean yes",
    "hire": "yes",
    "strong hire": "strong yes",
    "definitely yes": "strong yes",
}
_ALWAYS = ("strong no", "no", "yes", "strong yes")
_LEAN = ("lean no", "lean yes")


def known(cell: str) -> str | None:
    """The word in the one form it has here, None for any other text."""
    word = plain(cell)
    word = _SAME.get(word, word)
    return word if word in _ORDER else None


def points(words: set[str], scale: Scale | None) -> dict[str, float]:
    """The point of every word of the scale these words are from, from 1 or the lowest of a declared scale.

    A scale of four has no middle, one of five has ``mixed``, of six or seven ``lean no`` and ``lean yes``. A
    declared scale says how many there are; without one the words given do.
    """
    sizes = {
        4: set(_ALWAYS),
        5: {*_ALWAYS, "mixed"},
        6: {*_ALWAYS, *_LEAN},
        7: set(_ORDER),
    }
    if scale is None:
        chosen = next(words_of for words_of in sizes.values() if words <= words_of)
        low = 1.0
    else:
        chosen, low = sizes.get(scale.points or 0, set()), scale.low
    return {word: low + place for place, word in enumerate(each for each in _ORDER if each in chosen)}
