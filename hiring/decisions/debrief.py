"""What a debrief shows: competencies x interviewers, raw and calibrated, disagreement first."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from accounts.access import has_permission
from accounts.models import TeamPolicy, User
from accounts.permissions import Permission
from hiring.calibration.evidence import GapLayers, gap_layers
from hiring.calibration.models import CalibrationRun, LevelDisplay
from hiring.calibration.next_questions import NextQuestions, next_questions
from hiring.calibration.readers import ApplicationLevels, LevelView, levels_for, raw_level
from hiring.decisions.models import Debrief
from hiring.decisions.provenance import CardMark, card_notes, marks_of
from hiring.decisions.record import Change, changes, is_stale
from hiring.pipeline.models import Application
from hiring.scoring.models import Rating, Scorecard


@dataclass(frozen=True)
class InterviewerCell:
    """One interviewer's ratings of one competency."""

    interviewer: User
    ratings: list[Rating]
    marks: dict[int, CardMark]

    @property
    def points(self) -> list[int]:
        """Points that count, in the order of rating."""
        return _counted(self.ratings, self.marks)


@dataclass(frozen=True)
class DebriefRow:
    """One competency: everybody's ratings beside the calibrated level."""

    view: LevelView
    cells: list[InterviewerCell]
    ratings: list[Rating]
    marks: dict[int, CardMark]
    discuss_from: int
    #: When the run was told, so that ratings that came in later are marked.
    until: datetime | None

    @property
    def since(self) -> int:
        """Ratings that are not in the level yet, where there is one."""
        if self.until is None or self.view.pending:
            return 0
        return sum(
            rating.scorecard.enters
            and self.marks[rating.pk].counted is not None
            and rating.scorecard.submitted_at is not None
            and rating.scorecard.submitted_at > self.until
            for rating in self.ratings
        )

    @property
    def points(self) -> list[int]:
        """All points on this competency that count."""
        return _counted(self.ratings, self.marks)

    @property
    def apart(self) -> int:
        """How far the highest and the lowest point lie apart; 0 with fewer than two ratings."""
        return max(self.points) - min(self.points) if len(self.points) > 1 else 0

    @property
    def discuss(self) -> bool:
        """Whether the ratings differ enough to be talked about."""
        return self.apart >= self.discuss_from

    @property
    def order(self) -> tuple[float, float]:
        """Disagreement x weight first, then weight."""
        return (-self.apart * self.view.weight, -self.view.weight)

    @property
    def key(self) -> str:
        """Identifies the row in the page."""
        return self.view.requirement.competency.key

    @property
    def raw_level(self) -> float | None:
        """The raw mean of what counts, on the axis of levels."""
        return raw_level(self.ratings, {pk: mark.counted for pk, mark in self.marks.items()})


def _counted(ratings: list[Rating], marks: dict[int, CardMark]) -> list[int]:
    found = [marks[rating.pk].counted for rating in ratings]
    return [point for point in found if point is not None]


@dataclass(frozen=True)
class Item:
    """One point of the agenda, in plain words."""

    title: str
    text: str


@dataclass(frozen=True)
class DebriefView:
    """A debrief, ready to be shown."""

    application: Application
    debrief: Debrief
    run: CalibrationRun | None
    levels: ApplicationLevels
    policy: TeamPolicy
    interviewers: list[User]
    rows: list[DebriefRow]
    beyond: list[Rating]
    cards: list[Scorecard]
    #: What is to be said of each rating besides its point, by its id.
    marks: dict[int, CardMark]
    changes: list[Change]
    #: Scorecards that the run does not hold yet.
    missed: list[Scorecard]
    #: Whether one of them holds a rating, so that nothing is decided before a newer run.
    stale: bool
    layers: GapLayers
    next: NextQuestions
    severities: dict[int, float] = field(default_factory=dict)

    @property
    def n_ratings(self) -> int:
        """Ratings behind the page."""
        return sum(len(row.points) for row in self.rows)

    @property
    def must_haves(self) -> list[DebriefRow]:
        return [row for row in self.rows if row.view.requirement.must_have]

    @property
    def must_haves_short(self) -> list[DebriefRow]:
        """Must-haves likely below the required level, with enough ratings to say so."""
        return [row for row in self.must_haves if self._looks_short(row) and row.view.verdict_supported]

    @property
    def must_haves_thin(self) -> list[DebriefRow]:
        """Must-haves that look short on too few ratings, interviewers or conversations to say so."""
        return [row for row in self.must_haves if self._looks_short(row) and not row.view.verdict_supported]

    @property
    def must_haves_open(self) -> list[DebriefRow]:
        """Must-haves on which it is neither likely nor unlikely, or not known."""
        settled = self.policy.band_unlikely
        return [
            row
            for row in self.must_haves
            if not self._looks_short(row) and (row.view.p_gap is None or row.view.p_gap > settled)
        ]

    def _looks_short(self, row: DebriefRow) -> bool:
        return row.view.p_gap is not None and row.view.p_gap >= self.policy.band_likely

    @property
    def notes(self) -> list[Scorecard]:
        """Scorecards whose interviewer left a note for the debrief."""
        return [card for card in self.cards if card.summary]

    @property
    def stamped(self) -> list[tuple[Scorecard, str]]:
        """Cards of which the reader has to know something, and what."""
        return [(card, "; ".join(notes)) for card in self.cards if (notes := card_notes(card))]

    @property
    def to_discuss(self) -> int:
        """Competencies whose ratings lie so far apart that they are worth talking about."""
        return sum(row.discuss for row in self.rows)

    @property
    def unknown(self) -> list[DebriefRow]:
        """Competencies without a rating."""
        return [row for row in self.rows if not row.view.assessed]

    @property
    def unknown_weight(self) -> float:
        """Share of the role's weight nobody rated."""
        return sum(row.view.weight for row in self.unknown)

    @property
    def agenda(self) -> list[Item]:
        """What is worth the meeting's time, most consequential first."""
        items = [_disagreement(row) for row in self.rows if row.discuss][:3]
        items += [
            _open_must_have(row) for row in self.must_haves if not row.discuss and _is_open(row, self.policy)
        ]
        items += [_unknown(row) for row in self.unknown if row.view.requirement.must_have]
        return items[:5]


def _names(row: DebriefRow, point: int) -> str:
    people = [cell.interviewer.get_short_name() for cell in row.cells if point in cell.points]
    return " and ".join(people)


def _disagreement(row: DebriefRow) -> Item:
    low, high = min(row.points), max(row.points)
    questions = {rating.criterion.question.title for rating in row.ratings if rating.point in (low, high)}
    where = (
        "They watched the same question."
        if len(questions) == 1
        else f"Different questions: {', '.join(sorted(questions)[:3])}."
    )
    name = row.view.requirement.competency.name
    return Item(name, f"{_names(row, low)} gave {low}, {_names(row, high)} gave {high}. {where}")


def _is_open(row: DebriefRow, policy: TeamPolicy) -> bool:
    chance = row.view.p_gap
    if not row.view.assessed or row.view.pending:
        return False
    return chance is None or policy.band_unlikely < chance < policy.band_likely


def _open_must_have(row: DebriefRow) -> Item:
    name = row.view.requirement.competency.name
    if row.view.display == LevelDisplay.INTERVAL:
        return Item(
            name,
            "A must-have that only one interviewer or one rating speaks for. One more session would tell.",
        )
    if not row.view.showable:
        return Item(name, "A must-have the questions of this loop cannot show at the required level.")
    return Item(name, "A must-have on which the ratings leave it open whether the required level is reached.")


def _unknown(row: DebriefRow) -> Item:
    return Item(row.view.requirement.competency.name, "A must-have nobody rated. It is unknown, not absent.")


def build(application: Application, debrief: Debrief, *, user: User, policy: TeamPolicy) -> DebriefView:
    """Assemble the page for ``user``: a fixed number of queries, whatever the number of ratings."""
    cards = list(
        Scorecard.objects.visible_to(user)
        .submitted()
        .filter(interview__application=application)
        .select_related("interviewer", "interview__stage", "written_by")
        .order_by("interview__stage__position", "interviewer__name")
    )
    ratings = list(
        Rating.objects.filter(scorecard__in=cards)
        .select_related(
            "criterion__competency",
            "criterion__question__scale",
            "scorecard__interviewer",
            "scorecard__interview__stage",
            "scorecard__written_by",
            "withdrawal__withdrawn_by",
        )
        .order_by(
            "scorecard__interview__stage__position", "criterion__question_id", "scorecard__interviewer__name"
        )
    )
    interviewers = list({card.interviewer_id: card.interviewer for card in cards}.values())
    levels = levels_for(application, run=debrief.run, policy=policy)
    by_competency: dict[str, list[Rating]] = defaultdict(list)
    for rating in ratings:
        by_competency[rating.criterion.competency.key].append(rating)
    marks = marks_of(ratings)
    rows, until = [], debrief.run.data_until if debrief.run else None
    for view in levels.levels:
        found = by_competency.pop(view.requirement.competency.key, [])
        cells = [
            InterviewerCell(who, [r for r in found if r.scorecard.interviewer_id == who.pk], marks)
            for who in interviewers
        ]
        rows.append(DebriefRow(view, cells, found, marks, policy.discuss_from, until))
    rows.sort(key=lambda row: row.order)
    missed = [
        card
        for card in cards
        if card.enters and (until is None or (card.submitted_at and card.submitted_at > until))
    ]
    return DebriefView(
        application=application,
        debrief=debrief,
        run=debrief.run,
        levels=levels,
        policy=policy,
        interviewers=interviewers,
        rows=rows,
        beyond=[rating for found in by_competency.values() for rating in found],
        cards=cards,
        marks=marks,
        changes=changes(debrief, debrief.run, cards, ratings),
        missed=missed,
        stale=is_stale(application, debrief.run),
        layers=gap_layers(application, policy=policy),
        next=next_questions(application, debrief.run),
        severities=_severities(debrief.run, user, interviewers, policy),
    )


def _severities(
    run: CalibrationRun | None, user: User, interviewers: list[User], policy: TeamPolicy
) -> dict[int, float]:
    """Severity in levels by interviewer: one's own, and everybody's for holders of the calibrator permission."""
    if run is None:
        return {}
    wanted = [who.pk for who in interviewers]
    if not has_permission(user, Permission.CALIBRATE, team=run.team):
        wanted = [pk for pk in wanted if pk == user.pk]
    return {
        row.interviewer_id: row.severity_levels
        for row in run.interviewers.filter(interviewer_id__in=wanted, n_scorecards__gte=policy.estimates_from)
        if row.severity_levels is not None
    }


def submitted_count(application: Application) -> int:
    """Scorecards that are in."""
    return Scorecard.objects.filter(interview__application=application).submitted().count()
