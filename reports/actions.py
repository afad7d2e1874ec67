"""Ask for a PDF, and store it when it is made."""

import hashlib

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts import audit
from accounts.errors import Conflict, InvalidInput
from accounts.models import Team, User
from hiring.pipeline.models import Application
from jobs.actions import enqueue
from jobs.models import Job
from loops.models import Loop
from reports.models import Report, ReportKind

KIND = "report.render"
PAPERS = ("a4", "letter")


def request_skill_gap(*, application: Application, by: User, paper: str = "a4") -> Report:
    """Ask for the skill-gap report of an application whose debrief is open."""
    check_debriefed(application)
    return _request(
        team=application.team,
        by=by,
        paper=paper,
        kind=ReportKind.SKILL_GAP,
        title=f"Skill gap: {application.candidate}, {application.opening}",
        application=application,
    )


def check_debriefed(application: Application) -> None:
    """Refuse a skill gap that would show scores before the debrief is open."""
    if application.debriefed_at is None:
        raise Conflict(
            "The skill-gap report shows everybody's scores, so it waits for the debrief to be opened."
        )


def check_rendering() -> None:
    """Refuse where this machine cannot set a PDF."""
    if not settings.PDF_ENABLED:
        raise Conflict(
            "PDFs are switched off on this machine because Pango, which sets their text, is not installed. "
            "The same numbers are on the pages; ask whoever runs this to install it."
        )


def request_evaluation_gap(*, loop: Loop, team: Team, by: User, paper: str = "a4") -> Report:
    """Ask for the evaluation-gap report of a loop, in a team's policy; library loops may be reported too."""
    if loop.team_id != team.pk and not loop.team.is_library:
        raise InvalidInput("This loop belongs to another team.")
    return _request(
        team=team,
        by=by,
        paper=paper,
        kind=ReportKind.EVALUATION_GAP,
        title=f"Evaluation gap: {loop} ({loop.label})",
        loop=loop,
    )


def _request(
    *,
    team: Team,
    by: User,
    paper: str,
    kind: str,
    title: str,
    application: Application | None = None,
    loop: Loop | None = None,
) -> Report:
    if paper not in PAPERS:
        raise InvalidInput(f"Paper is one of {', '.join(PAPERS)}.", problems=[("paper", "Unknown paper.")])
    check_rendering()
    with audit.recording("report.request", by=by, team=team):
        report: Report = Report.objects.create(
            team=team,
            kind=kind,
            title=title[:200],
            application=application,
            loop=loop,
            paper=paper,
            requested_by=by,
        )
        report.job = enqueue(
            KIND, team=team, payload={"report": report.pk}, unique_key=f"report:{report.pk}", by=by
        )
        report.save(update_fields=["job"])
        return report


def store(
    *, report: Report, content: bytes, pages: int, provenance: dict[str, object], job: Job | None
) -> Report:
    """Keep a finished PDF under its hash; storing the same report twice changes nothing."""
    digest = hashlib.sha256(content).hexdigest()
    with audit.recording("report.store", by=report.requested_by, team=report.team):
        locked: Report = Report.objects.select_for_update().get(pk=report.pk)
        if locked.finished_at is not None:
            return locked
        locked.file.save(f"{locked.team.key}/{digest}.pdf", ContentFile(content), save=False)
        locked.sha256, locked.pages, locked.provenance = digest, pages, provenance
        locked.finished_at = timezone.now()
        locked.save(update_fields=["file", "sha256", "pages", "provenance", "finished_at"])
        return locked
