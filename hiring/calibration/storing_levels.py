"""The levels of a fit as rows: one for each application and competency, and one for each application."""

import math

from hiring.calibration import fitting
from hiring.calibration.models import CalibrationRun, LevelDisplay, LevelEstimate, PooledEstimate
from hiring.calibration.preposterior import OneMore
from hiring.pipeline.models import Application
from psychometrics.model.levels import LevelStatus, status
from psychometrics.model.levels.rules import Enough
from roles.models import Requirement
from rubrics.models import Criterion

_DISPLAY = {
    LevelStatus.INTERVAL_ONLY: LevelDisplay.INTERVAL,
    LevelStatus.POINT: LevelDisplay.POINT,
    LevelStatus.SUPPRESSED: LevelDisplay.SUPPRESSED,
}


def known(value: float) -> float | None:
    """Return None for NaN, which stands for undefined."""
    return None if math.isnan(value) else float(value)


def store_levels(run: CalibrationRun, found: fitting.Fitted, told: OneMore, needed: Enough) -> None:
    """Write every level of ``found``, and of each application what is known of its levels together."""
    ids = _competency_ids(found)
    _store_each(run, found, ids, needed)
    _store_pooled(run, found, ids, told)


def _competency_ids(found: fitting.Fitted) -> dict[tuple[int, str], int]:
    """Competency version by application and key: the profile's own, else the newest that was rated."""
    rated = dict(
        Criterion.objects.filter(pk__in=found.criteria)
        .order_by("competency__version")
        .values_list("competency__key", "competency_id")
    )
    profile_of = dict(
        Application.objects.filter(pk__in=found.applications).values_list("pk", "opening__profile_id")
    )
    required = {
        (profile, key): pk
        for profile, key, pk in Requirement.objects.filter(
            profile_id__in=set(profile_of.values())
        ).values_list("profile_id", "competency__key", "competency_id")
    }
    return {
        (application, key): required.get((profile_of[application], key), rated[key])
        for application in found.applications
        for key in found.competencies
    }


def _store_each(
    run: CalibrationRun, found: fitting.Fitted, ids: dict[tuple[int, str], int], needed: Enough
) -> None:
    result, table = found.result, found.result.table
    subset_of = dict(
        zip(
            [person.candidate for person in result.people],
            result.links.candidate_subset.tolist(),
            strict=True,
        )
    )
    LevelEstimate.objects.bulk_create(
        (
            LevelEstimate(
                run=run,
                application_id=found.applications[int(code)],
                competency_id=ids[
                    found.applications[int(code)], found.competencies[int(table.competency[row])]
                ],
                display=_DISPLAY[
                    status(
                        int(table.ratings[row]),
                        int(table.interviewers[row]),
                        valid=result.scale.valid,
                        enough=needed,
                    )
                ],
                level=known(table.level[row]),
                se=known(table.se[row]),
                lower=known(table.lower[row]),
                upper=known(table.upper[row]),
                contrast_se=known(table.contrast_se[row]),
                own_level=known(table.own_level[row]),
                own_se=known(table.own_se[row]),
                # Points on screen count from 1.
                raw_mean=known(table.raw_mean[row] + 1),
                borrowed=known(table.borrowed[row]),
                floor=known(table.floor[row]),
                ceiling=known(table.ceiling[row]),
                n_ratings=int(table.ratings[row]),
                n_interviewers=int(table.interviewers[row]),
                n_sessions=int(table.sessions[row]),
                reliability=known(table.reliability[row]),
                subset=int(subset_of[int(code)]),
            )
            for row, code in enumerate(table.candidate)
        ),
        batch_size=1000,
    )


def _store_pooled(
    run: CalibrationRun, found: fitting.Fitted, ids: dict[tuple[int, str], int], told: OneMore
) -> None:
    PooledEstimate.objects.bulk_create(
        (
            PooledEstimate(
                run=run,
                application_id=found.applications[person.candidate],
                competencies=[
                    ids[found.applications[person.candidate], found.competencies[int(code)]]
                    for code in person.competencies
                ],
                covariance=[[float(value) for value in row] for row in person.covariance],
                one_more=told.by_application.get(found.applications[person.candidate]),
            )
            for person in found.result.people
        ),
        batch_size=500,
    )
