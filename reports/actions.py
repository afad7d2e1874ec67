"""Ask for a PDF, and store it when it is made."""

import hashlib

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import audit
from accounts.errors import Conflict, InvalidInput
from accounts.models import Team, User
from jobs.actions import enqueue
from jobs.models import Job
from reports.kinds import Provenance, ReportKind, Subject
from reports.models import Report

KIND = "report.render"
PAPERS = ("a4", "letter")


def request_report(
    *, kind: ReportKind[Subject], subject: Subject, team: Team, by: User, paper: str = "a4"
) -> Report:
    """Ask for a report about ``subject``; a worker makes it.

    Raises:
        InvalidInput: The subject is another team's, or the paper is unknown.
        Conflict: The kind refuses for now, or this machine cannot set a PDF.
    """
    kind.check(subject, team=team, by=by)
    if paper not in PAPERS:
        raise InvalidInput(f"Paper is one of {', '.join(PAPERS)}.", problems=[("paper", "Unknown paper.")])
    check_rendering()
    with audit.recording("report.request", by=by, team=team):
        report: Report = Report.objects.create(
            team=team,
            kind=kind.key,
            subject_id=subject.pk,
            title=kind.title(subject)[:200],
            paper=paper,
            requested_by=by,
        )
        report.job = enqueue(
            KIND, team=team, payload={"report": report.pk}, unique_key=f"report:{report.pk}", by=by
        )
        report.save(update_fields=["job"])
        return report


def check_rendering() -> None:
    """Refuse where this machine cannot set a PDF."""
    if not settings.PDF_ENABLED:
        raise Conflict(
            "PDFs are switched off on this machine because Pango, which sets their text, is not installed. "
            "The same numbers are on the pages; ask whoever runs this to install it."
        )


def store(*, report: Report, content: bytes, pages: int, provenance: Provenance, job: Job | None) -> Report:
    """Keep a finished PDF under its hash; storing the same report twice changes nothing."""
    digest = hashlib.sha256(content).hexdigest()
    with audit.recording("report.store", by=report.requested_by, team=report.team):
        locked: Report = Report.objects.select_for_update().get(pk=report.pk)
        if locked.finished_at is not None:
            return locked
        locked.file.save(f"{locked.team.key}/{digest}.pdf", ContentFile(content), save=False)
        locked.sha256, locked.pages, locked.provenance = digest, pages, dict(provenance)
        locked.finished_at = timezone.now()
        locked.save(update_fields=["file", "sha256", "pages", "provenance", "finished_at"])
        return locked
