"""Bodies, ids and queries that nobody means: refused with problem details, nothing stored, no crash."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from hiring.pipeline.models import Candidate, Opening
from loops.models import Loop
from tests.api.conftest import ByToken
from tests.worlds import TeamWorld
from web.strict_json import LARGEST_BODY

pytestmark = pytest.mark.django_db
CANDIDATES = "/api/v1/candidates/"


@pytest.fixture
def recruiter(ours: TeamWorld, by_token: ByToken) -> APIClient:
    client = by_token(ours.recruiter)
    client.raise_request_exception = False
    return client


def refused(answer: Any, *statuses: int) -> dict[str, Any]:
    assert answer.status_code in (statuses or (400, 422)), answer.content[:300]
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b'{"name": NaN}', "NaN"),
        (b'{"name": Infinity}', "Infinity"),
        (b'{"name": -Infinity}', "Infinity"),
        (b'{"name": "x", "size": 1e309}', "1e309"),
        (b'{"name": "x", "name": "y"}', "twice"),
        (b'{"name": "a\\u0000b"}', "NUL"),
        (b'{"a\\u0000b": 1, "name": "x"}', "NUL"),
        (b'{"name": "\\ud800"}', "surrogate"),
        (b'{"name": "\xff"}', "JSON"),
        (b'{"name": "x"', "JSON"),
        (b"[" * 100_000, "deep"),
        (b'{"name": ' + b"[" * 30 + b"]" * 30 + b"}", "deep"),
        (b'{"size": ' + b"9" * 5000 + b"}", "JSON"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_unreadable_json_is_refused_and_stores_nothing(recruiter: APIClient, raw: bytes, says: str) -> None:
    before = Candidate.objects.count()

    body = refused(recruiter.post(CANDIDATES, raw, content_type="application/json"), 400)

    assert says in body["detail"]
    assert Candidate.objects.count() == before


@pytest.mark.parametrize("raw", [b"[]", b'"x"', b"3", b"null", b"true"])
def test_body_that_is_no_object_is_refused(recruiter: APIClient, raw: bytes) -> None:
    for url in (CANDIDATES, "/api/v1/loops/", "/api/v1/openings/"):
        refused(recruiter.post(url, raw, content_type="application/json"), 400)


def test_large_body_is_refused_before_it_is_understood(recruiter: APIClient) -> None:
    body = json.dumps({"name": "x" * LARGEST_BODY})

    refused(recruiter.post(CANDIDATES, body, content_type="application/json"), 413)
    refused(recruiter.post(CANDIDATES, b"x" * 10_000_000, content_type="application/json"), 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_formats_are_refused(recruiter: APIClient, kind: str) -> None:
    refused(recruiter.post(CANDIDATES, b"name=x", content_type=kind), 415)


@pytest.mark.parametrize(
    "odd", [True, False, "５", "0x10", "1_000", "5.0", 5.0, 5.5, "", [], {}, 10**30, -1, 0, "²"]
)
def test_odd_whole_numbers_are_refused(recruiter: APIClient, ours: TeamWorld, odd: Any) -> None:
    loops, openings = Loop.objects.count(), Opening.objects.count()
    stage = {"kind": "scenario", "minutes": odd}
    refused(
        recruiter.post(
            "/api/v1/loops/", {"name": "x", "role": ours.profile.key, "stages": [stage]}, format="json"
        )
    )
    opening = {"key": "new", "title": "New", "profile": ours.profile.pk, "loop": ours.loop.pk}
    refused(recruiter.post("/api/v1/openings/", {**opening, "headcount": odd}, format="json"))
    refused(recruiter.post("/api/v1/openings/", {**opening, "loop": odd}, format="json"))

    assert (Loop.objects.count(), Opening.objects.count()) == (loops, openings)


@pytest.mark.parametrize(
    "address",
    [
        "loops/５/",
        "loops/²/gap/",
        "loops/0x1/",
        "loops/-1/",
        "loops/1.json",
        "loops/99999999999999999999999/",
        "scorecards/999999999999999999/",
        "nothing/",
        "loops/1/nothing/",
        "loops/?cursor=bm90aGluZw==",
        "loops/?cursor=cD1hYmM=",  # p=abc, which no page of ours has
        "loops/?cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
    ],
)
def test_odd_addresses_read_like_unknown_ones(recruiter: APIClient, address: str) -> None:
    answer: Any = recruiter.get(f"/api/v1/{address}")
    if address.startswith("loops/?cursor=bm90"):  # decodes to nothing at all: the first page
        assert answer.status_code == 200
        return
    refused(answer, 404)


@pytest.mark.parametrize(
    "query",
    [
        "key=%00",
        "team=%00",
        "team=acme&team=%00",
        "name=x",
        "profile__name__startswith=P",
        "ordering=name",
        "status=nothing",
        "is_default=perhaps%00",
    ],
)
def test_odd_filters_are_refused(recruiter: APIClient, query: str) -> None:
    refused(recruiter.get(f"/api/v1/loops/?{query}"), 400)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("role-profiles", "version=1e400"),
        ("role-profiles", "version=1e40"),
        ("role-profiles", "version=NaN"),
        ("role-profiles", "version=-1"),
        ("applications", "opening=５"),
        ("applications", "opening=99999999999999999999999999"),
        ("interviews", "stage=x"),
        ("calibration-runs", "scale=Infinity"),
        ("questions", "competency=%F0%9F%92%A5"),
        ("loops", "page_size=99999999999999999999999"),
        ("loops", "page_size=NaN"),
    ],
)
def test_odd_filter_values_never_crash(recruiter: APIClient, name: str, query: str) -> None:
    answer: Any = recruiter.get(f"/api/v1/{name}/?{query}")

    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or len(answer.json()["results"]) <= 1


def test_filter_by_another_teams_row_reads_like_an_unknown_one(recruiter: APIClient, worlds: Any) -> None:
    def text(pk: int) -> str:
        answer: Any = recruiter.get(f"/api/v1/applications/?opening={pk}")
        return f"{answer.status_code} " + answer.content.decode().replace(str(pk), "ID")

    assert text(worlds.theirs.opening.pk) == text(10**9)


def test_crash_is_answered_as_a_problem_without_details(
    recruiter: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr("hiring.pipeline.actions.add_candidate", crash)

    answer: Any = recruiter.post(CANDIDATES, {"name": "x"}, format="json")

    body = refused(answer, 500)
    assert "secret" not in answer.content.decode()
    assert "our side" in body["detail"]


def test_wrong_verbs_are_refused_without_data(recruiter: APIClient, ours: TeamWorld) -> None:
    url = f"/api/v1/loops/{ours.loop.pk}/"
    for verb in ("put", "post", "options", "trace"):
        answer: Any = recruiter.generic(verb.upper(), url)
        assert answer.status_code == 405
        assert ours.loop.name not in answer.content.decode()
    head: Any = recruiter.head(url)
    assert (head.status_code, head.content) == (200, b"")
