"""The scene of the permission tests: two teams with everything in them, a canary in every confidential field.

In each team, one application is debriefed and one is not: on the second one interviewer has
submitted and another still owes a scorecard, so that blindness has something to hide.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.actions import create_token
from accounts.models import AuditEvent, Membership, TeamPolicy, User
from hiring.calibration.actions import calibrate_team
from hiring.calibration.judgements import Chosen
from hiring.calibration.noise import make_audit
from hiring.decisions.actions import decide, open_debrief
from hiring.decisions.live.actions import move_on, rescore, start_live
from hiring.lab.models import (
    PathStep,
    StepKind,
    Vignette,
    VignetteRating,
    VignetteReference,
    VignetteSitting,
)
from hiring.outcomes.models import OutcomeReview
from hiring.pipeline.models import Application, Assignment, Candidate, Interview
from hiring.scoring.models import Scorecard
from jobs.models import Job, JobState, Outbox
from loops import actions as loops
from loops.designing.answers import Answer
from loops.designing.several import SeveralAnswer
from loops.designing.wishes import Wishes
from loops.models import LoopDesign
from mail.models import OutgoingMail
from reports.models import Report
from roles.models import ReferenceTable, Requirement
from rubrics.models import Anchor, Injection, Question
from tests.factories import ApplicationFactory, AssignmentFactory, CandidateFactory, InterviewFactory
from tests.security.unguarded import unguarded
from tests.worlds import Rivals, TeamWorld, publish, rivals, submitted_card


@dataclass
class Side:
    """One team, its rows by what an address calls them, and its canaries."""

    world: TeamWorld
    rows: dict[str, list[Any]] = field(default_factory=dict)

    def canary(self, name: str) -> str:
        """The secret in one field: letters, digits and hyphens, so that no escaping changes it."""
        return f"CANARY-{self.world.team.key}-{name}-7f3a"


@dataclass
class Scene:
    """Both sides, and everybody who may come asking."""

    ours: Side
    theirs: Side
    people: dict[str, User]
    token: str

    def client(self, who: str) -> Client:
        """A client as this principal: nobody, a session, or the recruiter's token."""
        if who == "token":
            return Client(headers={"Authorization": f"Token {self.token}"}, raise_request_exception=False)
        client = Client(raise_request_exception=False)
        if who != "anonymous":
            client.force_login(self.people[who])
        return client


PRINCIPALS = (
    "anonymous",
    "interviewer",  # assigned, has submitted
    "owing",  # assigned, still owes a scorecard on the open application
    "unassigned",  # an interviewer of the team without interviews
    "manager",
    "recruiter",
    "leader",
    "calibrator",  # a hiring manager with that permission
    "admin",
    "rival",  # team admin of the other team
    "former",  # was a recruiter of the team; deactivated, still signed in
    "operator",  # superuser without a membership
    "token",  # the recruiter's API token
)


def build() -> Scene:
    """Build it all."""
    world: Rivals = rivals()
    ours, theirs = world.ours, world.theirs
    former = User.objects.create_user("former@acme.example.org", name="Former Acme")
    Membership.objects.create(team=ours.team, user=former, role="recruiter", is_active=False)
    people = {
        "interviewer": ours.interviewers[0],
        "owing": ours.interviewers[1],
        "unassigned": ours.interviewers[2],
        "manager": ours.hiring_manager,
        "recruiter": ours.recruiter,
        "leader": ours.leader,
        "calibrator": ours.calibrator,
        "admin": ours.admin,
        "rival": theirs.admin,
        "former": former,
        "operator": User.objects.create_superuser("operator@example.org", name="Operator"),
    }
    token = create_token(ours.recruiter, by=None)
    scene = Scene(furnish(ours), furnish(theirs), people=people, token=token)
    _be_in_time()
    return scene


def _be_in_time() -> None:
    """No worker runs here: without this, the work asked for falls due while the module is still asking."""
    Outbox.objects.filter(sent_at=None).update(sent_at=timezone.now())
    Job.objects.queued().update(run_after=timezone.now() + timedelta(days=1))


def furnish(world: TeamWorld) -> Side:
    """Fill one team with canaries."""
    side = Side(world)
    _content(side)
    first, second = world.application, _open_application(side)
    for interview in world.interviews:
        for interviewer in world.interviewers[:2]:
            submitted_card(interview, interviewer, evidence=side.canary("evidence"))
    blind = submitted_card(second[1], world.interviewers[0], evidence=side.canary("blind-evidence"))
    with unguarded(Scorecard):
        Scorecard.objects.filter(pk=blind.pk).update(summary=side.canary("blind-summary"))
    run = calibrate_team(team=world.team, by=world.calibrator)
    debrief = open_debrief(application=first, by=world.recruiter)
    live = start_live(debrief=debrief, by=world.recruiter)
    live = move_on(live=live, past="reading", by=world.recruiter)
    rescore(
        live=live,
        competency=world.competencies[0].key,
        point=2,
        note=side.canary("rescore"),
        by=world.interviewers[0],
    )
    decision = decide(
        application=first,
        verdict="more_evidence",
        reason=f"Seen {side.canary('decision')} twice.",
        confidence=60,
        by=world.hiring_manager,
    )
    OutcomeReview.objects.create(
        team=world.team,
        application=first,
        days=90,
        reviewer=world.hiring_manager,
        reviewed_at=timezone.now(),
        comment=side.canary("outcome"),
    )
    noise = make_audit(team=world.team, by=world.calibrator, title=side.canary("noise"), chosen=Chosen())
    draft = loops.new_loop_version(world.loop, by=world.recruiter)
    vignette, sitting, step = _lab(side)
    reports = [_report(side, "skill-gap", first.pk), _report(side, "evaluation-gap", world.loop.pk)]
    side.rows = {
        "loop": [world.loop.pk, draft.pk],
        "draft": [draft.pk],
        "design": [_design(world).pk],
        "several": [_design_of_several(world).pk],
        "stage": [draft.stages.all()[0].pk],
        "roleprofile": [world.profile.pk],
        "competency": [row.pk for row in world.competencies],
        "cluster": [world.competencies[0].cluster_id],
        "question": [row.pk for row in world.questions],
        "questionbank": [world.questions[0].bank_id],
        "ratingscale": [world.questions[0].scale_id],
        "referencetable": list(ReferenceTable.objects.filter(team=world.team).values_list("pk", flat=True)),
        "opening": [world.opening.pk],
        "candidate": [first.candidate_id, second[0].candidate_id],
        "application": [first.pk, second[0].pk],
        "interview": [world.interviews[0].pk, second[1].pk],
        "scorecard": [Scorecard.objects.filter(interview=world.interviews[0]).earliest("pk").pk, blind.pk],
        "calibrationrun": [run.pk],
        "noiseaudit": [noise.pk],
        "debrief": [debrief.pk],
        "decision": [decision.pk],
        "report": [row.pk for row in reports],
        "outgoingmail": [_mail(side, second[1]).pk],
        "vignette": [vignette.pk],
        "vignettesitting": [sitting.pk],
        "pathstep": [step.pk],
        "job": [row.job_id for row in reports if row.job_id],
        "team": [world.team.pk],
        "membership": list(
            Membership.objects.filter(team=world.team, is_active=True).values_list("pk", flat=True)[:3]
        ),
        "user": [world.recruiter.pk],
        "teampolicy": list(TeamPolicy.objects.filter(team=world.team).values_list("pk", flat=True)),
        "auditevent": [],
    }
    side.rows["auditevent"] = _events(side)
    return side


def _content(side: Side) -> None:
    """Canaries in published content, behind its triggers' back, and in the policy."""
    world = side.world
    with unguarded(Question, Anchor, Injection, Requirement, type(world.loop)):
        Question.objects.filter(pk=world.questions[0].pk).update(
            prompt=side.canary("prompt"),
            interviewer_materials=side.canary("materials"),
            strong_answer=[side.canary("strong")],
        )
        Anchor.objects.filter(criterion=world.criteria[0], point=3).update(text=side.canary("anchor"))
        Injection.objects.filter(question=world.questions[0]).update(listen_for=side.canary("listen"))
        Requirement.objects.filter(profile=world.profile).update(weight_rationale=side.canary("rationale"))
        type(world.loop).objects.filter(pk=world.loop.pk).update(name=side.canary("loop"))
    world.loop.refresh_from_db()
    Candidate.objects.filter(pk=world.application.candidate_id).update(
        name=side.canary("candidate"), email=f"{side.canary('address')}@example.org"
    )
    Interview.objects.filter(pk=world.interviews[0].pk).update(place=side.canary("place"))
    ReferenceTable.objects.create(
        team=world.team, section="reference", key="causes", body={"text": side.canary("reference")}
    )
    TeamPolicy.objects.create(team=world.team, version=1, reason=side.canary("policy"))
    Membership.objects.filter(team=world.team, user=world.leader).update(function=side.canary("function"))


def _open_application(side: Side) -> tuple[Application, Interview]:
    world = side.world
    candidate = CandidateFactory(team=world.team, name=side.canary("second"))
    application = ApplicationFactory(team=world.team, opening=world.opening, candidate=candidate)
    interview = InterviewFactory(team=world.team, application=application, stage=world.stages[0])
    for interviewer in world.interviewers[:2]:
        AssignmentFactory(interview=interview, interviewer=interviewer)
    Assignment.objects.create(
        interview=interview,
        interviewer=world.recruiter,
        released_at=timezone.now(),
        release_reason=side.canary("release"),
    )
    return application, interview


def _lab(side: Side) -> tuple[Vignette, VignetteSitting, PathStep]:
    """An answer that one interviewer has rated, and an interview that they watched."""
    world = side.world
    vignette = Vignette.objects.create(
        team=world.team,
        key="answer",
        question=world.questions[1],
        minutes=2,
        setting=side.canary("vignette-setting"),
        answer="Candidate: I looked at the trace first.",
    )
    VignetteReference.objects.create(
        vignette=vignette,
        competency=world.competencies[1].key,
        point=3,
        acceptable=[3],
        reason=side.canary("vignette-reference"),
    )
    publish(vignette)
    sitting = VignetteSitting.objects.create(
        team=world.team, vignette=vignette, rater=world.interviewers[0], submitted_at=timezone.now()
    )
    VignetteRating.objects.create(sitting=sitting, criterion=world.criteria[1], point=2)
    step = PathStep.objects.create(
        team=world.team,
        person=world.interviewers[0],
        family="scenario",
        kind=StepKind.SHADOW,
        held_on=timezone.localdate(),
        recorded_by=world.recruiter,
    )
    return vignette, sitting, step


def _report(side: Side, kind: str, subject: int) -> Report:
    world = side.world
    job = Job.objects.create(
        team=world.team,
        kind="report.render",
        unique_key=f"report:{kind}:{world.team.key}",
        state=JobState.DONE,
        requested_by=world.recruiter,
        step=side.canary(f"step-{kind}"),
    )
    report = Report(
        team=world.team,
        kind=kind,
        title=side.canary(f"title-{kind}"),
        job=job,
        requested_by=world.recruiter,
        finished_at=timezone.now(),
        pages=1,
        sha256="0" * 64,
        subject_id=subject,
    )
    report.save()
    Job.objects.filter(pk=job.pk).update(payload={"report": report.pk})
    report.file.save(f"{kind}.pdf", ContentFile(b"%PDF-1.7 " + side.canary(f"pdf-{kind}").encode()))
    return report


def _mail(side: Side, interview: Interview) -> OutgoingMail:
    """A reminder to who still owes a scorecard on the open application."""
    owing = side.world.interviewers[1]
    assignment = Assignment.objects.get(interview=interview, interviewer=owing)
    return OutgoingMail.objects.create(
        team=side.world.team,
        user=owing,
        to=owing.email,
        kind="reminder",
        key=f"reminder:{assignment.pk}:0",
        about=f"hiring.assignment:{assignment.pk}",
        subject=side.canary("mail"),
        text=side.canary("mail-words"),
        html=side.canary("mail-words"),
        message_id=f"<{assignment.pk}@example.org>",
        send_after=timezone.now() + timedelta(days=1),
    )


def _design(world: TeamWorld) -> LoopDesign:
    """A finished design that found nothing."""
    return LoopDesign.objects.create(
        team=world.team,
        profile=world.profile,
        inputs="of the scene",
        wishes=Wishes(minutes=90).as_dict(),
        policy_version=0,
        found=Answer(reason="Nothing fits.").stored(),
        finished_at=timezone.now(),
    )


def _design_of_several(world: TeamWorld) -> LoopDesign:
    """The same for several roles; of the second, nothing is known any more."""
    return LoopDesign.objects.create(
        team=world.team,
        profile=world.profile,
        others=[0],
        inputs="of the scene, for several",
        wishes=Wishes(minutes=90).as_dict(),
        policy_version=0,
        found=SeveralAnswer(reason="Nothing fits.").stored(),
        finished_at=timezone.now(),
    )


def _events(side: Side) -> list[Any]:
    mine = AuditEvent.objects.filter(metadata__team=side.world.team.pk)
    return list(mine.values_list("pk", flat=True)[:1])


CANARIES = (
    "prompt", "materials", "strong", "anchor", "listen", "rationale", "loop", "reference",
    "candidate", "address", "second", "place", "release", "function", "policy",
    "mail", "mail-words", "evidence", "blind-evidence", "blind-summary", "decision", "outcome", "rescore", "noise",
    "title-skill-gap", "title-evaluation-gap", "step-skill-gap", "step-evaluation-gap",
    "pdf-skill-gap", "pdf-evaluation-gap", "vignette-setting", "vignette-reference",
)  # fmt: skip
