"""Drafts: beginning a scorecard, and saving it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Max

from accounts import audit
from accounts.errors import Frozen, InvalidInput
from accounts.models import User
from hiring.pipeline.models import Interview
from hiring.scoring.actions.access import DECIDED_ALREADY, is_decided, lock_assignment, lock_own_draft
from hiring.scoring.errors import StaleDraft
from hiring.scoring.guide import InterviewGuide
from hiring.scoring.items import NO_RECOMMENDATION, Items, Mark, cleaned, empty, stored, tried_values
from hiring.scoring.models import Asked, Rating, Scorecard, ScorecardState

FROZEN = "This scorecard is submitted and cannot change. Amend it with a reason to make a new version."


def start(interview: Interview, *, by: User) -> Scorecard:
    """Return one's draft for the interview, begun now if there is none yet.

    Repeating it changes nothing. Raises Frozen once a card is submitted: then it is amended. A draft begun
    before the decision is returned after it too; a new one is not begun then.
    """
    with audit.recording("scorecard.start", by=by, team=interview.team):
        # The assignment is locked, so two windows cannot begin two drafts.
        interview = lock_assignment(interview, by, after_decision=True)
        mine = Scorecard.objects.filter(interview=interview, interviewer=by)
        draft = mine.filter(state=ScorecardState.DRAFT).first()
        if draft is not None:
            return draft
        if mine.aggregate(version=Max("version"))["version"] is not None:
            raise Frozen(FROZEN)
        if is_decided(interview):
            raise Frozen(DECIDED_ALREADY)
        return Scorecard.objects.create(team=interview.team, interview=interview, interviewer=by)


def save_draft(
    card: Scorecard,
    *,
    revision: int,
    changes: Mapping[str, Any],
    by: User,
    writer: User | None = None,
    tried: Mapping[str, Sequence[Any]] | None = None,
) -> Scorecard:
    """Save the parts of a draft that changed since ``revision``, all of them or none.

    ``changes`` maps items (hiring.scoring.items) to values. What another window saved in
    the meantime merges where it touched other items; the same item with another value
    raises StaleDraft with both. A value that is stored already is no change, so a
    request may be repeated. ``writer`` is who writes it down for the interviewer, if somebody does.

    ``tried`` holds, by item, what the same window sent before without hearing the answer: where one of these
    is what is stored, nobody else wrote in between, and the newer value is no conflict.
    """
    with audit.recording("scorecard.save", by=writer or by, team=card.team):
        card = lock_own_draft(card, by, after_decision=True)
        if card.state != ScorecardState.DRAFT:
            raise Frozen(FROZEN)
        guide = InterviewGuide.load_for(card.interview)
        values, problems = cleaned(changes, guide)
        if problems:
            raise InvalidInput("Some of this could not be saved.", problems=problems)
        if not 0 <= revision <= card.revision:
            raise InvalidInput("This revision of the scorecard does not exist. Load it again.")
        before = stored(card, guide)
        changed = {item: value for item, value in values.items() if before[item] != value}
        unheard = tried_values(tried or {}, guide)
        conflicts = {
            item: (value, before[item])
            for item, value in changed.items()
            if int(card.touched.get(item, 0)) > revision and before[item] not in unheard.get(item, ())
        }
        if conflicts:
            raise StaleDraft(revision=card.revision, items=before, conflicts=conflicts)
        if changed:
            _write(card, guide, before, changed)
    return card


def _write(card: Scorecard, guide: InterviewGuide, before: Items, changed: Items) -> None:
    _write_asked(card, guide, {**before, **changed}, changed)
    _write_marks(card, {int(item[1:]): value for item, value in changed.items() if item[0] == "c"})
    if "recommendation" in changed:
        said = changed["recommendation"]
        card.recommendation = "" if said == NO_RECOMMENDATION else said
    if "summary" in changed:
        card.summary = changed["summary"]
    card.revision += 1
    card.touched = {**card.touched, **dict.fromkeys(changed, card.revision)}
    card.save(update_fields=["recommendation", "summary", "revision", "touched", "saved_at"])


def _write_marks(card: Scorecard, marks: Mapping[int, Mark]) -> None:
    kept = {pk: value for pk, value in marks.items() if not empty(value)}
    if len(kept) < len(marks):
        Rating.objects.filter(scorecard=card, criterion__in=set(marks) - set(kept)).delete()
    if kept:
        Rating.objects.bulk_create(
            [Rating(scorecard=card, criterion_id=pk, **value) for pk, value in kept.items()],
            update_conflicts=True,
            unique_fields=["scorecard", "criterion"],
            update_fields=["point", "not_assessed", "evidence", "rated_at"],
        )


def _write_asked(card: Scorecard, guide: InterviewGuide, items: Items, changed: Items) -> None:
    """Keep a row for each deviation from the guide, none for what was asked as listed."""
    if not any(item[0] == "q" for item in changed):
        return
    wanted = {question.pk: items[f"q{question.pk}"] for question in guide.listed}
    asked = [value["question"] for value in wanted.values()]
    twice = [item for item in changed if item[0] == "q" and asked.count(changed[item]["question"]) > 1]
    if twice:
        raise InvalidInput(
            "One question cannot stand for two.",
            problems=[(item, "It is asked already in this interview.") for item in twice],
        )
    # Rewritten whole: swapping two rows one by one would pass through a state the constraint refuses.
    Asked.objects.filter(scorecard=card).delete()
    Asked.objects.bulk_create(
        Asked(
            scorecard=card,
            listed_id=listed,
            question_id=value["question"],
            used_alternative=value["used_alternative"],
        )
        for listed, value in wanted.items()
        if value["question"] != listed or value["used_alternative"]
    )
