"""Rating scales that are declared: ``1:4``, or the words of one, worst first."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from psychometrics.errors import BadInput

_RANGE = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(?::|-|–|to|\.\.)\s*([+-]?\d+(?:\.\d+)?)\s*")


@dataclass(frozen=True, slots=True)
class Scale:
    """The lowest and the highest score, and the words for the points where they are words."""

    low: float
    high: float
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As it is declared: ``1:4``, ``poor,fair,good``."""
        return ",".join(self.words) or f"{self.low:g}:{self.high:g}"

    @property
    def points(self) -> int | None:
        """How many whole numbers it holds; None where its ends are none."""
        whole = self.low.is_integer() and self.high.is_integer()
        return int(self.high - self.low) + 1 if whole else None


@dataclass(frozen=True, slots=True)
class Scales:
    """The scale of all questions, and those of single ones."""

    common: Scale | None = None
    of: Mapping[str, Scale] = field(default_factory=dict)
    """By the question's label."""

    def __bool__(self) -> bool:
        return self.common is not None or bool(self.of)


def scale(text: str) -> Scale:
    """Read ``1:4``, ``1-4`` or ``poor,fair,good`` (worst first). Raises BadInput for what is neither."""
    ends = _RANGE.fullmatch(text)
    if ends:
        low, high = float(ends[1]), float(ends[2])
        if not (low < high and math.isfinite(high)):
            raise BadInput(f"the scale {text.strip()} does not rise: write the lowest score first, 1:4")
        return Scale(low, high)
    words = tuple(plain(word) for word in text.split(","))
    if len(words) < 2 or not all(words):
        raise BadInput(
            f"{text.strip()!r} is no scale: write its lowest and highest score, 1:4, or its words worst first, "
            "poor,fair,good"
        )
    if len(set(words)) < len(words):
        raise BadInput(f"the scale {text.strip()} has a word twice")
    return Scale(1.0, float(len(words)), words)


def declared(texts: list[str]) -> Scales:
    """Read declarations: ``1:4`` for all questions, ``Coding=1:10`` for one. Raises BadInput."""
    common: Scale | None = None
    single: dict[str, Scale] = {}
    for text in texts:
        question, apart, rest = text.rpartition("=")
        found = scale(rest)
        if not apart:
            if common is not None:
                raise BadInput(f"two scales for all questions, {common.name} and {found.name}")
            common = found
        elif not question.strip():
            raise BadInput(f"no question stands before the = of {text!r}")
        elif single.setdefault(question.strip(), found) != found:
            raise BadInput(f"two scales for the question {question.strip()}")
    return Scales(common, single)


def plain(word: str) -> str:
    """A word of a scale without case and spacing: ``Strong_Yes`` and ``strong  yes`` are one."""
    return " ".join(re.split(r"[\s_\-‐‑–—]+", word.strip().casefold())).strip()
