"""What one more rating would tell of each undecided application: worked out once by the worker, kept with the run.

The question asked about is the one a decision answers: does the weighted level reach what the role requires, less the
policy's tolerance? Imported by workers and commands, like ``fitting``; pages read what was stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from accounts.models import Team, TeamPolicy
from hiring.calibration import askable
from hiring.calibration.askable import Askable, Undecided
from hiring.calibration.fitting import Fitted
from psychometrics.model.levels import next_level_rating

Codes: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]

#: Undecided applications looked at, newest first: some six seconds of the worker for a thousand.
MOST_APPLICATIONS = 2_000
#: Interviewers tried for each; of more, those whose severity is best known.
MOST_INTERVIEWERS = 20
STORED_QUESTIONS = 5
NAMED = 3
#: Whoever would settle so much of what the best would is as good: the least busy of them are named.
NEARLY = 0.75


@dataclass(frozen=True)
class OneMore:
    """What is to be stored by application id, and how many undecided ones were not looked at."""

    by_application: dict[int, dict[str, Any]]
    left_out: int = 0


def work_out(team: Team, found: Fitted, policy: TeamPolicy) -> OneMore:
    """What one more rating would tell; of nobody where levels are withheld."""
    if not found.result.scale.valid:
        return OneMore({})
    facts = askable.read(team, found.applications, found.criteria, policy)
    code_of = {pk: code for code, pk in enumerate(found.applications)}
    told = {
        who.application: row
        for who in facts.undecided[:MOST_APPLICATIONS]
        if (row := _of_one(found, facts, who, code_of[who.application])) is not None
    }
    return OneMore(told, max(len(facts.undecided) - MOST_APPLICATIONS, 0))


def _of_one(found: Fitted, facts: Askable, who: Undecided, code: int) -> dict[str, Any] | None:
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
    rows = _questions(found, people, performances, told.loss, told.loss_after, told.se_after) if asked else []
    return {
        "covered": round(float(weights.sum()) / sum(need.weight for need in needs.values()), 4),
        "se": round(told.se, 4),
        "wrong": round(told.loss, 4),
        "questions": [{"criterion": criteria[column], **row} for column, row in rows],
    }


def _tried(found: Fitted, strangers: set[int]) -> Codes:
    """Codes of the interviewers to try, in order."""
    codes = np.flatnonzero(np.isin(found.interviewers, list(strangers)))
    most = np.argsort(-_ratings_given(found)[codes], kind="stable")[:MOST_INTERVIEWERS]
    return np.sort(codes[most])


def _ratings_given(found: Fitted) -> Codes:
    """By interviewer's code."""
    given = np.zeros(len(found.interviewers), np.int64)
    given[found.result.severities.interviewer] = found.result.severities.ratings
    return given


def _questions(
    found: Fitted, people: Codes, performances: Sequence[str], now: float, after: Floats, se: Floats
) -> list[tuple[int, dict[str, Any]]]:
    """The questions that would settle most, each by its best criterion: column, and what is stored of it.

    The figures are those of the named interviewer who would settle least, so that they hold whoever asks.
    """
    busy = _ratings_given(found)[people]
    best: dict[str, int] = {}
    for column in np.argsort(after.min(0), kind="stable").tolist():
        best.setdefault(performances[column], column)
    rows = []
    for column in list(best.values())[:STORED_QUESTIONS]:
        losses = after[:, column]
        good = np.flatnonzero(losses <= now - NEARLY * (now - losses.min()))
        named = good[np.argsort(busy[good], kind="stable")][:NAMED]
        row = {
            "wrong": round(float(losses[named].max()), 4),
            "se": round(float(se[named, column].max()), 4),
            "interviewers": [found.interviewers[code] for code in people[named].tolist()],
        }
        rows.append((column, row))
    rows.sort(key=lambda each: (each[1]["wrong"], each[0]))
    return rows
