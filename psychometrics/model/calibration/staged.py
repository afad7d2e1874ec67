"""A fit in stages: roughly with common slopes, then with what is worth fitting beside."""

from dataclasses import replace
from typing import Literal, TypeAlias

from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.model.calibration.beside import Beside
from psychometrics.model.calibration.evidence import slope_evidence
from psychometrics.model.calibration.fit import Fit, Progress, fit
from psychometrics.model.calibration.pools import starting_pools
from psychometrics.model.calibration.qualifications import FEW_LEVELS, SMALL_PANEL
from psychometrics.model.calibration.question_steps import QuestionSteps
from psychometrics.model.calibration.ratings import Ratings
from psychometrics.model.calibration.structure import Structure
from psychometrics.model.calibration.variance_steps import prior_variances
from psychometrics.model.thresholds import Link

SlopesWanted: TypeAlias = Literal["auto", "common", "interviewer"]
Selection: TypeAlias = Literal["ignorable", "informative"]

_LEAST_INTERVIEWERS = 3
_ROUGHLY = 0.3  # share of the work


def slopes_to_fit(wanted: SlopesWanted, ratings: Ratings, *, link: Link, own_steps: bool) -> SlopesWanted:
    """What of the wanted slopes this panel and the rest of the model allow.

    Raises BadInput where slopes of the interviewers' own cannot stand beside the rest, NotEnoughData for too few
    interviewers.
    """
    staff = len(ratings.interviewers)
    if wanted == "auto":
        known = link == "acl" and not own_steps and ratings.n >= SMALL_PANEL and staff >= FEW_LEVELS
        return "auto" if known else "common"
    if wanted == "interviewer":
        if link == "cl":
            raise BadInput("slopes are defined for adjacent categories only; use link='acl'")
        if own_steps:
            raise BadInput(
                "slopes of the interviewers and steps of the questions' own cannot be fitted together; choose one"
            )
        _several(staff, "slopes of the interviewers' own")
    return wanted


def pulls_to_fit(selection: Selection, ratings: Ratings) -> bool:
    """Whether candidates are drawn towards a mean of who met them. Raises NotEnoughData for too few interviewers."""
    if selection == "informative":
        _several(len(ratings.interviewers), "selection='informative'")
    return selection == "informative"


def staged(
    structure: Structure,
    *,
    link: Link,
    halo: bool,
    estimate: frozenset[str],
    slopes: SlopesWanted,
    pulls: bool,
    own_steps: QuestionSteps | None,
    progress: Progress | None,
) -> Fit:
    """Fit from the start; slopes are fitted where they are asked for, or ``"auto"`` finds evidence of them."""
    variances = prior_variances(halo=halo)
    if structure.iterative:
        if slopes == "interviewer" or pulls:
            raise BadInput(
                "slopes of the interviewers' own and informative selection are fitted for panels of up to some "
                "thousand interviewers and questions; fit parts of this one, or leave them out"
            )
        slopes = "common"
    if slopes == "common" and not pulls:
        return fit(
            structure,
            link=link,
            variances=variances,
            estimate=estimate,
            own_steps=own_steps,
            progress=progress,
        )
    first = fit(
        structure,
        link=link,
        variances=variances,
        estimate=estimate,
        rough=True,
        own_steps=own_steps,
        progress=_part(progress, 0.0, _ROUGHLY),
    )
    found = None if slopes == "common" else slope_evidence(first)
    beside = Beside(
        slopes=found.start if found and (slopes == "interviewer" or found.telling) else None,
        pools=starting_pools(structure.ratings) if pulls else None,
    )
    best = fit(
        structure,
        link=link,
        variances=first.variances,
        estimate=estimate,
        start=first,
        own_steps=first.own_steps,
        beside=beside if beside.slopes or beside.pools else None,
        progress=_part(progress, _ROUGHLY, 1.0),
    )
    common = first if beside.slopes else None
    return replace(best, iterations=first.iterations + best.iterations, common=common)


def _several(staff: int, what: str) -> None:
    """Refuse what compares interviewers where there are hardly any."""
    if staff < _LEAST_INTERVIEWERS:
        raise NotEnoughData(
            f"{what}: at least {_LEAST_INTERVIEWERS} interviewers are needed, there are {staff}"
        )


def _part(progress: Progress | None, start: float, end: float) -> Progress | None:
    """Progress of one stage."""
    if progress is None:
        return None
    return lambda share, text: progress(start + share * (end - start), text)
