"""Turns a fit into rows. One run is one transaction: it is there whole or not at all."""

import json
import math
from typing import Any

from accounts.models import Team, TeamPolicy, User
from hiring.calibration import fitting
from hiring.calibration.dataset import Dataset
from hiring.calibration.models import (
    CalibrationRun,
    CriterionEstimate,
    InterviewerEstimate,
    LevelDisplay,
    LevelEstimate,
    PooledEstimate,
)
from hiring.calibration.readers import enough
from hiring.pipeline.models import Application
from jobs.models import Job
from psychometrics.model.levels import LevelStatus, status
from psychometrics.model.levels.rules import Enough
from roles.models import Requirement
from rubrics.models import Criterion, RatingScale

_DISPLAY = {
    LevelStatus.INTERVAL_ONLY: LevelDisplay.INTERVAL,
    LevelStatus.POINT: LevelDisplay.POINT,
    LevelStatus.SUPPRESSED: LevelDisplay.SUPPRESSED,
}


def plain(value: Any) -> Any:
    """Return ``value`` as it comes back from a JSON column."""
    return json.loads(json.dumps(value))


def _number(value: float) -> float | None:
    """Return None for NaN, which stands for undefined."""
    return None if math.isnan(value) else float(value)


def store(
    *,
    team: Team,
    scale: RatingScale,
    data: Dataset,
    digest: str,
    found: fitting.Fitted,
    settings_used: dict[str, object],
    policy: TeamPolicy,
    by: User | None,
    job: Job | None,
) -> CalibrationRun:
    """Write the run and all its estimates; ``data`` holds at least one rating."""
    assert data.until is not None  # noqa: S101 -- there is a rating, so there is a time
    result = found.result
    spacing_se = result.scale.ratio_se * result.scale.width
    run = CalibrationRun.objects.create(
        team=team,
        scale=scale,
        job=job,
        requested_by=by,
        data_until=data.until,
        data_hash=digest,
        model_version=fitting.MODEL_VERSION,
        settings_used=plain(settings_used),
        n_ratings=result.n_ratings,
        n_applications=len(found.applications),
        n_interviewers=len(found.interviewers),
        n_criteria=len(found.criteria),
        converged=result.converged,
        iterations=result.iterations,
        seconds=round(found.seconds, 3),
        components={name: float(value) for name, value in result.components.items()},
        thresholds=[float(step) for step in result.scale.steps],
        agreement=fitting.agreement(data, result.confidence, enough_from=policy.agreement_from),
        logits_per_level=result.scale.spacing if result.scale.estimated else None,
        logits_per_level_se=spacing_se if result.scale.estimated else None,
        anchored=result.anchored,
        levels_shown=result.scale.valid,
        subsets=_subsets(found),
        warnings=[{"code": notice.code, "text": notice.text} for notice in result.notices],
    )
    _store_interviewers(run, data, found)
    _store_criteria(run, data, found)
    _store_levels(run, found, enough(policy))
    return run


def _subsets(found: fitting.Fitted) -> list[dict[str, int]]:
    """Size of each connected subset, in its order."""
    links = found.result.links
    return [
        {
            "applications": int((links.candidate_subset == subset).sum()),
            "interviewers": int((links.interviewer_subset == subset).sum()),
        }
        for subset in range(links.subsets)
    ]


def _store_interviewers(run: CalibrationRun, data: Dataset, found: fitting.Fitted) -> None:
    cards, _ = fitting.counts(data)
    links, table = found.result.links, found.result.severities
    subset_of = {
        int(code): int(sub) for code, sub in zip(links.interviewers, links.interviewer_subset, strict=True)
    }
    InterviewerEstimate.objects.bulk_create(
        InterviewerEstimate(
            run=run,
            interviewer_id=found.interviewers[int(code)],
            severity=float(table.severity[row]),
            se=float(table.se[row]),
            lower=float(table.lower[row]),
            upper=float(table.upper[row]),
            severity_levels=_number(table.in_levels[row]),
            lower_levels=_number(table.in_levels_lower[row]),
            upper_levels=_number(table.in_levels_upper[row]),
            n_ratings=int(table.ratings[row]),
            n_scorecards=cards[found.interviewers[int(code)]],
            subset=subset_of[int(code)],
        )
        for row, code in enumerate(table.interviewer)
        # Whoever gave all ratings cannot be compared with anybody: there is nothing to store.
        if not math.isnan(table.severity[row])
    )


def _store_criteria(run: CalibrationRun, data: Dataset, found: fitting.Fitted) -> None:
    _, people = fitting.counts(data)
    table = found.result.criteria
    CriterionEstimate.objects.bulk_create(
        CriterionEstimate(
            run=run,
            criterion_id=found.criteria[int(code)],
            difficulty=float(table.difficulty[row]),
            se=float(table.se[row]),
            n_ratings=int(table.ratings[row]),
            n_interviewers=people[found.criteria[int(code)]],
            # Difficulty and severity cannot be told apart where one person alone asks.
            flags=["one_interviewer"] if people[found.criteria[int(code)]] == 1 else [],
        )
        for row, code in enumerate(table.criterion)
    )


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


def _store_levels(run: CalibrationRun, found: fitting.Fitted, needed: Enough) -> None:
    result, table = found.result, found.result.table
    ids = _competency_ids(found)
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
                level=_number(table.level[row]),
                se=_number(table.se[row]),
                lower=_number(table.lower[row]),
                upper=_number(table.upper[row]),
                contrast_se=_number(table.contrast_se[row]),
                own_level=_number(table.own_level[row]),
                own_se=_number(table.own_se[row]),
                # Points on screen count from 1.
                raw_mean=_number(table.raw_mean[row] + 1),
                borrowed=_number(table.borrowed[row]),
                floor=_number(table.floor[row]),
                ceiling=_number(table.ceiling[row]),
                n_ratings=int(table.ratings[row]),
                n_interviewers=int(table.interviewers[row]),
                n_sessions=int(table.sessions[row]),
                reliability=_number(table.reliability[row]),
                subset=int(subset_of[int(code)]),
            )
            for row, code in enumerate(table.candidate)
        ),
        batch_size=1000,
    )
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
            )
            for person in result.people
        ),
        batch_size=500,
    )
