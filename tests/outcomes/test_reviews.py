"""Recording how a hire turned out: not before its time, once, blind to what the loop said."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import deactivate_member
from accounts.errors import Conflict, InvalidInput
from accounts.models import Membership
from hiring.decisions.actions import decide, open_debrief
from hiring.decisions.models import Verdict
from hiring.outcomes import requests
from hiring.outcomes.actions import amend_review, review_outcome
from hiring.outcomes.due import due_for, due_in
from hiring.outcomes.models import OutcomeReview, ReviewRequest
from hiring.pipeline import models as pipeline_models
from hiring.pipeline.models import Application, ApplicationState, Opening
from mail.models import OutgoingMail
from tests.factories import ApplicationFactory, AssignmentFactory, CompetencyFactory, MembershipFactory
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, levels_up_to_date, rivals, submitted_card

pytestmark = pytest.mark.django_db


def hired() -> Rivals:
    both = rivals()
    for team in (both.ours, both.theirs):
        for interview in team.interviews:
            for interviewer in team.interviewers[:2]:
                submitted_card(interview, interviewer, 3)
        open_debrief(application=team.application, by=team.recruiter)
        levels_up_to_date(team)
        decide(
            application=team.application,
            verdict=Verdict.HIRE,
            reason="Both must-haves are reached in two sessions.",
            by=team.hiring_manager,
        )
        Opening.objects.filter(pk=team.opening.pk).update(hiring_manager=team.hiring_manager)
        days_ago(team, 91)
    return both


def days_ago(world: TeamWorld, days: int) -> None:
    """The hire was so long ago."""
    Application.objects.filter(pk=world.application.pk).update(
        closed_at=timezone.now() - timedelta(days=days)
    )
    world.application.refresh_from_db()


_built, world = standing(hired)


def address(world: Rivals) -> str:
    return f"/t/acme/debriefs/{world.ours.application.pk}/outcome/"


def reviewed(world: Rivals, **more: Any) -> OutcomeReview:
    ours = world.ours
    return review_outcome(
        **{
            "application": ours.application,
            "days": 90,
            "levels": {ours.competencies[0]: 4},
            "by": ours.hiring_manager,
            **more,
        }
    )


def test_manager_records_a_review(world: Rivals, client: Client) -> None:
    client.force_login(world.ours.hiring_manager)

    answer = client.post(
        address(world),
        {"days": 90, "still_employed": "on", "would_hire_again": "yes", "level-debugging": "4"},
    )

    assert answer.status_code == 302
    review = OutcomeReview.objects.get()
    assert (review.days, review.would_hire_again, review.reviewer) == (90, True, world.ours.hiring_manager)
    assert [(r.competency.key, r.level) for r in review.ratings.all()] == [("debugging", 4)]


def test_the_form_shows_levels_in_words_and_nothing_of_what_the_loop_said(
    world: Rivals, client: Client
) -> None:
    client.force_login(world.ours.hiring_manager)

    page = client.get(address(world)).content.decode()

    assert "Does it unaided on realistic problems" in page
    assert "Did what earns 3 on Debugging" in page  # an anchor of the target level
    main = page[page.index("<main") :].lower()
    for tell in ("the loop said", "interval", "required", "calibrated", "3.0"):
        assert tell not in main


def test_review_without_a_level_says_what_is_missing(world: Rivals, client: Client) -> None:
    client.force_login(world.ours.hiring_manager)

    answer = client.post(address(world), {"days": 90})

    assert answer.status_code == 422
    assert "Rate at least one." in answer.content.decode()
    assert not OutcomeReview.objects.exists()


def test_foreign_competencies_and_levels_are_refused(world: Rivals) -> None:
    with pytest.raises(InvalidInput):
        reviewed(world, levels={CompetencyFactory(): 3})
    with pytest.raises(InvalidInput):
        reviewed(world, levels={world.ours.competencies[0]: 6})


@pytest.mark.parametrize(
    ("days", "age", "early"), [(90, 75, True), (90, 77, False), (365, 10, True), (365, 352, False)]
)
def test_too_early_is_refused_with_the_day_from_which_it_can_be_given(
    world: Rivals, client: Client, days: int, age: int, early: bool
) -> None:
    days_ago(world.ours, age)
    if not early:
        assert reviewed(world, days=days).days == days
        return
    with pytest.raises(Conflict, match=f"too early for the review after {days} days"):
        reviewed(world, days=days)
    client.force_login(world.ours.hiring_manager)
    assert "Too early" in client.get(f"{address(world)}?days={days}").content.decode()
    refused = client.post(address(world), {"days": days, "level-debugging": "4"})
    assert refused.status_code == 422
    assert not OutcomeReview.objects.exists()


def test_a_review_is_given_once_and_amended_with_a_reason_as_a_new_version(
    world: Rivals, client: Client
) -> None:
    manager = world.ours.hiring_manager
    first = reviewed(world)
    with pytest.raises(Conflict, match="already reviewed"):
        reviewed(world)
    client.force_login(manager)
    page = client.get(address(world)).content.decode()
    assert "Amend the review" in page

    wrong = client.post(address(world), {"days": 90, "level-debugging": "2", "reason": "oops"})
    assert wrong.status_code == 422
    said = {"days": 90, "level-debugging": "2", "reason": "I had mixed up two people."}
    assert client.post(address(world), said).status_code == 302

    second = OutcomeReview.objects.standing().get()
    assert (second.version, second.amend_reason) == (2, "I had mixed up two people.")
    assert OutcomeReview.objects.get(version=1).ratings.get().level == 4
    with pytest.raises(Conflict, match="meanwhile"):
        amend_review(first, levels={world.ours.competencies[0]: 1}, reason="Once more, please.", by=manager)
    with pytest.raises(Conflict, match="person who gave it"):
        amend_review(
            second, levels={world.ours.competencies[0]: 1}, reason="Not mine at all.", by=world.ours.recruiter
        )


@pytest.mark.parametrize(("who", "status"), [("recruiter", 200), ("leader", 403), ("interviewer", 403)])
def test_outcome_pages_by_role(world: Rivals, client: Client, who: str, status: int) -> None:
    client.force_login(world.ours.members[who])

    assert client.get(address(world)).status_code == status
    assert client.get("/t/acme/outcomes/").status_code == status


def test_outcome_page_is_absent_to_rivals(world: Rivals, client: Client) -> None:
    client.force_login(world.theirs.hiring_manager)

    assert client.get(address(world)).status_code == 404
    assert client.get("/t/acme/outcomes/").status_code == 404
    assert client.get(f"/t/rival/debriefs/{world.ours.application.pk}/outcome/").status_code == 404


def test_outcome_page_is_closed_to_those_who_owe_a_scorecard(
    world: Rivals, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decision ends what is owed today; should it ever not, the page shows nobody else's marks."""
    AssignmentFactory(interview=world.ours.interviews[0], interviewer=world.ours.hiring_manager)
    client.force_login(world.ours.hiring_manager)
    assert client.get(address(world)).status_code == 200

    monkeypatch.setattr(pipeline_models, "DECIDED", ())

    assert client.get(address(world)).status_code == 404
    assert client.post(address(world), {"days": 90, "level-debugging": "4"}).status_code == 404
    assert due_in(world.ours.team, world.ours.hiring_manager) == []
    assert not OutcomeReview.objects.exists()


def test_the_list_says_what_is_due_comes_was_given_and_was_missed(world: Rivals, client: Client) -> None:
    ours, now = world.ours, timezone.now()
    client.force_login(ours.recruiter)
    open_now = [due.days for due in due_in(ours.team, ours.recruiter) if due.is_open(now)]
    assert open_now == [90]
    page = client.get("/t/acme/outcomes/").content.decode()
    assert str(ours.application.candidate) in page
    assert str(ours.hiring_manager) in page

    reviewed(world)
    assert not due_for(ours.hiring_manager, ours.team, now=now)
    assert "No review is due" in client.get("/t/acme/outcomes/").content.decode()

    OutcomeReview.objects.all().update(days=180)  # as if the first had not been given
    days_ago(ours, 200)
    assert "1 earlier one not given" in client.get("/t/acme/outcomes/").content.decode()


def test_list_asks_the_same_number_of_questions_for_one_hire_and_three(world: Rivals) -> None:
    ours = world.ours

    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            rows = due_in(ours.team, ours.recruiter)
            str([(due.application.candidate, due.application.opening.hiring_manager) for due in rows])
        return len(asked)

    one = cost()
    for _ in range(2):
        ApplicationFactory(
            team=ours.team, opening=ours.opening, state=ApplicationState.HIRED, closed_at=timezone.now()
        )
    assert cost() == one


def test_the_manager_is_asked_when_the_day_comes_once_and_once_more(world: Rivals) -> None:
    ours, now = world.ours, timezone.now()
    for _ in range(2):
        requests.ask_for_reviews(ours.team, now=now)
    mail = OutgoingMail.objects.get(kind=requests.KIND)
    assert mail.user == ours.hiring_manager
    assert f"/t/acme/debriefs/{ours.application.pk}/outcome/" in mail.text
    assert str(ours.application.candidate) not in mail.subject

    requests.ask_for_reviews(ours.team, now=now + timedelta(days=15))
    requests.ask_for_reviews(ours.team, now=now + timedelta(days=30))
    assert OutgoingMail.objects.filter(kind=requests.KIND).count() == 2

    reviewed(world)
    days_ago(ours, 20)
    requests.ask_for_reviews(ours.team, now=now)
    assert OutgoingMail.objects.filter(kind=requests.KIND).count() == 2


def test_a_manager_who_left_is_not_asked(world: Rivals) -> None:
    ours = world.ours
    deactivate_member(Membership.objects.get(team=ours.team, user=ours.hiring_manager), by=ours.admin)

    assert requests.ask_for_reviews(ours.team, now=timezone.now()) == 0


def asked(world: Rivals, client: Client) -> ReviewRequest:
    client.force_login(world.ours.recruiter)
    said = {"days": 90, "name": "Olga Boss", "email": "olga@customer.example"}
    assert client.post(f"{address(world)}ask/", said).status_code == 302
    client.logout()
    return ReviewRequest.objects.get(person=None)


def test_somebody_without_an_account_gives_one_review_by_a_link_that_works_once(
    world: Rivals, client: Client
) -> None:
    request = asked(world, client)
    mail = OutgoingMail.objects.get(kind=requests.KIND)
    link = f"/review/{requests.token_of(request)}/"
    assert (mail.to, mail.user) == ("olga@customer.example", None)
    assert link in mail.text

    page = client.get(link).content.decode()
    main = page[page.index("<main") :]
    assert str(world.ours.application.candidate) in main
    assert "/t/acme" not in main
    assert client.get("/t/acme/outcomes/").status_code == 302  # the link opens nothing else

    assert client.post(link, {"level-debugging": "5", "still_employed": "on"}).status_code == 200
    review = OutcomeReview.objects.get()
    assert (review.reviewer, review.author, review.days) == (None, "Olga Boss", 90)
    assert client.get(link).status_code == 410
    assert client.post(link, {"level-debugging": "1"}).status_code == 410
    assert OutcomeReview.objects.count() == 1


def test_a_link_that_has_expired_was_replaced_or_made_up_opens_nothing(world: Rivals, client: Client) -> None:
    request = asked(world, client)
    link = f"/review/{requests.token_of(request)}/"
    ReviewRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link).status_code == 410
    assert client.get("/review/nonsense/").status_code == 410

    ReviewRequest.objects.update(asked_at=timezone.now() - timedelta(days=40))
    again = asked(world, client)
    assert again.pk == request.pk
    assert client.get(link).status_code == 410
    assert client.get(f"/review/{requests.token_of(again)}/").status_code == 200


def test_members_sign_in_instead(world: Rivals, client: Client) -> None:
    client.force_login(world.ours.recruiter)
    said = {"days": 90, "name": "Hugo", "email": world.ours.hiring_manager.email}
    client.post(f"{address(world)}ask/", said)
    assert not ReviewRequest.objects.exists()

    request = asked(world, client)
    MembershipFactory(team=world.ours.team, user__email="olga@customer.example", role="hiring_manager")
    answer = client.get(f"/review/{requests.token_of(request)}/")
    assert answer.status_code == 302
    assert answer["Location"] == address(world)


def test_only_planners_ask_outsiders(world: Rivals, client: Client) -> None:
    said = {"days": 90, "name": "Olga Boss", "email": "olga@customer.example"}
    client.force_login(world.ours.hiring_manager)
    assert client.post(f"{address(world)}ask/", said).status_code == 403
    client.force_login(world.theirs.recruiter)
    assert client.post(f"{address(world)}ask/", said).status_code == 404
