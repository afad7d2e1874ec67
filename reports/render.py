"""From a report row to a finished PDF: reads afresh, arranges, renders."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.errors import InvalidInput
from reports import kinds
from reports.kinds import Arranged, Provenance
from reports.models import Report
from reports.pdf.document import to_html, to_pdf

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Rendered:
    """A finished file and what its numbers came from."""

    content: bytes
    pages: int
    provenance: Provenance


def arrange(report: Report) -> Arranged:
    """Gather a report's data. Raises an ActionError where the subject is gone or cannot be reported on."""
    kind = kinds.get(report.kind)
    subject = kind.subjects().filter(pk=report.subject_id).first()
    if subject is None:
        raise InvalidInput("What this report is about no longer exists.")
    return kind.arrange(subject, team=report.team, letter=report.paper == "letter")


def render(report: Report, progress: Progress) -> Rendered:
    """Make the PDF of ``report``."""
    progress(0.1, "Gathering the numbers")
    arranged = arrange(report)
    progress(0.4, "Setting the pages")
    html = to_html(arranged.template, arranged.document, arranged.page)
    pdf = to_pdf(html)
    progress(0.9, "Storing the file")
    return Rendered(pdf.content, pdf.pages, arranged.provenance)
