"""What others would see of a loop: who may look, what candidates never learn, what interviewers have in hand."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import TeamPolicy, User
from accounts.permissions import Role
from loops import actions
from loops.candidate import candidate_page
from loops.kit import kit_of
from loops.models import Loop, StageKind
from rubrics.models import Anchor
from tests.factories import CriterionFactory, MembershipFactory, QuestionFactory
from tests.standing import standing
from tests.worlds import Rivals, publish, rivals, team_world

pytestmark = pytest.mark.django_db
PAGES = ("candidate", "kit")
_built, worlds = standing(rivals)


@pytest.fixture
def draft(worlds: Rivals) -> Loop:
    return actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(page: str, loop: Loop) -> str:
    return reverse(f"admin:loops_loop_{page}", args=[loop.pk])


def shown(page: str, loop: Loop, user: User) -> str:
    return signed_in(user).get(url(page, loop)).content.decode()


def kit(loop: Loop, **policy: int) -> Any:
    return kit_of(Loop.objects.with_kit().get(pk=loop.pk), TeamPolicy(team=loop.team, **policy))


@pytest.mark.parametrize("page", PAGES)
def test_whoever_reads_loops_sees_it_and_a_rival_finds_nothing(
    worlds: Rivals, draft: Loop, page: str
) -> None:
    ours, theirs = worlds.ours, worlds.theirs
    for loop in (draft, ours.loop):
        for member in (ours.recruiter, ours.hiring_manager, ours.admin):
            assert signed_in(member).get(url(page, loop)).status_code == 200
        for stranger in (theirs.recruiter, theirs.admin, theirs.hiring_manager):
            assert signed_in(stranger).get(url(page, loop)).status_code == 404
        assert signed_in(worlds.outsider).get(url(page, loop)).status_code == 302
        assert Client().get(url(page, loop)).status_code == 302
        assert signed_in(ours.recruiter).post(url(page, loop)).status_code == 405


@pytest.mark.parametrize("page", PAGES)
def test_a_member_whose_role_reads_no_loops_is_refused(worlds: Rivals, draft: Loop, page: str) -> None:
    MembershipFactory(team=worlds.ours.team, user=worlds.theirs.recruiter, role=Role.LEADERSHIP)
    assert signed_in(worlds.theirs.recruiter).get(url(page, draft)).status_code == 403


def test_candidates_learn_nothing_of_what_is_asked_or_how_it_is_rated(worlds: Rivals, draft: Loop) -> None:
    question = worlds.ours.questions[0]
    stage = draft.stages.all()[0]
    actions.edit_stage(stage, by=None, note="Watch for bluffing.", panel=["engineering", "product"])
    anchors = set(Anchor.objects.values_list("text", flat=True))
    page = (
        shown("candidate", draft, worlds.ours.recruiter).partition("<article")[2].partition("</article>")[0]
    )

    assert stage.name in page
    assert "from engineering and product" in page
    for secret in (
        question.prompt,
        question.title,
        *question.follow_ups,
        *question.strong_answer,
        *(each.name for each in worlds.ours.competencies),
        *anchors,
        "Watch for bluffing",
        draft.name,
        "gap",
        "leak",
    ):
        assert not secret or secret not in page, secret


def test_notes_are_shown_and_what_is_missing_is_said_to_who_may_write(worlds: Rivals, draft: Loop) -> None:
    empty = shown("candidate", draft, worlds.ours.recruiter)
    told = candidate_page(draft, company="Acme")
    assert "Not written yet: What candidates are told to expect" in empty
    assert f"{reverse('admin:loops_loop_builder', args=[draft.pk])}#d-details" in empty
    assert [note.name for note in told.notes if note.text] == ["expect", "accommodations"]
    assert "How to prepare" not in empty.partition("<article")[2]

    notes = {
        "expect": "Two talks.",
        "prepare": "Sleep.",
        "accommodations": "Ask.",
        "may_ask": "Who is on call?",
    }
    actions.edit_loop(draft, by=None, candidate_notes=notes)
    full = shown("candidate", draft, worlds.ours.recruiter)
    assert "Not written yet" not in full
    assert all(text in full for text in (*notes.values(), "Questions you may ask us"))

    published = shown("candidate", worlds.ours.loop, worlds.ours.recruiter)
    assert "Edit it as a new version" in published


def test_work_at_home_and_a_missing_plan_read_as_what_they_are(worlds: Rivals, draft: Loop) -> None:
    first, second = draft.stages.all()
    actions.edit_stage(first, by=None, kind=StageKind.TAKE_HOME, minutes=120, interviewers=1)
    told = candidate_page(Loop.objects.get(pk=draft.pk), company="Acme")
    assert told.in_all == "One session and one task at home, 2 h 45"
    assert told.stages[0].people == "At home, in your own time; one person reads what you send"
    for stage in (first, second):
        actions.remove_stage(stage, by=None)
    assert "still being planned" in shown("candidate", draft, worlds.ours.recruiter)
    assert "No stages yet" in shown("kit", draft, worlds.ours.recruiter)


def test_the_librarys_template_speaks_in_the_name_of_who_reads_it(worlds: Rivals) -> None:
    library = team_world("library")
    library.team.is_library = True
    library.team.save()
    page = shown("candidate", library.loop, worlds.ours.recruiter)
    assert '<p class="cand-co">Acme</p>' in page
    assert reverse("report_candidate_page", args=["acme", library.loop.pk]) in page


def test_the_kit_holds_what_an_interviewer_needs(worlds: Rivals, draft: Loop) -> None:
    page = shown("kit", draft, worlds.ours.recruiter)
    question = draft.stages.all()[0].placements.get().question
    for text in (
        question.prompt,
        *question.strong_answer,
        *question.follow_ups,
        *Anchor.objects.filter(criterion__question=question).values_list("text", flat=True),
        *(each.change for each in question.injections.all()),
        worlds.ours.competencies[0].name,
        "must-have",
    ):
        assert text in page, text


@pytest.mark.parametrize(
    ("more", "parts", "short"),
    [
        (20, [("Hello", 2), ("asked", 0), ("The candidate’s questions", 18)], 0),
        (2, [("Hello", 2), ("asked", 0)], 0),
        (0, [("asked", 0)], 0),
        (-10, [("asked", 0)], 10),
    ],
)
def test_the_time_of_a_session_is_shared_out(
    worlds: Rivals, draft: Loop, more: int, parts: list[tuple[str, int]], short: int
) -> None:
    stage = draft.stages.all()[0]
    question = stage.placements.get().question
    actions.edit_stage(stage, by=None, minutes=question.minutes + more)

    found = kit(draft, setup_minutes=5)[0]

    said = [("asked", 0) if part.is_question else (part.label, part.minutes) for part in found.timing]
    assert said == parts
    assert found.short == short
    assert found.timing[0].begins == 0
    assert found.timing[-1].ends == question.minutes + max(more, 0)
    assert found.leaves_time == (more == 20)


def test_a_take_home_has_no_clock_and_says_who_reads_it(worlds: Rivals, draft: Loop) -> None:
    stage = draft.stages.all()[0]
    actions.edit_stage(stage, by=None, kind=StageKind.TAKE_HOME)
    assert kit(draft)[0].timing == ()
    assert "nobody is present" in shown("kit", draft, worlds.ours.recruiter)


@pytest.mark.parametrize("page", PAGES)
def test_pages_cost_the_same_however_much_is_planned(worlds: Rivals, draft: Loop, page: str) -> None:
    client = signed_in(worlds.ours.recruiter)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(page, draft)).status_code == 200
        return len(queries)

    cost()
    before = cost()
    for number in range(3):
        question = QuestionFactory(
            team=worlds.ours.team,
            bank=worlds.ours.questions[0].bank,
            scale=worlds.ours.questions[0].scale,
            key=f"more{number}",
        )
        CriterionFactory(question=question, competency=worlds.ours.competencies[0])
        publish(question)
        stage = actions.add_stage(draft, by=None)
        actions.place_question(stage, question=question, by=None)
    assert cost() == before
