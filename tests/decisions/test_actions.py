"""Debriefs, decisions and outcome reviews."""

import pytest

from accounts.errors import Conflict, Frozen, InvalidInput
from accounts.models import TeamPolicy
from hiring.calibration import dataset, fitting
from hiring.calibration.actions import calibrate_team
from hiring.calibration.models import CalibrationRun, LevelEstimate
from hiring.calibration.readers import levels_for
from hiring.decisions.actions import bring_up_to_date, decide, open_debrief
from hiring.decisions.models import Debrief, Decision, Verdict
from hiring.decisions.record import adopt_run, changes
from hiring.pipeline.models import ApplicationState
from hiring.scoring.actions import amend, submit
from hiring.scoring.actions.access import lock_own_draft, lock_undecided
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from jobs.testing import run_all
from psychometrics.model.levels import LevelCalibration
from rubrics.models import Question, QuestionExposure
from tests.factories import ApplicationFactory, AssignmentFactory, CandidateFactory, InterviewFactory
from tests.standing import standing
from tests.worlds import TeamWorld, levels_up_to_date, our_world, submitted_card

pytestmark = pytest.mark.django_db
REASON = "Both must-haves are reached in two sessions."


_built, ours = standing(our_world)


def score_all(world: TeamWorld) -> None:
    for interview in world.interviews:
        for interviewer in world.interviewers[:2]:
            submitted_card(interview, interviewer, 3)


def test_debrief_names_who_still_owes_a_scorecard(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0])

    with pytest.raises(Conflict, match=r"Ivan Acme \(Stage 1 acme\), Ines Acme \(Stage 2 acme\)"):
        open_debrief(application=ours.application, by=ours.recruiter)

    assert not Debrief.objects.exists()


def test_forced_debrief_keeps_its_reason_and_reveals(ours: TeamWorld) -> None:
    card = submitted_card(ours.interviews[0], ours.interviewers[0])
    assert card not in Scorecard.objects.visible_to(ours.hiring_manager)

    debrief = open_debrief(
        application=ours.application, by=ours.hiring_manager, reason="Candidate has an offer."
    )

    assert debrief.forced_reason == "Candidate has an offer."
    assert card in Scorecard.objects.visible_to(ours.hiring_manager)
    assert card not in Scorecard.objects.visible_to(ours.interviewers[1])  # still owes one


def test_debrief_waits_for_a_run_that_covers_its_scorecards(ours: TeamWorld) -> None:
    score_all(ours)

    debrief = open_debrief(application=ours.application, by=ours.recruiter)

    assert debrief.run is None
    run = calibrate_team(team=ours.team, by=None)
    assert adopt_run(run) == 1
    debrief.refresh_from_db()
    assert debrief.run == run


def test_decision_needs_an_open_debrief_and_a_reason(ours: TeamWorld) -> None:
    score_all(ours)
    with pytest.raises(Conflict, match="Open the debrief first"):
        decide(application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager)
    open_debrief(application=ours.application, by=ours.recruiter)
    with pytest.raises(InvalidInput) as refused:
        decide(
            application=ours.application, verdict="maybe", reason="ok", by=ours.hiring_manager, confidence=20
        )

    assert [field for field, _ in refused.value.problems] == ["verdict", "reason", "confidence"]
    assert not Decision.objects.exists()


def test_changed_mind_is_a_new_decision(ours: TeamWorld) -> None:
    score_all(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    levels_up_to_date(ours)
    decide(application=ours.application, verdict=Verdict.NO_HIRE, reason=REASON, by=ours.hiring_manager)
    second = decide(application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager)

    ours.application.refresh_from_db()
    assert list(Decision.objects.standing()) == [second]
    assert Decision.objects.count() == 2
    assert ours.application.state == ApplicationState.HIRED


def test_more_evidence_keeps_the_application_open(ours: TeamWorld) -> None:
    score_all(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    levels_up_to_date(ours)
    decide(application=ours.application, verdict=Verdict.NO_HIRE, reason=REASON, by=ours.hiring_manager)
    ours.application.refresh_from_db()
    assert ours.application.closed_at is not None

    asked = decide(
        application=ours.application, verdict=Verdict.MORE_EVIDENCE, reason=REASON, by=ours.hiring_manager
    )

    ours.application.refresh_from_db()
    assert (ours.application.state, ours.application.closed_at) == (ApplicationState.DEBRIEF, None)
    decided = decide(
        application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager
    )
    ours.application.refresh_from_db()
    assert ours.application.closed_at == decided.decided_at > asked.decided_at


def test_nothing_is_decided_on_levels_that_miss_a_rating(ours: TeamWorld) -> None:
    score_all(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    with pytest.raises(Conflict, match="what counts now"):
        decide(application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager)
    assert not Decision.objects.exists()

    decide(application=ours.application, verdict=Verdict.MORE_EVIDENCE, reason=REASON, by=ours.hiring_manager)
    levels_up_to_date(ours)
    decided = decide(
        application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager
    )
    assert decided.run == CalibrationRun.objects.get()


def test_ratings_that_weigh_nothing_hold_no_decision_up(ours: TeamWorld) -> None:
    """Every question is known to everybody: a calibration has looked, and there is nothing to wait for."""
    score_all(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    for key in Question.objects.in_team(ours.team).values_list("key", flat=True):
        QuestionExposure.objects.create(team=ours.team, question_key=key, leak=1.0)
    with pytest.raises(Conflict, match="what counts now"):
        decide(application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager)
    bring_up_to_date(application=ours.application, by=ours.hiring_manager)
    run_all()
    assert not CalibrationRun.objects.exists()
    assert decide(application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager)


def test_the_decision_freezes_the_run_and_more_evidence_does_not(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], 3)
    levels_up_to_date(ours)
    debrief = open_debrief(
        application=ours.application, by=ours.recruiter, reason="An offer expires tonight."
    )
    early = debrief.run
    for interview, who in ((0, 1), (1, 0), (1, 1)):
        submitted_card(ours.interviews[interview], ours.interviewers[who], 2)
    debrief.refresh_from_db()
    assert debrief.run == early

    levels_up_to_date(ours)
    debrief.refresh_from_db()
    late = debrief.run
    assert late is not None
    assert late != early, "late evidence moves the levels"
    assert late.n_ratings > early.n_ratings

    decide(application=ours.application, verdict=Verdict.NO_HIRE, reason=REASON, by=ours.hiring_manager)
    newer = calibrate_anew(ours)
    debrief.refresh_from_db()
    assert debrief.run == late != newer


def calibrate_anew(world: TeamWorld) -> CalibrationRun:
    """A run of more than there was: somebody else was rated meanwhile."""
    other = ApplicationFactory(
        team=world.team, opening=world.opening, candidate=CandidateFactory(team=world.team)
    )
    interview = InterviewFactory(team=world.team, application=other, stage=world.stages[0])
    AssignmentFactory(interview=interview, interviewer=world.interviewers[0])
    submitted_card(interview, world.interviewers[0], 4)
    run = calibrate_team(team=world.team, by=None)
    adopt_run(run)
    return run


def test_levels_after_late_evidence_are_those_of_all_scorecards(ours: TeamWorld) -> None:
    """Those stored equal the package called directly on every scorecard."""
    submitted_card(ours.interviews[0], ours.interviewers[0], 3)
    levels_up_to_date(ours)
    debrief = open_debrief(
        application=ours.application, by=ours.recruiter, reason="An offer expires tonight."
    )
    for interview, who in ((0, 1), (1, 0), (1, 1)):
        submitted_card(ours.interviews[interview], ours.interviewers[who], 4)
    levels_up_to_date(ours)
    debrief.refresh_from_db()

    policy = TeamPolicy.objects.current_for(ours.team.pk)
    (scale,) = dataset.scales_of(ours.team)
    direct = fitting.fit(dataset.load(ours.team, scale, policy), scale, policy).result
    stored = LevelEstimate.objects.filter(run=debrief.run).order_by("competency__key")
    assert [row.level for row in stored] == pytest.approx(sorted_levels(direct), abs=1e-9)
    views = levels_for(ours.application, run=debrief.run, policy=policy).levels
    assert all(view.assessed and not view.pending for view in views)


def sorted_levels(result: LevelCalibration) -> list[float]:
    return [
        float(level) for _, level in sorted(zip(result.table.competency, result.table.level, strict=True))
    ]


def test_what_changed_since_the_reveal_names_who_and_what(ours: TeamWorld) -> None:
    first = submitted_card(ours.interviews[0], ours.interviewers[0], 3)
    debrief = open_debrief(
        application=ours.application, by=ours.recruiter, reason="An offer expires tonight."
    )
    late = submitted_card(ours.interviews[0], ours.interviewers[1], 2)
    draft = amend(first, reason="I had the wrong question in mind.", by=ours.interviewers[0])
    rating = draft.ratings.get()
    Rating.objects.filter(pk=rating.pk).update(point=1)
    again = submit(draft, revision=draft.revision, by=ours.interviewers[0])

    cards = list(Scorecard.objects.submitted())
    found = changes(debrief, None, cards, Rating.objects.submitted().select_related("criterion__competency"))
    assert [(change.card, change.amended) for change in found] == [(late, False), (again, True)]
    (moved,) = found[1].moved
    assert (moved.competency, moved.before, moved.after) == (rating.criterion.competency.name, "3", "1")
    assert not found[0].moved


def test_scorecard_that_meets_a_decision_is_late_and_counts_nowhere(ours: TeamWorld) -> None:
    """Decided between the check of the assignment and the submit: the application's own row says it."""
    score_all(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    levels_up_to_date(ours)
    draft = amend(
        Scorecard.objects.submitted().earliest("pk"), reason="A slip of mine.", by=ours.interviewers[0]
    )
    card = lock_own_draft(draft, ours.interviewers[0])
    decide(application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager)
    with pytest.raises(Frozen, match="decision"):
        lock_undecided(card)

    late = submit(card, revision=card.revision, by=ours.interviewers[0])

    assert late.state == ScorecardState.LATE
    assert not late.enters
    assert not Rating.objects.counting().filter(scorecard=late).exists()
    assert (
        Scorecard.objects.submitted()
        .filter(interview=late.interview_id, interviewer=late.interviewer_id)
        .exists()
    )


def test_debrief_is_not_opened_early_for_a_word_that_says_nothing(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0])
    with pytest.raises(InvalidInput) as refused:
        open_debrief(application=ours.application, by=ours.recruiter, reason="no")
    assert refused.value.problems[0][0] == "reason"
    assert not Debrief.objects.exists()


def test_nobody_overturns_a_decision_they_have_not_read(ours: TeamWorld) -> None:
    score_all(ours)
    levels_up_to_date(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    first = decide(
        application=ours.application, verdict="no_hire", reason=REASON, by=ours.hiring_manager, seen=0
    )
    with pytest.raises(Conflict, match="decided meanwhile: no hire"):
        decide(application=ours.application, verdict="hire", reason=REASON, by=ours.admin, seen=0)

    second = decide(application=ours.application, verdict="hire", reason=REASON, by=ours.admin, seen=first.pk)

    assert second.pk > first.pk
