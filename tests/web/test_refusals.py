"""What people see when an address cannot be read."""

import json

import pytest
from django.core.exceptions import BadRequest
from django.test import Client, RequestFactory

from config.views import bad_request

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/accounts/login/?next=%00", "/t/acme/dashboard/?opening=%00"])
def test_address_that_cannot_be_read_gets_a_page_of_ours(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert "This address cannot be read" in answer.content.decode()


def test_api_says_the_same_as_a_problem() -> None:
    answer = bad_request(RequestFactory().get("/api/v1/loops/"), BadRequest("A NUL."))
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["detail"]
