"""Submitting a scorecard, once, and amending it, with a reason."""

from django.utils import timezone

from accounts import audit
from accounts.errors import ActionError, Frozen, InvalidInput
from accounts.models import TeamPolicy, User
from accounts.models.policy import AmendedCounts, BlindMode
from events.actions import record
from hiring.pipeline.actions.interviews import hold
from hiring.pipeline.models import Assignment, Interview, InterviewState
from hiring.scoring.actions.access import lock_application, lock_own_draft
from hiring.scoring.completeness import missing
from hiring.scoring.errors import Incomplete, StaleDraft
from hiring.scoring.facts import AMENDED, LATE, SUBMITTED
from hiring.scoring.guide import InterviewGuide
from hiring.scoring.items import stored
from hiring.scoring.models import (
    Asked,
    InjectionReveal,
    Rating,
    Scorecard,
    ScorecardQuerySet,
    ScorecardState,
)
from hiring.scoring.sights import seen_before
from hiring.scoring.states import SeenBefore


def submit(card: Scorecard, *, revision: int, by: User, writer: User | None = None) -> Scorecard:
    """Submit a draft as it was at ``revision``. Frozen afterwards; a repeated submit has no second effect.

    Submitted after the decision it is late: kept, shown as such, and in no figure; an earlier version that
    counts goes on counting.

    Raises Incomplete naming everything that is missing, and StaleDraft when another
    window saved something that the person submitting has not seen. ``writer`` is who submits it for the interviewer.
    """
    with audit.recording("scorecard.submit", by=writer or by, team=card.team):
        card = lock_own_draft(card, by, after_decision=True)
        if card.state != ScorecardState.DRAFT:
            return card
        late = lock_application(card)
        guide = InterviewGuide.load_for(card.interview)
        items = stored(card, guide)
        if revision != card.revision:
            raise StaleDraft(revision=card.revision, items=items, conflicts={})
        _took_place(card.interview)
        slots = guide.slots(card.asked.all())
        lacking = missing(guide, slots, items)
        if lacking:
            raise Incomplete(lacking)
        # Ratings of a question switched away from were kept, so switching back lost nothing; now they go.
        asked = [slot.question.pk for slot in slots]
        Rating.objects.filter(scorecard=card).exclude(criterion__question__in=asked).delete()
        _settle(card, late=late)
        # A submitted card says that the interview took place.
        planned = Interview.objects.filter(pk=card.interview_id, state=InterviewState.PLANNED)
        for interview in planned.select_for_update(of=("self",)).select_related("team"):
            hold(interview, by=writer or by)
        record(
            LATE if late else SUBMITTED if card.version == 1 else AMENDED,
            card,
            team=card.team,
            by=writer or by,
            interview=card.interview_id,
            application=card.interview.application_id,
        )
    return card


def _settle(card: Scorecard, *, late: bool) -> None:
    """Make the draft the version that stands, and decide which version enters the numbers.

    A late one does neither: what stood at the decision goes on standing.
    """
    before = Scorecard.objects.filter(interview=card.interview_id, interviewer=card.interviewer_id).exclude(
        pk=card.pk
    )
    card.seen_before = seen_before(card)
    card.enters = not late and _enters(card, before)
    if card.enters:
        before.filter(enters=True).update(enters=False)
    if not late:
        # First, because one card of an interviewer stands at any time.
        before.filter(state=ScorecardState.SUBMITTED).update(state=ScorecardState.AMENDED)
    shadow = Assignment.objects.filter(
        interview=card.interview_id, interviewer=card.interviewer_id, shadow=True
    ).exists()
    standing = ScorecardState.LATE if late else ScorecardState.SUBMITTED
    card.state = ScorecardState.SHADOW if shadow else standing
    card.submitted_at = timezone.now()
    card.save(update_fields=["state", "seen_before", "enters", "submitted_at", "saved_at"])


def _enters(card: Scorecard, before: ScorecardQuerySet) -> bool:
    """Whether a version just submitted enters levels and numbers, by what its author could have read and the policy."""
    policy = TeamPolicy.objects.current_for(card.team_id)
    if card.version > 1:
        if card.seen_before == SeenBefore.OTHERS and policy.amended_counts == AmendedCounts.FIRST:
            return False
        return before.entering().exists()  # an amendment mends nothing that was written after reading
    if card.seen_before == SeenBefore.OTHERS:
        return policy.blind_mode == BlindMode.NEVER_BLIND
    return card.seen_before != SeenBefore.EARLIER or policy.earlier_readers_count


def _took_place(interview: Interview) -> None:
    """Refuse a card on an interview that lies ahead; the server's clock decides."""
    planned = interview.scheduled_at
    if interview.state == InterviewState.PLANNED and planned is not None and planned > timezone.now():
        raise ActionError(
            f"This interview is planned for {timezone.localtime(planned):%d %b, %H:%M}. A scorecard can be "
            "submitted from then on; if it took place already, say so with “It took place” above."
        )


def amend(card: Scorecard, *, reason: str, by: User) -> Scorecard:
    """Begin a new version of a submitted card, with everything copied and the reason on record.

    The submitted version counts until the new one is submitted. A draft already begun is returned.
    """
    reason = reason.strip()
    if not reason or len(reason) > 2000:
        raise InvalidInput(
            "The scorecard was not reopened.", problems=[("reason", "Say in a line or two why.")]
        )
    with audit.recording("scorecard.amend", by=by, team=card.team, reason=reason):
        card = lock_own_draft(card, by)
        if card.state == ScorecardState.DRAFT:
            raise ActionError("This scorecard is a draft; change it directly.")
        draft = Scorecard.objects.filter(
            interview=card.interview_id, interviewer=by, state=ScorecardState.DRAFT
        ).first()
        if draft is not None:
            return draft
        if card.state != ScorecardState.SUBMITTED:
            raise Frozen("A newer version of this scorecard exists; amend that one.")
        version = Scorecard.objects.create(
            team=card.team,
            interview_id=card.interview_id,
            interviewer=by,
            version=card.version + 1,
            recommendation=card.recommendation,
            summary=card.summary,
            touched={"recommendation": 0},
            amend_reason=reason,
        )
        Rating.objects.bulk_create(
            Rating(
                scorecard=version,
                criterion_id=row.criterion_id,
                point=row.point,
                not_assessed=row.not_assessed,
                evidence=row.evidence,
            )
            for row in card.ratings.all()
        )
        Asked.objects.bulk_create(
            Asked(
                scorecard=version,
                listed_id=row.listed_id,
                question_id=row.question_id,
                used_alternative=row.used_alternative,
            )
            for row in card.asked.all()
        )
        InjectionReveal.objects.bulk_create(
            InjectionReveal(
                scorecard=version,
                injection_id=row.injection_id,
                revealed_at=row.revealed_at,
                by_device=row.by_device,
            )
            for row in card.reveals.all()
        )
    return version


def discard_amendment(card: Scorecard, *, by: User) -> None:
    """Drop an amendment that was begun and is not wanted; the submitted version stands."""
    with audit.recording("scorecard.discard", by=by, team=card.team):
        card = lock_own_draft(card, by, after_decision=True)
        if card.state != ScorecardState.DRAFT or card.version == 1:
            raise ActionError("Only an amendment that is not submitted can be dropped.")
        card.delete()
