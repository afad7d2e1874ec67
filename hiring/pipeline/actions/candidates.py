"""Candidates and their applications."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError
from django.utils import timezone

from accounts import audit
from accounts.access import require
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import Team, User
from accounts.permissions import Permission
from events.actions import record
from hiring.pipeline.actions.interviews import cancel
from hiring.pipeline.facts import APPLIED, WITHDRAWN
from hiring.pipeline.models import (
    ENDED,
    Application,
    ApplicationState,
    Candidate,
    Interview,
    InterviewState,
    Opening,
    OpeningState,
)


def add_candidate(
    *, team: Team, name: str, by: User, email: str = "", source: str = "", external_id: str = ""
) -> Candidate:
    """Record a person. ``external_id`` names them in the applicant-tracking system, once per team."""
    require(by, Permission.EDIT_PIPELINE, team=team)
    problems: list[tuple[str, str]] = []
    if not name.strip():
        problems.append(("name", "A candidate needs a name."))
    if email:
        try:
            validate_email(email)
        except ValidationError:
            problems.append(("email", f"{email} is not an e-mail address."))
    if problems:
        raise InvalidInput("The candidate was not added.", problems=problems)
    try:
        with audit.recording("candidate.add", by=by, team=team):
            return Candidate.objects.create(
                team=team,
                name=name.strip(),
                email=email,
                source=source.strip(),
                external_id=external_id.strip(),
            )
    except IntegrityError as error:
        if "candidate_external_id_in_team" not in str(error):
            raise
        raise Conflict(
            f"A candidate with the identifier {external_id} is here already.",
            problems=[("external_id", "Use the candidate who has it.")],
        ) from error


def apply(
    candidate: Candidate, opening: Opening, *, by: User, applied_at: datetime | None = None
) -> Application:
    """Let a person run for an opening; once per opening, and only while it is open."""
    require(by, Permission.EDIT_PIPELINE, team=opening.team)
    if candidate.team_id != opening.team_id:
        raise InvalidInput(
            "Candidate and opening are of different teams.", problems=[("candidate", "Not found.")]
        )
    try:
        with audit.recording("application.start", by=by, team=opening.team):
            # Locked, so that an opening is not closed between the check and the insert.
            state = Opening.objects.select_for_update().values_list("state", flat=True).get(pk=opening.pk)
            if state != OpeningState.OPEN:
                raise ActionError(
                    f"{opening} is {OpeningState(state).label.lower()}. Reopen it to add an application."
                )
            application = Application.objects.create(
                team=opening.team,
                opening=opening,
                candidate=candidate,
                applied_at=applied_at or timezone.now(),
            )
            record(APPLIED, application, team=opening.team, by=by, opening=opening.pk, candidate=candidate.pk)
            return application
    except IntegrityError as error:
        if "one_application_per_opening" not in str(error):
            raise
        raise Conflict(f"{candidate} has applied to {opening} already.") from error


def withdraw(application: Application, *, by: User, reason: str) -> Application:
    """End an application because the candidate left; planned interviews are cancelled, held ones stay."""
    require(by, Permission.EDIT_PIPELINE, team=application.team)
    if not reason.strip():
        raise InvalidInput("A withdrawal needs a reason.", problems=[("reason", "Say why in one line.")])
    with audit.recording("application.withdraw", by=by, team=application.team, reason=reason.strip()):
        application = (
            Application.objects.select_for_update(of=("self",)).select_related("team").get(pk=application.pk)
        )
        if application.state == ApplicationState.WITHDRAWN:
            return application
        if application.state in ENDED:
            raise ActionError(
                f"This application was decided already: {application.get_state_display().lower()}."
            )
        application.state = ApplicationState.WITHDRAWN
        application.closed_at = timezone.now()
        application.save(update_fields=["state", "closed_at"])
        planned = Interview.objects.select_for_update(of=("self",)).filter(
            application=application, state=InterviewState.PLANNED
        )
        for interview in planned.select_related("team"):
            cancel(interview, by=by)
        record(
            WITHDRAWN,
            application,
            team=application.team,
            by=by,
            opening=application.opening_id,
            candidate=application.candidate_id,
        )
    return application
