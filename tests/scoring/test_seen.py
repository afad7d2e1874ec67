"""What is submitted is what the page showed; what a window sent before is no other window's word."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from hiring.pipeline.models import Interview, InterviewState
from hiring.scoring import actions
from hiring.scoring.errors import StaleDraft
from hiring.scoring.models import Rating, Scorecard, ScorecardState
from tests.scoring.conftest import Session
from tests.scoring.test_pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, session: Session) -> Page:
    client.force_login(session.by)
    return Page(client, session)


def item_of(session: Session, number: int) -> str:
    return f"c{session.criteria[number].pk}"


def test_a_page_that_shows_two_does_not_submit_the_four_of_another(page: Page) -> None:
    session, a = page.session, item_of(page.session, 0)
    session.save(session.items(point=2))
    shown = page.fields(intent="submit")
    session.save({a: {"point": 4, "evidence": "Reproduced it."}})

    answer = page.post(shown)

    body = answer.content.decode()
    assert answer.status_code == 409
    assert Scorecard.objects.get().state == ScorecardState.DRAFT
    assert f'name="{a}" value="2" checked' in body, "what the page showed"
    assert "Saved there:" in body
    assert "“Reproduced it.”" in body, "what the other window saved"

    # The person chooses what is shown: submitted again, it is what goes in.
    again = {**shown, "base": answer.context["base_json"], "revision": str(answer.context["sheet"].revision)}
    assert page.post(again).status_code == 302
    assert Rating.objects.get(criterion=session.criteria[0]).point == 2
    assert Scorecard.objects.get().state == ScorecardState.SUBMITTED


def test_a_recommendation_made_elsewhere_is_shown_before_it_is_submitted(page: Page) -> None:
    session = page.session
    session.save({k: v for k, v in session.items().items() if k != "recommendation"})
    shown = page.fields(intent="submit")
    session.save({"recommendation": "no"})

    answer = page.post(shown)

    assert answer.status_code == 409
    assert 'value="no"\n                       checked' in answer.content.decode()
    assert "Look at it before you submit" in answer.content.decode()


def test_a_question_exchanged_elsewhere_is_shown_before_it_is_submitted(page: Page) -> None:
    session = page.session
    session.save(session.items())
    shown = page.fields(intent="submit") | {f"q{session.second.pk}-was": str(session.second.pk)}
    words = {f"{item_of(session, 3)}-ev": "Typed into the question that was shown."}
    other = {"question": session.alternate.pk, "used_alternative": False}
    session.save({f"q{session.second.pk}": other})

    answer = page.post(shown | words)

    assert answer.status_code == 409
    assert "The alternate question" in answer.content.decode()
    assert Rating.objects.get(criterion=session.criteria[3]).evidence == next(iter(words.values()))


def test_what_the_same_window_sent_before_is_no_conflict(session: Session) -> None:
    a = item_of(session, 0)
    first, second = ({"point": 3, "evidence": text} for text in ("Asked", "Asked for the logs"))
    session.save({a: first}, revision=0)  # stored, and the answer lost

    with pytest.raises(StaleDraft):
        session.save({a: second}, revision=0)
    saved = actions.save_draft(
        session.start(), revision=0, changes={a: second}, tried={a: [first, "nonsense"]}, by=session.by
    )

    assert saved.revision == 2
    assert Rating.objects.get().evidence == "Asked for the logs"


def test_what_another_window_saved_after_it_is_a_conflict(session: Session) -> None:
    a = item_of(session, 0)
    first = {"point": 3, "evidence": "Asked"}
    session.save({a: first}, revision=0)
    session.save({a: {"point": 1, "evidence": "Elsewhere"}})

    with pytest.raises(StaleDraft):
        actions.save_draft(
            session.start(),
            revision=0,
            changes={a: {"point": 3, "evidence": "Asked for the logs"}},
            tried={a: [first]},
            by=session.by,
        )


def posted(page: Page, **body: Any) -> Any:
    whole = {"user": page.session.by.pk, "version": 1, "revision": 0, "changes": {}} | body
    return page.client.post(f"{page.url}save/", whole, content_type="application/json")


def test_lost_answer_over_the_wire(page: Page) -> None:
    a = item_of(page.session, 0)
    sent = {"point": 3, "not_assessed": "", "evidence": "Asked"}
    posted(page, changes={a: sent})

    more = {**sent, "evidence": "Asked for the logs"}
    assert posted(page, changes={a: more}).status_code == 409
    assert posted(page, changes={a: more}, tried={a: [sent]}).status_code == 200
    assert posted(page, changes={a: more}, tried={a: sent}).status_code == 422


# -- one field never stops the others -----------------------------------------------------------------


def test_too_long_a_text_stops_itself_alone_and_stays_on_the_page(page: Page) -> None:
    session, a, b = page.session, item_of(page.session, 0), item_of(page.session, 1)
    pasted = "Asked. " * 7200
    fields = page.fields(**{a: "4", f"{a}-ev": pasted, b: "3", f"{b}-ev": "Kept."}, intent="save")

    answer = page.post(fields)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "40,399 characters too long; 10,000 is the most" in body
    assert pasted.strip() in body, "not a word of it is lost"
    assert list(Rating.objects.values_list("criterion", "evidence")) == [(session.criteria[1].pk, "Kept.")]
    assert "maxlength" not in page.get().content.decode()


def test_nul_in_the_posted_form_stops_one_field(page: Page) -> None:
    a, b = item_of(page.session, 0), item_of(page.session, 1)
    fields = page.fields(**{a: "4", f"{a}-ev": "Before\x00after", b: "3"}, summary="A note.", intent="save")

    answer = page.post(fields)

    assert answer.status_code == 422
    assert "a NUL character" in answer.content.decode()
    assert "Before\N{REPLACEMENT CHARACTER}after" in answer.content.decode()
    assert Rating.objects.get().criterion_id == page.session.criteria[1].pk
    assert Scorecard.objects.get().summary == "A note."


@pytest.mark.parametrize("bad", ["half \\ud83d", "nul \\u0000", "x" * 10_001])
def test_one_bad_field_of_a_save_stops_itself_alone(page: Page, bad: str) -> None:
    a, b = item_of(page.session, 0), item_of(page.session, 1)
    text = f'{{"user": {page.session.by.pk}, "version": 1, "revision": 0, "changes": '
    text += f'{{"{a}": {{"point": 4, "evidence": "{bad}"}}, "{b}": {{"point": 2}}, "summary": "Kept."}}}}'

    answer = page.client.post(f"{page.url}save/", text, content_type="application/json")

    assert answer.status_code == 422
    assert [item for item, _ in answer.json()["problems"]] == [a]
    assert answer.json()["saved"]["items"][b]["point"] == 2
    assert Scorecard.objects.get().summary == "Kept."


def test_unseen_controls_and_turned_direction_are_not_stored(session: Session) -> None:
    a = item_of(session, 0)
    session.save(
        {a: {"point": 3, "evidence": "Said \u202eevil\u202c,\x0b then\x07 stopped.\n\tTwice. \u200fعربي"}}
    )

    assert Rating.objects.get().evidence == "Said evil, then stopped.\n\tTwice. \u200fعربي"


def test_texts_of_others_cannot_turn_the_page_around(page: Page) -> None:
    page.post(page.complete("submit"))

    assert '<dd class="quote" dir="auto">Asked for the logs.</dd>' in page.get().content.decode()


# -- it took place earlier than planned ---------------------------------------------------------------


def test_interview_held_early_is_said_so_and_submitted(page: Page) -> None:
    Interview.objects.update(scheduled_at=timezone.now() + timedelta(days=1))
    assert "It took place already" in page.get().content.decode()
    fields = page.complete("submit")
    assert "It took place" in page.client.post(page.url, fields, follow=True).content.decode()

    page.post(page.fields(intent="held"))

    assert Interview.objects.get(pk=page.session.interview.pk).state == InterviewState.DONE
    assert "It took place already" not in page.get().content.decode()
    page.post(page.complete("submit"))
    assert Scorecard.objects.get().state == ScorecardState.SUBMITTED
