"""A write repeated with the same key has one effect and one answer."""

import json
import threading
from typing import Any

import pytest
from django.db import connection, connections
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts.errors import Conflict
from accounts.models import IdempotencyKey, Team, User
from config.api.idempotency import HEADER, IdempotentWrites
from tests.factories import UserFactory


class Teams(IdempotentWrites, APIView):
    """Makes a team per post."""

    gate: threading.Barrier | None = None

    def post(self, request: Request) -> Response:
        team = Team.objects.create(
            key=f"t{Team.objects.count()}-{threading.get_ident()}", name=request.data["name"]
        )
        if request.data["name"] == "refused":
            raise Conflict("Not now.")
        return Response({"pk": team.pk}, status=status.HTTP_201_CREATED, headers={"ETag": '"1"'})

    def get(self, request: Request) -> Response:
        return Response({"teams": Team.objects.count()})


def send(user: User, *, key: str | None = "k1", name: str = "x", path: str = "/api/v1/teams/") -> Response:
    headers = {} if key is None else {HEADER: key}
    request = APIRequestFactory().post(path, {"name": name}, format="json", headers=headers)
    force_authenticate(request, user)
    response: Response = Teams.as_view()(request)
    response.render()
    return response


@pytest.fixture
def user(db: None) -> User:
    return UserFactory()


def test_repetition_gets_the_first_answer(user: User) -> None:
    first, second = send(user), send(user)

    assert (second.status_code, second.data, second["ETag"]) == (201, first.data, '"1"')
    assert (first.has_header("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (False, "true")
    assert Team.objects.count() == 1


def test_without_a_key_every_request_counts(user: User) -> None:
    send(user, key=None)
    send(user, key=None)

    assert Team.objects.count() == 2


@pytest.mark.parametrize("change", [{"name": "y"}, {"path": "/api/v1/other/"}])
def test_same_key_for_another_request_is_refused(user: User, change: dict[str, Any]) -> None:
    send(user)
    again = send(user, **change)

    assert again.status_code == 422
    assert "different request" in json.loads(again.content)["detail"]
    assert Team.objects.count() == 1


def test_keys_of_two_people_are_apart(user: User) -> None:
    assert send(user).data != send(UserFactory()).data


def test_refused_write_leaves_the_key_free(user: User) -> None:
    assert send(user, name="refused").status_code == 409
    assert (Team.objects.count(), IdempotencyKey.objects.count()) == (0, 0)

    assert send(user, name="x").status_code == 201


@pytest.mark.parametrize("key", [" ", "k" * 201, "a\tb"])
def test_malformed_key_is_refused(user: User, key: str) -> None:
    assert send(user, key=key).status_code == 400
    assert Team.objects.count() == 0


def test_reading_ignores_the_key(user: User) -> None:
    request = APIRequestFactory().get("/api/v1/teams/", headers={HEADER: "k1"})
    force_authenticate(request, user)

    assert Teams.as_view()(request).data == {"teams": 0}
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_simultaneous_repetitions_have_one_effect() -> None:
    user = UserFactory()
    start = threading.Barrier(4)
    answers: list[Response] = []

    def work() -> None:
        start.wait()
        try:
            answers.append(send(user))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.data["pk"] for answer in answers}) == 1
    assert Team.objects.count() == 1
    assert connection.is_usable()
