"""Scores that are not plain numbers: words of rating systems, ``1 - Good``, a decimal comma."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from psychometrics.errors import BadRow
from psychometrics.files import _cells, _words
from psychometrics.files.scales import Scale, Scales, plain

Text = npt.NDArray[np.str_]


class ScoreCells:
    """Reads one cell after the other, and remembers what kinds there were.

    What a word is worth depends on the other words of the file: it is NaN until :meth:`resolved`.
    """

    def __init__(self, scales: Scales, *, comma_is_decimal: bool) -> None:
        self._scales = scales
        self._commas = comma_is_decimal
        self._declared = {
            word
            for scale in (scales.common, *scales.of.values())
            if scale is not None
            for word in scale.words
        }
        self._words: list[tuple[int, str, int]] = []
        self._said: dict[str, tuple[str, int]] = {}
        self._written: dict[str, dict[str, None]] = {}  # a word's forms in the file, in their order

    def declares(self, cell: str) -> bool:
        """Whether a declared scale has this word, which would otherwise mean that nothing was rated."""
        return bool(self._declared) and plain(cell) in self._declared

    def value(self, cell: str, line: int, column: str, place: int) -> float:
        """The score of a cell, NaN for a word; ``place`` is the rating's. BadRow for what is no score."""
        word = plain(cell) if self.declares(cell) else _words.known(cell)
        if word is not None:
            self._words.append((place, word, line))
            self._written.setdefault(word, {})[plain(cell)] = None
            return float("nan")
        found = _cells.leading(cell)
        if found is not None:
            self._said.setdefault("leading", (cell, line))
            return found
        found = _cells.decimal_comma(cell) if self._commas else None
        if found is not None:
            self._said.setdefault("comma", (cell, line))
            return found
        return _cells.number(cell, line, column)

    def resolved(self, scores: npt.NDArray[np.float64], scales: Sequence[Scale | None]) -> None:
        """Put the points of the words in place; ``scales`` are those of the ratings that are words, in order.

        Raises BadRow where words stand among numbers, or in a scale that has no place for them.
        """
        if not self._words:
            return
        undeclared = [scale is None for scale in scales]
        if any(undeclared) and len(self._words) < len(scores):
            line = self._words[undeclared.index(True)][2]
            word = self._words[undeclared.index(True)][1]
            raise BadRow(
                line,
                f"the word '{word}' stands among scores that are numbers: declare what it is worth with --scale, "
                "or write numbers",
            )
        given = {scale: {word for (_, word, _), own in zip(self._words, scales, strict=True) if own == scale}
                 for scale in set(scales)}  # fmt: skip
        worth = {scale: self._points(scale, words) for scale, words in given.items()}
        for (place, word, line), scale in zip(self._words, scales, strict=True):
            if word not in worth[scale]:
                raise BadRow(
                    line, f"the word '{word}' has no place on the scale {scale.name if scale else 'of words'}"
                )
            scores[place] = worth[scale][word]
        for scale, points in worth.items():
            if scale is None or not scale.words:
                named = ", ".join(f"{self._forms(word)} = {point:g}" for word, point in points.items())
                self._said[f"words {len(self._said)}"] = (named, 0)

    def _forms(self, word: str) -> str:
        """A word as the file writes it."""
        return " and ".join(self._written.get(word, {word: None}))

    def positions(self) -> list[int]:
        """Which ratings are words."""
        return [place for place, _, _ in self._words]

    @staticmethod
    def _points(scale: Scale | None, words: set[str]) -> dict[str, float]:
        if scale is not None and scale.words:
            return {word: place + 1.0 for place, word in enumerate(scale.words)}
        return _words.points(words, scale)

    def notes(self) -> tuple[str, ...]:
        """What kinds of scores there were, in sentences."""
        said = []
        for kind, (text, line) in self._said.items():
            if kind == "leading":
                said.append(
                    f"Scores with words were read by their number, the first '{text}' on line {line}."
                )
            elif kind == "comma":
                said.append(f"Scores have a decimal comma, the first '{text}' on line {line}.")
            else:
                said.append(
                    f"Words were read as points: {text}; --scale WORD,WORD,... (worst first) overrides."
                )
        return tuple(said)
