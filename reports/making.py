"""From a report row to a finished PDF: reads afresh, arranges, renders."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reports.models import Report, ReportKind
from reports.pdf.document import Document, to_html, to_pdf

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Made:
    """A rendered report."""

    content: bytes
    pages: int
    provenance: dict[str, Any]


@dataclass(frozen=True)
class Arranged:
    """What a template needs, and what the numbers came from."""

    template: str
    document: Document
    context: dict[str, Any]
    provenance: dict[str, Any]


def arrange(report: Report) -> Arranged:
    """Gather a report's data. Raises NotEnoughData where the subject cannot be reported on."""
    if report.kind == ReportKind.EVALUATION_GAP:
        from reports import evaluation_gap

        return evaluation_gap.arrange(report)
    from reports import skill_gap

    return skill_gap.arrange(report)


def make(report: Report, progress: Progress) -> Made:
    """Make the PDF of ``report``."""
    progress(0.1, "Gathering the numbers")
    arranged = arrange(report)
    progress(0.4, "Setting the pages")
    html = to_html(arranged.template, arranged.document, arranged.context)
    pdf = to_pdf(html)
    progress(0.9, "Storing the file")
    return Made(pdf.content, pdf.pages, arranged.provenance)
