"""Changes in the lab: ratings of vignettes, steps of the path, and which vignettes anchor levels."""

from collections.abc import Mapping
from datetime import date

from django.http import Http404
from django.utils import timezone

from accounts import audit
from accounts.access import has_permission, require
from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import Membership, Team, TeamPolicy, User
from accounts.permissions import Permission
from content.models import Status
from events.actions import record
from hiring.lab.drift import check_of, is_kept
from hiring.lab.facts import ANCHOR_SET, CERTIFIED, RATED
from hiring.lab.models import (
    Certificate,
    PathStep,
    StepKind,
    Vignette,
    VignetteAnchor,
    VignetteRating,
    VignetteSitting,
)
from hiring.lab.rights import PRACTISE
from hiring.lab.standing import FamilyStanding, standings, steps_of
from rubrics.models import QuestionFormat

LONGEST_REASON = 200


def submit_ratings(
    vignette: Vignette, *, ratings: Mapping[int, int | None], number: int, by: User
) -> VignetteSitting:
    """Submit one's ratings of a vignette, a point or None (not assessed) for each criterion; final at once.

    ``number`` says which of one's own ratings of it this is: sent twice, the same ratings have one effect. The
    first, made blind, counts; later ones are repeats. Gives a certificate where the policy is met by it.
    Raises InvalidInput naming each criterion that is missing or wrong, Conflict for a number that is taken.
    """
    team = vignette.team
    require(by, PRACTISE, team=team)
    if team.is_library:
        raise ActionError("The library's answers are there to be copied. Rate those of your own team.")
    with audit.recording("vignette.rate", by=by, team=team):
        # One after the other for each person: the second of two clicks finds the first.
        Membership.objects.select_for_update().get(team=team, user=by)
        vignette = Vignette.objects.with_anchors().select_related("team").get(pk=vignette.pk)
        _check(vignette, ratings)
        own = list(VignetteSitting.objects.in_team(team).filter(rater=by).with_ratings())
        of_it = [each for each in own if each.vignette.key == vignette.key]
        if number <= len(of_it):
            return _sent_already(of_it[number - 1], ratings, vignette)
        if number != len(of_it) + 1:
            raise Conflict(
                f"Your next ratings of this answer are number {len(of_it) + 1}. Load the page again."
            )
        if vignette.status != Status.PUBLISHED:
            raise ActionError("This answer is not offered any more. Choose another in the lab.")
        policy = TeamPolicy.objects.current_for(team.pk)
        now = timezone.now()
        check = check_of(team, own, policy, now=now)
        certified = set(Certificate.objects.filter(team=team, person=by).values_list("family", flat=True))
        if is_kept(vignette, team=team, sittings=own, certified=certified, check=check):
            raise Conflict("This answer is kept for your monthly check; it comes when the check is due.")
        before = next((item.before for item in check.items if item.vignette.pk == vignette.pk), None)
        sitting = VignetteSitting.objects.create(
            team=team, vignette=vignette, rater=by, number=number, drift_of=before, submitted_at=now
        )
        VignetteRating.objects.bulk_create(
            VignetteRating(sitting=sitting, criterion_id=criterion, point=point)
            for criterion, point in ratings.items()
        )
        record(RATED, sitting, team=team, by=by, vignette=vignette.pk)
        certify_where_met(team=team, person=by, family=vignette.question.format, by=by)
    return sitting


def _check(vignette: Vignette, ratings: Mapping[int, int | None]) -> None:
    criteria = {each.pk: each for each in vignette.question.criteria.all()}
    points = {each.value for each in vignette.question.scale.points.all()}
    problems = [
        (f"c{pk}", f"{each.competency.name}: choose a point, or not assessed.")
        for pk, each in criteria.items()
        if pk not in ratings
    ]
    problems += [
        (f"c{pk}", f"The scale has the points {min(points)} to {max(points)}; found {point}.")
        for pk, point in ratings.items()
        if pk in criteria and point is not None and point not in points
    ]
    problems += [(f"c{pk}", "This is no criterion of the question.") for pk in ratings if pk not in criteria]
    if problems:
        raise InvalidInput("Your ratings were not submitted.", problems=problems)


def _sent_already(
    sitting: VignetteSitting, ratings: Mapping[int, int | None], vignette: Vignette
) -> VignetteSitting:
    given = {each.criterion_id: each.point for each in sitting.ratings.all()}
    if sitting.vignette_id == vignette.pk and given == dict(ratings):
        return sitting
    raise Conflict(
        "You have submitted other ratings of this answer meanwhile. They stand; rate it again to repeat."
    )


def certify_where_met(*, team: Team, person: User, family: str, by: User) -> Certificate | None:
    """Give the certificate of one family if the team's policy is met and there is none; return it."""
    policy = TeamPolicy.objects.current_for(team.pk)
    found = standings(team, policy, [person.pk])[person.pk].families
    standing = next((each for each in found if each.family == family), None)
    if standing is None or standing.certificate is not None or not standing.met:
        return None
    with audit.recording("interviewer.certify", by=by, team=team):
        certificate = _certificate(team, person, standing)
        record(CERTIFIED, certificate, team=team, by=by, person=person.pk)
    return certificate


def _certificate(team: Team, person: User, standing: FamilyStanding) -> Certificate:
    found = standing.tally.agreement
    assert found is not None and found.correlation is not None  # noqa: S101, PT018 -- the policy is met
    return Certificate.objects.create(
        team=team,
        person=person,
        family=standing.family,
        certified_at=timezone.now(),
        policy_version=standing.policy.version,
        n_vignettes=standing.tally.vignettes,
        n_ratings=found.ratings,
        mean_deviation=round(found.mean, 4),
        agreement=round(found.correlation, 4),
    )


def _may_record(by: User, team: Team) -> None:
    if not has_permission(by, Permission.CALIBRATE, team=team):
        require(by, Permission.EDIT_PIPELINE, team=team)


def record_step(
    *, team: Team, person: User, family: str, kind: str, held_on: date, beside: User | None, by: User
) -> PathStep:
    """Record that somebody watched an interview, or led one beside a watching colleague.

    For calibrators and those who plan interviews. Raises InvalidInput naming what cannot be, ActionError where a
    reverse shadow comes before the team's number of shadows.
    """
    _may_record(by, team)
    with audit.recording("lab.record_step", by=by, team=team):
        _refuse_impossible(team, person, family, kind, held_on, beside)
        Membership.objects.select_for_update().get(team=team, user=person)
        policy = TeamPolicy.objects.current_for(team.pk)
        if kind == StepKind.REVERSE_SHADOW:
            watched = steps_of(team, [person.pk])
            count = len(watched[person.pk, family, StepKind.SHADOW])
            if count < policy.certify_shadows:
                raise ActionError(
                    f"{person} has watched {count} of {policy.certify_shadows} interviews in this family. "
                    "Record those first; leading comes after watching."
                )
        step = PathStep.objects.create(
            team=team, person=person, family=family, kind=kind, held_on=held_on, beside=beside, recorded_by=by
        )
        certify_where_met(team=team, person=person, family=family, by=by)
    return step


def _refuse_impossible(
    team: Team, person: User, family: str, kind: str, held_on: date, beside: User | None
) -> None:
    problems = []
    for name, one in (("person", person), ("beside", beside)):
        if one is not None and not has_permission(one, PRACTISE, team=team):
            problems.append((name, f"{one} does not interview in {team}."))
    if beside == person:
        problems.append(("beside", "Name the colleague, not the person themselves."))
    if family not in QuestionFormat.values:
        problems.append(("family", f"Choose one of {', '.join(QuestionFormat.values)}."))
    if kind not in StepKind.values:
        problems.append(("kind", f"Choose one of {', '.join(StepKind.values)}."))
    if held_on > timezone.localdate():
        problems.append(("held_on", "This day is yet to come. Record it afterwards."))
    if problems:
        raise InvalidInput("The step was not recorded.", problems=problems)


def withdraw_step(step: PathStep, *, reason: str, by: User) -> PathStep:
    """Take back a step that was recorded by mistake; it stays on record with the reason. Certificates stand."""
    _may_record(by, step.team)
    reason = audit.storable(reason.strip())
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidInput(
            "The step was not taken back.",
            problems=[("reason", f"Say why, in at most {LONGEST_REASON} characters.")],
        )
    with audit.recording("lab.withdraw_step", by=by, team=step.team, reason=reason):
        step = PathStep.objects.select_for_update(of=("self",)).select_related("team").get(pk=step.pk)
        if step.withdrawn_at is not None:
            return step
        step.withdrawn_at, step.withdrawn_because = timezone.now(), reason
        step.save(update_fields=["withdrawn_at", "withdrawn_because"])
    return step


def set_anchor(vignette: Vignette, *, used: bool, by: User, reason: str = "") -> VignetteAnchor:
    """Let a vignette's reference stand as a known level in calibration, or do so no more.

    For calibrators, once enough people have rated it blind and oneself among them. Raises ActionError for an answer
    with a trap, which teaches and never links, and where too few have rated it.
    """
    team = vignette.team
    require(by, Permission.CALIBRATE, team=team)
    if team.is_library:
        raise Http404
    with audit.recording("vignette.set_anchor", by=by, team=team, reason=reason.strip()):
        vignette = Vignette.objects.select_for_update(of=("self",)).select_related("team").get(pk=vignette.pk)
        newest = VignetteAnchor.objects.filter(vignette=vignette).first()
        if newest is not None and newest.used == used:
            return newest
        if used:
            _refuse_anchor(vignette, TeamPolicy.objects.current_for(team.pk), by)
        anchor = VignetteAnchor.objects.create(
            team=team, vignette=vignette, used=used, reason=reason.strip()[:LONGEST_REASON], set_by=by
        )
        record(ANCHOR_SET, anchor, team=team, by=by, vignette=vignette.pk)
    return anchor


def _refuse_anchor(vignette: Vignette, policy: TeamPolicy, by: User) -> None:
    if vignette.trap:
        raise ActionError("This answer has a trap: it teaches, and says nothing that levels could rest on.")
    blind = VignetteSitting.objects.blind().filter(vignette=vignette)
    may_rate = has_permission(by, PRACTISE, team=vignette.team)
    if may_rate and not blind.filter(rater=by).exists():
        raise ActionError("Rate this answer yourself first; then compare, and decide.")
    count = blind.count()
    if count < policy.anchor_raters:
        raise ActionError(
            f"{count} of {policy.anchor_raters} people have rated this answer blind. "
            "It can anchor levels from then on."
        )
