"""What a mail says, as plain data; one pair of templates writes every one of them as text and as HTML."""

from dataclasses import dataclass

from django.template.loader import render_to_string


@dataclass(frozen=True)
class LetterLink:
    """Words that lead somewhere."""

    label: str
    url: str


@dataclass(frozen=True)
class LetterItem:
    """A line of a list: what it is, what is to know of it, and where it leads."""

    text: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class LetterPart:
    """A list under a heading."""

    heading: str
    items: tuple[LetterItem, ...]


@dataclass(frozen=True)
class Letter:
    """A mail as its receiver reads it. ``why`` says why they got it."""

    subject: str
    lines: tuple[str, ...]
    why: str
    facts: tuple[tuple[str, str], ...] = ()
    parts: tuple[LetterPart, ...] = ()
    button: LetterLink | None = None
    more: tuple[LetterLink, ...] = ()


@dataclass(frozen=True)
class Written:
    """A letter in both forms."""

    text: str
    html: str


def write(letter: Letter) -> Written:
    """Write a letter as text and as HTML."""
    text = render_to_string("mail/letter.txt", vars(letter))
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return Written("\n".join(kept) + "\n", render_to_string("mail/letter.html", vars(letter)))
