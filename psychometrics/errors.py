"""Refusals: what cannot be computed is raised, never returned as a number."""


class PsychometricsError(ValueError):
    """Base of every refusal; the message says what is wrong and what would help."""


class BadInput(PsychometricsError):
    """The arrays or the file break the contract (length, type, range, missing column)."""


class BadRow(BadInput):
    """A row of a file breaks the contract; carries the line it stands on."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason
        super().__init__(f"line {line}: {reason}")


class NotEnoughData(PsychometricsError):
    """Fewer ratings, candidates or categories than the statistic needs."""


class NoVariation(NotEnoughData):
    """Every rating is the same: nobody can be told apart."""


class NotComparable(PsychometricsError):
    """The comparison asked for crosses unlinked subsets of the panel."""


class DidNotConverge(PsychometricsError):
    """The fit stopped before reaching its tolerance and its numbers must not be used."""
