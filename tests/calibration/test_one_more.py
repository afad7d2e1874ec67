"""What one more question would settle: worked out with the run, shown before a decision, hidden while one owes."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import TeamPolicy, User
from hiring.calibration import dataset, fitting, preposterior
from hiring.calibration.actions import calibrate_team
from hiring.calibration.models import CalibrationRun, PooledEstimate
from hiring.calibration.next_questions import NextQuestion, NextQuestions, Outlook, next_questions
from hiring.calibration.readers import levels_for
from hiring.decisions.actions import decide, open_debrief
from hiring.pipeline.models import Application, ApplicationState
from hiring.scoring.models import Rating, Scorecard
from psychometrics.model.levels import next_level_rating
from reports.skill_gap.ask_next import ask_next
from rubrics.models import Criterion, Question
from tests.factories import (
    ApplicationFactory,
    AssignmentFactory,
    CandidateFactory,
    CriterionFactory,
    InterviewFactory,
    LoopFactory,
    QuestionFactory,
    StageFactory,
    StageQuestionFactory,
)
from tests.reports.conftest import signed_in
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, publish, rivals, submitted_card

pytestmark = pytest.mark.django_db

REASON = "Both must-haves are reached in two sessions."


@dataclass
class Asked:
    """Our application met Ines and Ivan on the loop's two questions; four others were asked a third and a fourth."""

    worlds: Rivals
    pure: Question
    diluted: Question
    others: list[Application]
    run: CalibrationRun

    @property
    def ours(self) -> TeamWorld:
        return self.worlds.ours

    def stored(self, application: Application) -> dict[str, object] | None:
        row: dict[str, object] | None = PooledEstimate.objects.get(
            run=self.run, application=application
        ).one_more
        return row


def more_questions(world: TeamWorld) -> list[Question]:
    """Two further published questions on the must-have: one shows it purely, one hardly, each in a stage of its own."""
    found = []
    for key, strength in (("pure", "1.0"), ("diluted", "0.3")):
        question = QuestionFactory(
            team=world.team,
            bank=world.questions[0].bank,
            scale=world.questions[0].scale,
            key=key,
            title=f"{key.title()} question {world.team.key}",
        )
        CriterionFactory(question=question, competency=world.competencies[0], strength=strength)
        publish(question)
        found.append(question)
    return found


def asked() -> Asked:
    worlds = rivals()
    ours = worlds.ours
    questions = more_questions(ours)
    for interview in ours.interviews:
        for who in ours.interviewers[:2]:
            submitted_card(interview, who, 3)
    others = []
    longer = LoopFactory(
        team=ours.team, profile=ours.profile, key="longer", name="Longer", budget_minutes=240
    )
    stages = [*ours.stages]
    for position, question in enumerate(questions):
        stage = StageFactory(loop=longer, position=position, name=f"Stage {position}")
        StageQuestionFactory(stage=stage, question=question)
        stages.append(stage)
    publish(longer)
    for number in range(4):
        application = ApplicationFactory(
            team=ours.team,
            opening=ours.opening,
            candidate=CandidateFactory(team=ours.team),
            applied_at=timezone.now() - timedelta(days=3000),
        )
        others.append(application)
        for stage in stages:
            interview = InterviewFactory(team=ours.team, application=application, stage=stage)
            for turn, who in enumerate([*ours.interviewers, ours.recruiter]):
                AssignmentFactory(interview=interview, interviewer=who)
                submitted_card(interview, who, 1 + (number + turn) % 4)
    Application.objects.filter(pk=others[0].pk).update(
        state=ApplicationState.DECLINED, closed_at=timezone.now()
    )
    return Asked(worlds, *questions, others, calibrate_team(team=ours.team, by=None))


_built, world = standing(asked)


def best(world: Asked) -> list[dict[str, object]]:
    stored = world.stored(world.ours.application)
    assert stored is not None
    rows: list[dict[str, object]] = stored["questions"]  # type: ignore[assignment]
    return rows


def test_it_names_questions_not_heard_by_people_not_met_the_purest_first(world: Asked) -> None:
    rows = best(world)

    questions = [Criterion.objects.get(pk=row["criterion"]).question for row in rows]
    assert questions == [world.pure, world.diluted]
    ilse, rita = world.ours.interviewers[2], world.ours.recruiter
    for row in rows:
        assert set(row["interviewers"]) == {ilse.pk, rita.pk}  # type: ignore[call-overload]


def test_the_figures_are_those_of_the_statistic(world: Asked) -> None:
    """Weights, cut and likelihood weight by hand: 0.6 and 0.4; both at the level required less the tolerance."""
    policy = TeamPolicy.objects.current_for(world.ours.team.pk)
    scale = world.ours.questions[0].scale
    data = dataset.load(world.ours.team, scale, policy)
    found = fitting.fit(data, scale, policy)
    required = {row.competency.key: row.required_level for row in world.ours.profile.requirements.all()}
    shares = {"debugging": 0.6, "observability": 0.4}
    told = next_level_rating(
        found.result,
        found.applications.index(world.ours.application.pk),
        weights=[shares[key] for key in found.competencies],
        cut=sum(shares[key] * (required[key] - policy.kappa) for key in shares),
        rating_weight=1.0 * policy.weight_constrained,
        criteria=[found.criteria.index(world.pure.criteria.get().pk)],
        interviewers=[
            found.interviewers.index(pk)
            for pk in sorted([world.ours.interviewers[2].pk, world.ours.recruiter.pk])
        ],
    )
    stored = world.stored(world.ours.application)

    assert stored is not None
    assert told.loss_after is not None
    assert (stored["wrong"], stored["se"]) == pytest.approx((told.loss, told.se), abs=1e-4)
    assert best(world)[0]["wrong"] == pytest.approx(told.loss_after.max(), abs=1e-4)
    assert stored["covered"] == 1.0


def test_nothing_is_worked_out_for_what_is_decided(world: Asked) -> None:
    assert world.stored(world.others[0]) is None
    assert world.stored(world.others[1]) is not None


def test_whoever_was_ever_to_meet_the_candidate_is_not_named(world: Asked) -> None:
    AssignmentFactory(
        interview=world.ours.interviews[0],
        interviewer=world.ours.interviewers[2],
        released_at=timezone.now(),
        release_reason="They are friends.",
    )
    told = next_questions(world.ours.application, world.run)
    assert {name for row in told.questions for name in row.by} == {world.ours.recruiter.name}

    work = preposterior.work_out(world.ours.team, *refitted(world))
    rows = work.by_application[world.ours.application.pk]["questions"]
    assert {pk for row in rows for pk in row["interviewers"]} == {world.ours.recruiter.pk}


def test_a_question_asked_or_retired_since_is_not_asked_again(world: Asked) -> None:
    interview = world.ours.interviews[0]
    card = Scorecard.objects.create(
        team=world.ours.team, interview=interview, interviewer=world.ours.interviewers[2]
    )
    Rating.objects.create(scorecard=card, criterion=world.pure.criteria.get(), point=2)
    # A draft is nobody's but its writer's.
    assert len(next_questions(world.ours.application, world.run).questions) == 2

    Scorecard.objects.filter(pk=card.pk).update(state="submitted", submitted_at=timezone.now())
    told = next_questions(world.ours.application, world.run)
    assert [row.criterion.question for row in told.questions] == [world.diluted]

    Question.objects.filter(pk=world.diluted.pk).update(status="retired")
    assert next_questions(world.ours.application, world.run).outlook is Outlook.NONE_LEFT


def refitted(world: Asked) -> tuple[fitting.Fitted, TeamPolicy]:
    policy = TeamPolicy.objects.current_for(world.ours.team.pk)
    scale = world.ours.questions[0].scale
    return fitting.fit(dataset.load(world.ours.team, scale, policy), scale, policy), policy


def test_more_than_the_most_are_left_out_oldest_first_and_the_run_says_so(
    world: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preposterior, "MOST_APPLICATIONS", 1)
    submitted_card(world.ours.interviews[0], world.ours.interviewers[2], 2)

    run = calibrate_team(team=world.ours.team, by=None)

    filled = PooledEstimate.objects.filter(run=run, one_more__isnull=False)
    assert [row.application for row in filled] == [world.ours.application]
    assert "for the 1 newest undecided applications; 3 older ones" in run.warnings[-1]["text"]


def debrief_page(world: Asked, user: User) -> str:
    path = reverse("debrief", args=["acme", world.ours.application.pk])
    return " ".join(signed_in(user).get(path).content.decode().split())  # narrow spaces too


def test_the_debrief_shows_question_competency_chances_and_people(world: Asked) -> None:
    open_debrief(application=world.ours.application, by=world.ours.recruiter)
    page = debrief_page(world, world.ours.hiring_manager)
    told = next_questions(world.ours.application, world.run)

    assert told.outlook is Outlook.WORTH_ASKING
    section = page.split('id="nq"')[1].split("</section>")[0]
    assert "Pure question acme" in section
    assert "Debugging acme" in section
    assert "Ilse Acme" in section
    assert "Rita Acme" in section
    assert f"{100 * (told.wrong or 0):.0f} % now" in section
    assert f"<b>{100 * told.questions[0].wrong:.0f} %</b>" in section
    assert page.index('id="nq"') < page.index('id="decision"')


def test_once_decided_it_is_gone_and_more_evidence_is_no_decision(world: Asked) -> None:
    ours = world.ours
    open_debrief(application=ours.application, by=ours.recruiter)
    decide(application=ours.application, verdict="more_evidence", reason=REASON, by=ours.hiring_manager)
    assert "What one more question would settle" in debrief_page(world, ours.hiring_manager)

    decide(application=ours.application, verdict="hire", reason=REASON, by=ours.hiring_manager)
    assert "What one more question would settle" not in debrief_page(world, ours.hiring_manager)
    path = f"/api/v1/debriefs/{ours.application.debrief.pk}/"
    assert signed_in(ours.hiring_manager).get(path).json()["next_questions"] is None


def test_whoever_owes_a_scorecard_and_other_teams_learn_nothing(world: Asked) -> None:
    ours = world.ours
    AssignmentFactory(interview=ours.interviews[0], interviewer=ours.hiring_manager)
    debrief = open_debrief(
        application=ours.application, by=ours.recruiter, reason="The offer expires tonight."
    )
    path = f"/api/v1/debriefs/{debrief.pk}/"

    page = debrief_page(world, ours.hiring_manager)
    assert "Blind until you submit" in page
    assert "Pure question" not in page
    assert "wrong verdict" not in page.lower()
    assert signed_in(ours.hiring_manager).get(path).status_code == 404

    told = signed_in(ours.recruiter).get(path).json()["next_questions"]
    assert told["outlook"] == "worth-asking"
    assert told["questions"][0]["question"] == "pure"
    for stranger in (world.worlds.theirs.recruiter, ours.leader, ours.interviewers[2]):
        assert signed_in(stranger).get(path).status_code in (403, 404)


def test_the_debrief_costs_the_same_with_one_question_and_with_two(world: Asked) -> None:
    open_debrief(application=world.ours.application, by=world.ours.recruiter)
    client = signed_in(world.ours.hiring_manager)
    path = reverse("debrief", args=["acme", world.ours.application.pk])
    client.get(path)

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        return len(seen)

    assert len(next_questions(world.ours.application, world.run).questions) == 2
    two = cost()
    Question.objects.filter(pk=world.diluted.pk).update(status="retired")
    submitted_card(world.ours.interviews[0], world.ours.interviewers[2], 3)
    run = calibrate_team(team=world.ours.team, by=None)
    type(world.ours.application.debrief).objects.update(run=run)
    assert len(next_questions(world.ours.application, run).questions) == 1
    assert cost() == two


@pytest.mark.parametrize(
    ("wrong", "after", "outlook", "said"),
    [
        (0.02, [0.018], Outlook.SETTLED, "The verdict on the whole is settled"),
        (0.30, [0.295], Outlook.HARDLY, "would still be 30 %"),
        (0.30, [], Outlook.NONE_LEFT, "Nothing is left to ask"),
        (None, [], Outlook.NOT_WORKED_OUT, "Not worked out in this calibration"),
    ],
)
def test_the_page_says_why_nothing_is_worth_asking(
    world: Asked, wrong: float | None, after: list[float], outlook: Outlook, said: str
) -> None:
    ours = world.ours
    run = CalibrationRun.objects.get(pk=world.run.pk)
    run.pk, run.job = None, None
    run.save()
    criterion = world.pure.criteria.get().pk
    rows = [{"criterion": criterion, "wrong": each, "se": 0.3, "interviewers": []} for each in after]
    PooledEstimate.objects.create(
        run=run,
        application=ours.application,
        competencies=[],
        covariance=[],
        one_more=None if wrong is None else {"covered": 1.0, "se": 0.3, "wrong": wrong, "questions": rows},
    )
    open_debrief(application=ours.application, by=ours.recruiter)

    assert next_questions(ours.application, run).outlook is outlook
    assert said in debrief_page(world, ours.hiring_manager)


def test_before_the_first_run_it_says_so(world: Asked) -> None:
    assert next_questions(world.ours.application, None).outlook is Outlook.NOT_CALIBRATED


def test_the_report_asks_first_what_the_run_says_settles_most_then_what_nobody_was_asked(
    world: Asked,
) -> None:
    ours = world.ours
    fresh = QuestionFactory(
        team=ours.team, bank=world.pure.bank, scale=world.pure.scale, key="fresh", title="Fresh question"
    )
    CriterionFactory(question=fresh, competency=ours.competencies[0], strength="1.0")
    publish(fresh)
    policy = TeamPolicy.objects.current_for(ours.team.pk)
    found = levels_for(ours.application, run=world.run, policy=policy)
    views = {view.requirement.competency.key: view for view in found.levels}
    told = next_questions(ours.application, world.run)

    rows = ask_next(ours.application, views, told=told, policy=policy)

    assert [row.question.key for row in rows] == ["pure", "diluted", "fresh"]
    assert [row.wrong for row in rows] == [*(row.wrong for row in told.questions), None]
    assert rows[0].speaks_to[0] == "Debugging acme"

    turned = NextQuestions(Outlook.WORTH_ASKING, questions=[*reversed(told.questions)])
    rows = ask_next(ours.application, views, told=turned, policy=policy)
    assert [row.question.key for row in rows] == ["diluted", "pure", "fresh"]

    settled = NextQuestions(Outlook.SETTLED)
    rows = ask_next(ours.application, views, told=settled, policy=policy)
    assert [row.question.key for row in rows] == ["fresh", "pure", "diluted"]
    assert {row.wrong for row in rows} == {None}


def test_a_question_retired_since_is_left_out_of_the_report(world: Asked) -> None:
    Question.objects.filter(pk=world.pure.pk).update(status="retired")
    policy = TeamPolicy.objects.current_for(world.ours.team.pk)
    row = NextQuestion(world.pure.criteria.get(), 0.1, 0.3, [])

    rows = ask_next(
        world.ours.application, {}, told=NextQuestions(Outlook.WORTH_ASKING, questions=[row]), policy=policy
    )

    assert rows == []
