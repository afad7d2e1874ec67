"""Debriefs, decisions and outcome reviews."""

import pytest

from accounts.errors import Conflict, InvalidInput
from hiring.calibration.actions import calibrate_team
from hiring.decisions.actions import adopt_run, decide, open_debrief
from hiring.decisions.models import Debrief, Decision, Verdict
from hiring.outcomes.actions import review_outcome
from hiring.pipeline.models import ApplicationState
from hiring.scoring.models import Scorecard
from tests.standing import standing
from tests.worlds import TeamWorld, our_world, submitted_card

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
    decide(application=ours.application, verdict=Verdict.NO_HIRE, reason=REASON, by=ours.hiring_manager)
    second = decide(application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager)

    ours.application.refresh_from_db()
    assert list(Decision.objects.standing()) == [second]
    assert Decision.objects.count() == 2
    assert ours.application.state == ApplicationState.HIRED


def test_more_evidence_keeps_the_application_open(ours: TeamWorld) -> None:
    score_all(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
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


def test_outcome_review_refuses_foreign_competencies(ours: TeamWorld) -> None:
    score_all(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    decide(application=ours.application, verdict=Verdict.HIRE, reason=REASON, by=ours.hiring_manager)
    ours.application.refresh_from_db()
    foreign = rivals_competency()

    with pytest.raises(InvalidInput):
        review_outcome(application=ours.application, days=90, levels={foreign: 3}, by=ours.hiring_manager)
    review = review_outcome(
        application=ours.application, days=90, levels={ours.competencies[0]: 4}, by=ours.hiring_manager
    )

    assert [(r.competency, r.level) for r in review.ratings.all()] == [(ours.competencies[0], 4)]


def rivals_competency():  # type: ignore[no-untyped-def]
    from tests.factories import CompetencyFactory

    return CompetencyFactory()
