"""Hold a debrief as a meeting: start it, move it on, give a point again, make it one's rating."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import audit
from accounts.access import has_permission
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import TeamPolicy, User
from accounts.permissions import Permission
from events.actions import record
from hiring.decisions.debrief import DebriefView, build
from hiring.decisions.facts import LIVE_MOVED
from hiring.decisions.live.models import ORDER, LiveDebrief, Phase, Rescore
from hiring.decisions.models import Debrief
from hiring.decisions.rows import DebriefRow
from hiring.pipeline.models import ENDED
from hiring.scoring.actions import amend, save_draft, submit
from hiring.scoring.models import Rating, Scorecard, ScorecardState

#: Competencies that are scored again at most: more would take the meeting.
MOST_COMPETENCIES = 3
LONGEST_NOTE = 500
RESCORED = "Re-scored in the debrief"


def may_lead(debrief: Debrief, user: User) -> bool:
    """Whether ``user`` leads the meeting: who opened the debrief, and whoever decides or opens debriefs."""
    rights = (Permission.DECIDE, Permission.FORCE_DEBRIEF)
    return any(has_permission(user, right, team=debrief.team) for right in rights) or (
        debrief.opened_by_id == user.pk and has_permission(user, Permission.VIEW_DEBRIEF, team=debrief.team)
    )


def start_live(*, debrief: Debrief, by: User) -> LiveDebrief:
    """Begin the meeting on an open debrief, with silent reading; starting twice returns the one that runs.

    What is scored again is settled here: where ratings lie furthest apart for their weight, else what is open of the
    must-haves.
    """
    _leads(debrief, by)
    with audit.recording("debrief.start_live", by=by, team=debrief.team):
        locked = Debrief.objects.select_for_update().select_related("application__opening").get(pk=debrief.pk)
        running = LiveDebrief.objects.filter(debrief=locked).first()
        if running is not None:
            return running
        if locked.application.state in ENDED:
            raise Conflict("This application is decided or withdrawn, so there is no debrief to hold.")
        policy = TeamPolicy.objects.current_for(locked.team_id)
        asked = _asked(build(locked.application, locked, user=by, policy=policy))
        now = timezone.now()
        live: LiveDebrief = LiveDebrief.objects.create(
            team_id=locked.team_id,
            debrief=locked,
            phase_since=now,
            started_at=now,
            facilitator=by,
            asked=asked,
            n_asked=sum(len(people) for people in asked.values()),
        )
        record(LIVE_MOVED, live, team=debrief.team, by=by, application=locked.application_id)
        return live


def _leads(debrief: Debrief, by: User) -> None:
    _reads(debrief, by)
    if not may_lead(debrief, by):
        raise PermissionDenied("Who opened the debrief, or decides, leads it.")


def _reads(debrief: Debrief, by: User) -> None:
    if not Debrief.objects.visible_to(by).filter(pk=debrief.pk).exists():
        raise PermissionDenied("This debrief is not open for you.")


def _asked(view: DebriefView) -> dict[str, list[int]]:
    rated = [row for row in view.rows if row.points]
    chosen = [row for row in rated if row.discuss] or [row for row in view.must_haves_open if row.points]
    manager = view.application.opening.hiring_manager_id
    return {row.key: _raters(row, manager) for row in (chosen or rated)[:MOST_COMPETENCIES]}


def _raters(row: DebriefRow, manager: int | None) -> list[int]:
    return [cell.interviewer.pk for cell in row.cells if cell.points and cell.interviewer.pk != manager]


def move_on(*, live: LiveDebrief, past: str, by: User) -> LiveDebrief:
    """End the phase ``past`` and begin the next one, for everybody; nothing happens where it has ended already.

    There is no way back: points that were seen cannot be given alone any more.
    """
    _leads(live.debrief, by)
    if past not in Phase.values:
        raise InvalidInput("The debrief was not moved on.", problems=[("past", "Name the phase that ends.")])
    with audit.recording("debrief.move_on", by=by, team=live.team):
        locked: LiveDebrief = LiveDebrief.objects.select_for_update(of=("self",)).get(pk=live.pk)
        if locked.phase != past or locked.phase == Phase.OVER:
            return locked
        locked.phase = ORDER[ORDER.index(Phase(past)) + 1]
        locked.phase_since = timezone.now()
        locked.save(update_fields=["phase", "phase_since"])
        record(LIVE_MOVED, locked, team=live.team, by=by, application=live.debrief.application_id)
        return locked


def rescore(*, live: LiveDebrief, competency: str, point: int, by: User, note: str = "") -> Rescore:
    """Give one's point on ``competency``, by key, a second time: alone, once, before the joint reveal.

    Raises PermissionDenied for whoever neither rated it nor is the hiring manager, InvalidInput for a point that the
    scale does not have, Conflict outside its phase or the second time.
    """
    _reads(live.debrief, by)
    application = live.debrief.application
    is_manager = application.opening.hiring_manager_id == by.pk
    if competency not in live.asked or not (is_manager or by.pk in live.asked[competency]):
        raise PermissionDenied("Those give a point again who rated this competency, and the hiring manager.")
    rating = (
        Rating.objects.given()
        .filter(scorecard__interview__application=application, criterion__competency__key=competency)
        .select_related("criterion__competency", "criterion__question__scale")
        .first()
    )
    if rating is None:
        raise Conflict("The ratings of this competency were withdrawn, so there is nothing to score again.")
    problems = []
    if not rating.criterion.question.scale.points.filter(value=point).exists():
        problems.append(("point", "Choose one of the points of the scale."))
    if len(note.strip()) > LONGEST_NOTE:
        problems.append(("note", f"Say it in {LONGEST_NOTE} characters."))
    if problems:
        raise InvalidInput("The point was not taken.", problems=problems)
    with audit.recording("debrief.rescore", by=by, team=live.team):
        locked = LiveDebrief.objects.select_for_update(of=("self",)).get(pk=live.pk)
        if locked.phase == Phase.READING:
            raise Conflict("Everybody is still reading. The debrief's lead opens this step.")
        if locked.phase != Phase.RESCORE:
            raise Conflict("The points are revealed, so none can be given alone any more. The first stands.")
        key = rating.criterion.competency
        if Rescore.objects.filter(live=locked, person=by, competency__key=competency).exists():
            raise Conflict("You have given your point again already. Both stay as they are.")
        given: Rescore = Rescore.objects.create(
            team_id=live.team_id,
            live=locked,
            person=by,
            competency=key,
            point=point,
            note=note.strip(),
            is_manager=is_manager,
        )
        return given


def adopt(*, given: Rescore, by: User) -> Scorecard:
    """Amend one's scorecard with the point given again, for a reason that says where it comes from.

    What the calibration then reads is for the team's policy to say; the version before stays on record. Raises
    Conflict before the reveal, after a decision, and where it is not plain which rating is meant.
    """
    if given.person_id != by.pk:
        raise PermissionDenied("Only who gave a point makes it their rating.")
    if not given.live.revealed:
        raise Conflict("The points are not revealed yet.")
    mine = Rating.objects.given().filter(
        scorecard__interviewer=by,
        scorecard__interview__application=given.live.debrief.application_id,
        criterion__competency__key=given.competency.key,
    )
    ratings = list(mine.select_related("scorecard__interview__team", "scorecard__team")[:2])
    if len(ratings) != 1:
        raise Conflict(
            "You rated this competency more than once. Amend the scorecard whose rating you mean."
            if ratings
            else "You have no rating of this competency to change."
        )
    (rating,) = ratings
    card = rating.scorecard
    with audit.recording("debrief.adopt_rescore", by=by, team=given.team):
        if Scorecard.objects.filter(
            interview=card.interview_id, interviewer=by, state=ScorecardState.DRAFT
        ).exists():
            raise Conflict("You are amending this scorecard already. Submit or drop that draft first.")
        if rating.point == given.point:
            raise ActionError("Your rating is that point already.")
        draft = amend(card, reason=f"{RESCORED}: {given.note}" if given.note else RESCORED, by=by)
        # What was seen is what it was; a note on what changed one's mind stands in for evidence nobody wrote.
        evidence = rating.evidence or given.note
        changed = {"point": given.point, "not_assessed": "", "evidence": evidence}
        draft = save_draft(
            draft, revision=draft.revision, changes={f"c{rating.criterion_id}": changed}, by=by
        )
        return submit(draft, revision=draft.revision, by=by)
