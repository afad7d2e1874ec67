"""The work that fills a design in, as its page shows it."""

from jobs.models import Job, JobState
from jobs.views import JobPage, page_of
from loops.models import LoopDesign


def job_of(design: LoopDesign | None, kind: str) -> JobPage | None:
    """How far the work is while there is any, or that it failed."""
    if design is None:
        return None
    jobs = Job.objects.filter(team_id=design.team_id, kind=kind, payload__design=design.pk)
    job = jobs.select_related("team").order_by("-pk").first()
    return None if job is None or job.state == JobState.DONE else page_of(job)
