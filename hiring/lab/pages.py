"""What the pages of one rater know: the lab, an answer to rate, an answer rated."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from accounts.models import Team, TeamPolicy, User
from hiring.lab.comparison import Compared, compare, summed_up
from hiring.lab.drift import Check, Movement, check_of, held_back, movement
from hiring.lab.forms import RatingsForm
from hiring.lab.models import Vignette, VignettePair, VignetteReference, VignetteSitting
from hiring.lab.standing import FamilyStanding, PersonStanding, ReferenceRow, grid_of, standings
from rubrics.models import Criterion, QuestionFormat
from web.render import Crumb


@dataclass(frozen=True)
class AnswerLine:
    """A vignette in a list: its place among the answers to its question, and one's own first sitting."""

    vignette: Vignette
    number: int
    of: int
    sitting: VignetteSitting | None
    held: bool = False

    @property
    def name(self) -> str:
        """As pages call it: nothing in it tells the standard."""
        which = f", answer {self.number} of {self.of}" if self.of > 1 else ""
        return f"{self.vignette.question.title}{which}"

    @property
    def result(self) -> str:
        """How many of one's ratings an expert could have given."""
        if self.sitting is None:
            return ""
        rows = compare(self.sitting)
        return f"{sum(row.agrees for row in rows)} of {len(rows)} match"


@dataclass(frozen=True)
class Family:
    """A family of questions: where one stands in it, and its answers."""

    standing: FamilyStanding
    lines: list[AnswerLine]

    @property
    def to_rate(self) -> list[AnswerLine]:
        return [line for line in self.lines if line.sitting is None and not line.held]

    @property
    def rated(self) -> list[AnswerLine]:
        return [line for line in self.lines if line.sitting is not None]

    @property
    def n_held(self) -> int:
        return sum(line.held for line in self.lines)


@dataclass(frozen=True)
class LabPage:
    """One rater's lab. ``check`` is this month's; ``months`` the checks so far, newest first."""

    policy: TeamPolicy
    families: list[Family]
    check: Check
    movement: Movement
    checks: list[VignetteSitting]
    #: Own points by reference; empty before the first rating.
    grid: list[ReferenceRow]
    may_see_people: bool
    may_anchor: bool
    n_splits: int | None

    @property
    def where_from(self) -> str:
        """How a lab comes by its answers."""
        return (
            "Answers come with a content pack: manage.py import_pack packs/starter --library brings the starter "
            "pack’s 42 into the library, and copying a role from it brings those to its questions."
        )

    @property
    def n_certified(self) -> int:
        return sum(family.standing.certificate is not None for family in self.families)

    @property
    def next_line(self) -> AnswerLine | None:
        """The answer to rate next: in the family that is furthest on the path."""
        open_ = [family for family in self.families if family.to_rate]
        open_.sort(key=lambda each: (each.standing.certificate is not None, each.standing.lacks_vignettes))
        return open_[0].to_rate[0] if open_ else None


def lines_of(team: Team, sittings: list[VignetteSitting], *, held: set[str]) -> list[AnswerLine]:
    """All answers that the team offers, by question. Three queries."""
    rows = list(
        Vignette.objects.in_team(team)
        .latest_published()
        .select_related("question")
        .order_by("question__title", "key")
    )
    first: dict[str, VignetteSitting] = {}
    for sitting in sittings:
        first.setdefault(sitting.vignette.key, sitting)
    of_question: dict[str, list[Vignette]] = defaultdict(list)
    for row in rows:
        of_question[row.question.key].append(row)
    return [
        AnswerLine(
            row,
            of_question[row.question.key].index(row) + 1,
            len(of_question[row.question.key]),
            first.get(row.key),
            held=row.key in held,
        )
        for row in rows
    ]


def own(team: Team, user: User, policy: TeamPolicy) -> PersonStanding:
    """Where somebody stands, with their sittings in order."""
    sittings = list(VignetteSitting.objects.in_team(team).filter(rater=user).with_ratings())
    return standings(team, policy, [user.pk], sittings=sittings)[user.pk]


def families_of(team: Team, standing: PersonStanding) -> list[Family]:
    """Families with their answers, in the order of the formats."""
    certified = {each.family for each in standing.certified}
    held = held_back(team, standing.sittings, certified)
    by_family: dict[str, list[AnswerLine]] = defaultdict(list)
    for line in lines_of(team, standing.sittings, held=held):
        by_family[line.vignette.question.format].append(line)
    return [Family(each, by_family[each.family]) for each in standing.families]


def lab_page(
    team: Team,
    user: User,
    policy: TeamPolicy,
    *,
    now: datetime,
    may_see_people: bool,
    may_anchor: bool,
    n_splits: int | None,
) -> LabPage:
    """Everything on the lab's first page, in a fixed number of queries."""
    standing = own(team, user, policy)
    return LabPage(
        policy=policy,
        families=families_of(team, standing),
        check=check_of(team, standing.sittings, policy, now=now),
        movement=movement(standing.sittings),
        grid=grid_of(standing.sittings),
        checks=[each for each in reversed(standing.sittings) if each.drift_of_id][:12],
        may_see_people=may_see_people,
        may_anchor=may_anchor,
        n_splits=n_splits,
    )


@dataclass(frozen=True)
class RateRow:
    """A criterion to rate: its points with label and anchor, what is chosen, what is wrong."""

    criterion: Criterion
    name: str
    points: list[tuple[int, str, str]]
    chosen: str
    problem: str


@dataclass(frozen=True)
class VignettePage:
    """What both states of an answer's page show."""

    team: Team
    line: AnswerLine

    @property
    def vignette(self) -> Vignette:
        return self.line.vignette

    @property
    def crumbs(self) -> list[Crumb]:
        lab, family = f"/t/{self.team.key}/lab/", self.vignette.question.format
        return [Crumb("Lab", lab), Crumb(str(QuestionFormat(family).label), f"{lab}#{family}")]


@dataclass(frozen=True)
class RatePage(VignettePage):
    """An answer to rate: nothing here tells reference, trap or what others gave."""

    form: RatingsForm
    number: int

    @property
    def is_repeat(self) -> bool:
        return self.number > 1

    @property
    def rows(self) -> list[RateRow]:
        labels = [(each.value, each.label) for each in self.vignette.question.scale.points.all()]
        rows = []
        for criterion in self.form.criteria:
            name = f"c{criterion.pk}"
            texts = {anchor.point: anchor.text for anchor in criterion.anchors.all()}
            chosen = self.form[name].value()
            rows.append(
                RateRow(
                    criterion,
                    name,
                    [(value, label, texts.get(value, "")) for value, label in labels],
                    "" if chosen is None else str(chosen),
                    " ".join(str(error) for error in self.form.errors.get(name, [])),
                )
            )
        return rows


@dataclass(frozen=True)
class AnchorStep:
    """One anchor of a rated criterion."""

    point: int
    label: str
    text: str
    is_reference: bool
    is_acceptable: bool
    is_yours: bool


@dataclass(frozen=True)
class ResultRow:
    """A criterion rated: own point and reference, anchor by anchor, with the author's reason."""

    criterion: Criterion
    compared: Compared
    reference: VignetteReference
    steps: list[AnchorStep]


@dataclass(frozen=True)
class ResultPage(VignettePage):
    """An answer rated: the reference may be seen now. ``sitting`` is the newest, ``earlier`` those before."""

    sitting: VignetteSitting
    earlier: list[VignetteSitting]
    standing: FamilyStanding | None
    next_line: AnswerLine | None
    #: The answers it makes a pair with that one has rated too, and why they belong together.
    beside: list[tuple[AnswerLine, VignettePair]] = field(default_factory=list)

    @cached_property
    def compared(self) -> list[Compared]:
        return compare(self.sitting, self.vignette.references.all())

    @property
    def said(self) -> str:
        return summed_up(self.compared)

    @property
    def rows(self) -> list[ResultRow]:
        by_competency = {row.competency: row for row in self.compared}
        references = {row.competency: row for row in self.vignette.references.all()}
        return [
            ResultRow(
                criterion,
                by_competency[criterion.competency.key],
                references[criterion.competency.key],
                self._steps(criterion, by_competency[criterion.competency.key]),
            )
            for criterion in self.vignette.question.criteria.all()
            if criterion.competency.key in by_competency
        ]

    def _steps(self, criterion: Criterion, row: Compared) -> list[AnchorStep]:
        texts = {anchor.point: anchor.text for anchor in criterion.anchors.all()}
        return [
            AnchorStep(
                point=each.value,
                label=each.label,
                text=texts.get(each.value, ""),
                is_reference=each.value == row.reference,
                is_acceptable=each.value in row.acceptable,
                is_yours=each.value == row.point,
            )
            for each in self.vignette.question.scale.points.all()
        ]
