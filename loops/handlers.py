"""The background work of loops."""

from django.urls import reverse

from jobs.context import JobContext
from jobs.models import Job
from jobs.registry import handler
from loops.designing.several import Sharing
from loops.designing.store import (
    KIND,
    SECONDS,
    SEVERAL,
    ground_of,
    grounds_of,
    work_out,
    work_out_several,
)
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
            0.6 * progress.elapsed / SECONDS,
            f"gap {gap(progress.gap)} so far, none below {gap(max(progress.bound, 0.0))}",
        )
        return going()

    def going() -> bool:
        return not LoopDesign.objects.filter(pk=row.pk, stop_asked=True).exists()

    def going_on() -> bool:
        job.progress(0.8, "what other lengths and each rule come to")
        return going()

    # Whoever asks for the best possible of a loop wants nothing else; those who propose want all there is to know.
    whole = job.payload.get("whole", True)
    found = work_out(row, ground_of(row.team, profile), on_progress=told, whole=whole, go_on=going_on)
    job.progress(1.0, "proved the best" if found.proved else "the best in the time there was")


@handler(SEVERAL, title="Loops for several roles", result_url=_address, result_label="Open the proposal")
def design_several(job: JobContext) -> None:
    """Look for loops for several roles, with more and more sessions in common."""
    row = LoopDesign.objects.select_related("team").filter(pk=job.payload["design"]).first()
    if row is None or row.profile_id is None:
        return  # thrown away meanwhile
    wanted = [row.profile_id, *row.others]
    rows = RoleProfile.objects.prefetch_related("requirements__competency").in_bulk(wanted)
    if len(rows) < len(wanted):
        return

    def told(sharing: Sharing) -> bool:
        job.progress(
            (sharing.least + 1) / 6,
            f"with {sharing.least} shared the mean gap is {gap(sharing.gap)}",
        )
        return not LoopDesign.objects.filter(pk=row.pk, stop_asked=True).exists()

    found = work_out_several(row, grounds_of(row.team, [rows[pk] for pk in wanted]), on_step=told)
    job.progress(
        1.0, f"loops with up to {found.sharings[-1].least} shared" if found.sharings else found.reason
    )
