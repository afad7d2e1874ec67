"""Open a debrief, and decide."""

from collections.abc import Sequence

from django.utils import timezone

from accounts import audit
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from events.actions import record
from hiring.calibration.actions import request_run
from hiring.calibration.readers import LevelView
from hiring.decisions import reasons
from hiring.decisions.facts import DECIDED, OPENED
from hiring.decisions.models import Debrief, Decision, Verdict
from hiring.decisions.record import covering_run, is_stale
from hiring.decisions.rule import short_must_haves
from hiring.pipeline.models import Application, ApplicationState, Assignment
from hiring.scoring.models import Scorecard
from hiring.scoring.sights import remember_reveal
from hiring.scoring.visibility import owes_on
from jobs.models import Job
from web.reasons import lacks_words


def missing_scorecards(application: Application) -> list[Assignment]:
    """Assignments of ``application`` on which a scorecard is owed."""
    return list(
        Assignment.objects.owing()
        .filter(interview__application=application)
        .select_related("interviewer", "interview__stage")
        .order_by("interview__scheduled_at", "pk")
    )


def let_off(application: Application) -> list[Assignment]:
    """Who declined an interview of ``application``, handed it over or was let off, the latest first."""
    return list(
        Assignment.objects.filter(interview__application=application, released_at__isnull=False)
        .select_related("interviewer", "handed_to", "interview__stage")
        .order_by("-released_at", "pk")
    )


def _refuse_owing(application: Application, by: User, deed: str) -> None:
    """Nobody ends their own blindness, or decides without having said what they saw."""
    if owes_on(application.pk, by):
        raise Conflict(
            f"You owe a scorecard on {application.candidate} yourself. Submit it first, or ask a colleague to {deed}."
        )


def open_debrief(*, application: Application, by: User, reason: str = "") -> Debrief:
    """Reveal the scorecards of ``application``.

    Opens by itself once every scorecard is in; before that ``reason`` forces it.
    Opening twice returns the debrief that is open. Raises Conflict naming who still
    owes a scorecard.
    """
    with audit.recording("debrief.open", by=by, team=application.team, reason=reason):
        locked = Application.objects.select_for_update().get(pk=application.pk)
        existing = Debrief.objects.filter(application=locked).first()
        if existing is not None:
            return existing
        missing = missing_scorecards(locked)
        _refuse_owing(locked, by, "open its debrief")
        if missing and not reason.strip():
            names = ", ".join(f"{row.interviewer} ({row.interview.stage})" for row in missing)
            raise Conflict(
                f"Scorecards are still missing: {names}. Wait for them, or open the debrief early and say why.",
                problems=[("missing", f"{row.interviewer}: {row.interview.stage}") for row in missing],
            )
        if missing and (wordless := lacks_words(reason)):
            raise InvalidInput("The debrief was not opened.", problems=[("reason", wordless)])
        if not Scorecard.objects.submitted().filter(interview__application=locked).exists():
            raise Conflict("No scorecard has been submitted yet, so there is nothing to discuss.")
        debrief: Debrief = Debrief.objects.create(
            team_id=locked.team_id,
            application=locked,
            opened_at=timezone.now(),
            opened_by=by,
            forced_reason=reason.strip() if missing else "",
            run=covering_run(locked),
        )
        locked.debriefed_at = debrief.opened_at
        if locked.state == ApplicationState.ACTIVE:
            locked.state = ApplicationState.DEBRIEF
        locked.save(update_fields=["debriefed_at", "state"])
        remember_reveal(locked)
        record(OPENED, debrief, team=application.team, by=by, application=locked.pk)
        return debrief


def decide(
    *,
    application: Application,
    verdict: str,
    reason: str,
    by: User,
    confidence: int | None = None,
    against: Sequence[str] = (),
    seen: int | None = None,
) -> Decision:
    """Record a decision by a named person; a changed mind is a new decision.

    Freezes the score of record: the run the debrief is read beside. Asking for more evidence does not.
    ``seen`` is the decision that stood on the page this one was made on, 0 where none did; None asks nothing.
    ``against`` names, by key, must-haves that a hire goes against; those the reason names need not stand there.

    Raises InvalidInput (unknown verdict, a reason that says nothing or leaves out a must-have that is short and
    supported, confidence outside 50-100) and Conflict (debrief not open, application withdrawn, ratings that are in
    no level yet, somebody decided meanwhile).
    """
    problems = []
    if verdict not in Verdict.values:
        problems.append(("verdict", "Choose hire, no hire or more evidence."))
    wordless = lacks_words(reason)
    if wordless:
        problems.append(("reason", wordless))
    if confidence is not None and not 50 <= confidence <= 100:
        problems.append(("confidence", "Confidence lies between 50 and 100 per cent."))
    if problems:
        raise InvalidInput("The decision was not recorded.", problems=problems)
    with audit.recording("decision.record", by=by, team=application.team, reason=reason):
        locked = Application.objects.select_for_update().get(pk=application.pk)
        debrief = Debrief.objects.filter(application=locked).first()
        if debrief is None:
            raise Conflict("Open the debrief first: a decision is made on scorecards that are in.")
        _refuse_owing(locked, by, "decide")
        if locked.state == ApplicationState.WITHDRAWN:
            raise Conflict("The candidate has withdrawn, so there is nothing to decide.")
        if verdict != Verdict.MORE_EVIDENCE and is_stale(locked, debrief.run):
            raise Conflict(
                "The levels on this page do not rest on what counts now: ratings came in or were withdrawn since. "
                "Bring the levels up to date; it takes a moment."
            )
        _refuse_unseen(locked, seen)
        short = _gone_against(locked, debrief, reason, against) if verdict == Verdict.HIRE else []
        decision: Decision = Decision.objects.create(
            team_id=locked.team_id,
            application=locked,
            verdict=verdict,
            reason=reason.strip(),
            confidence=confidence,
            decided_by=by,
            decided_at=timezone.now(),
            run_id=debrief.run_id,
            against=[view.requirement.competency.key for view in short],
        )
        locked.state = {
            Verdict.HIRE: ApplicationState.HIRED,
            Verdict.NO_HIRE: ApplicationState.DECLINED,
            Verdict.MORE_EVIDENCE: ApplicationState.DEBRIEF,
        }[Verdict(verdict)]
        locked.closed_at = None if verdict == Verdict.MORE_EVIDENCE else decision.decided_at
        locked.save(update_fields=["state", "closed_at"])
        record(DECIDED, decision, team=application.team, by=by, application=locked.pk)
        return decision


def _refuse_unseen(application: Application, seen: int | None) -> None:
    """Nobody overturns a decision they have not read."""
    if seen is None:
        return
    standing = Decision.objects.filter(application=application).order_by("-pk").first()
    if standing is not None and standing.pk != seen:
        raise Conflict(
            f"{standing.decided_by} decided meanwhile: {standing.get_verdict_display().lower()}. Read it, and record "
            "yours again if it is to take its place."
        )


def _gone_against(
    application: Application, debrief: Debrief, reason: str, picked: Sequence[str]
) -> list[LevelView]:
    """Must-haves that a hire goes against: short, with enough behind them to say so. The reason speaks of each."""
    short = short_must_haves(application, debrief.run)
    missing = reasons.unnamed(reason, picked, short)
    if missing:
        raise InvalidInput("The decision was not recorded.", problems=[("against", reasons.ask_for(missing))])
    if short and lacks_words(reasons.without_names(reason, short)):
        raise InvalidInput(
            "The decision was not recorded.",
            problems=[
                ("reason", "Naming the must-have is not enough: say what outweighs it, in a sentence.")
            ],
        )
    return short


def bring_up_to_date(*, application: Application, by: User) -> Job:
    """Ask for the run that the debrief of ``application`` waits for, now."""
    with audit.recording("debrief.bring_up_to_date", by=by, team=application.team):
        return request_run(team=application.team, by=by)
