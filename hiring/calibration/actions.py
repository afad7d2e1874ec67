"""Run a calibration and store what it found."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.errors import ActionError
from accounts.models import Team, TeamPolicy, User
from events.actions import record
from hiring.calibration import dataset
from hiring.calibration.facts import FINISHED
from hiring.calibration.models import CalibrationRun
from jobs.actions import enqueue
from jobs.models import Job, JobState
from rubrics.models import RatingScale

DEBOUNCE = timedelta(seconds=60)
KIND = "calibration.run"
Progress = Callable[[float, str], None]


class NothingToCalibrate(ActionError):
    """No submitted rating carries any weight yet."""


def request_run(*, team: Team, by: User | None, delay: timedelta | None = None) -> Job:
    """Ask for a run; requests that arrive while one waits join it. ``delay`` debounces arriving scores."""
    return enqueue(
        KIND,
        team=team,
        payload={},
        unique_key=f"calibration:{team.pk}",
        by=by,
        run_after=timezone.now() + delay if delay else None,
    )


def looked_since(team_id: int, moment: OuterRef) -> QuerySet[Job]:
    """Calibrations that are done and began after ``moment``: what had been submitted by then was read."""
    rows: QuerySet[Job] = Job.objects.filter(
        team_id=team_id, kind=KIND, state=JobState.DONE, started_at__gt=moment
    )
    return rows


def last_run_failed(team_id: int) -> bool:
    """Whether the newest calibration that was asked for ended in a failure. One query."""
    newest = (
        Job.objects.filter(team_id=team_id, kind=KIND).order_by("-created_at").values_list("state", flat=True)
    )
    return newest.first() == JobState.FAILED


def calibrate_team(
    *, team: Team, by: User | None, job: Job | None = None, progress: Progress | None = None
) -> CalibrationRun:
    """Fit every rating scale the team has used and store the runs; return the one with most ratings.

    A scale whose data, model and policy are the same as in its newest run keeps that
    run. Raises NothingToCalibrate before the first submitted rating.
    """
    policy = TeamPolicy.objects.current_for(team.pk)
    runs = [
        run
        for scale in dataset.scales_of(team)
        if (run := _calibrate_scale(team, scale, policy, by, job, progress)) is not None
    ]
    if not runs:
        raise NothingToCalibrate(
            "There is nothing to calibrate yet: no submitted scorecard holds a rating. "
            "Runs start by themselves when scorecards are submitted."
        )
    largest = max(runs, key=lambda run: run.n_ratings)
    with transaction.atomic():
        record(FINISHED, largest, team=team, by=by)
    return largest


def _calibrate_scale(
    team: Team,
    scale: RatingScale,
    policy: TeamPolicy,
    by: User | None,
    job: Job | None,
    progress: Progress | None,
) -> CalibrationRun | None:
    # Numerics take a third of a second to import and are never needed to serve a page.
    from hiring.calibration import fitting, preposterior, standouts, storing

    data = dataset.load(team, scale, policy)
    if not data.rows or data.until is None:
        return None
    settings_used = fitting.constants(policy, scale)
    newest = CalibrationRun.objects.in_team(team).filter(scale=scale).order_by("-created_at").first()
    digest = data.hash
    if (
        newest is not None
        and (newest.data_hash, newest.model_version) == (digest, fitting.MODEL_VERSION)
        and newest.settings_used == storing.plain(settings_used)
    ):
        return newest
    found = fitting.fit(data, scale, policy, progress)
    seen, told = standouts.find(data, found), preposterior.work_out(team, found, policy)
    with audit.recording("calibration.store", by=by, team=team):
        return storing.store(
            team=team,
            scale=scale,
            data=data,
            digest=digest,
            found=found,
            seen=seen,
            told=told,
            settings_used=settings_used,
            policy=policy,
            by=by,
            job=job,
        )
