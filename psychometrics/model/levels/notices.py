"""What the reader of a run must be told, as stable codes and plain sentences."""

from __future__ import annotations

import numpy as np

from psychometrics.model.levels import checks
from psychometrics.model.levels.fit import Fit
from psychometrics.model.levels.links import Links
from psychometrics.model.levels.results import Notice, Scale

# Outside this range of spacing over width somebody should look at the target levels.
_USUAL_SPACING = (0.85, 1.25)
# From here on a fifth of a scale point lies within two standard errors.
_OPEN_SE = 0.10
# Least coverage of 90 % intervals in simulated panels whose levels are worth a fifth less than a point
# (docs/methods/levels.md), by whether target levels vary enough to learn from.
_COVERED_OPEN, _COVERED_ASSUMED = 87, 86


def gather(fit: Fit, scale: Scale, links: Links, *, anchored: bool, widened: bool) -> tuple[Notice, ...]:
    """Everything that holds for this run, most serious first."""
    problem = fit.problem
    limits, fixed = problem.settings.limits, problem.fixed
    leveled = problem.layout.spacing >= 0
    learned = leveled and scale.valid and scale.estimated
    unusual = not _USUAL_SPACING[0] <= scale.spacing_ratio <= _USUAL_SPACING[1]
    judges, confounded = len(problem.layout.interviewers), checks.confounded_criteria(problem.data)
    open_ = scale.ratio_se >= _OPEN_SE
    facts = (
        _said(
            "not_converged",
            not fit.converged,
            f"The fit stopped after {fit.iterations} iterations before settling;",
            "do not use its numbers.",
        ),
        _said(
            "all_alike",
            bool(np.all(problem.data.score == problem.data.score[0])),
            "All ratings are the same point;",
            "they tell no candidate, interviewer or question from another.",
        ),
        _said(
            "levels_suppressed",
            leveled and not scale.valid,
            "Target levels do not explain which criteria are hard;",
            "levels are withheld and only fair averages are shown. Review the target levels.",
        ),
        _said(
            "disconnected",
            links.subsets > 1,
            f"The panel falls into {links.subsets} groups without a common interviewer or criterion;",
            "candidates of different groups cannot be compared.",
        ),
        _said(
            "openings_unlinked",
            links.subsets == 1 and len(set(links.opening_group.tolist())) > 1,
            f"Some openings share fewer than {limits.shared_interviewers} interviewers and no criterion;",
            "treat levels as unlinked between them.",
        ),
        _said(
            "spacing_assumed",
            leveled and problem.spacing_held,
            f"Fewer than two target levels have {limits.criteria_per_target} criteria each;",
            f"one level is assumed to be worth one scale point. {_if_a_fifth_off(_COVERED_ASSUMED)}",
        ),
        _said(
            "spacing_unusual",
            learned and unusual,
            f"One target level is worth {_worth(scale)} here; review the target levels.",
            _if_a_fifth_off(_COVERED_OPEN) if open_ else "",
        ),
        _said(
            "spacing_uncertain",
            learned and open_ and not unusual,
            f"These ratings leave open what one target level is worth: {_worth(scale)}.",
            _if_a_fifth_off(_COVERED_OPEN),
        ),
        _said(
            "one_interviewer",
            judges == 1,
            "One interviewer gave all ratings;",
            "how strict they are cannot be told from how good the candidates are.",
        ),
        _said(
            "criteria_confounded",
            judges > 1 and confounded > 0,
            f"{confounded} of {len(problem.layout.criteria)} criteria were rated by one interviewer each who",
            "shares none with others; how hard they are cannot be told from how strict that interviewer is.",
        ),
        _said(
            "competency_assumed",
            "competency" in fixed,
            f"Fewer than {limits.candidates_with_two_competencies} candidates have two competencies;",
            "how much competencies differ within a person is assumed.",
        ),
        _said(
            "performance_assumed",
            "performance" in fixed,
            f"Fewer than {limits.doubly_rated_answers} answers were rated by two interviewers;",
            "how much one answer varies is assumed.",
        ),
        _said(
            "halo_assumed",
            problem.settings.halo and "halo" in fixed,
            "No candidate was rated by two interviewers;",
            "how strongly one impression colours all of an interviewer's ratings is assumed.",
        ),
        _said(
            "intervals_widened",
            widened,
            f"There are fewer than {limits.ratings_for_fixed_components} ratings;",
            "intervals include the uncertainty of the variance components.",
        ),
        _said(
            "relative_to_team",
            not anchored,
            "Levels are relative to this team's average use of the scale;",
            f"{limits.reference_vignettes} vignettes of known level, or with reference ratings, would anchor them.",
        ),
    )
    return tuple(notice for notice in facts if notice is not None)


def _worth(scale: Scale) -> str:
    return f"{scale.spacing_ratio:.1f} scale points ({scale.ratio_lower:.1f} to {scale.ratio_upper:.1f})"


def _if_a_fifth_off(covered: int) -> str:
    return f"Should that be a fifth off, 90 % intervals hold the truth in as little as {covered} % of cases."


def _said(code: str, holds: bool, first: str, second: str) -> Notice | None:
    return Notice(code, f"{first} {second}".strip()) if holds else None
