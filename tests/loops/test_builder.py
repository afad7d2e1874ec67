"""The builder's pages: who may see and do what, fixed query counts, what a change answers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from content.packfile import Shape, Text
from loops import actions, kinds
from loops.bank import PAGE, BankFilter
from loops.builder.state import build_state
from loops.models import Loop
from rubrics.models import Question
from tests.factories import CriterionFactory, QuestionFactory
from tests.gaps import shown_gap
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, publish, rivals, team_world
from web.numbers import percent

pytestmark = pytest.mark.django_db


_built, worlds = standing(rivals)


@pytest.fixture
def draft(worlds: Rivals) -> Loop:
    return actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(loop: Loop, *rest: str) -> str:
    return reverse("admin:loops_loop_builder", args=[loop.pk]) + "".join(f"{part}/" for part in rest)


def change(client: Client, loop: Loop, **fields: Any) -> Any:
    return client.post(
        url(loop, "change"), {"revision": loop.revision, **fields}, headers={"HX-Request": "true"}
    )


def add_questions(world: TeamWorld, count: int) -> None:
    for number in range(count):
        question = QuestionFactory(
            team=world.team,
            bank=world.questions[0].bank,
            scale=world.questions[0].scale,
            key=f"more{number}",
            title=f"More {number:02}",
        )
        CriterionFactory(question=question, competency=world.competencies[number % 2])
        publish(question)


def test_outsider_and_rival_find_nothing(worlds: Rivals, draft: Loop) -> None:
    for user in (worlds.theirs.recruiter, worlds.theirs.admin):
        client = signed_in(user)
        for path in (url(draft), url(draft, "bank")):
            assert client.get(path).status_code == 404
        assert change(client, draft, operation="add_stage").status_code == 404
        for verb in ("publish", "duplicate", "discard"):
            assert client.post(url(draft, verb)).status_code == 404
        assert draft.name.encode() not in client.get(reverse("admin:loops_loop_changelist")).content
    assert signed_in(worlds.outsider).get(url(draft)).status_code == 302  # the admin's own sign-in
    assert Client().get(url(draft)).status_code == 302


@pytest.mark.parametrize("role", ["interviewer", "leader"])
def test_members_without_the_right_change_nothing(worlds: Rivals, draft: Loop, role: str) -> None:
    user = worlds.ours.leader if role == "leader" else worlds.ours.interviewers[0]
    client = signed_in(user)
    assert change(client, draft, operation="add_stage").status_code in (302, 403)
    assert client.post(url(draft, "publish")).status_code in (302, 403)
    draft.refresh_from_db()
    assert draft.is_draft
    assert draft.revision == 0


def test_reader_of_two_teams_cannot_change_where_only_reading(worlds: Rivals, draft: Loop) -> None:
    from accounts.permissions import Role
    from tests.factories import MembershipFactory

    user = worlds.theirs.recruiter
    MembershipFactory(team=worlds.ours.team, user=user, role=Role.INTERVIEWER)
    client = signed_in(user)
    page = client.get(url(draft))
    assert page.status_code == 200
    assert b"data-change>" not in page.content
    assert change(client, draft, operation="add_stage").status_code == 403
    assert client.post(url(draft, "publish")).status_code == 403
    assert client.post(url(draft, "discard")).status_code == 403


def test_page_prints_the_gap_every_surface_prints(worlds: Rivals, draft: Loop) -> None:
    expected = percent(shown_gap(draft).gap, 1)
    client = signed_in(worlds.ours.recruiter)
    assert expected in client.get(url(draft)).content.decode()
    assert expected in client.get(reverse("admin:loops_loop_changelist")).content.decode()


@pytest.mark.parametrize(
    ("fields", "status", "text"),
    [
        ({"operation": "add_stage", "kind": "values", "name": "Last word"}, 200, "Last word added."),
        ({"operation": "edit_loop", "name": "Renamed", "budget_minutes": "90"}, 200, "Details saved."),
        ({"operation": "edit_loop", "name": " "}, 422, "needs a name"),
        ({"operation": "add_stage", "minutes": "soon"}, 422, "whole number"),
        ({"operation": "edit_loop", "name": "Late", "revision": "7"}, 409, "You had written: Late."),
        ({"operation": "no_such_thing"}, 404, ""),
        ({"operation": "move_stage", "stage": "999999"}, 409, "no longer there"),
        ({"operation": "place_question", "question": "x"}, 422, "Enter a whole number"),
    ],
)
def test_change_answers_with_what_happened(
    worlds: Rivals, draft: Loop, fields: dict[str, str], status: int, text: str
) -> None:
    answer = change(signed_in(worlds.ours.recruiter), draft, **fields)
    assert answer.status_code == status
    assert text in answer.content.decode()


def test_details_ask_for_and_save_every_text_that_is_declared(
    worlds: Rivals, draft: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``basis``, ``note`` and ``parking`` stand for texts that are declared tomorrow."""
    monkeypatch.setattr("loops.kinds.LOOP_TEXTS", ("basis",))
    monkeypatch.setattr("loops.kinds.STAGE_TEXTS", ("note",))
    monkeypatch.setattr("loops.kinds.CANDIDATE", Shape(*kinds.CANDIDATE.fields.values(), Text("parking")))
    client = signed_in(worlds.ours.recruiter)
    first, *others = draft.stages.all()
    texts = {
        "basis": " Three interviews. ",
        "parking": "Behind the house.",
        f"stage-{first.pk}-note": "Bring a laptop.",
    }

    asked = client.get(url(draft)).content.decode()
    for name in (*texts, "expect", "prepare", "accommodations", *(f"stage-{row.pk}-note" for row in others)):
        assert f'name="{name}"' in asked, name
    answer = change(client, draft, operation="edit_loop", **texts)

    assert "Details saved." in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.basis, draft.candidate_notes["parking"]) == ("Three interviews.", "Behind the house.")
    assert [row.note for row in draft.stages.all()] == ["Bring a laptop.", *(row.note for row in others)]
    assert draft.revision == 2, "a change of the loop and one of a stage; the other stages are left alone"
    shown = client.get(url(draft)).content.decode()
    assert all(text.strip() in shown for text in texts.values())


def test_details_without_a_declared_text_of_stages_say_nothing_of_them(
    worlds: Rivals, draft: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loops.kinds.STAGE_TEXTS", ())

    page = signed_in(worlds.ours.recruiter).get(url(draft))

    assert page.context["stage_texts"] == []
    assert "<fieldset" not in page.content.decode().partition('id="d-details"')[2].partition("</dialog>")[0]


def test_rivals_rows_cannot_be_named_in_a_form(worlds: Rivals, draft: Loop) -> None:
    client = signed_in(worlds.ours.recruiter)
    theirs = worlds.theirs
    stage = draft.stages.first()
    assert stage is not None
    for fields, status in (
        ({"operation": "place_question", "stage": stage.pk, "question": theirs.questions[0].pk}, 404),
        ({"operation": "edit_stage", "stage": theirs.stages[0].pk, "minutes": 5}, 409),
        ({"operation": "remove_placement", "placement": theirs.stages[0].placements.get().pk}, 409),
        ({"operation": "edit_loop", "profile": theirs.profile.pk}, 404),
    ):
        answer = change(client, draft, **fields)
        assert answer.status_code == status
        assert theirs.team.key not in answer.content.decode()


def test_without_scripts_a_change_leads_back_with_its_filter(worlds: Rivals, draft: Loop) -> None:
    client = signed_in(worlds.ours.recruiter)
    answer = client.post(
        url(draft, "change"), {"operation": "edit_loop", "name": "Late", "b_q": "pager", "revision": "9"}
    )
    assert answer.status_code == 302
    assert answer["Location"].endswith("?b_q=pager")
    assert b"changed this draft" in client.get(answer["Location"]).content


def test_library_template_is_readable_not_writable_and_can_be_copied(worlds: Rivals) -> None:
    library = team_world("library")
    library.team.is_library = True
    library.team.save()
    client = signed_in(worlds.ours.recruiter)
    assert b"Start from this template" in client.get(url(library.loop)).content
    assert client.post(url(library.loop, "new-version")).status_code == 403
    answer = client.post(url(library.loop, "duplicate"), {"team": "acme"})
    copy = Loop.objects.get(team=worlds.ours.team, source_team_key="library")
    assert answer["Location"] == url(copy)
    assert client.post(url(library.loop, "duplicate"), {"team": "rival"}).status_code == 404


def test_retiring_and_default_need_a_published_loop(worlds: Rivals, draft: Loop) -> None:
    client = signed_in(worlds.ours.recruiter)
    assert b"is a draft" in client.post(url(draft, "retire"), follow=True).content
    client.post(url(worlds.ours.loop, "default"))
    worlds.ours.loop.refresh_from_db()
    assert worlds.ours.loop.is_default
    client.post(url(worlds.ours.loop, "retire"), {"reason": "Too long."})
    worlds.ours.loop.refresh_from_db()
    assert worlds.ours.loop.status == "retired"


def test_new_loop_starts_in_ones_own_team_only(worlds: Rivals) -> None:
    client = signed_in(worlds.ours.recruiter)
    start = reverse("admin:loops_loop_add")
    assert client.get(start).status_code == 200
    client.post(start, {"team": "acme", "profile": worlds.ours.profile.pk, "name": "Night shift"})
    assert Loop.objects.get(team=worlds.ours.team, name="Night shift").is_draft
    assert (
        client.post(start, {"team": "rival", "profile": worlds.theirs.profile.pk, "name": "X"}).status_code
        == 404
    )
    assert (
        client.post(start, {"team": "acme", "profile": worlds.theirs.profile.pk, "name": "X"}).status_code
        == 404
    )


def queries(action: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        action()
    return len(seen)


def test_list_costs_the_same_at_one_row_and_at_three(worlds: Rivals) -> None:
    client = signed_in(worlds.ours.recruiter)
    listing = reverse("admin:loops_loop_changelist")
    client.get(listing)
    one = queries(lambda: client.get(listing))
    for _ in range(2):
        actions.duplicate_loop(worlds.ours.loop, by=worlds.ours.recruiter)
    assert queries(lambda: client.get(listing)) == one


def test_builder_costs_the_same_however_much_is_planned(worlds: Rivals, draft: Loop) -> None:
    add_questions(worlds.ours, 1)
    build_state(draft.pk, wanted=BankFilter())  # reads what is published, which is remembered
    few = queries(lambda: build_state(draft.pk, wanted=BankFilter()))
    add = worlds.ours.recruiter
    for number in range(3):
        stage = actions.add_stage(draft, by=add, name=f"Stage {number}")
        actions.place_question(stage, worlds.ours.questions[number % 2], by=add)
    QuestionFactory.reset_sequence()
    assert queries(lambda: build_state(draft.pk, wanted=BankFilter())) == few


def test_bank_is_searched_filtered_and_paged(worlds: Rivals, draft: Loop) -> None:
    add_questions(worlds.ours, PAGE + 5)

    def keys(**wanted: Any) -> list[str]:
        page = wanted.pop("page", 1)
        return [
            row.question.key for row in build_state(draft.pk, wanted=BankFilter(**wanted), page=page).bank
        ]

    assert len(keys()) == PAGE
    assert len(keys(page=2)) == 5
    assert keys(text="more 07") == ["more7"]
    assert set(keys(text="observability")) <= {f"more{number}" for number in range(1, PAGE + 5, 2)}
    assert keys(realism=("controlled",)) == [] or keys(realism=("production",)) == []
    assert keys(minutes=1) == []
    assert keys(competency="debugging", text="more 01") == []
    assert "q_debugging" not in keys()


def test_bank_is_ordered_by_what_it_closes_and_says_by_how_much(worlds: Rivals, draft: Loop) -> None:
    add_questions(worlds.ours, 4)
    bank = build_state(draft.pk, wanted=BankFilter()).bank
    effects = [row.effect for row in bank]
    assert effects == sorted(effects)
    before = shown_gap(draft).gap
    answer = change(
        signed_in(worlds.ours.recruiter),
        draft,
        operation="place_question",
        question=bank[0].question.pk,
        stage="new",
        gap=str(before),
    )
    assert answer.status_code == 200
    after = shown_gap(draft).gap
    assert after - before == pytest.approx(effects[0])


def test_remedies_do_what_they_promise(worlds: Rivals, draft: Loop) -> None:
    add_questions(worlds.ours, 3)
    client = signed_in(worlds.ours.recruiter)
    stage = draft.stages.first()
    assert stage is not None
    actions.remove_stage(stage, by=worlds.ours.recruiter)
    actions.edit_stage(draft.stages.all()[0], interviewers=1, minutes=10, by=worlds.ours.recruiter)
    tried = 0
    for _ in range(8):
        state = build_state(draft.pk, wanted=BankFilter())
        remedy = next((item.remedy for item in state.advice if item.remedy is not None), None)
        if remedy is None:
            break
        before = state.gap.gap
        draft.refresh_from_db()
        answer = change(client, draft, operation=remedy.operation, **remedy.values)
        assert answer.status_code == 200
        tried += 1
        if remedy.effect is not None:
            after = build_state(draft.pk, wanted=BankFilter()).gap.gap
            assert after - before == pytest.approx(remedy.effect, abs=1e-4)
    assert tried >= 2
    codes = {item.warning.code for item in build_state(draft.pk, wanted=BankFilter()).advice}
    assert not codes & {"must_have_untested", "must_have_one_rater", "stage_too_short"}


def test_large_bank_is_ordered_by_name_and_only_the_page_is_fetched(
    worlds: Rivals, draft: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loops.bank.TRIED", 10)
    add_questions(worlds.ours, PAGE + 5)
    bank = build_state(draft.pk, wanted=BankFilter(), page=2).bank
    assert [row.question.title for row in bank] == [f"More {number}" for number in range(PAGE, PAGE + 5)]
    assert (bank.paginator.count, bank.has_previous(), bank.has_next()) == (PAGE + 5, True, False)
    assert all(row.effect < 0 for row in bank)


def publish_part(page: str) -> str:
    """What the dialog shows, on the page and among the parts that a change answers with."""
    return page.partition('id="publish-open"')[2].partition("</form>")[0].partition('id="bank-list"')[0]


def test_publish_dialog_names_what_would_be_refused_and_offers_no_button(worlds: Rivals, draft: Loop) -> None:
    client = signed_in(worlds.ours.recruiter)
    assert 'type="submit"' in publish_part(client.get(url(draft)).content.decode())
    stage = draft.stages.all()[0]
    needed = stage.placements.get().question.minutes

    answer = change(client, draft, operation="edit_stage", stage=stage.pk, minutes=needed // 3)

    for page in (answer, client.get(url(draft))):
        part = publish_part(page.content.decode())
        assert "It cannot be published yet" in part
        assert f"{stage} has {needed // 3} min for questions that need {needed}" in part
        assert f'href="#stage-{stage.pk}"' in part
        assert 'type="submit"' not in part
    # Whoever sends the form all the same is refused in the same words.
    refused = client.post(url(draft, "publish"), follow=True).content.decode()
    assert f"{stage} has {needed // 3} min for questions that need {needed}" in refused
    draft.refresh_from_db()
    assert draft.is_draft


def test_an_empty_draft_says_that_nothing_is_asked_before_it_is_published(
    worlds: Rivals, draft: Loop
) -> None:
    for stage in draft.stages.all():
        actions.remove_stage(stage, by=None)
    page = signed_in(worlds.ours.recruiter).get(url(draft)).content.decode()
    assert "Nothing is asked. Place at least one question" in publish_part(page)


def test_bank_says_where_a_question_is_that_the_loop_has_already(worlds: Rivals, draft: Loop) -> None:
    client = signed_in(worlds.ours.recruiter)
    first, second = draft.stages.all()
    title = first.placements.get().question.title
    actions.set_alternate(second.placements.get(), alternate=True, by=None)

    assert "In this loop already" not in client.get(url(draft)).content.decode()
    found = client.get(url(draft, "bank"), {"b_q": "debugging"}).content.decode()
    both = client.get(url(draft, "bank"), {"b_q": "question"}).content.decode()
    other = client.get(url(draft, "bank"), {"b_q": "nothing of the kind"}).content.decode()

    assert title in found
    assert f"already in stage 1 {first.name}" in found
    assert "No question fits" not in found
    assert f"stands by in stage 2 {second.name}" in both
    assert "In this loop already" not in other
    assert "No question fits" in other


def test_a_search_for_what_is_placed_costs_one_query_at_any_size(worlds: Rivals, draft: Loop) -> None:
    client = signed_in(worlds.ours.recruiter)
    add_questions(worlds.ours, 3)

    def cost(**wanted: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(url(draft, "bank"), wanted)
        return len(queries)

    cost()
    before = cost(b_q="q")
    for question in Question.objects.filter(key__startswith="more"):
        actions.place_question(draft.stages.all()[0], question, by=None)
    assert cost(b_q="q") <= before


def test_a_stages_name_is_one_line_however_it_is_typed(worlds: Rivals, draft: Loop) -> None:
    stage = draft.stages.all()[0]
    change(
        signed_in(worlds.ours.recruiter), draft, operation="edit_stage", stage=stage.pk, name="Two\r\nlines "
    )
    stage.refresh_from_db()
    assert stage.name == "Two lines"
