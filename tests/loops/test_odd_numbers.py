"""What looks like a number and is none is a form's error or an unknown row, never a crash."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.inputs import row_id, whole_number
from loops import actions
from loops.models import Loop, StageQuestion
from tests.standing import standing
from tests.worlds import Rivals, rivals

pytestmark = pytest.mark.django_db

ODD = ["²", "--5", "-", "1.5", "٣x", "0x1", "1e3", "9" * 30, "9" * 5000, "\u0000", "nan"]
# A NUL in an address is refused before any page is asked.
ADDRESSABLE = [odd for odd in ODD if odd != "\u0000"]
HUGE = str(2**63)


_built, worlds = standing(rivals)


@pytest.fixture
def draft(worlds: Rivals) -> Loop:
    return actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)


@pytest.fixture
def recruiter(worlds: Rivals, client: Client) -> Client:
    client.force_login(worlds.ours.recruiter)
    return client


def operations(draft: Loop) -> list[dict[str, Any]]:
    """Every operation with every number it takes, all of them right."""
    placement = StageQuestion.objects.filter(stage__loop=draft).order_by("pk")[0]
    stage, question = placement.stage_id, placement.question_id
    return [
        {"operation": "edit_loop", "profile": draft.profile_id, "budget_minutes": 90},
        {"operation": "add_stage", "minutes": 30, "interviewers": 1},
        {"operation": "edit_stage", "stage": stage, "minutes": 30, "interviewers": 1},
        {"operation": "move_stage", "stage": stage, "to": 0, "step": 1},
        {"operation": "remove_stage", "stage": stage},
        {"operation": "place_question", "stage": stage, "question": question, "to": 0},
        {"operation": "move_placement", "placement": placement.pk, "stage": stage, "to": 0, "step": 1},
        {"operation": "set_alternate", "placement": placement.pk},
        {"operation": "swap_question", "placement": placement.pk, "question": question},
        {"operation": "remove_placement", "placement": placement.pk},
    ]


def test_every_number_of_every_operation_may_be_odd(recruiter: Client, draft: Loop) -> None:
    address = reverse("admin:loops_loop_builder_change", args=[draft.pk])
    answers = {}
    shown = dict.fromkeys(["revision", "gap", "b_minutes", "b_into", "b_compare", "b_page"], "")
    for fields in [*operations(draft), {"operation": "add_stage", **shown}]:
        for name in fields:
            if name == "operation":
                continue
            for odd in ("²", "--5"):
                posted = {"revision": draft.revision, **fields, name: odd}
                answer = recruiter.post(address, posted, headers={"HX-Request": "true"})
                answers[fields["operation"], name, odd] = answer.status_code
                draft.refresh_from_db()
    assert set(answers.values()) <= {200, 404, 409, 422}, answers
    named = {code for (_, name, _), code in answers.items() if name in ("stage", "placement", "question")}
    assert named <= {404, 422}


def test_odd_ids_and_revisions_are_refused_in_words(recruiter: Client, draft: Loop) -> None:
    address = reverse("admin:loops_loop_builder_change", args=[draft.pk])
    stage = draft.stages.first()
    assert stage is not None
    for odd in ODD:
        for posted in (
            {"operation": "remove_stage", "stage": odd},
            {"operation": "remove_stage", "stage": stage.pk, "revision": odd},
        ):
            answer = recruiter.post(address, posted, headers={"HX-Request": "true"})
            assert answer.status_code == 422, odd
            assert "could not be read" in answer.content.decode()
    assert draft.stages.filter(pk=stage.pk).exists()


def test_an_odd_filter_counts_as_not_given(recruiter: Client, draft: Loop) -> None:
    plain = recruiter.get(reverse("admin:loops_loop_builder_bank", args=[draft.pk]))
    for odd in (*ADDRESSABLE, HUGE):
        for name in ("b_minutes", "b_into", "b_compare", "b_page"):
            answer = recruiter.get(reverse("admin:loops_loop_builder_bank", args=[draft.pk]), {name: odd})
            assert answer.status_code == 200, (name, odd)
            assert len(answer.content) == len(plain.content)
    assert recruiter.get(plain.request["PATH_INFO"], {"b_minutes": "\u0000"}).status_code == 400
    whole = recruiter.get(reverse("admin:loops_loop_builder", args=[draft.pk]), {"b_compare": "²"})
    assert whole.status_code == 200


def test_a_filter_with_one_fault_keeps_the_rest(recruiter: Client, draft: Loop) -> None:
    address = reverse("admin:loops_loop_builder_bank", args=[draft.pk])
    answer = recruiter.get(address, {"b_minutes": "²", "b_q": "no such question"})
    assert "Debugging question" not in answer.content.decode()


def test_odd_revisions_of_verbs_and_odd_profiles_are_refused(
    worlds: Rivals, recruiter: Client, draft: Loop
) -> None:
    before = Loop.objects.count()
    for odd in ODD:
        for verb in ("publish", "discard"):
            address = reverse("admin:loops_loop_builder_act", args=[draft.pk, verb])
            assert recruiter.post(address, {"revision": odd}).status_code == 302
        posted = {"team": worlds.ours.team.key, "name": "New", "profile": odd}
        assert recruiter.post(reverse("admin:loops_loop_add"), posted).status_code == 302
    assert Loop.objects.get(pk=draft.pk).is_draft
    assert Loop.objects.count() == before


def test_odd_ids_elsewhere_are_no_crash(worlds: Rivals, client: Client) -> None:
    client.force_login(worlds.ours.admin)
    for odd in ADDRESSABLE:
        for address, name in (
            ("admin:accounts_teampolicy_add", "team"),
            ("admin:rubrics_question_changelist", "bank"),
            ("admin:accounts_auditevent_changelist", "person"),
        ):
            assert client.get(reverse(address), {name: odd}).status_code in (200, 302), (address, odd)
    client.force_login(worlds.ours.interviewers[0])
    score = reverse("score", args=[worlds.ours.team.key, worlds.ours.interviews[0].pk])
    for odd in ODD:
        for posted in ({"revision": odd, "intent": "save"}, {"revision": "0", "reveal": odd}):
            assert client.post(score, posted).status_code in (302, 409, 422), odd
    client.force_login(worlds.ours.recruiter)
    for odd in ADDRESSABLE:
        assert client.get("/api/v1/openings/", {"cursor": odd}).status_code in (200, 404), odd


def test_numbers_are_read_as_forms_read_them() -> None:
    assert [row_id(text) for text in ("7", " 7 ", 7, "٣")] == [7, 7, 7, 3]
    assert [row_id(odd) for odd in (*ODD, HUGE, "0", "-1", None, "")] == [None] * (len(ODD) + 5)
    assert row_id(str(2**63 - 1)) == 2**63 - 1
    assert whole_number("-3", low=-5, high=5) == -3
    assert whole_number("6", low=-5, high=5) is None
