"""Which column of a file is what: as named, by its own name, or by the one name that can mean it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psychometrics.errors import BadRow
from psychometrics.files import _cells
from psychometrics.files.reading import OPTIONAL, REQUIRED, Reading

#: Key of the column asked for as the group, whatever it is called in the file.
GROUP = "group"

_PERSON = "{0}|{0} name|{0} id|{0} email|{0} full name|name of {0}|id of {0}"
_ALSO = {
    "candidate": (
        *("candidate", "applicant", "application", "interviewee", "ratee", "examinee", "person"),
    ),
    "interviewer": (
        *("interviewer", "rater", "judge", "reviewer", "evaluator", "assessor", "examiner", "panelist"),
        *("panellist", "scorer", "interviewed by", "rated by", "scored by", "submitted by"),
    ),
    "question": ("question", "item", "attribute", "criterion", "scorecard attribute", "focus attribute", "trait"),
    "score": ("score", "rating", "grade", "points", "recommendation"),
}  # fmt: skip
_OVERALL = ("overall {}", "{} overall", "final {}", "{} value", "{} given")
_MOST_NAMED = 12  # headings in one error
_LONGEST = 40  # characters of a heading in an error


@dataclass(frozen=True, slots=True)
class Places:
    """Where the columns stand."""

    of: Mapping[str, int]
    """By role; ``group`` for the one asked for."""
    called: Mapping[str, str]
    """The file's own headings of these columns."""
    guessed: frozenset[str]
    """Roles found by a name that is not the role's."""
    missing: tuple[str, ...]
    """Of ``REQUIRED``, those without a column."""

    def note(self) -> str | None:
        """What was guessed, aloud."""
        pairs = [f"{shown(self.called[role])} as {role}" for role in REQUIRED if role in self.guessed]
        if not pairs:
            return None
        return f"Columns were taken by their names: {', '.join(pairs)}; --map says otherwise."


def place(header: Sequence[str], line: int, reading: Reading) -> Places:
    """Find the columns. Raises BadRow where a column named is absent, or one could be several things."""
    for name in header:
        _cells.check_text(name, line)
    keys = [_key(name) for name in header]
    if reading.wide and {"question", "score"} <= set(keys):
        raise BadRow(line, "the file has one rating a line (columns question and score): leave --wide out")
    found: dict[str, int] = {}
    for role, name in reading.columns.items():
        found[role] = _named(header, keys, name, role, line)
    if reading.group is not None:
        found[GROUP] = _named(header, keys, reading.group, GROUP, line)
    taken = set(found.values())
    for role in (*REQUIRED, *OPTIONAL):
        if role in found or _set_aside(role, reading):
            continue
        same = [k for k, key in enumerate(keys) if key == role and k not in taken]
        if len(same) > 1:
            raise BadRow(line, f"column {role} stands there twice")
        if same:
            found[role] = same[0]
            taken.add(same[0])
    guessed = _guesses(header, line, found, reading)
    found |= guessed
    missing = tuple(role for role in REQUIRED if role not in found)
    people = [role for role in ("candidate", "interviewer") if role in missing]
    if people:
        # Without a column of questions the file may be wide, and then there is none of scores either.
        raise BadRow(line, absent(header, people if "question" in missing else missing))
    called = {role: header[k].strip() for role, k in found.items()}
    return Places(found, called, frozenset(guessed), missing)


def absent(header: Sequence[str], missing: Sequence[str]) -> str:
    """Which roles have no column, and how to name one."""
    roles = [role for role in missing if role != "question"]
    named = ",".join(f"{role}=COLUMN" for role in roles)
    return (
        f"missing column{'s' if len(roles) > 1 else ''} {', '.join(roles)}; found {listed(header)}. "
        f"Say which it is: --map {named}"
    )


def listed(header: Sequence[str]) -> str:
    """Headings for a sentence, however many and long they are."""
    more = f", … ({len(header)} in all)" if len(header) > _MOST_NAMED else ""
    return ", ".join(shown(name) or "(empty)" for name in header[:_MOST_NAMED]) + more


def shown(name: str) -> str:
    """One heading for a sentence."""
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def _guesses(header: Sequence[str], line: int, found: Mapping[str, int], reading: Reading) -> dict[str, int]:
    """Columns whose name can mean only one role that is still open; BadRow where two could be the same."""
    taken = set(found.values())
    guessed: dict[str, int] = {}
    open_roles = [role for role in REQUIRED if role not in found and not _set_aside(role, reading)]
    for role in open_roles:
        alike = [k for k, name in enumerate(header) if k not in taken and _loose(name) in _NAMES[role]]
        if len(alike) > 1:
            names = ", ".join(shown(header[k]) for k in alike)
            lost = [each for each in open_roles if each != role and each in ("candidate", "interviewer")]
            also = [each for each in lost if not any(_loose(name) in _NAMES[each] for name in header)]
            wanted = ",".join(f"{each}=COLUMN" for each in [*also, role])
            nobody = f", and none is the {' or the '.join(also)} by its name" if also else ""
            raise BadRow(
                line, f"the columns {names} could each be the {role}{nobody}; say which it is: --map {wanted}"
            )
        if alike:
            guessed[role] = alike[0]
    return guessed


def _set_aside(role: str, reading: Reading) -> bool:
    """In a wide file the questions are columns, whatever else a column is called."""
    return (reading.wide or bool(reading.questions)) and role in ("question", "score")


def _named(header: Sequence[str], keys: Sequence[str], name: str, role: str, line: int) -> int:
    """The place of a column that was named."""
    same = [k for k, key in enumerate(keys) if key == _key(name)]
    same = same or [k for k, heading in enumerate(header) if _loose(heading) == _loose(name)]
    if not same:
        if role == GROUP:
            raise BadRow(line, f"missing column {_key(name)}; found {listed(header)}")
        raise BadRow(line, f"there is no column {name!r} for the {role}; found {listed(header)}")
    if len(same) > 1:
        raise BadRow(line, f"column {name} stands there twice")
    return same[0]


def columns(header: Sequence[str], names: Sequence[str], line: int) -> list[int]:
    """The places of columns named as questions. Raises BadRow for one that is not there."""
    keys = [_key(name) for name in header]
    return [_named(header, keys, name, "question", line) for name in names]


def _key(name: str) -> str:
    """A heading without case and space around it."""
    return name.strip().lower()


def _loose(name: str) -> str:
    """A heading in words: ``candidate_name`` and ``Candidate Name`` are one."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.split(r"[\W_]+", words.casefold())).strip()


def _names() -> dict[str, frozenset[str]]:
    """The names a role's column may have, in words."""
    named: dict[str, frozenset[str]] = {}
    for role, words in _ALSO.items():
        forms = [_PERSON] if role in ("candidate", "interviewer") else ["{0}"]
        forms = ["{0}|{0} name|{0} id|{0} text"] if role == "question" else forms
        known = {form for word in words for form in "|".join(forms).format(word).split("|")}
        if role == "score":
            known |= {form.format(word) for word in words for form in _OVERALL}
        named[role] = frozenset(known)
    return named


_NAMES = _names()
