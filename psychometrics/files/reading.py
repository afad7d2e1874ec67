"""How a score file is to be read: what is said of it; the rest is found out, and named in the notes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from psychometrics.files.scales import Scales

#: Roles a column can have. Without a question column everything is one question.
REQUIRED = ("candidate", "interviewer", "question", "score")
OPTIONAL = ("competency", "interview", "scored_at", "scale")

Dates = Literal["iso", "mdy", "dmy"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of a file beforehand; the defaults know nothing."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Heading of the column for a role out of ``REQUIRED`` and ``OPTIONAL``."""
    group: str | None = None
    """Heading of the column of the candidates' groups."""
    wide: bool = False
    """One column a question, instead of one rating a line."""
    questions: tuple[str, ...] = ()
    """Headings of those columns; empty: all that hold scores."""
    encoding: str | None = None
    """Of a text file; None: UTF-8 or UTF-16, else Windows-1252."""
    sheet: str | None = None
    """Of a workbook; None: the first that is not empty."""
    dates: Dates = "iso"
    """Order of month and day in ``scored_at``."""
    scales: Scales = field(default_factory=Scales)
    """What the scores may be."""
