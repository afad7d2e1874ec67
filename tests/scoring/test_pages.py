"""The scoring page and the interviewer's first page, as a browser without JavaScript meets them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import TeamPolicy
from hiring.pipeline.models import Application, ApplicationState, Assignment, Interview, InterviewState
from hiring.scoring import actions
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from tests.factories import ApplicationFactory, AssignmentFactory, CandidateFactory, InterviewFactory
from tests.scoring.conftest import Session
from tests.worlds import Rivals, TeamWorld, submitted_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, session: Session) -> "Page":
    client.force_login(session.by)
    return Page(client, session)


class Page:
    """The form as a person without JavaScript uses it."""

    def __init__(self, client: Client, session: Session) -> None:
        self.client, self.session = client, session
        self.url = f"/t/acme/interviews/{session.interview.pk}/score/"

    def get(self) -> Any:
        return self.client.get(self.url)

    def fields(self, **changes: str) -> dict[str, str]:
        """The fields of the page as it stands, with changes."""
        context = self.get().context
        items = json.loads(context["base_json"])
        fields = {
            "revision": str(context["sheet"].revision),
            "base": context["base_json"],
            "summary": items["summary"],
        }
        for item, value in items.items():
            if item[0] == "c":
                choice = (
                    value["point"] if value["point"] is not None else ("0" if value["not_assessed"] else "")
                )
                fields |= {
                    item: str(choice),
                    f"{item}-why": value["not_assessed"],
                    f"{item}-ev": value["evidence"],
                }
        return {
            **fields,
            **({"recommendation": items["recommendation"]} if items["recommendation"] else {}),
            **changes,
        }

    def complete(self, intent: str, point: str = "3") -> dict[str, str]:
        marks = {f"c{c.pk}": point for c in self.session.criteria}
        marks |= {f"c{c.pk}-ev": "Asked for the logs." for c in self.session.criteria}
        return self.fields(**marks, recommendation="yes", intent=intent)

    def post(self, fields: dict[str, str]) -> Any:
        return self.client.post(self.url, fields)


def test_page_shows_everything_an_interviewer_needs(page: Page) -> None:
    body = page.get().content.decode()

    for text in (
        "Noor Haddad", "Change over time", "The first question", "The second question", "Asks what changed",
        "Retrains as a reflex", "The cause is the cache.", "Asked without the jargon.", "Reveal the change",
        "Must-have", "Counter-evidence", "What would change your mind?", "The alternate question",
        "Blind until you submit",
    ):  # fmt: skip
        assert text in body, text
    assert 'style="' not in body
    assert "<script>" not in body


def test_looking_begins_nothing(page: Page) -> None:
    page.get()

    assert not Scorecard.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("colleague", 404), ("recruiter", 403), ("leader", 404), ("calibrator", 403)],
)
def test_page_is_for_the_assigned(
    client: Client, session: Session, ours: TeamWorld, who: str, status: int
) -> None:
    client.force_login(ours.members[who])

    assert client.get(f"/t/acme/interviews/{session.interview.pk}/score/").status_code == status


def test_rival_and_outsider_find_nothing(client: Client, session: Session, world: Rivals) -> None:
    for user, team in [(world.theirs.admin, "acme"), (world.theirs.admin, "rival"), (world.outsider, "acme")]:
        client.force_login(user)
        for address in ("score/", "score/save/", "score/amend/"):
            url = f"/t/{team}/interviews/{session.interview.pk}/{address}"
            answer = (
                client.get(url)
                if address == "score/"
                else client.post(url, {}, content_type="application/json")
            )
            assert answer.status_code == 404, (team, address)


def test_save_without_javascript_keeps_what_was_typed(page: Page) -> None:
    answer = page.post(page.complete("save"))

    assert answer.status_code == 302
    assert Rating.objects.filter(point=3, evidence="Asked for the logs.").count() == 4
    assert "4 of 4 answered" in page.get().content.decode()


def test_submit_without_javascript_names_what_is_missing(page: Page) -> None:
    first = page.session.criteria[0]
    fields = page.complete("submit")
    fields[f"c{first.pk}"], fields[f"c{first.pk}-ev"] = "4", ""

    answer = page.post(fields)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "One thing is missing before you can submit." in body
    assert f'href="#c{first.pk}"' in body
    assert Rating.objects.count() == 4, "the rest is saved"


def test_not_assessed_without_a_reason_asks_for_it(page: Page) -> None:
    item = f"c{page.session.criteria[0].pk}"
    fields = page.complete("submit") | {item: "0", f"{item}-why": "", f"{item}-ev": ""}

    body = page.post(fields).content.decode()

    assert "Choose why it was not assessed." in body
    assert f'name="{item}" value="0" checked' in body


def test_double_submit_shows_the_submitted_card_twice(page: Page) -> None:
    fields = page.complete("submit")

    first, second = page.post(fields), page.post(fields)

    assert (first.status_code, second.status_code) == (302, 302)
    assert Scorecard.objects.filter(state=ScorecardState.SUBMITTED).count() == 1
    body = page.get().content.decode()
    assert "Only an amendment changes it" in body
    assert "submitted and cannot change" not in body, "no error for the second click"


def test_stale_form_merges_other_criteria_and_shows_both_versions_of_the_same(page: Page) -> None:
    a, b, c = (f"c{row.pk}" for row in page.session.criteria[:3])
    old = page.fields()
    page.session.save(
        {a: {"point": 1, "evidence": "From the other window."}, c: {"point": 2, "evidence": "Kept."}}
    )

    answer = page.post(old | {a: "4", f"{a}-ev": "From this window.", b: "3", "intent": "save"})

    body = answer.content.decode()
    assert answer.status_code == 409
    assert "From the other window." in body
    assert "From this window." in body
    again = answer.context["sheet"]
    fields = old | {
        "revision": str(again.revision), "base": answer.context["base_json"],
        a: "4", f"{a}-ev": "From this window.",
        b: "3", c: "2", f"{c}-ev": "Kept.", "intent": "save",
    }  # fmt: skip
    assert page.post(fields).status_code == 302
    assert dict(Rating.objects.values_list("criterion", "point")) == {
        int(a[1:]): 4, int(b[1:]): 3, int(c[1:]): 2,
    }  # fmt: skip


def test_untouched_fields_of_a_stale_form_overwrite_nothing(page: Page) -> None:
    a, b = (f"c{row.pk}" for row in page.session.criteria[:2])
    old = page.fields()
    page.session.save({a: {"point": 1, "evidence": "Saved elsewhere."}})

    assert page.post(old | {b: "3", "intent": "save"}).status_code == 302

    assert Rating.objects.get(criterion=int(a[1:])).point == 1


def test_reveal_button_saves_and_stamps(page: Page) -> None:
    page.post(page.fields(summary="before", reveal=str(page.session.injection.pk)))

    body = page.get().content.decode()
    assert "minute 13" in body
    assert Scorecard.objects.get().summary == "before"


@pytest.mark.parametrize("reveal", ["999999", "abc", "-1", "9" * 40])
def test_reveal_of_nothing_is_refused_in_words(page: Page, reveal: str) -> None:
    answer = page.post(page.fields(reveal=reveal))

    assert answer.status_code == 422
    assert "does not belong to a question" in answer.content.decode()


def test_switched_question_shows_its_criteria(page: Page) -> None:
    slot = f"q{page.session.first.pk}-asked"
    page.post(page.fields(**{slot: str(page.session.alternate.pk), "intent": "switch"}))

    body = page.get().content.decode()
    assert f'id="c{page.session.alternate_criterion.pk}"' in body
    assert f'id="c{page.session.criteria[0].pk}"' not in body
    assert "Asked instead of" in body


@pytest.mark.parametrize(
    "fields",
    [
        {"revision": "x"},
        {"revision": "99"},
        {"revision": "-1"},
        {"recommendation": "maybe"},
        {"summary": "x" * 10_001},
    ],
)
def test_bad_form_is_answered_in_words(page: Page, fields: dict[str, str]) -> None:
    answer = page.post(page.fields(summary="s") | fields | {"intent": "save"})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_markup_in_evidence_stays_text(page: Page) -> None:
    attack = "</textarea></script><script>alert(1)</script>"
    page.session.save({f"c{page.session.criteria[0].pk}": {"point": 3, "evidence": attack}})

    body = page.get().content.decode()

    assert "<script>alert" not in body
    assert "&lt;script&gt;alert" in body


def test_amend_and_drop(page: Page) -> None:
    page.post(page.complete("submit"))

    page.client.post(f"{page.url}amend/", {"reason": "Mixed up two answers."})
    assert "You are amending" in page.get().content.decode()
    page.client.post(f"{page.url}discard/")

    assert "Only an amendment changes it" in page.get().content.decode()


def test_cancelled_interview_leads_home(page: Page) -> None:
    Interview.objects.update(state=InterviewState.CANCELLED)

    answer = page.client.get(page.url, follow=True)

    assert "was cancelled" in answer.content.decode()


# -- what the script talks to --------------------------------------------------------------------------


def send(page: Page, **body: Any) -> Any:
    whole = {"user": page.session.by.pk, "version": 1, "revision": 0, "changes": {}} | body
    return page.client.post(f"{page.url}save/", json.dumps(whole), content_type="application/json")


def test_autosave_answers_with_the_state(page: Page) -> None:
    item = f"c{page.session.criteria[0].pk}"

    answer = send(page, changes={item: {"point": 4, "evidence": "Measured first."}})

    body = answer.json()
    assert (answer.status_code, body["revision"]) == (200, 1)
    assert body["items"][item]["point"] == 4
    assert [row[0] for row in body["missing"]][-1] == "recommendation"


def test_autosave_conflict_carries_both_sides(page: Page) -> None:
    item = f"c{page.session.criteria[0].pk}"
    send(page, changes={item: {"point": 4, "evidence": "there"}})

    answer = send(page, changes={item: {"point": 2, "evidence": "here"}})

    assert answer.status_code == 409
    assert answer.json()["conflicts"][item]["stored"]["evidence"] == "there"
    assert answer.json()["conflicts"][item]["yours"]["evidence"] == "here"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "[]",
        "{",
        "null",
        '{"revision": NaN}',
        "[" * 5000,
        '{"revision": "0", "changes": {}}',
        '{"changes": []}',
    ],
)
def test_autosave_of_rubbish_is_refused(page: Page, raw: str) -> None:
    answer = page.client.post(f"{page.url}save/", raw, content_type="application/json")

    assert answer.status_code in {400, 409, 415, 422}
    assert answer.json()["message"]
    assert not Scorecard.objects.exists()


def test_autosave_of_somebody_elses_page_is_refused(page: Page, ours: TeamWorld) -> None:
    """After a session expired, a colleague may have signed in on the same device."""
    AssignmentFactory(interview=page.session.interview, interviewer=ours.interviewers[1])
    page.client.force_login(ours.interviewers[1])

    answer = send(page, changes={"summary": "written by the first"})

    assert answer.status_code == 409
    assert not Scorecard.objects.exists()


def test_autosave_after_submit_elsewhere_asks_to_load_again(page: Page) -> None:
    page.session.submit()

    answer = send(page, changes={"summary": "late"})

    assert (answer.status_code, answer.json()["reload"]) == (409, True)


def test_autosave_needs_the_csrf_token(session: Session) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(session.by)

    answer = strict.post(
        f"/t/acme/interviews/{session.interview.pk}/score/save/", "{}", content_type="application/json"
    )

    assert answer.status_code == 403


# -- the first page ------------------------------------------------------------------------------------


def more_interviews(ours: TeamWorld, session: Session, count: int) -> None:
    for number in range(count):
        application = ApplicationFactory(
            team=ours.team,
            opening=session.interview.application.opening,
            candidate=CandidateFactory(team=ours.team, name=f"Person {number}"),
        )
        interview = InterviewFactory(
            team=ours.team,
            application=application,
            stage=session.interview.stage,
            scheduled_at=timezone.now() + timedelta(days=number % 2 * 4 - 2),
        )
        AssignmentFactory(interview=interview, interviewer=session.by)


def test_home_sorts_into_due_ahead_and_done(client: Client, session: Session, ours: TeamWorld) -> None:
    client.force_login(session.by)
    Interview.objects.filter(pk=ours.interviews[0].pk).update(scheduled_at=timezone.now() - timedelta(days=3))
    Interview.objects.filter(pk=ours.interviews[1].pk).update(scheduled_at=timezone.now() + timedelta(days=3))

    answer = client.get("/t/acme/interviews/")

    body = answer.content.decode()
    assert [task.assignment.interview for task in answer.context["due_tasks"]] == [
        ours.interviews[0],
        session.interview,
    ]
    assert [task.assignment.interview for task in answer.context["ahead_tasks"]] == [ours.interviews[1]]
    assert "2 days late" in body
    session.submit()
    assert session.interview.pk in [c.interview_id for c in client.get("/t/acme/interviews/").context["done"]]


def test_home_says_how_far_one_is(client: Client, session: Session) -> None:
    client.force_login(session.by)
    session.save({f"c{session.criteria[0].pk}": {"point": 4}, f"c{session.criteria[1].pk}": {"point": 3}})

    assert "2 of 4 answered" in client.get("/t/acme/interviews/").content.decode()


def test_home_is_empty_in_words(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.interviewers[2])

    assert "Your interviews will be here" in client.get("/t/acme/interviews/").content.decode()


def test_home_is_closed_to_those_who_score_nothing(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.leader)

    assert client.get("/t/acme/interviews/").status_code == 403


@pytest.mark.parametrize("address", ["/t/acme/interviews/", "score"])
def test_pages_ask_the_same_number_of_queries_however_much_there_is(
    client: Client, session: Session, ours: TeamWorld, address: str
) -> None:
    client.force_login(session.by)
    url = f"/t/acme/interviews/{session.interview.pk}/score/" if address == "score" else address
    session.save(session.items())
    more_interviews(ours, session, 2)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    more_interviews(ours, session, 6)
    for assignment in Assignment.objects.filter(interviewer=session.by).exclude(interview=session.interview)[
        :2
    ]:
        actions.start(assignment.interview, by=session.by)
    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few)
    assert len(few) <= 34


def test_home_reads_one_page_however_long_the_list(client: Client, session: Session, ours: TeamWorld) -> None:
    client.force_login(session.by)
    more_interviews(ours, session, 60)

    answer = client.get("/t/acme/interviews/?due=2")

    assert len(answer.context["due_tasks"]) == 13
    assert "21–33 of 33" in answer.content.decode()


def test_decline_lets_oneself_off_with_a_reason(client: Client, session: Session) -> None:
    client.force_login(session.by)
    url = f"/t/acme/interviews/{session.interview.pk}/decline/"

    client.post(url, {"reason": " "})
    assert Assignment.objects.get(interview=session.interview).released_at is None
    client.post(url, {"reason": "I know the candidate."})

    row = Assignment.objects.get(interview=session.interview)
    assert row.release_reason == "I know the candidate."
    assert client.get(f"/t/acme/interviews/{session.interview.pk}/score/").status_code == 404


def test_submitted_page_shows_peers_after_all_own_are_in(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.interviewers[0])
    submitted_card(ours.interviews[0], ours.interviewers[1], 2, evidence="The colleague's words.")
    submitted_card(ours.interviews[0], ours.interviewers[0], 3)
    url = f"/t/acme/interviews/{ours.interviews[0].pk}/score/"

    owing = client.get(url).content.decode()
    submitted_card(ours.interviews[1], ours.interviewers[0], 3)
    free = client.get(url).content.decode()

    assert "You still owe a scorecard" in owing
    assert "The colleague" not in owing
    assert "The colleague" in free


def test_withdrawn_application_reads_so_on_the_first_page(client: Client, session: Session) -> None:
    client.force_login(session.by)
    session.submit()
    Application.objects.filter(pk=session.interview.application_id).update(state=ApplicationState.WITHDRAWN)

    assert "Withdrawn" in client.get("/t/acme/interviews/").content.decode()


@pytest.mark.parametrize("first", [False, True])
def test_form_asks_for_what_was_seen_before_or_after_the_points(
    page: Page, session: Session, *, first: bool
) -> None:
    TeamPolicy.objects.create(team=session.interview.team, version=1, reason="test", evidence_first=first)
    shown = page.get().content.decode()
    item = f"c{session.criteria[0].pk}"

    assert (shown.index(f'name="{item}-ev"') < shown.index(f'name="{item}" value=')) is first
