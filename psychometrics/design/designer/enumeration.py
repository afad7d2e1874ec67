"""Every session that could be held, with what it shows: the options of a design.

Within a session evidence saturates, so a question's worth depends on what it is asked with; a whole session is
therefore one option, and options add. Enumerated are all sets of one to ``most_questions`` questions that the rules
let share a session, for every allowed number of interviewers and share of time, until ``most_options`` are reached:
by number of questions, then in the order of the bank. A design is exact over what is enumerated, and over nothing
else: larger sessions, other numbers of interviewers or other minutes are not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from psychometrics._checks import count
from psychometrics.design.designer.options import SessionOptions
from psychometrics.design.designer.questions import SessionQuestion, SessionRules, kind_of
from psychometrics.design.evidence import REALISM_LEVELS, EvidenceModel
from psychometrics.errors import BadInput

if TYPE_CHECKING:
    from typing import TypeAlias

    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Places: TypeAlias = NDArray[np.int64]

_ROWS = 20_000  # evidence is computed for so many sessions at a time, which bounds the memory


def sessions(
    questions: Sequence[SessionQuestion],
    rules: SessionRules | None = None,
    *,
    n_competencies: int,
    levels: int = REALISM_LEVELS,
    model: EvidenceModel | None = None,
) -> SessionOptions:
    """Enumerate the sessions that a bank and the rules allow; their evidence is that of ``plan_evidence``.

    Raises:
        BadInput: codes out of range, a key twice, or no session is possible.
    """
    rules = rules or SessionRules()
    C, K = count(n_competencies, "n_competencies", least=1), count(levels, "levels", least=1)
    keys = [question.key for question in questions]
    if len(set(keys)) < len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BadInput(f"two questions have the key {twice!r}")
    for question in questions:
        if question.realism >= K or any(c >= C for c, _ in question.criteria):
            raise BadInput(
                f"question {question.key!r}: realism must lie in 0..{K - 1}, competencies in 0..{C - 1}"
            )
    sets, cut = _sets(questions, rules, C)
    number, crew, share = _spread(questions, rules, sets)
    if not len(number):
        raise BadInput("the bank and the rules allow no session")
    if len(number) > rules.most_options:
        most, cut = rules.most_options, True
        number, crew, share = number[:most], crew[:most], share[:most]
    return SessionOptions(
        bank=tuple(questions),
        rules=rules,
        questions=sets[number],
        interviewers=crew,
        share=share,
        evidence=_evidence(questions, sets[number], crew, share, C, K, model or EvidenceModel()),
        cut=cut,
    )


def _sets(questions: Sequence[SessionQuestion], rules: SessionRules, C: int) -> tuple[Places, bool]:
    """Sets of questions that may share a session, padded with -1, shape (S, most_questions), and whether cut."""
    rated = np.zeros((len(questions), C), dtype=bool)
    for place, question in enumerate(questions):
        for c, strength in question.criteria:
            rated[place, c] |= strength > 0
    minutes = np.array([question.minutes for question in questions])
    shortest = min(rules.time_shares)
    singles = [
        place
        for place, question in enumerate(questions)
        if question.key not in rules.banned and rated[place].any() and _alone(question, rated[place], rules)
    ]
    width = rules.most_questions
    found = [np.array([[i] + [-1] * (width - 1) for i in singles], dtype=np.int64).reshape(-1, width)]
    live = np.array([i for i in singles if not questions[i].take_home], dtype=np.int64)
    friends = _friends(questions, rules)
    total, smaller, cut = len(found[0]), live[:, None], False
    for size in range(2, width + 1):
        grown: list[Places] = []
        for members in smaller:
            more = live[live > members[-1]]
            more = more[friends[members][:, more].all(axis=0)]
            long = shortest * (minutes[members].sum() + minutes[more]) + rules.setup_minutes
            several = (rated[members].any(axis=0) | rated[more]).sum(axis=1)
            more = more[(long <= rules.longest_minutes + 1e-9) & (several <= rules.most_competencies)]
            grown.append(np.hstack([np.tile(members, (len(more), 1)), more[:, None]]))
            total += len(more)
            if total > rules.most_options:
                cut = True
                break
        smaller = np.vstack(grown) if grown else np.zeros((0, size), dtype=np.int64)
        found.append(np.pad(smaller, ((0, 0), (0, width - size)), constant_values=-1))
        if cut or not len(smaller):
            break
    sets = np.vstack(found)
    formats = ([questions[i].format for i in row if i >= 0] for row in sets.tolist())
    kept = np.array([kind_of(each, rules.kinds) is not None for each in formats], dtype=bool)
    return sets[kept], cut


def _alone(question: SessionQuestion, rated: NDArray[np.bool_], rules: SessionRules) -> bool:
    """Whether a question fits into a session by itself."""
    shortest = min(rules.time_shares)
    if question.take_home:
        short = shortest * question.minutes <= rules.longest_take_home + 1e-9
        return rules.take_homes and short and int(rated.sum()) <= rules.take_home_competencies
    short = shortest * question.minutes + rules.setup_minutes <= rules.longest_minutes + 1e-9
    return bool(short and rated.sum() <= rules.most_competencies)


def _friends(questions: Sequence[SessionQuestion], rules: SessionRules) -> NDArray[np.bool_]:
    """Which two questions may share a session, shape (Q, Q)."""
    n = len(questions)
    allowed = np.ones((n, n), dtype=bool)
    families = np.array([question.family for question in questions], dtype=object)
    allowed &= ~((families[:, None] == families) & (families != "")[:, None]).astype(bool)
    formats = np.array([question.format for question in questions], dtype=object)
    for one, other in rules.apart:
        pair = (formats == one)[:, None] & (formats == other)[None, :]
        allowed &= ~(pair | pair.T)
    if rules.kinds is not None:
        member = np.array([[f in inside for inside in rules.kinds.values()] for f in formats], dtype=bool)
        member = member.reshape(n, len(rules.kinds))
        allowed &= (member[:, None, :] & member[None, :, :]).any(axis=2)
    place = {question.key: i for i, question in enumerate(questions)}
    for one, other in rules.enemies:
        if one in place and other in place:
            allowed[place[one], place[other]] = allowed[place[other], place[one]] = False
    return allowed


def _spread(
    questions: Sequence[SessionQuestion], rules: SessionRules, sets: Places
) -> tuple[Places, Places, Floats]:
    """Every set with every allowed number of interviewers and share of time: number of the set, crew, share."""
    needed = np.array([question.minutes for question in questions] + [0.0])[sets].sum(axis=1)
    alone = np.array([question.take_home for question in questions] + [False])[sets].any(axis=1)
    most = np.where(alone, rules.longest_take_home, rules.longest_minutes - rules.setup_minutes)
    trained = np.full(len(questions) + 1, np.inf)
    if rules.trained is not None:
        trained[:-1] = [rules.trained.get(question.format, 0) for question in questions]
    for place, question in enumerate(questions):
        able = [rules.able[c] for c, strength in question.criteria if strength > 0 and c in rules.able]
        trained[place] = min([trained[place], *able])
    people = trained[sets].min(axis=1) if len(sets) else np.zeros(0)
    columns: list[tuple[Places, Places, Floats]] = []
    for n in dict.fromkeys(rules.interviewers):
        for share in dict.fromkeys(rules.time_shares):
            fits = np.flatnonzero((share * needed <= most + 1e-9) & (people >= n))
            columns.append((fits, np.full(len(fits), n, dtype=np.int64), np.full(len(fits), float(share))))
    number, crew, shares = (np.concatenate(column) for column in zip(*columns, strict=True))
    order = np.argsort(number, kind="stable")
    return number[order], crew[order], shares[order]


def _evidence(
    questions: Sequence[SessionQuestion],
    members: Places,
    crew: Places,
    share: Floats,
    C: int,
    K: int,
    model: EvidenceModel,
) -> Floats:
    """Evidence at or above each level, shape (N, C, K): the rule of a session, for all of them at once."""
    o, h, e = model.noise
    # The last row stands for "no question": -1 reads it.
    strongest, total = np.zeros((len(questions) + 1, C)), np.zeros((len(questions) + 1, C))
    for place, question in enumerate(questions):
        for c, strength in question.criteria:
            left = strength * (1 - question.leak)
            strongest[place, c] = max(strongest[place, c], left)
            total[place, c] += left
    realism = np.array([question.realism for question in questions] + [-1])
    found = np.zeros((len(members), C, K))
    for start in range(0, len(members), _ROWS):
        rows = slice(start, start + _ROWS)
        n = crew[rows, None].astype(np.float64)
        for level in range(K):
            counted = (realism[members[rows]] >= level)[:, :, None] * share[rows, None, None]
            most = (strongest[members[rows]] * counted).max(axis=1)
            every = (total[members[rows]] * counted).sum(axis=1)
            with np.errstate(divide="ignore"):
                noise = (o + h / n) / most + e / (n * every)
            found[rows, :, level] = np.where(most > 0, 1 / noise, 0.0)
    return found
