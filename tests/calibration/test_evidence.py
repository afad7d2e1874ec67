"""The gap of what was rated, beside the gap of the plan."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import TeamPolicy
from hiring.calibration.dataset import leak_at
from hiring.calibration.evidence import evidence_gap, gap_layers
from hiring.scoring.models import Asked, Rating, Scorecard, ScorecardState
from rubrics.models import QuestionExposure
from tests.factories import CompetencyFactory, CriterionFactory, QuestionFactory
from tests.standing import standing
from tests.worlds import TeamWorld, our_world, submitted_card, team_world

pytestmark = pytest.mark.django_db


_built, ours = standing(our_world)


@pytest.fixture
def policy(ours: TeamWorld) -> TeamPolicy:
    return TeamPolicy.objects.current_for(ours.team.pk)


def score_all(world: TeamWorld) -> None:
    for interview in world.interviews:
        for assigned in range(interview.stage.interviewers):
            submitted_card(interview, world.interviewers[assigned])


def test_evidence_gap_equals_the_plan_when_everything_was_rated(ours, policy):
    score_all(ours)

    layers = gap_layers(ours.application, policy=policy)

    assert layers.rated.gap == pytest.approx(layers.planned)
    assert layers.lost == pytest.approx(0)
    assert layers.rated.policy_label == str(policy)


def test_evidence_gap_splits_exactly_and_adds_up_over_competencies(ours, policy):
    submitted_card(ours.interviews[0], ours.interviewers[0])

    found = evidence_gap(ours.application, policy=policy)

    assert found.gap == pytest.approx(found.content + found.precision + found.realism)
    assert found.gap == pytest.approx(sum(row.gap for row in found.competencies))
    assert [row.n_ratings for row in found.competencies] == [1, 0]
    assert found.content == pytest.approx(0.4)  # nobody rated the second competency
    assert found.competencies[1].reliability is None
    assert 0 < found.competencies[0].reliability < 1


def test_nothing_rated_is_a_whole_gap(ours, policy):
    assert evidence_gap(ours.application, policy=policy).gap == pytest.approx(1)


def submitted(world: TeamWorld, stage: int, interviewer: int, **rating: object) -> Scorecard:
    """A submitted card with one rating."""
    card = Scorecard.objects.create(
        team=world.team, interview=world.interviews[stage], interviewer=world.interviewers[interviewer]
    )
    Rating.objects.create(scorecard=card, **rating)
    submit(card)
    return card


def submit(card: Scorecard) -> None:
    Scorecard.objects.filter(pk=card.pk).update(state=ScorecardState.SUBMITTED, submitted_at=timezone.now())


def replace_card(card: Scorecard) -> None:
    Scorecard.objects.filter(pk=card.pk).update(state=ScorecardState.AMENDED, enters=False)


def test_drafts_and_ratings_not_assessed_carry_nothing(ours, policy):
    draft = Scorecard.objects.create(
        team=ours.team, interview=ours.interviews[0], interviewer=ours.interviewers[0]
    )
    Rating.objects.create(scorecard=draft, criterion=ours.criteria[0], point=4)
    submitted(ours, 1, 0, criterion=ours.criteria[1], not_assessed="no_time")

    found = evidence_gap(ours.application, policy=policy)

    assert (found.gap, found.n_ratings) == (pytest.approx(1), 0)


def test_a_missing_scorecard_leaves_a_larger_gap_than_planned(ours, policy):
    score_all(ours)
    replace_card(Scorecard.objects.filter(interviewer=ours.interviewers[0]).first())

    assert gap_layers(ours.application, policy=policy).lost > 0.001


def test_the_same_person_in_two_sessions_brings_one_halo(ours, policy):
    submitted_card(ours.interviews[0], ours.interviewers[0])
    again = submitted(ours, 1, 0, criterion=ours.criteria[0], point=3)
    same = evidence_gap(ours.application, policy=policy).gap
    replace_card(again)
    submitted(ours, 1, 2, criterion=ours.criteria[0], point=3)

    assert evidence_gap(ours.application, policy=policy).gap < same - 0.001


def test_leaks_count_from_the_day_they_were_known(ours, policy):
    score_all(ours)
    before = evidence_gap(ours.application, policy=policy).gap
    leak = QuestionExposure.objects.create(
        team=ours.team, question_key=ours.questions[0].key, leak=0.6, reason="Seen on a forum."
    )
    leaked = evidence_gap(ours.application, policy=policy).gap
    leak.since = timezone.now() + timedelta(days=1)
    leak.save()

    assert leaked > before + 0.001
    assert evidence_gap(ours.application, policy=policy).gap == pytest.approx(before)


def test_a_leak_holds_from_its_very_moment():
    known = timezone.now()
    leaks = {"q": (0.6, known), "always": (0.3, None)}

    assert leak_at(leaks, "q", known) == 0.6
    assert leak_at(leaks, "q", known - timedelta(microseconds=1)) == 0
    assert leak_at(leaks, "q", None) == 0
    assert leak_at(leaks, "always", None) == 0.3
    assert leak_at(leaks, "unheard of", known) == 0


@pytest.mark.parametrize(("alternative", "level"), [(False, 2), (True, 1)])
def test_an_alternative_prompt_counts_as_constrained_at_most(ours, policy, alternative, level):
    question = QuestionFactory(
        team=ours.team, bank=ours.questions[0].bank, scale=ours.questions[0].scale, realism="production"
    )
    criterion = CriterionFactory(question=question, competency=ours.competencies[0])
    card = Scorecard.objects.create(
        team=ours.team, interview=ours.interviews[0], interviewer=ours.interviewers[0]
    )
    Rating.objects.create(scorecard=card, criterion=criterion, point=3)
    Asked.objects.create(
        scorecard=card, listed=ours.questions[0], question=question, used_alternative=alternative
    )
    submit(card)

    carried = evidence_gap(ours.application, policy=policy).competencies[0].evidence

    assert [place for place, amount in enumerate(carried) if amount > 0] == [level]


def test_competencies_outside_the_role_and_other_candidates_count_for_nothing(ours, policy):
    submitted_card(ours.interviews[0], ours.interviewers[0])
    before = evidence_gap(ours.application, policy=policy)
    other = CriterionFactory(
        question=QuestionFactory(team=ours.team, bank=ours.questions[0].bank, scale=ours.questions[0].scale),
        competency=CompetencyFactory(team=ours.team, key="elsewhere"),
    )
    submitted(ours, 1, 1, criterion=other, point=4)
    theirs = team_world("not-acme")
    submitted_card(theirs.interviews[0], theirs.interviewers[0])

    assert evidence_gap(ours.application, policy=policy) == before


@pytest.mark.parametrize("cards", [1, 2])
def test_evidence_gap_costs_the_same_queries_at_any_size(ours, policy, cards, django_assert_num_queries):
    for interview in ours.interviews:
        for interviewer in ours.interviewers[:cards]:
            submitted_card(interview, interviewer)
    ours.application.refresh_from_db()
    application = type(ours.application).objects.select_related("opening", "team").get(pk=ours.application.pk)

    with django_assert_num_queries(6):
        evidence_gap(application, policy=policy)
