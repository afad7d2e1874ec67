"""The worlds themselves: if they are wrong, every test on them is."""

import pytest

from hiring.scoring.models import Rating, Scorecard
from tests.worlds import rivals, submitted_card

pytestmark = pytest.mark.django_db


def test_rivals_share_nothing() -> None:
    world = rivals()

    assert world.ours.team != world.theirs.team
    assert not {m.pk for m in world.ours.members.values()} & {m.pk for m in world.theirs.members.values()}


def test_submitted_card_rates_every_criterion_of_its_stage() -> None:
    ours = rivals().ours

    card = submitted_card(ours.interviews[0], ours.interviewers[0], 4)

    assert list(Rating.objects.filter(scorecard=card).values_list("criterion", "point")) == [
        (ours.criteria[0].pk, 4)
    ]
    assert list(Scorecard.objects.visible_to(ours.interviewers[0])) == [card]
    assert list(Scorecard.objects.visible_to(ours.interviewers[1])) == []
