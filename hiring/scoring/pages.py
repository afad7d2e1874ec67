"""What the pages of one interview's scorecard know: the form, and the card once it is submitted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from django.urls import reverse
from django.utils import timezone

from accounts.errors import ActionError
from accounts.models import Team, User
from hiring.pipeline.models import Interview, InterviewState
from hiring.scoring import texts
from hiring.scoring.completeness import LEAST_EVIDENCE
from hiring.scoring.errors import Sides, StaleDraft
from hiring.scoring.items import MAX_TEXT, Items
from hiring.scoring.models import NotAssessed, Rating, Scorecard, ScorecardState
from hiring.scoring.peers import Peers
from hiring.scoring.sheet import RECOMMENDATIONS, Sheet

RECOMMENDATION = {"recommendation": "Recommendation"}


class FormScript(TypedDict):
    """What the form's script starts with. It is handed over as JSON, so it is a dictionary."""

    user: int
    interview: int
    version: int
    revision: int
    items: Items
    missing: list[tuple[str, str]]
    names: dict[str, str]
    #: What another window saved differently, if it did.
    conflicts: dict[str, Sides] | None
    save: str
    reveal: str
    login: str
    worker: str
    #: The card's id; 0 before it is begun.
    card: int
    coaching: dict[str, str]
    texts: Mapping[str, str | Mapping[str, str]]
    #: Characters that a text may have, and letters or digits that evidence has at least.
    most: int
    least: int
    #: What the interviews' list calls this card while something of it is on the device only.
    title: str


class Kept(TypedDict):
    """What the submitted page's script compares with what the device still keeps, and the words for it."""

    user: int
    interview: int
    version: int
    items: Items
    names: dict[str, str]
    recommendations: dict[str, str]
    reasons: dict[str, str]
    values: dict[str, str]


@dataclass(frozen=True)
class FormPage:
    """The form of one card: what stands on its sheet, and what was refused of it.

    ``base`` holds the items as the database has them, which the next save is compared with.
    """

    sheet: Sheet
    base: Items
    problem: ActionError | None
    opens_after_own: bool
    #: Whether what was seen is asked for before the points.
    evidence_first: bool
    decided: bool
    script: FormScript

    @property
    def interview(self) -> Interview:
        return self.sheet.interview

    @property
    def lies_ahead(self) -> bool:
        """Whether the interview's planned time is still to come, and nobody said that it took place earlier."""
        planned = self.interview.scheduled_at
        ahead = planned is not None and planned > timezone.now()
        return ahead and self.interview.state == InterviewState.PLANNED

    @property
    def base_json(self) -> str:
        """The base as a hidden field carries it."""
        return json.dumps(self.base)

    @property
    def problems(self) -> list[tuple[str, str, str]]:
        """(item, what it concerns, what is wrong)."""
        names = self.script["names"]
        found = self.problem.problems if self.problem else []
        return [(item, names.get(item, texts.NOTES), text) for item, text in found]

    @property
    def recommendations(self) -> list[tuple[str, str]]:
        """The recommendations to choose from, none being one of them."""
        return RECOMMENDATIONS

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The reasons for not assessing a criterion."""
        return NotAssessed.choices

    @property
    def conflict_title(self) -> str:
        """The sentence over a part that another window saved differently."""
        return texts.CONFLICT


def form_script(
    sheet: Sheet, base: Items, problem: ActionError | None, *, team: Team, user: User
) -> FormScript:
    address = {"team": team.key, "pk": sheet.interview.pk}
    return {
        "user": user.pk,
        "interview": sheet.interview.pk,
        "version": sheet.version,
        "revision": sheet.revision,
        "items": base,
        "missing": sheet.missing,
        "names": _names(sheet),
        "conflicts": problem.sides if isinstance(problem, StaleDraft) else None,
        "save": reverse("score_save", kwargs=address),
        "reveal": reverse("score_reveal", kwargs=address),
        "login": reverse("account_login"),
        "worker": reverse("scoring_worker"),
        "card": sheet.card.pk if sheet.card else 0,
        "coaching": {row.item: row.coaching for row in sheet.rows if row.coaching},
        "texts": texts.for_script(),
        "most": MAX_TEXT,
        "least": LEAST_EVIDENCE,
        "title": f"{sheet.interview.stage.name}, {sheet.interview.application.candidate.name}",
    }


@dataclass(frozen=True)
class SubmittedPage:
    """A submitted card with its earlier versions, newest first, and the panel's as far as they may be seen.

    ``closed`` says why it can no longer be amended, if it cannot.
    """

    sheet: Sheet
    card: Scorecard
    earlier: list[Scorecard]
    peers: Peers
    closed: str
    kept: Kept

    @property
    def interview(self) -> Interview:
        return self.sheet.interview

    @property
    def late(self) -> bool:
        """Whether it came in after the decision."""
        return self.card.state == ScorecardState.LATE

    @property
    def ratings(self) -> dict[int, Rating]:
        """The ratings by criterion, with whether they were withdrawn."""
        rows = self.card.ratings.select_related("withdrawal", "criterion__competency")
        return {rating.criterion_id: rating for rating in rows}

    @property
    def standing_note(self) -> str:
        """What its author should know of how the card counts; nothing where it counts like any other."""
        if self.card.state == ScorecardState.SHADOW:
            return texts.SHADOW
        return texts.SEEN.get((self.card.seen_before, self.card.enters), "")

    @property
    def values(self) -> dict[str, str]:
        """How stored values are told."""
        return texts.VALUES


def kept_by(sheet: Sheet, user: User) -> Kept:
    return {
        "user": user.pk,
        "interview": sheet.interview.pk,
        "version": sheet.version,
        "items": sheet.items,
        "names": _names(sheet) | {"summary": "For the debrief"},
        "recommendations": dict(RECOMMENDATIONS),
        "reasons": dict(NotAssessed.choices),
        "values": texts.VALUES,
    }


def _names(sheet: Sheet) -> dict[str, str]:
    """What each part of the sheet is called, by item: criteria, questions, the recommendation."""
    return (
        {row.item: row.criterion.competency.name for row in sheet.rows}
        | {block.slot.item: block.question.title for block in sheet.blocks}
        | RECOMMENDATION
    )
