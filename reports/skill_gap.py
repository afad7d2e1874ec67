"""The skill-gap report: one candidate against the role profile. It informs a decision and makes none."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from accounts import numbers
from accounts.models import Membership, TeamPolicy
from hiring.calibration.models import LevelDisplay
from hiring.calibration.readers import ApplicationLevels, LevelView, levels_for
from hiring.loops.bank import strongest_for
from hiring.pipeline.models import Application
from hiring.scoring.models import Rating, ScorecardState
from reports.figures import levels as level_figures
from reports.figures.parts import PAPER, Style
from reports.figures.types import FigureDict, LevelMark
from reports.making import Arranged
from reports.models import Report
from reports.pdf.document import Document
from roles.models.profiles import REALISM_ORDER
from rubrics.models import Question

MOST_QUOTES = 4
ASKED_NEXT = 3
STRIP = Style(width=224, font=7.5)
WORDS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Note:
    """One rating as the report quotes it: the interviewer by label and function, never by name."""

    label: str
    function: str
    question: str
    point: int | None
    point_label: str
    evidence: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """One competency of the report."""

    view: LevelView
    band: str
    strip: FigureDict
    notes: list[Note]

    @property
    def quotes(self) -> list[Note]:
        """Notes with words in them, lowest and highest points first, so that both sides are read."""
        worded = [note for note in self.notes if note.evidence and note.point is not None]
        worded.sort(key=lambda note: -abs((note.point or 0) - 2.5))
        return worded[:MOST_QUOTES]


@dataclass(frozen=True)
class Next:
    """A question worth asking next, and what it would speak to."""

    question: Question
    speaks_to: list[str]
    worth: float


def arrange(report: Report) -> Arranged:
    """Gather one application's levels, evidence and open questions."""
    application = (
        Application.objects.select_related(
            "candidate",
            "team",
            "opening__profile",
            "opening__loop",
            "debrief__run__scale",
            "debrief__opened_by",
        )
        .filter(pk=report.application_id)
        .get()
    )
    policy = TeamPolicy.objects.current_for(application.team_id)
    debrief = getattr(application, "debrief", None)
    run = debrief.run if debrief is not None else None
    found = levels_for(application, run=run, policy=policy)
    notes = _notes(application)
    bands = (policy.band_unlikely, policy.band_likely)
    entries = [
        Entry(
            view,
            word(view, bands),
            level_figures.level_strip([_mark(view)], style=STRIP, bands=bands, columns=False),
            notes[view.requirement.competency.key],
        )
        for view in _ordered(found.levels)
    ]
    likely = [entry for entry in entries if entry.band == "likely below"]
    meets = [entry for entry in entries if entry.band == "likely meets"]
    unknown = [entry for entry in entries if not entry.view.assessed]
    open_ = [entry for entry in entries if entry.view.assessed and entry not in likely and entry not in meets]
    context = {
        "application": application,
        "profile": application.opening.profile,
        "loop": application.opening.loop,
        "run": run,
        "levels": found,
        "entries": entries,
        "likely": likely,
        "meets": meets,
        "open": open_,
        "thin": [entry for entry in open_ if entry.view.display == LevelDisplay.INTERVAL],
        "beyond": [entry for entry in open_ if not entry.view.showable],
        "unknown": unknown,
        "must": [entry for entry in entries if entry.view.requirement.must_have],
        "must_below": [entry for entry in likely if entry.view.requirement.must_have],
        "must_open": [entry for entry in (*open_, *unknown) if entry.view.requirement.must_have],
        "figure": level_figures.level_strip(
            [_mark(entry.view) for entry in entries], style=PAPER, bands=bands
        ),
        "next": ask_next(application, entries),
        "labels": _labels(application),
        "n_ratings": sum(note.point is not None for each in notes.values() for note in each),
        "policy": policy,
        "level_words": level_figures.LEVELS,
        "standfirst": standfirst(len(entries), len(likely), len(meets), len(open_), len(unknown)),
    }
    document = Document(
        kind="Skill gap report",
        subject=f"{application.candidate} · {application.opening.profile.name}",
        title=finding(found, likely, open_, unknown, bool(run)),
        description=f"Levels of {application.candidate} against {application.opening.profile.name}.",
        made_at=timezone.now(),
        provenance=(
            f"Role profile {application.opening.profile.label}",
            f"Loop {application.opening.loop.label}",
            f"Calibration {run.created_at:%d %b %Y}, data {run.data_hash[:8]}"
            if run
            else "No calibration yet",
            str(policy).capitalize(),
        ),
        synthetic=application.team.is_synthetic,
        letter=report.paper == "letter",
    )
    provenance = {
        "profile": application.opening.profile.label,
        "profile_hash": application.opening.profile.content_hash,
        "loop": application.opening.loop.label,
        "loop_hash": application.opening.loop.content_hash,
        "run": run.pk if run else None,
        "data_hash": run.data_hash if run else None,
        "model": run.model_version if run else None,
        "policy": policy.version,
    }
    return Arranged("reports/pdf/skill_gap.html", document, context, provenance)


def word(view: LevelView, bands: tuple[float, float]) -> str:
    """Where a level stands against the requirement, in words that claim no more than is known."""
    if not view.assessed:
        return "not assessed"
    if view.display == LevelDisplay.SUPPRESSED:
        return "withheld"
    if not view.showable:
        return "this loop cannot show it"
    if view.display == LevelDisplay.INTERVAL:
        return "open, one source"
    return level_figures.band(view.p_gap, bands)


def finding(
    found: ApplicationLevels, likely: list[Entry], open_: list[Entry], unknown: list[Entry], calibrated: bool
) -> str:
    """The report's title: the finding, so that a reader who stops there is not misled."""
    if not calibrated:
        return "The scorecards are in; their calibration is not finished, so no level can be given yet"
    unsettled = len(open_) + len(unknown)
    rest = (
        "every other requirement is settled"
        if not unsettled
        else f"{_count(unsettled)} requirement{'s' if unsettled > 1 else ''} still open"
    )
    if likely:
        names = [entry.view.requirement.competency.name.lower() for entry in likely[:2]]
        more = len(likely) - 2
        what = f"{', '.join(names)} and {_count(more)} more" if more > 0 else " and ".join(names)
        return f"Likely below the required level on {what}; {rest}"
    if unsettled:
        return f"Nothing is likely below the required level; {rest}"
    return "Likely at the required level on everything that was assessed"


_NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def _count(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def standfirst(n: int, likely: int, meets: int, open_: int, unknown: int) -> str:
    """The sentence under the title."""
    parts = (
        (likely, "is likely below the required level", "are likely below the required level"),
        (meets, "likely meets it", "likely meet it"),
        (open_, "cannot be called yet", "cannot be called yet"),
        (unknown, "was not assessed", "were not assessed"),
    )
    said = [f"{_count(number)} {one if number == 1 else many}" for number, one, many in parts if number]
    listed = (
        ", ".join(said[:-1]) + (" and " if len(said) > 1 else "") + said[-1] if said else "none was demanded"
    )
    return f"Of {_count(n)} competencies, {listed}. This report informs a person’s decision. It makes none."


def _ordered(views: list[LevelView]) -> list[LevelView]:
    """By consequence: weighted gap first, then what is open by weight, unknown last."""

    def rank(view: LevelView) -> tuple[int, float]:
        if not view.assessed:
            return (2, -view.weight)
        if view.gap is None:
            return (1, -view.weight)
        return (0, -view.gap * view.weight)

    return sorted(views, key=rank)


def _mark(view: LevelView) -> LevelMark:
    note = {
        LevelDisplay.NOT_ASSESSED: "not assessed",
        LevelDisplay.SUPPRESSED: "withheld: targets do not explain difficulty",
        LevelDisplay.INTERVAL: f"one source: {numbers.span(view.lower, view.upper)}",
    }.get(LevelDisplay(view.display), "")
    return LevelMark(
        name=view.requirement.competency.name,
        required=view.required,
        level=view.level,
        lower=view.lower if view.level is not None else None,
        upper=view.upper if view.level is not None else None,
        chance_below=view.p_gap if view.level is not None else None,
        weight=view.weight,
        must_have=view.requirement.must_have,
        note=note or "not assessed",
    )


def _labels(application: Application) -> dict[int, tuple[str, str]]:
    """Label and function of each interviewer, in the order in which they met the candidate."""
    seen: dict[int, None] = {}
    for pk in (
        Rating.objects.filter(
            scorecard__interview__application=application, scorecard__state=ScorecardState.SUBMITTED
        )
        .order_by("scorecard__interview__stage__position", "scorecard_id", "pk")
        .values_list("scorecard__interviewer_id", flat=True)
    ):
        seen.setdefault(pk, None)
    functions = dict(
        Membership.objects.filter(team_id=application.team_id, user_id__in=seen).values_list(
            "user_id", "function"
        )
    )
    return {
        pk: (f"Interviewer {WORDS[number % 26]}{number // 26 or ''}", functions.get(pk, ""))
        for number, pk in enumerate(seen)
    }


def _notes(application: Application) -> dict[str, list[Note]]:
    labels = _labels(application)
    notes: dict[str, list[Note]] = defaultdict(list)
    ratings = (
        Rating.objects.filter(
            scorecard__interview__application=application, scorecard__state=ScorecardState.SUBMITTED
        )
        .select_related("criterion__competency", "criterion__question__scale", "scorecard")
        .prefetch_related("criterion__question__scale__points")
        .order_by("scorecard__interview__stage__position", "criterion__question_id", "scorecard_id")
    )
    for rating in ratings:
        label, function = labels[rating.scorecard.interviewer_id]
        names = {point.value: point.label for point in rating.criterion.question.scale.points.all()}
        notes[rating.criterion.competency.key].append(
            Note(
                label=label,
                function=function,
                question=rating.criterion.question.title,
                point=rating.point,
                point_label=names.get(rating.point or 0, "").lower(),
                evidence=rating.evidence,
                reason=rating.get_not_assessed_display().lower() if rating.not_assessed else "",
            )
        )
    return notes


def doubt(view: LevelView) -> float:
    """How unsettled a requirement is: 1 unknown or a coin toss, 0 settled; 4p(1 - p) of its chance."""
    if not view.assessed or view.p_gap is None:
        return 1.0
    return 4 * view.p_gap * (1 - view.p_gap)


def ask_next(application: Application, entries: list[Entry]) -> list[Next]:
    """Questions of the team's bank that this candidate has not met, by what they would settle.

    Worth = sum over requirements of weight x doubt x strength x realism weight, counting only
    criteria that can show the required level; per minute would favour trivia, so the whole counts.
    """
    views = {entry.view.requirement.competency.key: entry.view for entry in entries}
    met = Rating.objects.filter(scorecard__interview__application=application).values(
        "criterion__question__key"
    )
    bank = (
        Question.objects.in_team(application.team)
        .latest_published()
        .filter(conventional=False)
        .exclude(key__in=met)
    )
    policy = TeamPolicy.objects.current_for(application.team_id)
    tried = {row.pk: row for rows in strongest_for(views, bank, each=4).values() for row in rows}
    found = []
    for question in tried.values():
        worth, names = 0.0, []
        for criterion in question.criteria.all():
            view = views.get(criterion.competency.key)
            if view is None or criterion.target_level + 1 < view.required - policy.kappa:
                continue
            gain = (
                view.weight
                * doubt(view)
                * float(criterion.strength)
                * policy.realism_weights[question.realism]
            )
            if gain > 0.01:
                worth += gain
                names.append((gain, criterion.competency.name))
        if names:
            found.append(Next(question, [name for _, name in sorted(names, reverse=True)], worth))
    found.sort(
        key=lambda each: (-each.worth, REALISM_ORDER.index(each.question.realism), each.question.title)
    )
    return found[:ASKED_NEXT]
