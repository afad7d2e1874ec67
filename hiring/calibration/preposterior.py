"""What one more rating would tell of each undecided application: worked out once by the worker, kept with the run.

The question asked about is the one a decision answers: does the weighted level reach what the role requires, less the
policy's tolerance? Imported by workers and commands, like ``fitting``; pages read what was stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from accounts.models import Team, TeamPolicy
from hiring.calibration import askable
from hiring.calibration.askable import Askable, Undecided
from hiring.calibration.fitting import Fitted
from hiring.calibration.one_more import ToldApplication, ToldQuestion
from psychometrics.model.calibration.next_rating import NextRating
from psychometrics.model.levels import next_level_rating

Codes: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

#: Undecided applications looked at, newest first: some seven seconds of the worker for a thousand.
MOST_APPLICATIONS = 2_000
#: Interviewers tried for each; of more, those whose severity is best known.
MOST_INTERVIEWERS = 20
STORED_QUESTIONS = 5
NAMED = 3
#: Whoever would settle so much of what the best would is as good. They are named in turn from candidate to candidate:
#: if the best were always asked, everybody's level would lean on them.
NEARLY = 0.75


@dataclass(frozen=True)
class OneMore:
    """What is to be stored by application id, and how many undecided ones were not looked at."""

    by_application: dict[int, ToldApplication]
    left_out: int = 0


def work_out(team: Team, found: Fitted, policy: TeamPolicy) -> OneMore:
    """What one more rating would tell; of nobody where levels are withheld."""
    if not found.result.scale.valid:
        return OneMore({})
    facts = askable.read(team, found.applications, found.criteria, policy)
    code_of = {pk: code for code, pk in enumerate(found.applications)}
    told = {
        who.application: row
        for turn, who in enumerate(facts.undecided[:MOST_APPLICATIONS])
        if (row := _of_one(found, facts, who, code_of[who.application], turn)) is not None
    }
    return OneMore(told, max(len(facts.undecided) - MOST_APPLICATIONS, 0))


def _of_one(found: Fitted, facts: Askable, who: Undecided, code: int, turn: int) -> ToldApplication | None:
    """None where the run knows no competency that the role demands."""
    needs = facts.needs.get(who.profile, {})
    weights = np.array([needs[key].weight if key in needs else 0.0 for key in found.competencies])
    if not weights.sum() > 0:
        return None
    wanted = np.array([needs[key].required if key in needs else 0.0 for key in found.competencies])
    criteria = sorted(facts.criteria_for(who))
    people = _tried(found, facts.strangers_to(who))
    asked = bool(criteria) and len(people) > 0
    codes = np.searchsorted(found.criteria, criteria)
    told = next_level_rating(
        found.result,
        code,
        weights=weights,
        cut=float(weights @ (wanted - facts.kappa) / weights.sum()),
        rating_weight=[facts.offers[pk].worth for pk in criteria] if asked else 1.0,
        interviewers=people if asked else None,
        criteria=codes if asked else None,
    )
    assert told.loss is not None and told.loss_after is not None  # noqa: S101, PT018 -- there is a cut
    performances = [facts.offers[pk].performance for pk in criteria]
    best = _questions(performances, told.loss_after)[:STORED_QUESTIONS] if asked else []
    rows = [_stored(found, told, column, turn) for column in best]
    return {
        "covered": round(float(weights.sum()) / sum(need.weight for need in needs.values()), 4),
        "se": round(told.se, 4),
        "wrong": round(told.loss, 4),
        "questions": sorted(rows, key=lambda row: row["wrong"]),
    }


def _tried(found: Fitted, strangers: set[int]) -> Codes:
    """Codes of the interviewers to try, in order."""
    codes = np.flatnonzero(np.isin(found.interviewers, list(strangers)))
    given = np.zeros(len(found.interviewers), np.int64)
    given[found.result.severities.interviewer] = found.result.severities.ratings
    most = np.argsort(-given[codes], kind="stable")[:MOST_INTERVIEWERS]
    return np.sort(codes[most])


def _questions(performances: Sequence[str], after: Floats) -> list[int]:
    """Columns of the questions by what they would settle at best, each question by its best criterion."""
    best: dict[str, int] = {}
    for column in np.argsort(after.min(0), kind="stable").tolist():
        best.setdefault(performances[column], column)
    return list(best.values())


def _stored(found: Fitted, told: NextRating, column: int, turn: int) -> ToldQuestion:
    """What is kept of one question: the figures of whoever of those named would settle least, so that they hold."""
    assert told.loss is not None and told.loss_after is not None  # noqa: S101, PT018 -- there is a cut
    losses = told.loss_after[:, column]
    good = np.flatnonzero(losses <= told.loss - NEARLY * (told.loss - losses.min()))
    named = np.roll(good, -NAMED * turn)[:NAMED]
    return {
        "criterion": found.criteria[int(told.questions[column])],
        "wrong": round(float(losses[named].max()), 4),
        "se": round(float(told.se_after[named, column].max()), 4),
        "interviewers": sorted(found.interviewers[int(told.interviewers[row])] for row in named),
    }
