"""What the debrief's page shows of the meeting: where it stands, one's own part in it, and what was revealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from hiring.decisions.debrief import DebriefView
from hiring.decisions.live.actions import may_lead
from hiring.decisions.live.models import MANAGER_SHOWN, MINUTES, ORDER, LiveDebrief, Phase, Rescore
from hiring.decisions.models import Debrief
from hiring.decisions.rows import DebriefRow
from roles.models import Competency
from rubrics.models import Anchor, ScalePoint

STEPS = [phase for phase in ORDER if phase != Phase.OVER]


@dataclass(frozen=True)
class PhaseStep:
    """One phase in the strip: ``state`` is done, now or next."""

    label: str
    state: str
    detail: str


@dataclass(frozen=True)
class Strip:
    """Where the meeting stands, for everybody alike; it renews itself."""

    live: LiveDebrief
    n_in: int
    now: datetime

    @property
    def at(self) -> Phase:
        return Phase(self.live.phase)

    @property
    def steps(self) -> list[PhaseStep]:
        place = ORDER.index(self.at)
        return [
            PhaseStep(
                phase.label,
                "done" if ORDER.index(phase) < place else "now" if phase == self.at else "next",
                self._detail(phase, place),
            )
            for phase in STEPS
        ]

    def _detail(self, phase: Phase, place: int) -> str:
        if phase == self.at:
            return self.left
        if phase == Phase.RESCORE and ORDER.index(phase) < place:
            return f"{self.n_in} of {self.live.n_asked}"
        return "" if ORDER.index(phase) < place else f"{MINUTES[phase]} min"

    @property
    def left(self) -> str:
        """Planned minutes that are left of the phase, or by how much it is over."""
        planned = self.live.planned
        if planned is None:
            return ""
        seconds = (planned - (self.now - self.live.phase_since)).total_seconds()
        if seconds < 0:
            return f"{int(-seconds // 60) + 1} min over"
        return f"{int(seconds // 60) + 1} min left" if seconds >= 60 else "less than 1 min left"

    @property
    def over(self) -> bool:
        """Whether the meeting has ended."""
        return self.at == Phase.OVER

    @property
    def counts(self) -> bool:
        """Whether points come in now, so that their number is said: never whose, never which."""
        return self.at == Phase.RESCORE


@dataclass(frozen=True)
class PointChoice:
    """A point of the scale with what it stands for on the question one asked."""

    point: int
    label: str
    anchor: str


@dataclass(frozen=True)
class AgainTask:
    """One competency that the reader scores again: their first points, the choices, or what they gave."""

    competency: Competency
    first: list[int]
    evidence: list[str]
    choices: list[PointChoice]
    given: Rescore | None


@dataclass(frozen=True)
class AgainRow:
    """One person's first and second point; ``again`` None where none was given, or it is not shown yet."""

    person: User
    first: list[int]
    again: Rescore | None
    is_manager: bool
    mine: bool
    #: The manager's, as long as it is kept back.
    waits: bool

    @property
    def moved(self) -> int:
        """How far the second point lies from the first; 0 without either."""
        return self.again.point - self.first[-1] if self.again is not None and self.first else 0

    @property
    def may_adopt(self) -> bool:
        """Whether the reader may make it their rating with one click."""
        return self.mine and len(self.first) == 1 and self.moved != 0


@dataclass(frozen=True)
class Revealed:
    """One competency, everybody's two points beside one another, the manager last."""

    competency: Competency
    rows: list[AgainRow]

    @property
    def means(self) -> tuple[float, float] | None:
        """Mean of the first points and of the second, over those who gave both."""
        both = [(row.first[-1], row.again.point) for row in self.rows if row.first and row.again is not None]
        if not both:
            return None
        return sum(one for one, _ in both) / len(both), sum(two for _, two in both) / len(both)


@dataclass(frozen=True)
class LiveView:
    """The meeting as one reader sees it."""

    strip: Strip
    tasks: list[AgainTask]
    revealed: list[Revealed]
    leads: bool

    @property
    def live(self) -> LiveDebrief:
        return self.strip.live

    @property
    def next_step(self) -> str:
        """What the lead goes on to."""
        place = ORDER.index(self.strip.at)
        return ORDER[place + 1].label if place + 1 < len(ORDER) else ""


def strip_of(live: LiveDebrief) -> Strip:
    """Where ``live`` stands. One query."""
    n_in = Rescore.objects.filter(live=live, is_manager=False).count()
    return Strip(live, n_in, timezone.now())


def live_view(debrief: Debrief, view: DebriefView, *, user: User) -> LiveView | None:
    """The meeting on ``debrief``, if there is one. A fixed number of queries."""
    live = (
        LiveDebrief.objects.filter(debrief=debrief)
        .select_related("facilitator", "team", "debrief__team")
        .first()
    )
    if live is None:
        return None
    given = list(
        Rescore.objects.visible_to(user)
        .filter(live=live)
        .select_related("person", "competency")
        .order_by("pk")
    )
    rows = {row.key: row for row in view.rows}
    asked = [rows[key] for key in live.asked if key in rows]
    manager = view.application.opening.hiring_manager
    waits = live.phase not in MANAGER_SHOWN
    return LiveView(
        strip=strip_of(live),
        tasks=_tasks(asked, live, given, user, manager) if live.phase == Phase.RESCORE else [],
        revealed=[_revealed(row, given, user, manager, waits=waits) for row in asked]
        if live.revealed
        else [],
        leads=may_lead(debrief, user),
    )


def _tasks(
    asked: list[DebriefRow], live: LiveDebrief, given: list[Rescore], user: User, manager: User | None
) -> list[AgainTask]:
    mine = {each.competency.key: each for each in given if each.person_id == user.pk}
    is_manager = manager is not None and manager.pk == user.pk
    wanted = [row for row in asked if is_manager or user.pk in live.asked[row.key]]
    own = {row.key: [r for r in row.ratings if r.scorecard.interviewer_id == user.pk] for row in wanted}
    shown = {row.key: next(iter(own[row.key] or row.ratings)) for row in wanted}
    anchors: dict[int, dict[int, str]] = {}
    for anchor in Anchor.objects.filter(criterion__in=[rating.criterion_id for rating in shown.values()]):
        anchors.setdefault(anchor.criterion_id, {})[anchor.point] = anchor.text
    labels = _labels({rating.criterion.question.scale_id for rating in shown.values()})
    return [
        AgainTask(
            competency=row.view.requirement.competency,
            first=_counted_first(row, user),
            evidence=[rating.evidence for rating in own[row.key] if rating.evidence],
            choices=[
                PointChoice(point, label, anchors.get(shown[row.key].criterion_id, {}).get(point, ""))
                for point, label in labels[shown[row.key].criterion.question.scale_id]
            ],
            given=mine.get(row.key),
        )
        for row in wanted
    ]


def _counted_first(row: DebriefRow, user: User) -> list[int]:
    return next((cell.points for cell in row.cells if cell.interviewer.pk == user.pk), [])


def _labels(scales: set[int]) -> Mapping[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {scale: [] for scale in scales}
    for point in ScalePoint.objects.filter(scale__in=scales).order_by("value"):
        found[point.scale_id].append((point.value, point.label))
    return found


def _revealed(
    row: DebriefRow, given: list[Rescore], user: User, manager: User | None, *, waits: bool
) -> Revealed:
    again = {each.person_id: each for each in given if each.competency.key == row.key}
    first = {cell.interviewer.pk: cell for cell in row.cells if cell.points}
    people = {pk: cell.interviewer for pk, cell in first.items()}
    people |= {each.person_id: each.person for each in again.values()}
    if manager is not None:
        people[manager.pk] = manager
    found = [
        AgainRow(
            person=person,
            first=first[pk].points if pk in first else [],
            again=again.get(pk),
            is_manager=manager is not None and manager.pk == pk,
            mine=pk == user.pk,
            waits=waits and manager is not None and manager.pk == pk and pk not in again,
        )
        for pk, person in people.items()
    ]
    return Revealed(row.view.requirement.competency, sorted(found, key=lambda each: each.is_manager))
