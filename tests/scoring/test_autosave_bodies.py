"""What the form's script sends is read as strictly as the API's bodies; a fault in one field costs that field."""

import json
from typing import Any

import pytest
from django.test import Client

from hiring.scoring.models import Scorecard
from tests.worlds import rivals

pytestmark = pytest.mark.django_db


class Form:
    """One interviewer's open scoring form."""

    def __init__(self, client: Client) -> None:
        self.world = rivals().ours
        self.client = client
        self.person = self.world.interviewers[0]
        self.address = f"/t/acme/interviews/{self.world.interviews[0].pk}/score/save/"
        client.force_login(self.person)

    def send(self, raw: str | bytes, kind: str = "application/json") -> Any:
        return self.client.generic("POST", self.address, raw, kind)

    def save(self, changes: dict[str, Any], revision: int = 0) -> Any:
        return self.send(
            json.dumps({"user": self.person.pk, "version": 1, "revision": revision, "changes": changes})
        )


@pytest.fixture
def form(client: Client) -> Form:
    return Form(client)


def mark(evidence: str, point: int = 3) -> dict[str, Any]:
    return {"point": point, "not_assessed": "", "evidence": evidence}


@pytest.mark.parametrize("bad", ["half \ud83d of it", "\udc00", "a\x00b"])
def test_field_that_cannot_be_stored_is_refused_and_the_rest_saved(form: Form, bad: str) -> None:
    item = f"c{form.world.criteria[0].pk}"
    answer = form.save({item: mark(bad), "summary": "Kept.", "recommendation": "yes"})

    body = answer.json()
    assert answer.status_code == 422
    assert [name for name, _ in body["problems"]] == [item]
    assert "cannot be stored" in body["problems"][0][1]
    assert (body["saved"]["items"]["summary"], body["saved"]["revision"]) == ("Kept.", 1)
    card = Scorecard.objects.get()
    assert (card.summary, card.recommendation, card.ratings.count()) == ("Kept.", "yes", 0)

    again = form.save({item: mark("whole")}, revision=body["saved"]["revision"])
    assert again.status_code == 200
    assert Scorecard.objects.get().ratings.get().evidence == "whole"


def test_body_with_nothing_to_save_is_refused_as_a_whole(form: Form) -> None:
    answer = form.save({"summary": "\ud800"})
    assert answer.status_code == 422
    assert "saved" not in answer.json()
    assert Scorecard.objects.get().revision == 0


@pytest.mark.parametrize(
    ("raw", "kind", "status", "words"),
    [
        ('{"user": 1, "user": 2}', "application/json", 400, "a name appears twice"),
        ("[" * 100_000, "application/json", 400, "nested too deeply"),
        ('{"a": ' * 30 + "1" + "}" * 30, "application/json", 400, "nested too deeply"),
        ('{"a": NaN}', "application/json", 400, "NaN is not a JSON number"),
        ("{", "application/json", 400, "not readable JSON"),
        (b"\xff", "application/json", 400, "not readable JSON"),
        ("[]", "application/json", 422, "JSON object"),
        ("x" * 1_000_001, "application/json", 413, "larger than"),
        ("x" * 3_000_000, "application/json", 413, "larger than"),
        ("{}", "text/plain", 415, "has to be application/json"),
        ("--x--", "multipart/form-data; boundary=x", 415, "has to be application/json"),
        ("a=1", "application/x-www-form-urlencoded", 415, "has to be application/json"),
    ],
)
def test_body_that_two_programs_might_read_differently_is_refused(
    form: Form, raw: str | bytes, kind: str, status: int, words: str
) -> None:
    answer = form.send(raw, kind)
    assert answer.status_code == status
    assert words in answer.json()["message"]
    assert not Scorecard.objects.exists()
