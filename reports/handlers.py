"""PDFs as background work."""

from django.urls import reverse

from jobs.context import JobContext
from jobs.models import Job
from jobs.registry import handler
from reports import actions, render
from reports.models import Report


def _address(job: Job) -> str:
    return reverse("report_download", kwargs={"team": job.team.key, "pk": job.payload["report"]})


@handler(actions.KIND, title="PDF report", result_url=_address, result_label="Open the PDF")
def make(job: JobContext) -> None:
    """Make the PDF that the report row asks for; a row deleted meanwhile needs none."""
    report = (
        Report.objects.in_team(job.team)
        .select_related("team", "requested_by")
        .filter(pk=job.payload["report"])
        .first()
    )
    if report is None or report.finished_at is not None:
        return
    made = render.render(report, job.progress)
    actions.store(
        report=report, content=made.content, pages=made.pages, provenance=made.provenance, job=job.job
    )
