"""Hints on evidence: two hundred sentences of both sorts, kinds that are switched off, and one character."""

import pytest
from django.test import Client

from accounts.models import TeamPolicy
from hiring.scoring import actions
from hiring.scoring.coaching import HintKind, coach, hint
from hiring.scoring.completeness import lacks_evidence
from hiring.scoring.errors import Incomplete
from tests.scoring.conftest import Session
from tests.scoring.hint_sentences import HINTED, INNOCENT


@pytest.mark.parametrize("kind", HINTED)
def test_every_sentence_of_a_kind_is_hinted_at(kind: str) -> None:
    missed = [one for one in HINTED[kind] if (found := hint(one)) is None or found.kind != kind]

    assert not missed


def test_innocent_sentences_are_left_alone() -> None:
    assert len(INNOCENT) == sum(map(len, HINTED.values())) == 100
    assert [(one, coach(one)) for one in INNOCENT if coach(one)] == []


def test_quotation_marks_and_acts_excuse_an_impression_and_nothing_protected() -> None:
    assert not coach("Said “I am brilliant” and then measured it.")
    assert "must not count" in coach("Said “I am pregnant” and then measured it.")
    assert "pregnancy or family" in coach("Measured the latency, and is visibly pregnant.")


def test_the_gravest_is_said_first() -> None:
    found = hint("I liked her, a brilliant mind, though her accent is strong.")

    assert found is not None
    assert found.kind == HintKind.PROTECTED


@pytest.mark.parametrize("kind", HintKind)
def test_a_kind_is_switched_off(kind: HintKind) -> None:
    sentence = HINTED[kind][0]

    assert (found := hint(sentence, [kind])) is None or found.kind != kind


@pytest.mark.parametrize(
    ("evidence", "lacks"), [("", True), (".", True), ("x", True), ("-.-", True), ("ok", False), ("Да", False)]
)
def test_one_character_is_no_evidence(evidence: str, lacks: bool) -> None:
    assert lacks_evidence({"point": 4, "not_assessed": "", "evidence": evidence}, [1, 2, 3, 4]) == lacks


@pytest.mark.django_db
def test_one_character_is_said_in_words(session: Session) -> None:
    item = f"c{session.criteria[0].pk}"
    card = session.save(session.items() | {item: {"point": 4, "evidence": "."}})

    with pytest.raises(Incomplete) as caught:
        actions.submit(card, revision=card.revision, by=session.by)

    assert caught.value.problems == [
        (item, "One character is no evidence. A 4 needs one thing the candidate said or did.")
    ]


@pytest.mark.django_db
def test_team_switches_hints_off_for_page_and_script(client: Client, session: Session) -> None:
    client.force_login(session.by)
    item = f"c{session.criteria[0].pk}"
    session.save({item: {"point": 3, "evidence": "Would have a beer with him."}})
    url = f"/t/acme/interviews/{session.interview.pk}/score/"
    body = {"user": session.by.pk, "version": 1, "revision": 1, "changes": {}}

    def said() -> tuple[bool, bool]:
        answer = client.post(f"{url}save/", body, content_type="application/json").json()
        return "says how you felt" in client.get(url).content.decode(), item in answer["coaching"]

    assert said() == (True, True)
    TeamPolicy.objects.create(team=session.interview.team, version=1, hints_off=["liking"], reason="Tried.")
    assert said() == (False, False)
