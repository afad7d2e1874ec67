"""Who holds an interview: the recruiter's page, people from outside, and cards that somebody else writes down."""

import re
from datetime import timedelta

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import create_token
from accounts.errors import Conflict
from accounts.models import Membership, User
from accounts.permissions import Role
from events.models import Event
from hiring.pipeline.actions import release_interviewer
from hiring.pipeline.models import Application, Assignment, Interview
from hiring.pipeline.outside import LinkOver, OutsideLink, find_link, invite_outsider, use_link
from hiring.scoring import actions
from hiring.scoring.models import Rating, Scorecard
from jobs.testing import run_all
from mail.models import OutgoingMail
from tests.standing import standing
from tests.worlds import TeamWorld, our_world, submitted_card

pytestmark = pytest.mark.django_db
CANARY = "CANARY-of-the-peer"

_built, ours = standing(our_world)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def people(ours: TeamWorld) -> str:
    return people_of(ours.interviews[0])


def people_of(interview: Interview) -> str:
    return reverse("interview_people", args=["acme", interview.pk])


def filled(ours: TeamWorld, point: int = 3) -> dict[str, object]:
    criterion = ours.criteria[0]
    return {
        f"c{criterion.pk}": {"point": point, "not_assessed": "", "evidence": "Named the failing link first."},
        "recommendation": "yes",
    }


def test_recruiter_assigns_a_shadow_hands_over_and_lets_off_on_one_page(ours: TeamWorld) -> None:
    client, path = signed_in(ours.recruiter), people(ours)
    ines, ivan, ilse = ours.interviewers
    client.post(path, {"intent": "assign", "to": "Ilse Acme", "shadow": "on"})
    assert Assignment.objects.get(interview=ours.interviews[0], interviewer=ilse).shadow

    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ines)
    refused = client.post(path, {"intent": "let-off", "assignment": held.pk, "reason": ""})
    assert "Say why" in refused.content.decode()
    client.post(path, {"intent": "let-off", "assignment": held.pk, "reason": "Is ill"})
    held.refresh_from_db()
    assert held.release_reason == "Is ill"

    other = Assignment.objects.get(interview=ours.interviews[0], interviewer=ivan)
    client.post(
        path,
        {"intent": "hand-over", "assignment": other.pk, "to": ours.hiring_manager.email, "reason": "Travels"},
    )
    other.refresh_from_db()
    assert other.handed_to == ours.hiring_manager
    page = client.get(path).content.decode()
    assert "“Is ill”" in page
    assert "handed it to Hugo Acme" in page


def test_recruiter_plans_the_stage_once_more(ours: TeamWorld) -> None:
    client, path = signed_in(ours.recruiter), people(ours)

    page = client.post(path, {"intent": "again"}, follow=True).content.decode()

    assert "Session 2 of Stage 1 acme is planned" in page
    again = Interview.objects.get(application=ours.application, stage=ours.stages[0], session=2)
    assert people_of(again) in page


def test_recruiter_who_owes_a_card_sees_nobodys_state(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0])
    client, path = signed_in(ours.recruiter), people(ours)
    assert "scorecard in" in client.get(path).content.decode()
    client.post(path, {"intent": "assign", "to": ours.recruiter.email})

    page = client.get(path).content.decode()

    assert "scorecard in" not in page
    assert "owes a scorecard" not in page


def test_outside_interviewer_scores_by_a_link_that_works_once(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[0], evidence=CANARY)
    made = signed_in(ours.recruiter).post(
        people(ours), {"intent": "invite", "name": "Olga Outside", "email": "olga@else.example", "days": "7"}
    )
    found = re.search(r"/outside/([\w-]+)/", made.content.decode())
    assert found
    secret = found[1]
    client = Client()
    path = reverse("outside", args=[secret])
    for _ in range(2):  # a mail program that looks at links uses nothing up
        assert "Open the scorecard" in client.get(path).content.decode()

    answer = client.post(path)

    assert answer["Location"] == reverse("score", args=["acme", ours.interviews[0].pk])
    assert client.get(answer["Location"]).status_code == 200
    assert Client().post(path).status_code == 404
    olga = User.objects.get(email="olga@else.example")
    saved = actions.start(ours.interviews[0], by=olga)
    saved = actions.save_draft(saved, revision=0, changes=filled(ours), by=olga)
    actions.submit(saved, revision=saved.revision, by=olga)
    assert Rating.objects.counting().filter(scorecard__interviewer=olga).exists()
    # Even after her own card, and after the reveal, she reads nobody else's.
    Application.objects.filter(pk=ours.application.pk).update(debriefed_at=timezone.now())
    assert list(Scorecard.objects.visible_to(olga)) == [Scorecard.objects.get(interviewer=olga)]
    assert CANARY not in client.get(answer["Location"]).content.decode()
    for name, args in (
        ("debriefs", ["acme"]),
        ("debrief", ["acme", ours.application.pk]),
        ("dashboard", ["acme"]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 403
    assert CANARY not in client.get("/api/v1/scorecards/").content.decode()


def test_new_link_ends_the_one_before_and_time_ends_it_too(ours: TeamWorld) -> None:
    def invite() -> tuple[OutsideLink, str]:
        return invite_outsider(
            ours.interviews[0], name="Olga", email="olga@else.example", by=ours.recruiter, days=1
        )

    _, first = invite()
    link, second = invite()
    with pytest.raises(LinkOver):
        use_link(first)
    assert find_link(second) == link
    OutsideLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(LinkOver):
        use_link(second)
    assert Assignment.objects.filter(interviewer=link.user).count() == 1


def test_link_is_never_made_to_an_account_of_its_own_kind(ours: TeamWorld) -> None:
    for email in (ours.leader.email, ours.interviewers[2].email):
        with pytest.raises(Conflict, match="account of its own"):
            invite_outsider(ours.interviews[0], name="X", email=email, by=ours.recruiter)
    assert not OutsideLink.objects.exists()


def test_outsider_has_neither_password_sign_in_nor_token(ours: TeamWorld) -> None:
    link, _ = invite_outsider(ours.interviews[0], name="Olga", email="olga@else.example", by=ours.recruiter)
    link.user.set_password("a-long-password-42")
    link.user.save()

    answer = Client().post(
        reverse("account_login"), {"login": link.user.email, "password": "a-long-password-42"}, follow=True
    )

    assert "by the link that was sent to you" in answer.content.decode()
    with pytest.raises(Conflict, match="scores by a link"):
        create_token(link.user, by=link.user)
    assert Membership.objects.get(user=link.user).role == Role.OUTSIDE


def test_card_written_on_behalf_is_the_interviewers_and_names_both(ours: TeamWorld) -> None:
    ines = ours.interviewers[0]
    client = signed_in(ours.recruiter)
    path = f"{reverse('interview_behalf', args=['acme', ours.interviews[0].pk])}?who={ines.pk}"
    item = f"c{ours.criteria[0].pk}"
    incomplete = client.post(path, {item: "4", f"{item}-ev": "", "recommendation": "yes"})
    assert incomplete.status_code == 422
    assert not Scorecard.objects.exists(), "nothing is half-written"

    client.post(path, {item: "4", f"{item}-ev": "Named the failing link first.", "recommendation": "yes"})

    card = Scorecard.objects.get()
    assert (card.interviewer, card.written_by, card.state) == (ines, ours.recruiter, "submitted")
    assert Rating.objects.counting().filter(scorecard=card, point=4).exists()
    assert Event.objects.get(kind="scorecard.submitted").by == ours.recruiter


def test_nobody_writes_over_a_card_that_was_begun_or_without_the_right(ours: TeamWorld) -> None:
    ines, ivan = ours.interviewers[:2]
    actions.start(ours.interviews[0], by=ines)
    with pytest.raises(Conflict, match="has begun"):
        actions.write_on_behalf(ours.interviews[0], interviewer=ines, changes=filled(ours), by=ours.recruiter)
    with pytest.raises(Http404):
        actions.write_on_behalf(
            ours.interviews[0], interviewer=ours.interviewers[2], changes=filled(ours), by=ours.recruiter
        )
    path = f"{reverse('interview_behalf', args=['acme', ours.interviews[0].pk])}?who={ivan.pk}"
    assert signed_in(ours.hiring_manager).get(path).status_code == 403


def test_card_written_down_by_who_could_read_others_is_marked_and_enters_nothing(ours: TeamWorld) -> None:
    submitted_card(ours.interviews[0], ours.interviewers[1])
    Application.objects.filter(pk=ours.application.pk).update(debriefed_at=timezone.now())

    card = actions.write_on_behalf(
        ours.interviews[0], interviewer=ours.interviewers[0], changes=filled(ours), by=ours.recruiter
    )

    assert (card.seen_before, card.enters) == ("others", False)


def test_guest_comes_back_on_the_same_device_and_has_no_account_to_set_up(ours: TeamWorld) -> None:
    link, secret = invite_outsider(
        ours.interviews[0], name="Olga", email="olga@else.example", by=ours.recruiter
    )
    client, path = Client(), reverse("outside", args=[secret])
    client.post(path)

    assert client.get(path)["Location"] == reverse("score", args=["acme", ours.interviews[0].pk])
    assert Client().get(path).status_code == 404
    for name in ("account_set_password", "api_token"):
        assert client.get(reverse(name)).status_code == 403
    assert client.get(reverse("account_logout")).status_code in {200, 302}
    assert link.user.email == "olga@else.example"


def test_recruiter_hears_of_whoever_declines(ours: TeamWorld) -> None:
    held = Assignment.objects.get(interview=ours.interviews[0], interviewer=ours.interviewers[0])

    release_interviewer(held, reason="I know the candidate.", by=ours.interviewers[0])
    run_all()

    letters = OutgoingMail.objects.filter(kind="declined")
    assert set(letters.values_list("to", flat=True)) == {ours.recruiter.email}
    assert all("I know the candidate." in letter.text for letter in letters)
