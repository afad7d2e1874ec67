"""Files with a column for every question, and files without questions: brought to one rating a line."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from psychometrics.errors import BadInput, BadRow
from psychometrics.files import _cells
from psychometrics.files._headings import GROUP, Places, absent, columns, listed, shown
from psychometrics.files.reading import OPTIONAL, Reading

Row = tuple[int, list[str]]

# A column of numbers whose name ends in such a word is no question.
_NO_QUESTION = re.compile(
    r"(?i)(^|[\W_])(ids?|date|time|year|years|month|day|minutes|min|duration|age|phone|zip|email|number|nr|count|line"
    r"|row|index)\W*$|^\W*$"
)
_SUMMARY = re.compile(r"(?i)(\b|_)(overall|total|average|mean|sum|final)(\b|_)")


@dataclass(frozen=True, slots=True)
class Layout:
    """How rows become ratings."""

    places: dict[str, int]
    """By role, in the rows as given or, with ``questions``, in those :meth:`ratings` makes."""
    width: int
    notes: tuple[str, ...]
    questions: tuple[tuple[int, str], ...] = ()
    """Columns that are questions, with their labels; none: one rating a line."""
    one_question: str | None = None
    """The label of the only question, where no column names any."""
    kept: tuple[int, ...] = ()
    source_width: int = 0

    def ratings(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows with one rating each."""
        if self.one_question is not None:
            return ((line, [*row, self.one_question]) for line, row in rows if _any(row))
        if self.questions:
            return self._melted(rows)
        return iter(rows)

    def _melted(self, rows: Iterable[Row]) -> Iterator[Row]:
        for line, row in rows:
            if not _any(row):
                continue
            if len(row) != self.source_width:
                raise BadRow(line, f"{len(row)} cells, but the header has {self.source_width}")
            kept = [row[k] for k in self.kept]
            for k, label in self.questions:
                yield line, [*kept, label, row[k]]


def layout(header: Sequence[str], line: int, places: Places, rows: list[Row], reading: Reading) -> Layout:
    """The layout of a file without a column of questions, from all its rows.

    Raises BadRow where nothing or more than one reading is possible.
    """
    if reading.questions:
        wanted = columns(header, reading.questions, line)
        return _wide(header, places, wanted, (), reading)
    alike = _score_columns(header, places, rows)
    by_name = [k for k in alike if _NO_QUESTION.search(header[k].strip())]
    alike = [k for k in alike if k not in by_name]
    summaries = [k for k in alike if _SUMMARY.search(header[k])]
    others = [k for k in alike if k not in summaries]
    if reading.wide:
        if not alike:
            raise BadRow(line, f"no column holds scores for --wide; found {listed(header)}")
        return _wide(header, places, others or alike, summaries if others else (), reading, by_name)
    if "score" in places.of:
        if "score" in places.guessed and others:
            names = ", ".join(shown(header[k]) for k in others)
            raise BadRow(
                line,
                f"there is no column of questions, and two readings are possible: {shown(places.called['score'])} "
                f"is the only score (--map score={shown(places.called['score'])}), or each of {names} is a "
                "question (--wide)",
            )
        return _one(header, places)
    if not alike:
        raise BadRow(line, absent(header, places.missing))
    return _wide(header, places, others or alike, summaries if others else (), reading, by_name)


def _one(header: Sequence[str], places: Places) -> Layout:
    """Everything is one question, called as the column of its scores."""
    label = shown(places.called["score"])
    return Layout(
        places={**places.of, "question": len(header)},
        width=len(header) + 1,
        notes=(f"There is no column of questions: everything counts as one question, {label}.",),
        one_question=label,
    )


def _wide(
    header: Sequence[str],
    places: Places,
    questions: Sequence[int],
    left: Sequence[int],
    reading: Reading,
    by_name: Sequence[int] = (),
) -> Layout:
    """A column a question."""
    labels = [" ".join(header[k].split()) for k in questions]
    twice = {label for label in labels if labels.count(label) > 1}
    if twice:
        raise BadInput(f"two columns are called {min(twice)}: every question needs a name of its own")
    asked = "" if reading.wide or reading.questions else " (--columns names others)"
    notes = [f"The file is wide: one column a question, {listed(labels)}{asked}."]
    if left:
        notes.append(
            f"{listed([header[k] for k in left])} was left out, since it sums the others up; "
            "--columns names the columns that count."
        )
    if by_name:
        notes.append(
            f"Numbers that are no scores by their names: {listed([header[k] for k in by_name])}; --columns names the "
            "columns that count."
        )
    roles = [role for role in ("candidate", "interviewer", *OPTIONAL, GROUP) if role in places.of]
    return Layout(
        places={role: k for k, role in enumerate([*roles, "question", "score"])},
        width=len(roles) + 2,
        notes=tuple(notes),
        questions=tuple(zip(questions, labels, strict=True)),
        kept=tuple(places.of[role] for role in roles),
        source_width=len(header),
    )


def _score_columns(header: Sequence[str], places: Places, rows: list[Row]) -> list[int]:
    """Columns that have no role and hold scores or nothing, at least one of them."""
    taken = set(places.of.values())
    found = []
    for k in range(len(header)):
        if k in taken:
            continue
        cells = [row[k].strip() for _, row in rows if k < len(row)]
        given = [cell for cell in cells if not _cells.missing(cell)]
        if given and all(_cells.could_be_score(cell) for cell in given):
            found.append(k)
    return found


def _any(row: Sequence[str]) -> bool:
    return any(cell.strip() for cell in row)
