"""What should happen next, for the contract: the ratings that would tell most, the meetings that would link."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from psychometrics.errors import BadInput
from psychometrics.files.wanted import Wanted
from psychometrics.model.calibration import Calibration, NextRating, next_rating, plan_meetings
from psychometrics.model.levels import LevelCalibration, next_level_rating

Result = dict[str, Any]

#: Ratings shown for each candidate.
SHOWN = 5


def told(calibration: Calibration, wanted: Wanted, run: LevelCalibration | None = None) -> Result:
    """The contract's ``next`` and ``meetings``, those that were asked for.

    ``run`` is the fit of several competencies, where there is one: what is told is then of the candidate's mean over
    the competencies they were rated on.

    Raises BadInput for a candidate who is not in the panel, NotEnoughData for one linked with nobody.
    """
    found: Result = {}
    if wanted.candidates:
        found["next"] = [
            _next(
                next_rating(calibration, name, cut=wanted.cut)
                if run is None
                else _of_levels(run, calibration, name, wanted.cut)
            )
            for name in wanted.candidates
        ]
    if wanted.meetings:
        plan = plan_meetings(calibration)
        found["meetings"] = {
            "linked": plan.linked,
            "error_before": plan.error_before,
            "error_after": plan.error_after,
            "hold": [
                {
                    "candidate": str(meeting.candidate),
                    "interviewer": str(meeting.interviewer),
                    "subsets": list(meeting.subsets),
                }
                for meeting in plan.meetings
            ],
        }
    return found


def _of_levels(run: LevelCalibration, pooled: Calibration, name: str, cut: float | None) -> NextRating:
    """Of the mean over the competencies the candidate was rated on, against the others', in logits."""
    labels = pooled.candidates.label.tolist()
    if name not in labels:
        raise BadInput(f"no candidate {name!r}")
    unit = run.scale.spacing
    found = next_level_rating(run, labels.index(name), contrast=True, cut=None if cut is None else cut / unit)
    return replace(
        found,
        candidate=name,
        interviewers=pooled.interviewers.label,
        questions=pooled.questions.label,
        se=found.se * unit,
        se_after=found.se_after * unit,
    )


def _next(rating: NextRating) -> Result:
    by = {label: place for place, label in enumerate(rating.interviewers.tolist())}
    on = {label: place for place, label in enumerate(rating.questions.tolist())}
    return {
        "candidate": str(rating.candidate),
        "se": rating.se,
        "loss": rating.loss,
        "best": [
            {
                "interviewer": str(interviewer),
                "question": str(question),
                "se_after": float(rating.se_after[by[interviewer], on[question]]),
                "loss_after": None
                if rating.loss_after is None
                else float(rating.loss_after[by[interviewer], on[question]]),
            }
            for interviewer, question, _ in rating.best(SHOWN)
        ],
    }


def lines(result: Result) -> list[str]:
    """The same as text."""
    found: list[str] = []
    for row in result.get("next", []):
        now = f"standard error {row['se']:.3f} logits"
        if row["loss"] is not None:
            now += f", a verdict on the cut wrong with probability {row['loss']:.3f}"
        found += ["", f"One more rating of {row['candidate']}, in a conversation of its own; now: {now}"]
        found += [
            f"  by {each['interviewer']} on {each['question']}: {each['se_after']:.3f}"
            + ("" if each["loss_after"] is None else f", {each['loss_after']:.3f}")
            for each in row["best"]
        ]
    if "meetings" in result:
        found += ["", *_meetings(result["meetings"])]
    return found


def _meetings(plan: Result) -> Sequence[str]:
    if not plan["hold"]:
        return ["Meetings: everybody can be compared already; none is needed."]
    head = (
        f"Meetings that link everybody at least cost, {len(plan['hold'])}; largest standard error between subsets "
        f"{plan['error_before']:.2f} before, {plan['error_after']:.2f} after, logits"
    )
    return [
        head,
        *(
            f"  {each['interviewer']} meets {each['candidate']} (subsets {each['subsets'][0]} and {each['subsets'][1]})"
            for each in plan["hold"]
        ),
    ]
