"""Where something stands in a pack, and what is wrong there."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file (1 for the first) and the path of the value, for example ``roles[fde].name``."""

    file: str
    line: int
    path: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong: where, what, and how to mend it."""

    place: Place
    text: str

    def __str__(self) -> str:
        path = f" {self.place.path}:" if self.place.path else ""
        return f"{self.place.file}:{self.place.line}:{path} {self.text}"


class Faults:
    """Gathers faults, so that all are told at once."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, place: Place, text: str) -> None:
        """Note a fault; ``text`` says what is wrong and how to mend it."""
        self._found.append(Fault(place, text))

    def __iter__(self) -> Iterator[Fault]:
        return iter(sorted(set(self._found)))

    def __len__(self) -> int:
        return len(set(self._found))
