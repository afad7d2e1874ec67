"""Drafts of loops over the API: every change names the revision it was made from."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from loops import actions
from loops.models import Loop, Stage
from tests.api.conftest import ByToken
from tests.worlds import Rivals, TeamWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter(ours: TeamWorld, by_token: ByToken) -> APIClient:
    return by_token(ours.recruiter)


@pytest.fixture
def draft(ours: TeamWorld) -> Loop:
    return actions.new_loop_version(ours.loop, by=ours.recruiter)


def send(client: APIClient, verb: str, url: str, body: Any = None, tag: str | None = '"0"') -> Any:
    headers = {} if tag is None else {"HTTP_IF_MATCH": tag}
    return getattr(client, verb)(url, body, format="json", **headers)


def test_draft_is_edited_stage_by_stage(recruiter: APIClient, draft: Loop) -> None:
    url = f"/api/v1/loops/{draft.pk}/"
    tag = recruiter.get(url)["ETag"]
    changed = send(recruiter, "patch", url, {"name": "Shorter", "budget_minutes": None}, tag)
    assert (changed.json()["name"], changed.json()["budget_minutes"]) == ("Shorter", None)
    stage = {
        "kind": "work_sample",
        "minutes": 60,
        "questions": ["q_debugging"],
        "alternates": ["q_observability"],
    }
    grown = send(recruiter, "post", f"{url}stages/", stage, changed["ETag"])
    assert grown.status_code == 201
    new = grown.json()["stages"][-1]
    assert [row["key"] for row in new["alternates"]] == ["q_observability"]
    swapped = send(
        recruiter,
        "patch",
        f"{url}stages/{new['id']}/",
        {"minutes": 50, "position": 0, "alternates": [], "questions": ["q_debugging", "q_observability"]},
        grown["ETag"],
    )
    first = swapped.json()["stages"][0]
    assert (first["id"], first["minutes"], first["alternates"]) == (new["id"], 50, [])
    assert [row["key"] for row in first["questions"]] == ["q_debugging", "q_observability"]
    gone = send(recruiter, "delete", f"{url}stages/{new['id']}/", None, swapped["ETag"])
    assert [row["position"] for row in gone.json()["stages"]] == [0, 1]
    published = send(recruiter, "post", f"{url}publish/", None, gone["ETag"])
    assert published.json()["status"] == "published"
    assert send(recruiter, "patch", url, {"name": "x"}, published["ETag"]).status_code == 409


@pytest.mark.parametrize(
    ("verb", "path", "body"),
    [
        ("patch", "", {"name": "x"}),
        ("delete", "", None),
        ("post", "publish/", None),
        ("post", "stages/", {"kind": "scenario", "minutes": 5}),
        ("patch", "stages/{stage}/", {"minutes": 5}),
        ("delete", "stages/{stage}/", None),
    ],
)
def test_change_without_or_with_a_stale_revision_does_nothing(
    recruiter: APIClient, draft: Loop, verb: str, path: str, body: Any
) -> None:
    url = f"/api/v1/loops/{draft.pk}/" + path.format(stage=Stage.objects.filter(loop=draft)[0].pk)

    missing, stale = send(recruiter, verb, url, body, None), send(recruiter, verb, url, body, '"7"')

    assert (missing.status_code, stale.status_code) == (428, 412)
    assert stale.json()["revision"] == 0
    draft.refresh_from_db()
    assert (draft.revision, draft.status, draft.stages.count()) == (0, "draft", 2)
    assert (
        send(recruiter, verb, url, body).status_code < 300
    )  # the control: with its revision it goes through


def test_change_that_fails_midway_leaves_nothing_behind(recruiter: APIClient, draft: Loop) -> None:
    stage = Stage.objects.filter(loop=draft)[0]
    url = f"/api/v1/loops/{draft.pk}/stages/{stage.pk}/"

    for body in (
        {"minutes": 5, "questions": ["q_nothing"]},
        {"minutes": 5, "questions": ["q_debugging"] * 2},
    ):
        assert send(recruiter, "patch", url, body).status_code == 422

    stage.refresh_from_db()
    draft.refresh_from_db()
    assert stage.minutes != 5
    assert draft.revision == 0


def test_stage_of_another_loop_is_not_found(recruiter: APIClient, draft: Loop, worlds: Rivals) -> None:
    for stage in (worlds.theirs.stages[0], worlds.ours.stages[0]):
        url = f"/api/v1/loops/{draft.pk}/stages/{stage.pk}/"
        assert send(recruiter, "patch", url, {"minutes": 5}).status_code == 404
        assert send(recruiter, "delete", url).status_code == 404


def test_default_mark_and_duplicate(recruiter: APIClient, ours: TeamWorld) -> None:
    url = f"/api/v1/loops/{ours.loop.pk}/"
    assert send(recruiter, "post", f"{url}mark-default/", tag=None).json()["is_default"] is True

    copy = send(recruiter, "post", f"{url}duplicate/", {"name": "Second"}, None)

    assert (copy.status_code, copy.json()["name"], copy.json()["status"]) == (201, "Second", "draft")
    assert len(copy.json()["stages"]) == 2


def test_only_those_who_build_loops_edit(
    ours: TeamWorld, worlds: Rivals, by_token: ByToken, draft: Loop
) -> None:
    url = f"/api/v1/loops/{draft.pk}/"
    assert send(by_token(ours.interviewers[0]), "patch", url, {"name": "x"}).status_code == 403
    assert send(by_token(worlds.theirs.recruiter), "patch", url, {"name": "x"}).status_code == 404
    assert send(by_token(worlds.theirs.recruiter), "post", f"{url}duplicate/", {}).status_code == 404
    assert send(by_token(ours.interviewers[0]), "post", f"{url}duplicate/", {}).status_code == 403
    draft.refresh_from_db()
    assert draft.name != "x"
