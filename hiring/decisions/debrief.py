"""What a debrief shows: competencies x interviewers, raw and calibrated, disagreement first."""

from collections import defaultdict
from dataclasses import dataclass, field

from accounts.access import has_permission
from accounts.models import TeamPolicy, User
from accounts.permissions import Permission
from hiring.calibration.evidence import GapLayers, gap_layers
from hiring.calibration.models import CalibrationRun
from hiring.calibration.moved import level_moves
from hiring.calibration.moved_words import Reader, sentence
from hiring.calibration.next_questions import NextQuestions, next_questions
from hiring.calibration.readers import ApplicationLevels, levels_for
from hiring.decisions.agenda import Item, agenda
from hiring.decisions.models import Debrief
from hiring.decisions.provenance import CardMark, card_notes, marks_of
from hiring.decisions.record import Change, changes, is_stale
from hiring.decisions.rows import DebriefRow, InterviewerCell, called
from hiring.decisions.rule import RuleSays, looks_short, recommend, short_and_supported
from hiring.pipeline.models import Application
from hiring.scoring.models import Rating, Scorecard
from web.numbers import level as level_text


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
        short = short_and_supported((row.view for row in self.must_haves), self.policy)
        return [row for row in self.must_haves if row.view in short]

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
        return looks_short(row.view, self.policy)

    @property
    def recommendation(self) -> RuleSays:
        """What the decision rule says."""
        return recommend(self.levels, self.policy)

    @property
    def names(self) -> dict[str, str]:
        """Names of the role's competencies by key."""
        return {row.key: row.view.requirement.competency.name for row in self.rows}

    @property
    def pooled_rows(self) -> int:
        """Competencies that have a part in the pooled gap."""
        return sum(row.view.pooled_as is not None for row in self.rows)

    @property
    def pooled_from_print(self) -> float | None:
        """The pooled gap from weights and levels as printed, where rounding makes it another than the one printed."""
        gap = self.levels.pooled.gap
        counted = [row.view for row in self.rows if row.view.pooled_as is not None]
        total = sum(round(100 * view.weight) for view in counted)
        if gap is None or not total:
            return None
        printed = sum(
            round(100 * view.weight) * (view.required - round(view.pooled_as or 0.0, 1)) for view in counted
        )
        return printed / total if level_text(printed / total) != level_text(gap) else None

    @property
    def notes(self) -> list[Scorecard]:
        """Scorecards whose interviewer left a note for the debrief."""
        return [card for card in self.cards if card.summary]

    @property
    def people(self) -> dict[int, str]:
        """What each interviewer is called on the page, by id."""
        return called(self.interviewers)

    @property
    def withdrawn(self) -> list[Rating]:
        """Ratings that were taken back and that the levels beside them still hold."""
        made = self.run.created_at if self.run else None
        found = [rating for row in self.rows for rating in row.ratings if hasattr(rating, "withdrawal")]
        return [
            each for each in found if self.stale and made is not None and each.withdrawal.withdrawn_at > made
        ]

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
        return agenda(self.rows, self.policy, last=self.application.opening.hiring_manager_id)


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
    reader = Reader(user.pk, has_permission(user, Permission.CALIBRATE, team=application.team))
    moves = level_moves(debrief.run, levels.levels, ratings, {pk: mark.counted for pk, mark in marks.items()})
    for view in levels.levels:
        found = by_competency.pop(view.requirement.competency.key, [])
        cells = [
            InterviewerCell(who, [r for r in found if r.scorecard.interviewer_id == who.pk], marks)
            for who in interviewers
        ]
        why = sentence(moves.get(view.requirement.competency.key), reader)
        rows.append(DebriefRow(view, cells, found, marks, policy.discuss_from, until, why))
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
        severities=_severities(debrief.run, reader, interviewers, policy),
    )


def _severities(
    run: CalibrationRun | None, reader: Reader, interviewers: list[User], policy: TeamPolicy
) -> dict[int, float]:
    """Severity in levels by interviewer: one's own, and everybody's for holders of the calibrator permission."""
    if run is None:
        return {}
    wanted = [who.pk for who in interviewers]
    if not reader.calibrates:
        wanted = [pk for pk in wanted if pk == reader.person]
    return {
        row.interviewer_id: row.severity_levels
        for row in run.interviewers.filter(interviewer_id__in=wanted, n_scorecards__gte=policy.estimates_from)
        if row.severity_levels is not None
    }


def submitted_count(application: Application) -> int:
    """Scorecards that are in."""
    return Scorecard.objects.filter(interview__application=application).submitted().count()
