"""Which facts there are. A slice declares its kinds in ``facts.py``, each once, and records them in its actions.

    SUBMITTED = declare("scorecard.submitted", "An interviewer submitted a scorecard.", ids=("interview",))

Code passes the declared object on, never its name, so that a name is typed in one place.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FactKind:
    """A kind of fact: ``name`` is noun.verb in the past tense, ``ids`` are the ids that go with it."""

    name: str
    says: str
    ids: frozenset[str]

    def __str__(self) -> str:
        return self.name


_declared: dict[str, FactKind] = {}


def declare(name: str, says: str, *, ids: Iterable[str] = ()) -> FactKind:
    """Declare a kind of fact and return it. Raises ValueError if the name is taken."""
    if name in _declared:
        raise ValueError(f"Facts of kind {name} are declared already.")
    _declared[name] = FactKind(name, says, frozenset(ids))
    return _declared[name]


def check(kind: FactKind) -> None:
    """Raise LookupError, naming the known kinds, unless ``kind`` is declared."""
    if _declared.get(getattr(kind, "name", "")) is not kind:
        known = ", ".join(sorted(_declared)) or "none"
        raise LookupError(f"Nobody declares facts of kind {kind}. Known: {known}.")


def all_kinds() -> list[FactKind]:
    """Every declared kind, by name."""
    return [kind for _, kind in sorted(_declared.items())]
