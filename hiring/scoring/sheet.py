"""The scoring page as its template reads it: questions, criteria, anchors, and one card's values."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from hiring.pipeline.models import Interview
from hiring.scoring import texts
from hiring.scoring.actions.reveals import UNDO
from hiring.scoring.coaching import coach
from hiring.scoring.completeness import (
    evidence_missing,
    lacks_evidence,
    missing,
    needs_evidence,
    points_with_evidence,
)
from hiring.scoring.guide import FULL, InterviewGuide, Slot
from hiring.scoring.items import Items, Mark, answered, stored
from hiring.scoring.models import InjectionReveal, NotAssessed, Recommendation, Scorecard
from loops.models import Stage
from roles.models.profiles import REALISM_ORDER
from rubrics.models import Criterion, Injection, Question
from web.templatetags.moments import clock

RECOMMENDATIONS = [*Recommendation.choices, ("none", "No recommendation")]


@dataclass(frozen=True)
class CriterionRow:
    """One criterion with its anchors and its value."""

    criterion: Criterion
    must_have: bool
    points: list[tuple[int, str, str]]
    value: Mark
    not_assessed: bool
    #: Ours and the other window's, where both saved one.
    conflict: tuple[Mark, Mark] | None = None
    #: Kinds of hints that the team does not want to see.
    hints_off: Collection[str] = ()

    @property
    def item(self) -> str:
        """Name among the parts of the scorecard."""
        return f"c{self.criterion.pk}"

    @property
    def scale(self) -> list[int]:
        """The points, lowest first."""
        return [value for value, _, _ in self.points]

    @property
    def answered(self) -> bool:
        """Whether it is rated or not assessed with a reason."""
        return answered(self.value)

    @property
    def lacks(self) -> bool:
        """Whether required evidence is missing."""
        return lacks_evidence(self.value, self.scale)

    @property
    def required(self) -> bool:
        """Whether its point needs evidence."""
        return needs_evidence(self.value["point"], self.scale)

    @property
    def evidence_for(self) -> list[int]:
        """The points that need evidence."""
        return points_with_evidence(self.scale)

    @property
    def hint(self) -> str:
        """What its evidence is needed for."""
        if self.required:
            return texts.EVIDENCE_NEEDED.format(point=self.value["point"])
        return texts.EVIDENCE_ASKED.format(low=self.scale[0], high=self.scale[-1]) if self.scale else ""

    @property
    def evidence_missing(self) -> str:
        """That required evidence is missing, or nothing."""
        return evidence_missing(self.value) if self.lacks else ""

    @property
    def tick(self) -> str:
        """The state of its tick in the footer."""
        if self.value["point"] is not None:
            return "lacking" if self.lacks else "rated"
        return "not_assessed" if self.value["not_assessed"] else "open"

    @property
    def tick_name(self) -> str:
        """What its tick is called; its sign follows."""
        return texts.TICKS[self.tick].format(name=self.criterion.competency.name)

    @property
    def tick_sign(self) -> str:
        """Its point, or the sign that stands for none."""
        return str(self.value["point"]) if self.value["point"] is not None else texts.TICK_SIGNS[self.tick]

    @property
    def coaching(self) -> str:
        """A hint on the wording of its evidence, or nothing."""
        return coach(self.value["evidence"], self.hints_off)

    @property
    def reason(self) -> str:
        """Why it was not assessed, in words."""
        return NotAssessed(self.value["not_assessed"]).label if self.value["not_assessed"] else ""

    @property
    def label(self) -> str:
        return next((label for point, label, _ in self.points if point == self.value["point"]), "")


@dataclass(frozen=True)
class PutChange:
    """One constraint change of a question, and when it was put to the candidate."""

    injection: Injection
    reveal: InjectionReveal | None
    #: Minute of the interview; none when the schedule cannot tell.
    minute: int | None

    @property
    def stamp(self) -> str:
        """When it was revealed, as a sentence, or nothing."""
        if self.reveal is None:
            return ""
        minute = "" if self.minute is None else f", minute {self.minute}"
        return texts.REVEALED.format(time=f"{revealed_clock(self.reveal)}{minute}")

    @property
    def undoable(self) -> bool:
        """Whether it was revealed within the last minute, so that a slip can be taken back."""
        return self.reveal is not None and timezone.now() - self.reveal.revealed_at <= UNDO


def revealed_clock(reveal: InjectionReveal) -> str:
    """The time of a reveal, with a word where the device told it."""
    told = f" ({texts.BY_DEVICE})" if reveal.by_device else ""
    return f"{clock(reveal.revealed_at)}{told}"


@dataclass(frozen=True)
class Block:
    """One question of the interview."""

    slot: Slot
    number: int
    rows: list[CriterionRow]
    changes: list[PutChange]
    alternates: list[Question]
    starts_at: datetime | None
    ends_at: datetime | None
    minutes_before: int

    @property
    def from_minute(self) -> int:
        """The minute of the interview at which it is planned to begin."""
        return self.minutes_before

    @property
    def until_minute(self) -> int:
        """The minute at which the next is."""
        return self.minutes_before + self.question.minutes

    @property
    def question(self) -> Question:
        """The question asked."""
        return self.slot.question

    @property
    def realism(self) -> int:
        """How many of the three steps of realism it reaches."""
        return REALISM_ORDER.index(self.question.realism) + 1


@dataclass(frozen=True)
class Sheet:
    """Everything the page shows."""

    interview: Interview
    card: Scorecard | None
    blocks: list[Block]
    items: Items
    missing: list[tuple[str, str]]
    ticked: Collection[str] = ()
    conflicts: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    @property
    def rows(self) -> list[CriterionRow]:
        """Every criterion, in the order of the page."""
        return [row for block in self.blocks for row in block.rows]

    def without_hints(self, kinds: Collection[str]) -> "Sheet":
        """The same sheet, on which these kinds of hints are not said."""
        blocks = [
            replace(block, rows=[replace(row, hints_off=kinds) for row in block.rows])
            for block in self.blocks
        ]
        return replace(self, blocks=blocks)

    @property
    def revision(self) -> int:
        """The revision a save is made from."""
        return self.card.revision if self.card else 0

    @property
    def version(self) -> int:
        """The card's version; 1 before it is begun."""
        return self.card.version if self.card else 1

    @property
    def answered(self) -> int:
        """How many criteria are answered."""
        return sum(row.answered for row in self.rows)

    @property
    def lacking(self) -> int:
        """How many ratings lack required evidence."""
        return sum(row.lacks for row in self.rows)

    @property
    def saved(self) -> str:
        """When it was last saved."""
        return texts.SAVED.format(time=clock(self.card.saved_at)) if self.card else ""

    @property
    def counted(self) -> str:
        """How many criteria are answered, as a sentence."""
        return texts.COUNTED.format(answered=self.answered, all=len(self.rows))

    @property
    def evidence_lacking(self) -> str:
        """How many ratings lack required evidence, as a sentence, or nothing."""
        return texts.LACKING.format(count=self.lacking) if self.lacking else ""

    @property
    def named_missing(self) -> list[tuple[str, str, str]]:
        """(item, what it concerns, what is missing)."""
        names = {row.item: row.criterion.competency.name for row in self.rows} | {
            "recommendation": "Recommendation"
        }
        return [(item, names[item], text) for item, text in self.missing]


def full_stage() -> Prefetch[str, Any]:
    """Prefetch of an interview's stage with everything the page shows."""
    return Prefetch("stage", Stage.objects.prefetch_related(*FULL))


def card_parts() -> list[str]:
    """Prefetches of a card that a sheet reads."""
    return ["ratings", "asked__question", "reveals"]


def build(
    interview: Interview,
    card: Scorecard | None,
    *,
    posted: Items | None = None,
    ticked: Collection[str] = (),
    conflicts: dict[str, tuple[Any, Any]] | None = None,
) -> Sheet:
    """Put a page together. ``interview`` has its stage (full_stage) and opening's profile loaded.

    ``posted`` holds values of a form that could not be saved, shown instead of the stored ones.
    """
    guide = InterviewGuide.of_interview(interview)
    items = stored(card, guide) | (posted or {})
    slots = guide.slots(card.asked.all() if card else ())
    must = {
        row.competency.key
        for row in interview.application.opening.profile.requirements.all()
        if row.must_have
    }
    reveals = {row.injection_id: row for row in card.reveals.all()} if card else {}
    blocks, at, before = [], interview.scheduled_at, 0
    for number, slot in enumerate(slots, 1):
        until = at + timedelta(minutes=slot.question.minutes) if at else None
        labels = {point.value: point.label for point in slot.question.scale.points.all()}
        rows = [
            CriterionRow(
                criterion=criterion,
                must_have=criterion.competency.key in must,
                points=[(a.point, labels.get(a.point, ""), a.text) for a in criterion.anchors.all()]
                or [(value, label, "") for value, label in labels.items()],
                value=items[f"c{criterion.pk}"],
                not_assessed=bool(items[f"c{criterion.pk}"]["not_assessed"]) or f"c{criterion.pk}" in ticked,
                conflict=(conflicts or {}).get(f"c{criterion.pk}"),
            )
            for criterion in slot.question.criteria.all()
        ]
        changes = [
            PutChange(row, reveals.get(row.pk), _minute(interview, reveals.get(row.pk)))
            for row in slot.question.injections.all()
        ]
        taken = {other.question.pk for other in slots if other is not slot}
        others = [q for q in guide.alternates if q.pk not in taken]
        blocks.append(Block(slot, number, rows, changes, others, at, until, before))
        at = until
        before += slot.question.minutes
    return Sheet(interview, card, blocks, items, missing(guide, slots, items), ticked, conflicts or {})


def _minute(interview: Interview, reveal: InjectionReveal | None) -> int | None:
    """Minute of the interview at which a change was revealed; none when the schedule cannot tell."""
    if reveal is None or interview.scheduled_at is None:
        return None
    minute = int((reveal.revealed_at - interview.scheduled_at).total_seconds() // 60)
    return minute if 0 <= minute <= 2 * interview.stage.minutes else None
