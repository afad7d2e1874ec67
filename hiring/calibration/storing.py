"""Turns a fit into rows. One run is one transaction: it is there whole or not at all."""

import json
import math
from typing import Any

from accounts.models import Team, TeamPolicy, User
from hiring.calibration import anchoring, fitting, preposterior
from hiring.calibration.dataset import Dataset
from hiring.calibration.models import Anchoring, CalibrationRun, CriterionEstimate, InterviewerEstimate
from hiring.calibration.preposterior import OneMore
from hiring.calibration.readers import enough
from hiring.calibration.standouts import StandOuts
from hiring.calibration.storing_levels import known, store_levels
from jobs.models import Job
from rubrics.models import RatingScale


def plain(value: Any) -> Any:
    """Return ``value`` as it comes back from a JSON column."""
    return json.loads(json.dumps(value))


def store(
    *,
    team: Team,
    scale: RatingScale,
    data: Dataset,
    digest: str,
    found: fitting.Fitted,
    seen: StandOuts,
    told: OneMore,
    settings_used: dict[str, object],
    policy: TeamPolicy,
    by: User | None,
    job: Job | None,
) -> CalibrationRun:
    """Write the run and all its estimates; ``data`` holds at least one rating."""
    assert data.until is not None  # noqa: S101 -- there is a rating, so there is a time
    result = found.result
    spacing_se = result.scale.ratio_se * result.scale.width
    anchor = anchoring.of(data, found, policy)
    anchored = result.anchored and anchor["more"] == 0
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
        n_criteria=len({row.criterion for row in data.rows}),
        converged=result.converged,
        iterations=result.iterations,
        seconds=round(found.seconds, 3),
        components={name: float(value) for name, value in result.components.items()},
        thresholds=[float(step) for step in result.scale.steps],
        agreement=fitting.agreement(data, result.confidence, enough_from=policy.agreement_from),
        logits_per_level=result.scale.spacing if result.scale.estimated else None,
        logits_per_level_se=spacing_se if result.scale.estimated else None,
        anchored=anchored,
        anchoring=anchor,
        levels_shown=result.scale.valid,
        subsets=_subsets(found),
        warnings=[
            *({"code": notice.code, "text": notice.text} for notice in result.notices),
            *_not_quite(result.anchored, anchor),
            *_left_out(told),
        ],
        looked_for=seen.looked_for,
        question_tests=seen.questions,
        links=seen.links,
        assumptions=seen.assumptions,
    )
    _store_interviewers(run, data, found, seen)
    _store_criteria(run, data, found, seen)
    store_levels(run, found, told, enough(policy))
    return run


def _not_quite(enough_vignettes: bool, anchor: Anchoring) -> list[dict[str, str]]:
    """Said where there are vignettes enough, and too few ratings of them; else the fit has said it."""
    if not enough_vignettes or not anchor["more"]:
        return []
    text = (
        "Levels are relative to this team's average use of the scale; "
        f"{anchor['more']} more ratings of vignettes would anchor them."
    )
    return [{"code": "relative_to_team", "text": text}]


def _left_out(told: OneMore) -> list[dict[str, str]]:
    if not told.left_out:
        return []
    text = (
        f"What one more question would settle was worked out for the {preposterior.MOST_APPLICATIONS:,} newest "
        f"undecided applications; {told.left_out:,} older ones have no such figures."
    )
    return [{"code": "one_more_left_out", "text": text}]


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


def _store_interviewers(run: CalibrationRun, data: Dataset, found: fitting.Fitted, seen: StandOuts) -> None:
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
            severity_levels=known(table.in_levels[row]),
            lower_levels=known(table.in_levels_lower[row]),
            upper_levels=known(table.in_levels_upper[row]),
            n_ratings=int(table.ratings[row]),
            n_scorecards=cards[found.interviewers[int(code)]],
            subset=subset_of[int(code)],
            infit=seen.infit[int(code)],
            flags=[flag.plain() for flag in seen.interviewers[int(code)]],
            tests=seen.tests[int(code)],
            months=seen.months[int(code)],
        )
        for row, code in enumerate(table.interviewer)
        # Whoever gave all ratings cannot be compared with anybody: there is nothing to store.
        if not math.isnan(table.severity[row])
    )


def _store_criteria(run: CalibrationRun, data: Dataset, found: fitting.Fitted, seen: StandOuts) -> None:
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
            flags=[
                *(["one_interviewer"] if people[found.criteria[int(code)]] == 1 else []),
                *(flag.plain() for flag in seen.criteria[int(code)]),
            ],
        )
        for row, code in enumerate(table.criterion)
        # A criterion that only vignettes were rated on is nothing that candidates met.
        if table.ratings[row]
    )
