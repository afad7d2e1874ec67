"""What the builder's templates know: a part of the page, the page whole, and what a change draws again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Team
from loops.actions import faults_of
from loops.best import BestPossible
from loops.builder.details import StageBoxes, TextBox, loop_boxes, stage_boxes
from loops.builder.placed import AlreadyPlaced
from loops.builder.state import BuilderState
from loops.gaps import LoopGap
from loops.models import Loop, StageKind
from loops.shapes import as_json, shape_of
from roles.models import Realism, RoleProfile
from rubrics.models import QuestionBank, QuestionFormat

_MOST_INTERVIEWERS = range(1, 9)
_MINUTES = (20, 30, 45, 60, 90)


def builder_url(loop_pk: int) -> str:
    return reverse("admin:loops_loop_builder", args=[loop_pk])


@dataclass(frozen=True, slots=True)
class PublishFault:
    """One thing that keeps a draft from being published: ``where`` is the id of a stage, or a field's name."""

    where: str
    text: str

    @property
    def stage(self) -> str:
        """The id of the stage on the page; empty where the whole loop is meant."""
        return self.where if self.where.startswith("stage-") else ""

    @property
    def in_details(self) -> bool:
        """Whether the dialog of details mends it."""
        return self.where in ("name", "profile")


@dataclass(frozen=True)
class BuilderPart:
    """What every part knows that can be drawn by itself; ``may_edit`` is whether the person builds loops."""

    state: BuilderState
    may_edit: bool
    #: What it may be compared with, and the loop chosen for it.
    others: QuerySet[Loop]
    compare: int | None
    now: datetime
    #: Questions of the loop that the bank's search found, for the list leaves them out.
    placed: tuple[AlreadyPlaced, ...]

    @property
    def faults(self) -> list[PublishFault]:
        """What publishing this draft would refuse."""
        if not self.loop.is_draft:
            return []
        faults = faults_of(self.loop, self.state.plan, policy=self.state.policy)
        return [PublishFault(where, text) for where, text in faults]

    @property
    def loop(self) -> Loop:
        return self.state.loop

    @property
    def gap(self) -> LoopGap:
        """What it leaves unscored."""
        return self.state.gap

    @property
    def can_edit(self) -> bool:
        """Whether this person may change this version: published ones stay as they are."""
        return self.may_edit and self.loop.is_draft

    @property
    def shape(self) -> str:
        """The stages as a form sends them, from which a page can take changes back."""
        return as_json(shape_of(self.loop)) if self.can_edit else ""

    @property
    def propose_url(self) -> str:
        """Where the best loop for its role and time is proposed."""
        asked = {"profile": self.loop.profile_id, "loop": self.loop.pk}
        if self.loop.budget_minutes:
            asked["minutes"] = self.loop.budget_minutes
        return f"{reverse('admin:loops_loop_propose')}?{urlencode(asked)}"

    @property
    def candidate_url(self) -> str:
        """The candidate's page."""
        return reverse("admin:loops_loop_candidate", args=[self.loop.pk])

    @property
    def kit_url(self) -> str:
        """The interviewers' kit."""
        return reverse("admin:loops_loop_kit", args=[self.loop.pk])

    @property
    def kinds(self) -> Sequence[tuple[str, str]]:
        """Kinds of stages."""
        return StageKind.choices

    @property
    def interviewer_counts(self) -> Sequence[int]:
        """How many interviewers a stage may have."""
        return _MOST_INTERVIEWERS

    @property
    def minute_choices(self) -> Sequence[int]:
        """Lengths that the bank's filter offers."""
        return _MINUTES

    @property
    def change_url(self) -> str:
        """Where operations are posted."""
        return reverse("admin:loops_loop_builder_change", args=[self.loop.pk])

    @property
    def bank_url(self) -> str:
        """Where the bank's list is asked for."""
        return reverse("admin:loops_loop_builder_bank", args=[self.loop.pk])

    @property
    def builder_url(self) -> str:
        """The page itself."""
        return builder_url(self.loop.pk)


@dataclass(frozen=True)
class BestPart:
    """What the loop's time could buy at best; see ``loops/_best.html``."""

    loop: Loop
    gap: LoopGap
    best: BestPossible | None
    waiting: bool
    asked: bool
    may_edit: bool


@dataclass(frozen=True)
class BuilderPage(BuilderPart):
    """The whole page: besides its parts the choices of its selects.

    ``copy_team`` is the team a copy would go to, ``draft`` the draft that a published loop has already.
    """

    profiles: list[RoleProfile]
    banks: QuerySet[QuestionBank]
    copy_team: Team | None
    draft: Loop | None
    #: The first step of undo, where stages have just been replaced as a whole.
    undo_seed: str = ""

    @property
    def texts(self) -> list[TextBox]:
        """Texts of the loop that the dialog asks for."""
        return loop_boxes(self.loop)

    @property
    def stage_texts(self) -> list[StageBoxes]:
        """Texts of its stages that the dialog asks for."""
        return stage_boxes(self.loop)

    @property
    def formats(self) -> Sequence[tuple[str, str]]:
        """Formats of questions."""
        return QuestionFormat.choices

    @property
    def realisms(self) -> Sequence[tuple[str, str]]:
        """Realisms of questions, lowest first."""
        return Realism.choices


@dataclass(frozen=True)
class ChangedParts(BuilderPart):
    """What is drawn again after an operation: what was done or refused, and by how many points the gap moved."""

    said: str
    refused: str
    effect: str
    #: Whether the stages' forms stay as they are, because somebody may be typing in one.
    keeps_forms: bool

    @property
    def swap(self) -> bool:
        """That the parts take the place of those on the page."""
        return True
