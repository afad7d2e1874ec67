"""The background work of calibration."""

from django.urls import reverse

from hiring.calibration.actions import KIND, NothingToCalibrate, calibrate_team
from hiring.calibration.judgements import Chosen
from hiring.calibration.noise import KIND as NOISE
from hiring.calibration.noise import make_audit
from jobs.context import JobContext
from jobs.models import Job
from jobs.registry import handler


def _address(job: Job) -> str:
    return reverse("calibration", kwargs={"team": job.team.key})


@handler(KIND, title="Calibration", result_url=_address, result_label="Open the calibration")
def run(job: JobContext) -> None:
    """Fit what has been submitted so far."""
    try:
        calibrate_team(team=job.team, by=job.requested_by, job=job.job, progress=job.progress)
    except NothingToCalibrate as nothing:
        # The last card may have been amended away meanwhile; that is no failure.
        job.progress(1.0, nothing.message)


def _noise_address(job: Job) -> str:
    return reverse("noise", kwargs={"team": job.team.key})


@handler(NOISE, title="Noise audit", result_url=_noise_address, result_label="Open the noise audits")
def audit_noise(job: JobContext) -> None:
    """Split the noise of the cases and the panel that were chosen."""
    wanted = dict(job.payload)
    title = wanted.pop("title")
    make_audit(team=job.team, by=job.requested_by, title=title, chosen=Chosen(**wanted))
