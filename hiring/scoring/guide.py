"""What one interview asks: the stage's questions, what was asked in their place, the criteria."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch

from loops.models import Stage, StageQuestion
from rubrics.models import Criterion, Question

if TYPE_CHECKING:
    from hiring.pipeline.models import Interview
    from hiring.scoring.models import Asked

# What a guide reads of a stage; the form also reads anchors and injections.
BRIEF = ("placements__question__criteria", "placements__question__scale__points")
FULL = (
    Prefetch(
        "placements__question__criteria",
        Criterion.objects.select_related("competency").prefetch_related("anchors"),
    ),
    "placements__question__scale__points",
    "placements__question__injections__probes",
)


#: The parts of ``FULL``, as a question that is asked alone has them.
FULL_QUESTION = (
    Prefetch("criteria", Criterion.objects.select_related("competency").prefetch_related("anchors")),
    "scale__points",
    "injections__probes",
)


def extra_question(path: str = "") -> "Prefetch[str, Any]":
    """Prefetch of the one question that an interview may ask, with everything a page shows."""
    return Prefetch(f"{path}extra_question", Question.objects.prefetch_related(*FULL_QUESTION))


@dataclass(frozen=True)
class Slot:
    """One listed question and what was put to the candidate for it."""

    listed: Question
    question: Question
    used_alternative: bool

    @property
    def item(self) -> str:
        """Name of this choice among the parts of a scorecard."""
        return f"q{self.listed.pk}"

    @property
    def swapped(self) -> bool:
        """Whether another question was asked instead of the listed one."""
        return self.question.pk != self.listed.pk


class InterviewGuide:
    """The questions of a stage, loaded once; knows nothing of anybody's ratings."""

    def __init__(self, placements: Iterable[StageQuestion]) -> None:
        rows = list(placements)
        self.listed = [row.question for row in rows if not row.is_alternate]
        self.alternates = [row.question for row in rows if row.is_alternate]

    @classmethod
    def of(cls, stage: Stage) -> "InterviewGuide":
        """The guide of a stage whose ``BRIEF`` or ``FULL`` parts are prefetched, or are loaded now."""
        return cls(stage.placements.all())

    @classmethod
    def alone(cls, question: Question) -> "InterviewGuide":
        """The guide of an interview that asks one question, whatever its stage does."""
        guide = cls(())
        guide.listed = [question]
        return guide

    @classmethod
    def of_interview(cls, interview: "Interview") -> "InterviewGuide":
        """What ``interview`` asks: its one question where it was planned for one, else the questions of its stage."""
        if interview.extra_question is not None:
            return cls.alone(interview.extra_question)
        return cls.of(interview.stage)

    @classmethod
    def load_for(cls, interview: "Interview") -> "InterviewGuide":
        """Read the guide of ``interview``, without anchors, in five queries at most."""
        if interview.extra_question_id is not None:
            rows = Question.objects.prefetch_related("criteria", "scale__points")
            return cls.alone(rows.get(pk=interview.extra_question_id))
        return cls.load(interview.stage_id)

    @classmethod
    def load(cls, stage_id: int) -> "InterviewGuide":
        """Read a guide, without anchors, in five queries whatever its size."""
        return cls.of(Stage.objects.prefetch_related(*BRIEF).get(pk=stage_id))

    @cached_property
    def questions(self) -> dict[int, Question]:
        """Every question that may be asked, by id."""
        return {question.pk: question for question in (*self.listed, *self.alternates)}

    @cached_property
    def criteria(self) -> dict[int, tuple[Criterion, Question]]:
        """Every criterion that may be rated, with its question, by id."""
        return {c.pk: (c, question) for question in self.questions.values() for c in question.criteria.all()}

    def slots(self, asked: Iterable["Asked"] = ()) -> list[Slot]:
        """What was asked, in the order of the stage; ``asked`` holds the deviations of one scorecard."""
        by_listed: Mapping[int, Asked] = {row.listed_id: row for row in asked}
        slots = []
        for listed in self.listed:
            row = by_listed.get(listed.pk)
            question = self.questions.get(row.question_id, listed) if row else listed
            slots.append(Slot(listed, question, bool(row and row.used_alternative)))
        return slots

    def points(self, question: Question) -> list[int]:
        """The points of a question's scale, lowest first."""
        return [point.value for point in question.scale.points.all()]
