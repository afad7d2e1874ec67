"""What interviewers of a loop would have in hand: what to ask and when, what to listen for, what to rate.

It reads a loop loaded with ``Loop.objects.with_kit()`` and makes no query.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import TeamPolicy
from loops.models import Loop, Stage, StageKind
from roles.models import Requirement
from rubrics.models import Anchor, Criterion, Question
from web.numbers import counted, listed


@dataclass(frozen=True, slots=True)
class AnchorAt:
    """One point of the scale on one criterion; ``text`` is empty where nobody has written an anchor for it."""

    point: int
    label: str
    text: str
    is_bar: bool


@dataclass(frozen=True, slots=True)
class Rated:
    """One criterion with its anchors, lowest point first, and what the role asks of its competency."""

    criterion: Criterion
    anchors: list[AnchorAt]
    requirement: Requirement | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a session's time, in minutes from its start.

    ``start`` and ``width`` are percent of the whole, ``changes`` where in it the problem changes.
    """

    label: str
    begins: int
    ends: int
    note: str
    is_question: bool
    start: str
    width: str
    changes: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.ends - self.begins


@dataclass(frozen=True, slots=True)
class KitQuestion:
    """A question to be asked, or one that stands by to replace it."""

    question: Question
    rated: list[Rated]


@dataclass(frozen=True, slots=True)
class KitStage:
    """A session as its interviewers prepare for it; ``short`` are minutes that its questions lack."""

    row: Stage
    number: int
    questions: tuple[KitQuestion, ...]
    alternates: tuple[KitQuestion, ...]
    timing: tuple[Slice, ...]
    short: int
    preparation: int
    marking: int

    @property
    def at_home(self) -> bool:
        """Whether nobody is present while it is done."""
        return self.row.kind == StageKind.TAKE_HOME

    @property
    def leaves_time(self) -> bool:
        """Whether minutes are left for the candidate's own questions."""
        return bool(self.timing) and not self.timing[-1].is_question

    @property
    def rates(self) -> list[str]:
        """Names of the competencies that are rated in it."""
        return list(
            dict.fromkeys(each.criterion.competency.name for row in self.questions for each in row.rated)
        )

    @property
    def begin_with(self) -> list[str]:
        """What to say before the first question."""
        said = ["Who you are, and that you will take notes."]
        if any(row.question.injections.all() for row in self.questions):
            said.append("That something will change on the way: it is the exercise, not a trap.")
        if self.leaves_time:
            left = self.timing[-1].minutes
            said.append(
                f"That the last {'minute is' if left == 1 else f'{counted(left)} minutes are'} the candidate’s."
            )
        return said


def kit_of(loop: Loop, policy: TeamPolicy) -> list[KitStage]:
    """The kit of every stage, in order."""
    required = {row.competency.key: row for row in loop.profile.requirements.all()}
    return [_stage(row, number, required, policy) for number, row in enumerate(loop.stages.all(), start=1)]


def rated(question: Question, required: dict[str, Requirement] | None = None) -> list[Rated]:
    """The criteria of a question that was loaded ``with_criteria()``, each with an anchor for every point."""
    points = list(question.scale.points.all())
    wanted = required or {}
    found = []
    for criterion in question.criteria.all():
        written: dict[int, Anchor] = {anchor.point: anchor for anchor in criterion.anchors.all()}
        anchors = [
            AnchorAt(
                point.value,
                point.label,
                written[point.value].text if point.value in written else "",
                is_bar=point.value == question.scale.meets_point,
            )
            for point in points
        ]
        found.append(Rated(criterion, anchors, wanted.get(criterion.competency.key)))
    return found


def _stage(row: Stage, number: int, required: dict[str, Requirement], policy: TeamPolicy) -> KitStage:
    placed = row.placements.all()
    questions = [each.question for each in placed if not each.is_alternate]
    needed = sum(question.minutes for question in questions)
    return KitStage(
        row=row,
        number=number,
        questions=tuple(KitQuestion(each, rated(each, required)) for each in questions),
        alternates=tuple(
            KitQuestion(each.question, rated(each.question, required)) for each in placed if each.is_alternate
        ),
        timing=tuple(_timing(row, questions, policy.setup_minutes)),
        short=max(needed - row.minutes, 0),
        preparation=sum(question.preparation_minutes or 0 for question in questions),
        marking=sum(question.marking_minutes or 0 for question in questions),
    )


def _timing(row: Stage, questions: list[Question], setup: int) -> Iterator[Slice]:
    """Hello, one question after another, and what is left for the candidate's own; nothing for work at home.

    The policy's minutes are meant for hello and for the candidate's questions together: the smaller half goes to
    hello, and whatever else is left stands at the end.
    """
    if row.kind == StageKind.TAKE_HOME or not questions:
        return
    free = max(row.minutes - sum(question.minutes for question in questions), 0)
    hello = min(setup // 2, free)
    parts: list[tuple[str, int, Question | None]] = [
        ("Hello", hello, None),
        *((question.title, question.minutes, question) for question in questions),
        ("The candidate’s questions", free - hello, None),
    ]
    whole = sum(minutes for _, minutes, _ in parts)
    begins = 0
    for label, minutes, question in parts:
        if minutes:
            changes = [each.at_minute for each in question.injections.all()] if question else []
            yield Slice(
                label=label,
                begins=begins,
                ends=begins + minutes,
                note=_changes(changes),
                is_question=question is not None,
                start=_at(begins, whole),
                width=_at(minutes, whole),
                changes=tuple(_at(begins + min(minute, minutes), whole) for minute in changes),
            )
        begins += minutes


def _changes(minutes: list[int]) -> str:
    if not minutes:
        return ""
    return f"the problem changes at minute{'' if len(minutes) == 1 else 's'} {listed([str(each) for each in minutes])}"


def _at(minutes: int, whole: int) -> str:
    return f"{100 * minutes / whole:.2f}%"
