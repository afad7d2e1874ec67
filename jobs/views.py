"""How far a piece of work is: a page, and the part of it that renews itself."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import ActionError
from accounts.http import MemberRequest, by_htmx
from accounts.models import Team
from jobs import registry
from jobs.actions import retry
from jobs.health import worker_state
from jobs.models import Job, JobState


def find_job(request: MemberRequest, team: Team, pk: int) -> Job:
    """Return the job if this person may follow it. Http404 in another team, PermissionDenied in one's own."""
    jobs = Job.objects.in_team(team).select_related("team", "requested_by")
    job: Job | None = jobs.visible_to(request.user).filter(pk=pk).first()
    if job is not None:
        return job
    if jobs.filter(pk=pk).exists():
        raise PermissionDenied("Only who asked for this work can follow it.")
    raise Http404("There is no such job.")


@dataclass(frozen=True)
class JobPage:
    """What templates/components/job.html needs to show a job on any page of its team."""

    job: Job
    job_id: str
    #: The work in words.
    what: str
    poll_url: str
    retry_url: str
    #: Where the result is, once it is there.
    done_url: str | None
    done_label: str
    done_text: str


def page_of(job: Job) -> JobPage:
    """How far a job is. One that waits says whether anybody is there to do it."""
    handler = registry.find(job.kind)
    if job.state == JobState.QUEUED:
        seen = worker_state()[0] == "ok"
        job.step = (
            "waiting its turn"
            if seen
            else "waiting: no worker has been seen lately. If this stays so, tell your operator"
        )
    done_url = handler.result_url(job) if handler and job.state == JobState.DONE else None
    return JobPage(
        job=job,
        job_id=f"job-{job.pk}",
        what=handler.title if handler else job.kind,
        poll_url=reverse("job_status", kwargs={"team": job.team.key, "pk": job.pk}),
        retry_url=reverse("job_retry", kwargs={"team": job.team.key, "pk": job.pk}),
        done_url=done_url,
        done_label=handler.result_label if handler else "",
        done_text=job.step or "Ready",
    )


@never_cache
@require_GET
def job_status(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Show a job; asked by htmx, only the part that changes."""
    job = find_job(request, team, pk)
    template = "components/job.html" if by_htmx(request) else "jobs/status.html"
    response = render(request, template, vars(page_of(job)))  # web.render stands above this room
    response["Vary"] = "HX-Request"
    return response


@require_POST
def job_retry(request: MemberRequest, team: Team, pk: int) -> HttpResponse:
    """Ask for failed work once more and show the new job."""
    job = find_job(request, team, pk)
    try:
        job = retry(job, by=request.user)
    except ActionError as error:
        messages.error(request, error.message)
    return redirect("job_status", team=team.key, pk=job.pk)
