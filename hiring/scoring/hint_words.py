"""The words and turns of phrase that hints on evidence stumble on, read from ``hint_words.txt`` beside this file."""

import re
from pathlib import Path

_FILE = Path(__file__).with_suffix(".txt")
_RATHER = (
    r"(?:(?:a|an|the|bit|very|too|so|quite|rather|visibly|clearly|probably|also|heavily|slightly|openly)\s+)*"
)
_BE = (
    r"\b(?:is|was|are|were|be|being|seems|seemed|looks|looked|sounds|sounded|came across as|he's|she's|they're)\s+"
    + _RATHER
)
# Said of the person: at the end of a phrase or before a word for one. "A strong baseline" is no person.
_OF_A_PERSON = (
    r"(?=\s*(?:$|[.,;:!?)]|(?:and|or|but|for|on|at|in|with|to|about|when|engineer|candidate|person|thinker|developer|"
    r"communicat\w+|guy|woman|man|speaker|listener|leader|attitude|personality|player|hire|coder|researcher|"
    r"scientist|one|presence|skills)\b))"
)


def _sections() -> dict[str, list[str]]:
    """The lines of the file by section, comments and empty lines left out."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in _FILE.read_text().splitlines():
        if head := re.fullmatch(r"\[([^]\\]+)\]", line):
            lines = found.setdefault(head[1], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


_SECTIONS = _sections()


def _words(section: str) -> list[str]:
    return " ".join(_SECTIONS[section]).split()


def _either(words: list[str]) -> str:
    return f"(?:{'|'.join(words)})"


_NAMES = {
    "{person}": _either(_words("person")),
    "{nation}": _either(_words("nation")),
    "{place}": _either(_words("place")),
    "{rather}": _RATHER,
    "{be}": _BE,
}


def _pattern(lines: list[str]) -> re.Pattern[str]:
    whole = "|".join(f"(?:{line})" for line in lines)
    for name, words in _NAMES.items():
        whole = whole.replace(name, words)
    return re.compile(whole, re.IGNORECASE)


_PROTECTED = "protected: "
#: What the law protects, and what else nobody may hold against a candidate: what it concerns, and how it reads.
PROTECTED = [
    (section.removeprefix(_PROTECTED), _pattern(lines))
    for section, lines in _SECTIONS.items()
    if section.startswith(_PROTECTED)
]
LIKING = _pattern(_SECTIONS["liking"])
HEARSAY = _pattern(_SECTIONS["hearsay"])
TRAITS = re.compile(rf"\b{_either(_words('traits'))}\b{_OF_A_PERSON}", re.IGNORECASE)
ACTS = frozenset(_words("acts"))
FILLERS = frozenset(_SECTIONS["fillers"])
