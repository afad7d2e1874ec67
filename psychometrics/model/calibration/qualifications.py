"""What must be said beside the numbers: unlinked subsets, thin designs, terms not estimated."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.model.bridges import find_bridges
from psychometrics.model.calibration.estimates import Groups
from psychometrics.model.calibration.fit import Fit
from psychometrics.model.calibration.group_sums import by_group, distinct
from psychometrics.model.calibration.iterative.algebra import DRAWS_REPORTED
from psychometrics.model.calibration.linking import LINKING_INTERVIEWS, best_linking_rater
from psychometrics.model.calibration.ratings import Codes, Ratings
from psychometrics.model.calibration.repeats import repeat_warnings
from psychometrics.model.calibration.results import Subset
from psychometrics.model.connectedness import Linkage

Floats = npt.NDArray[np.float64]

SMALL_PANEL = 500  # ratings; below this variance components are integrated over
FEW_PER_CATEGORY = 5
TELLING_CORRELATION = 0.2  # of proficiency and the severity met; smaller ones hardly bias anything
NOT_MODELLED = (
    "What they watched together is not modelled: intervals of candidates are too narrow to that extent."
)
NO_HALO = "Halo is not in the model"
BRIDGE = "through interviewer"
TELLING_SPREAD = 0.1  # of interviewers' mean candidates, in sds of proficiency
NOT_AT_RANDOM = "did not meet candidates at random"
MOST_LINKS = 3  # suggested in warnings
WORTH_LINKING = 0.95  # lending that leaves more of the standard error than this is not suggested
MOST_BRIDGES = 3  # named in warnings
FEW_LEVELS = 5  # interviewers or questions


@dataclass(frozen=True, slots=True)
class Design:
    """Facts about who rated whom, that decide what can be estimated."""

    interviewers_per_candidate: Codes
    candidates_per_interviewer: Codes
    interviewers_per_question: Codes
    repeated_units: int
    """Units (candidate x interviewer) with at least two ratings."""
    shared_answers: int
    """Candidate x interview x question rated by at least two interviewers; 0 without interviews."""

    @property
    def doubly_seen(self) -> int:
        """Candidates rated by at least two interviewers."""
        return int((self.interviewers_per_candidate >= 2).sum())


def describe(ratings: Ratings) -> Design:
    """Count who met whom."""
    interviewers, questions = len(ratings.interviewers), len(ratings.questions)
    met = ratings.met()
    asked = distinct(ratings.question * interviewers + ratings.interviewer, questions * interviewers)[0]
    sizes = np.bincount(ratings.unit)
    return Design(
        interviewers_per_candidate=np.bincount(met // interviewers, minlength=len(ratings.candidates)),
        candidates_per_interviewer=np.bincount(met % interviewers, minlength=interviewers),
        interviewers_per_question=np.bincount(asked // interviewers, minlength=questions),
        repeated_units=int((sizes >= 2).sum()),
        shared_answers=0 if ratings.answer is None else _shared(ratings.answer, ratings.interviewer),
    )


def _shared(answer: Codes, interviewer: Codes) -> int:
    """Number of answers rated by at least two interviewers."""
    if int(answer.max()) + 1 == len(answer):  # nothing was rated twice
        return 0
    staff = int(interviewer.max()) + 1
    pairs = np.unique(answer.astype(np.int64) * staff + interviewer)
    return int((np.bincount(pairs // staff) >= 2).sum())


def estimable(ratings: Ratings, design: Design, *, halo: bool) -> tuple[bool, frozenset[str]]:
    """Decide whether halo enters the model and which components the data can speak about."""
    wanted = {"candidate"}
    if len(ratings.interviewers) >= 2:
        wanted.add("interviewer")
    if len(ratings.questions) >= 2:
        wanted.add("question")
    with_halo = halo and design.repeated_units > 0
    if with_halo and design.doubly_seen >= 2:
        wanted.add("halo")
    return with_halo, frozenset(wanted)


def groups(ratings: Ratings, linkage: Linkage) -> Groups:
    """Contrast groups: candidates by subset; interviewers and questions by the subset they serve."""
    subset = linkage.candidate[ratings.candidate]
    return Groups(
        candidate=linkage.candidate,
        interviewer=_serving(ratings.interviewer, subset, linkage.interviewer),
        question=_serving(ratings.question, subset, linkage.question),
    )


def _serving(level: Codes, subset: Codes, classes: Codes) -> Codes:
    """Group levels by the subset most of their ratings are in, unless all are comparable."""
    if classes.max() == 0 or subset.max() == 0:
        return np.zeros(len(classes), np.intp)
    table = np.zeros((len(classes), subset.max() + 1), np.intp)
    np.add.at(table, (level, subset), 1)
    return np.unique(table.argmax(1), return_inverse=True)[1].astype(np.intp)


def subsets(ratings: Ratings, linkage: Linkage) -> tuple[Subset, ...]:
    """List the subsets, largest first."""
    subset = linkage.candidate[ratings.candidate]
    found = []
    for number in range(linkage.subsets):
        inside = subset == number
        found.append(
            Subset(
                number=number + 1,
                candidates=ratings.candidates[linkage.candidate == number],
                interviewers=ratings.interviewers[np.unique(ratings.interviewer[inside])],
                questions=ratings.questions[np.unique(ratings.question[inside])],
                ratings=int(inside.sum()),
            )
        )
    return tuple(found)


def warnings(
    fit: Fit,
    design: Design,
    linkage: Linkage,
    *,
    halo: bool,
    estimated: frozenset[str],
    bridges: bool = True,
) -> list[str]:
    """Everything a reader has to know before using the numbers, most important first.

    ``bridges`` is false where the panel is known to have none, which saves the search.
    """
    ratings = fit.structure.ratings
    said = _linkage_warnings(fit, linkage) + (_bridge_warnings(ratings) if bridges else [])
    thin = int((design.interviewers_per_candidate == 1).sum())
    if thin == len(ratings.candidates):
        said.append(
            "Every candidate was rated by one interviewer only: proficiency, severity and halo "
            "cannot be told apart. Let at least two interviewers rate each candidate."
        )
    elif thin:
        said.append(
            f"{_count(thin, 'candidate was', 'candidates were')} rated by one interviewer only; "
            "their measures lean on that interviewer's severity and are wider."
        )
    if halo and design.repeated_units == 0:
        said.append(f"{NO_HALO}: no interviewer rated one candidate on two questions.")
    elif halo and "halo" not in estimated:
        said.append(
            "Halo could not be estimated and stands at its prior of 0.4 logits: fewer than two "
            "candidates were rated by two interviewers."
        )
    elif not halo:
        said.append(
            "Halo was left out on request: ratings of one candidate by one interviewer count as "
            "independent, and intervals are too narrow if they are not."
        )
    if len(ratings.interviewers) == 1:
        said.append("One interviewer only: severity cannot be estimated.")
    if len(ratings.questions) == 1:
        said.append("One question only: difficulty cannot be estimated.")
    if design.shared_answers:
        said.append(
            f"{_count(design.shared_answers, 'answer was', 'answers were')} rated by several "
            f"interviewers in one interview. {NOT_MODELLED}"
        )
    if fit.structure.iterative:
        said.append(
            f"{len(ratings.interviewers):,} interviewers and {len(ratings.questions):,} questions: variances come "
            f"from {DRAWS_REPORTED} draws of the posterior. Standard errors are right within about 1 %, measures to "
            "the third digit."
        )
    said += repeat_warnings(ratings) + _separability_warnings(ratings, design)
    return said + _scale_warnings(ratings)


def assignment_warnings(
    candidate: Codes, interviewer: Codes, met: Codes, measure: Floats, severity: Floats
) -> list[str]:
    """Say when interviewers did not meet candidates at random.

    ``candidate`` and ``interviewer`` ``(n,)`` are codes of the ratings, ``met`` who was rated by whom
    (``Ratings.met``), ``measure`` ``(candidates,)`` proficiency less the mean of the candidate's group. Either harsh
    interviewers met better (or weaker) candidates than chance explains: with a true correlation of .5 the
    intervals of severity covered 72 % instead of 90 %. Or the candidates of different interviewers differ
    more in proficiency than samples of one pool do; severity then has to be told from the pool's mean, and
    the intervals of severity covered 73 %.
    """
    people, staff = len(measure), len(severity)
    if people < 3 or staff < 2 or measure.std() == 0.0:
        return []
    said = [_harsh_meet_better(candidate, interviewer, measure, severity), _pools_differ(met, staff, measure)]
    return [text for text in said if text]


def _harsh_meet_better(candidate: Codes, interviewer: Codes, measure: Floats, severity: Floats) -> str | None:
    """Severity met and proficiency go together."""
    people = len(measure)
    met = by_group(candidate, severity[interviewer], people)
    met /= np.bincount(candidate)
    if met.std() == 0.0:
        return None
    together = float(np.corrcoef(met, measure)[0, 1])
    if abs(together) < max(TELLING_CORRELATION, 4.0 / np.sqrt(people)):
        return None
    better = "more" if together > 0 else "less"
    return (
        f"Candidates met by harsher interviewers were found {better} proficient (correlation "
        f"{together:.2f}). Unless that is chance, interviewers {NOT_AT_RANDOM}, and part of their "
        "severity is really a difference between candidates. Give the candidates' groups (site, opening) "
        "to the calibration; where meetings were chosen in other ways that are not among the ratings, "
        'calibrate with selection="informative".'
    )


def _pools_differ(pairs: Codes, staff: int, measure: Floats) -> str | None:
    """The mean candidate differs between interviewers: ``F = sum n_j (m_j - m)^2 / (R - 1) / variance``.

    ``pairs`` are candidates times ``staff`` plus the interviewers they met.
    """
    candidate, interviewer = np.divmod(pairs, staff)
    met = np.bincount(interviewer, minlength=staff)
    mean = np.bincount(interviewer, measure[candidate], staff) / met
    variance = float(measure.var())
    ratio = float(met @ (mean - measure.mean()) ** 2) / ((staff - 1) * variance)
    spread = float(np.sqrt(max(ratio - 1.0, 0.0) / met.mean()))  # sds of proficiency
    if ratio < 1.0 + 3.0 * np.sqrt(2.0 / (staff - 1)) or spread < TELLING_SPREAD:
        return None
    return (
        f"Interviewers {NOT_AT_RANDOM}: the candidates of different interviewers differ {ratio:.1f} times as "
        "much in proficiency as chance explains. If they come from different sites or openings, give these "
        "as groups, or part of the difference is read as severity. If they were selected by ratings that are "
        "among these, nothing has to be done; if by anything else (a screening, a referee, a coordinator's choice), "
        'calibrate with selection="informative".'
    )


def _linkage_warnings(fit: Fit, linkage: Linkage) -> list[str]:
    """Unlinked subsets and whom to lend."""
    if linkage.subsets == 1:
        return []
    sizes = np.bincount(linkage.candidate)
    listed = ", ".join(str(size) for size in sizes[:6]) + (", …" if len(sizes) > 6 else "")
    text = (
        f"The candidates fall into {len(sizes)} unlinked subsets ({listed} candidates). Measures "
        "are relative to the mean of the own subset; never rank candidates of different subsets."
    )
    said = [text]
    links = [_linking_warning(fit, linkage, k) for k in range(1, min(len(sizes), 1 + MOST_LINKS))]
    return said + [link for link in links if link]


def _linking_warning(fit: Fit, linkage: Linkage, smaller: int) -> str | None:
    """Whom to lend so that a subset can be compared with the largest one; None where it hardly helps."""
    ratings = fit.structure.ratings
    judged = linkage.candidate[ratings.candidate]
    here, there = (np.unique(ratings.interviewer[judged == which]) for which in (smaller, 0))
    if len(np.intersect1d(linkage.interviewer[here], linkage.interviewer[there])):
        return (
            f"To link subset {smaller + 1} with subset 1, ask some questions in both: they have "
            "interviewers in common, but their questions cannot be compared."
        )
    link = best_linking_rater(fit, linkage.candidate, smaller)
    if link.after > WORTH_LINKING * link.before:
        return None
    apart = ", on questions asked there" if linkage.question.max() > 0 else ""
    return (
        f"To link subset {smaller + 1} with subset 1, let interviewer "
        f"{ratings.interviewers[link.interviewer]} also rate candidates of subset {link.to + 1}{apart}: "
        f"{LINKING_INTERVIEWS} interviews would lower the standard error of the difference between the "
        f"subsets from {link.before:.2f} to {link.after:.2f} logits, more than lending anybody else."
    )


def _bridge_warnings(ratings: Ratings) -> list[str]:
    """Parts of the panel that one interviewer holds to the rest."""
    return [
        f"{_count(bridge.candidates, 'candidate hangs', 'candidates hang')} together with the others "
        f"{BRIDGE} {ratings.interviewers[bridge.interviewer]} alone: comparisons across rest "
        "on one person's severity. Let a second interviewer rate on both sides."
        for bridge in find_bridges(ratings.candidate, ratings.interviewer)[:MOST_BRIDGES]
    ]


def _separability_warnings(ratings: Ratings, design: Design) -> list[str]:
    """Questions that only one interviewer asks."""
    alone = np.flatnonzero(design.interviewers_per_question == 1)
    if not len(alone) or len(ratings.interviewers) == 1:
        return []
    named = ", ".join(str(label) for label in ratings.questions[alone[:5]])
    more = ", …" if len(alone) > 5 else ""
    return [
        (
            f"{_count(len(alone), 'question is', 'questions are')} asked by one interviewer only "
            f"({named}{more}): difficulty and that interviewer's severity are told apart by their "
            "priors alone."
        )
    ]


def _scale_warnings(ratings: Ratings) -> list[str]:
    """Unused points of the scale, rare categories, small panels."""
    said = []
    spacing = np.diff(ratings.categories)
    if len(spacing) and spacing.max() > 1.5 * spacing.min():
        used = ", ".join(f"{value:g}" for value in ratings.categories)
        said.append(f"The scores used are {used}: points between them never occur and were collapsed.")
    count = np.bincount(ratings.points)
    rare = np.flatnonzero(count < FEW_PER_CATEGORY)
    if len(rare):
        named = ", ".join(f"{ratings.categories[k]:g} ({count[k]})" for k in rare[:6])
        said.append(f"Scores given fewer than {FEW_PER_CATEGORY} times: {named}.")
    for levels, noun in ((ratings.interviewers, "interviewers"), (ratings.questions, "questions")):
        if 1 < len(levels) < FEW_LEVELS:
            said.append(f"{len(levels)} {noun} only: how much {noun} differ is mostly the prior's view.")
    if ratings.n < SMALL_PANEL:
        said.append(
            f"{ratings.n} ratings: a small panel. Intervals include the uncertainty of the "
            "variance components."
        )
    return said


def _count(number: int, one: str, many: str) -> str:
    """``1 candidate was`` or ``3 candidates were``."""
    return f"{number} {one if number == 1 else many}"
