"""A loop as plain data: what is demanded, and what would be asked where.

Everything computed about a loop starts from a :class:`Plan`, so that saved loops, unsaved
changes, what-if additions and another role's demand are measured by the same code, without a
query. :func:`plan_of` reads one from a loop loaded with ``Loop.objects.with_plan()``. Which questions have
leaked must be said when a plan is made, so that no page can forget it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from loops.models import Loop, Stage, StageKind
from roles.models import RoleProfile
from roles.models.profiles import REALISM_ORDER
from rubrics.models import Question, QuestionFormat
from rubrics.models.questions import performance_of


@dataclass(frozen=True, slots=True)
class Demand:
    """One requirement: how much a competency weighs, at which realism, at which level.

    ``by_realism`` holds the shares at controlled, constrained and production realism and sums to 1.
    """

    key: str
    name: str
    weight: float
    by_realism: tuple[float, float, float]
    required_level: int
    must_have: bool = False


@dataclass(frozen=True, slots=True)
class PlannedCriterion:
    """One competency as one question shows it: strength 0..1, and the level "meets the bar" shows."""

    competency: str
    name: str
    strength: float
    target_level: int


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """A question as far as a plan cares; ``leak`` (0..1) says how far it is known outside.

    ``placement`` is the row that puts it into its stage, None while it is only thought of. ``lacks_material``
    where it names material and nobody says where that is; ``from_pack`` where it came with a content pack.
    ``preparation`` and ``marking`` are minutes of each interviewer besides those of the stage. ``area`` is what it
    evaluates, ``deep`` whether it looks behind the surface, ``injected`` whether limits change on the way.
    """

    pk: int
    key: str
    title: str
    format: str
    minutes: int
    realism: str
    criteria: tuple[PlannedCriterion, ...]
    status: str = "published"
    version: int = 1
    conventional: bool = False
    leak: float = 0.0
    placement: int | None = None
    variant_family: str = ""
    lacks_material: bool = False
    from_pack: bool = False
    preparation: int = 0
    marking: int = 0
    area: str = ""
    deep: bool = False
    injected: bool = False

    @property
    def performance(self) -> str:
        """What asking it lets the candidate perform: variants of one another are one performance."""
        return performance_of(self.key, self.variant_family)

    @property
    def format_label(self) -> str:
        """The format in words, as within a sentence."""
        return dict(QuestionFormat.choices).get(self.format, self.format).lower()

    def read_for(self, *, at_home: bool) -> int:
        """Minutes of each interviewer after the session; what comes back from home is read, timed or not."""
        return self.marking or (round(READING_SHARE * self.minutes) if at_home else 0)

    @property
    def realism_step(self) -> int:
        """Realism as a number: 0 controlled, 1 constrained, 2 production."""
        return REALISM_ORDER.index(self.realism)


# Reading takes this share of the time that work at home took, where nobody has timed the marking: as of the starter
# pack's exercises, 45 of 180 minutes.
READING_SHARE = 0.25


def time_share(minutes: int, needed: int) -> float:
    """Share of the minutes that a stage's questions need which it gives them, at most 1."""
    return min(1.0, minutes / needed) if needed else 1.0


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """One session: its questions are asked, its alternates stand by and carry nothing."""

    pk: int
    kind: str
    name: str
    minutes: int
    interviewers: int
    questions: tuple[PlannedQuestion, ...] = ()
    alternates: tuple[PlannedQuestion, ...] = ()
    panel: tuple[str, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether interviewers are present for its minutes; a take-home is read afterwards."""
        return self.kind != StageKind.TAKE_HOME

    @property
    def needed(self) -> int:
        """Minutes that its questions need."""
        return sum(question.minutes for question in self.questions)

    @property
    def time_share(self) -> float:
        """Share of the minutes its questions need that it gives them, at most 1."""
        return time_share(self.minutes, self.needed)

    @property
    def interviewer_minutes(self) -> int:
        """Minutes of all its interviewers together: present, preparing and marking."""
        present = self.minutes if self.is_live else 0
        besides = sum(
            question.preparation + question.read_for(at_home=not self.is_live) for question in self.questions
        )
        return (present + besides) * self.interviewers

    @property
    def competencies(self) -> dict[str, str]:
        """Competencies rated in it, key to name, in the order they first appear."""
        return {row.competency: row.name for question in self.questions for row in question.criteria}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a role demands and what a loop would ask, in order."""

    requirements: tuple[Demand, ...]
    stages: tuple[PlannedStage, ...]
    family: str = ""
    profile_name: str = ""
    budget_minutes: int | None = None

    @property
    def minutes(self) -> int:
        """Candidate minutes."""
        return sum(stage.minutes for stage in self.stages)

    @property
    def interviewer_minutes(self) -> int:
        """Minutes of all interviewers together: present, preparing and marking."""
        return sum(stage.interviewer_minutes for stage in self.stages)

    def questions(self) -> Iterator[tuple[PlannedStage, PlannedQuestion]]:
        """Every question that is asked, with its stage; alternates are left out."""
        for stage in self.stages:
            for question in stage.questions:
                yield stage, question

    def against(self, profile: RoleProfile) -> "Plan":
        """The same stages measured against another role (``profile`` with requirements loaded)."""
        return replace(
            self, requirements=demands_of(profile), family=profile.family, profile_name=profile.name
        )

    def in_place_of(self, plan: "Plan") -> "Plan":
        """The same stages measured against the role of another plan."""
        return replace(
            self, requirements=plan.requirements, family=plan.family, profile_name=plan.profile_name
        )

    def with_question(self, stage_pk: int, question: PlannedQuestion) -> "Plan":
        """The plan after asking one more question in a stage."""
        return replace(
            self,
            stages=tuple(
                replace(stage, questions=(*stage.questions, question)) if stage.pk == stage_pk else stage
                for stage in self.stages
            ),
        )

    def without(self, placement: int) -> "Plan":
        """The plan without one placed question."""
        return replace(
            self,
            stages=tuple(
                replace(stage, questions=tuple(row for row in stage.questions if row.placement != placement))
                for stage in self.stages
            ),
        )

    def without_stage(self, pk: int) -> "Plan":
        return replace(self, stages=tuple(stage for stage in self.stages if stage.pk != pk))

    def with_stage(self, stage: PlannedStage) -> "Plan":
        """The plan with one more stage at its end, or in place of the stage with the same pk."""
        if any(present.pk == stage.pk for present in self.stages):
            return replace(
                self, stages=tuple(stage if present.pk == stage.pk else present for present in self.stages)
            )
        return replace(self, stages=(*self.stages, stage))

    def with_interviewers(self, count: int) -> "Plan":
        """The plan with ``count`` interviewers in every session."""
        return replace(self, stages=tuple(replace(stage, interviewers=count) for stage in self.stages))

    def with_leaks(self, leaks: Mapping[str, float]) -> "Plan":
        """The plan with leak discounts by question key; questions not named count in full."""

        def known(questions: tuple[PlannedQuestion, ...]) -> tuple[PlannedQuestion, ...]:
            return tuple(replace(question, leak=leaks.get(question.key, 0.0)) for question in questions)

        return replace(
            self,
            stages=tuple(
                replace(stage, questions=known(stage.questions), alternates=known(stage.alternates))
                for stage in self.stages
            ),
        )


def demands_of(profile: RoleProfile) -> tuple[Demand, ...]:
    """The profile's requirements; load ``requirements__competency`` first to avoid queries."""
    return tuple(
        Demand(
            key=row.competency.key,
            name=row.competency.name,
            weight=float(row.weight),
            by_realism=row.demand,
            required_level=row.required_level,
            must_have=row.must_have,
        )
        for row in profile.requirements.all()
    )


def planned_question(question: Question, *, leaks: Mapping[str, float]) -> PlannedQuestion:
    """A question as a plan sees it; load ``Question.for_plan()`` first to avoid queries.

    ``leaks`` holds the leak discounts of the team for whom the plan is made, by question key.
    """
    return PlannedQuestion(
        pk=question.pk,
        key=question.key,
        title=question.title,
        format=question.format,
        minutes=question.minutes,
        realism=question.realism,
        criteria=tuple(
            PlannedCriterion(
                competency=row.competency.key,
                name=row.competency.name,
                strength=float(row.strength),
                target_level=row.target_level,
            )
            for row in question.criteria.all()
        ),
        status=question.status,
        version=question.version,
        conventional=question.conventional,
        leak=leaks.get(question.key, 0.0),
        variant_family=question.variant_family,
        lacks_material=question.lacks_material,
        from_pack=question.from_pack,
        preparation=question.preparation_minutes or 0,
        marking=question.marking_minutes or 0,
        area=question.evaluation_area,
        deep=question.signal == "deep",
        injected=bool(question.injections.all()),
    )


def plan_of(loop: Loop, *, leaks: Mapping[str, float]) -> Plan:
    """Read the plan of a loop loaded with ``Loop.objects.with_plan()``; ``leaks`` as in ``planned_question``."""
    return Plan(
        requirements=demands_of(loop.profile),
        stages=tuple(_stage(stage, leaks) for stage in loop.stages.all()),
        family=loop.profile.family,
        profile_name=loop.profile.name,
        budget_minutes=loop.budget_minutes,
    )


def _stage(stage: Stage, leaks: Mapping[str, float]) -> PlannedStage:
    placements = list(stage.placements.all())

    def planned(*, alternates: bool) -> Iterable[PlannedQuestion]:
        return (
            replace(planned_question(row.question, leaks=leaks), placement=row.pk)
            for row in placements
            if row.is_alternate == alternates
        )

    return PlannedStage(
        pk=stage.pk,
        kind=stage.kind,
        name=stage.name,
        minutes=stage.minutes,
        interviewers=stage.interviewers,
        questions=tuple(planned(alternates=False)),
        alternates=tuple(planned(alternates=True)),
        panel=tuple(stage.panel),
    )
