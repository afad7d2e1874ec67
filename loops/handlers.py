"""The background work of loops."""

from django.urls import reverse

from jobs.context import JobContext
from jobs.models import Job
from jobs.registry import handler
from loops.designing.store import KIND, SECONDS, ground_of, work_out
from loops.models import LoopDesign
from psychometrics.design.designer.run import Progress
from roles.models import RoleProfile
from web.numbers import gap


def _address(job: Job) -> str:
    return reverse("admin:loops_loop_design", kwargs={"pk": job.payload["design"]})


@handler(KIND, title="Loop design", result_url=_address, result_label="Open the proposal")
def design(job: JobContext) -> None:
    """Look for the best loop, saying at every moment how good it is and how much better it could be at most."""
    row = LoopDesign.objects.select_related("profile", "team").filter(pk=job.payload["design"]).first()
    if row is None or row.profile is None:
        return  # thrown away meanwhile
    profile = RoleProfile.objects.prefetch_related("requirements__competency").get(pk=row.profile.pk)

    def told(progress: Progress) -> bool:
        job.progress(
            progress.elapsed / SECONDS,
            f"gap {gap(progress.gap)} so far, none below {gap(max(progress.bound, 0.0))}",
        )
        return not LoopDesign.objects.filter(pk=row.pk, stop_asked=True).exists()

    found = work_out(row, ground_of(row.team, profile), on_progress=told, with_frontier=True)
    job.progress(1.0, "proved the best" if found.proved else "the best in the time there was")
