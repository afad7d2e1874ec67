"""Loops over the API."""

import pytest
from rest_framework.test import APIClient

from accounts.errors import InvalidInput
from accounts.models import TeamPolicy, User
from loops import actions
from loops.models import Loop
from tests.gaps import shown_gap
from tests.standing import standing
from tests.worlds import Rivals, rivals, team_world

pytestmark = pytest.mark.django_db
LOOPS = "/api/v1/loops/"


_built, worlds = standing(rivals)


def client(user: User) -> APIClient:
    api = APIClient()
    api.force_authenticate(user)
    return api


def body(**changes: object) -> dict[str, object]:
    return {
        "name": "By machine",
        "role": "production_engineer",
        "stages": [
            {
                "kind": "scenario",
                "minutes": 45,
                "questions": ["q_debugging"],
                "alternates": ["q_observability"],
            }
        ],
        **changes,
    }


def test_list_and_detail_show_ones_own_loops_only(worlds: Rivals) -> None:
    api = client(worlds.ours.recruiter)
    rows = api.get(LOOPS).json()["results"]
    assert [row["team"] for row in rows] == ["acme"]
    detail = api.get(f"{LOOPS}{worlds.ours.loop.pk}/")
    assert [stage["questions"][0]["key"] for stage in detail.json()["stages"]] == [
        "q_debugging",
        "q_observability",
    ]
    assert detail["ETag"] == '"0"'
    assert api.get(f"{LOOPS}{worlds.theirs.loop.pk}/").status_code == 404
    assert client(worlds.outsider).get(LOOPS).json()["results"] == []
    assert client(worlds.ours.leader).get(LOOPS).json()["results"] == []
    assert APIClient().get(LOOPS).status_code == 401


def test_gap_is_the_one_every_surface_shows(worlds: Rivals) -> None:
    loop = worlds.ours.loop
    found = client(worlds.ours.recruiter).get(f"{LOOPS}{loop.pk}/gap/").json()
    assert found["gap"] == pytest.approx(shown_gap(loop).gap, abs=1e-6)
    assert found["policy"] == "shipped policy 2"
    named = client(worlds.ours.recruiter).get(f"{LOOPS}{loop.pk}/gap/?role=production_engineer").json()
    assert named["gap"] == found["gap"]
    assert client(worlds.ours.recruiter).get(f"{LOOPS}{loop.pk}/gap/?role=nobody").status_code == 404
    assert client(worlds.theirs.recruiter).get(f"{LOOPS}{loop.pk}/gap/").status_code == 404


def test_gap_of_a_template_follows_the_readers_policy(worlds: Rivals) -> None:
    library = team_world("library")
    library.team.is_library = True
    library.team.save()
    TeamPolicy.objects.create(team=worlds.ours.team, version=1, target_reliability=0.9, reason="Strict.")
    api = client(worlds.ours.recruiter)
    plain = api.get(f"{LOOPS}{library.loop.pk}/gap/").json()
    strict = api.get(f"{LOOPS}{library.loop.pk}/gap/?team=acme").json()
    assert strict["gap"] > plain["gap"]
    assert api.get(f"{LOOPS}{library.loop.pk}/gap/?team=rival").status_code == 404


def test_loop_is_created_with_stages_and_published(worlds: Rivals) -> None:
    api = client(worlds.ours.recruiter)
    made = api.post(LOOPS, body(), format="json")
    assert made.status_code == 201
    assert made.json()["stages"][0]["alternates"][0]["key"] == "q_observability"
    one = f"{LOOPS}{made.json()['id']}/"
    assert api.post(f"{one}publish/").status_code == 428
    assert api.post(f"{one}publish/", headers={"If-Match": '"999"'}).status_code == 412
    done = api.post(f"{one}publish/", headers={"If-Match": made["ETag"]})
    assert done.json()["status"] == "published"
    assert api.post(f"{one}publish/").status_code == 409
    assert api.post(f"{one}new-version/").json()["version"] == 2
    assert api.post(f"{one}retire/", {"reason": "Too short."}, format="json").json()["status"] == "retired"


def test_bad_input_is_refused_and_leaves_nothing_behind(worlds: Rivals) -> None:
    api = client(worlds.ours.recruiter)
    before = Loop.objects.count()
    for wrong in (
        body(role="nobody"),
        body(stages=[{"kind": "scenario", "minutes": 45, "questions": ["q_nothing"]}]),
        body(stages=[{"kind": "scenario", "minutes": 45, "questions": ["q_debugging", "q_debugging"]}]),
    ):
        assert api.post(LOOPS, wrong, format="json").status_code == 422
    assert api.post(LOOPS, body(stages=[{"kind": "dance", "minutes": 1}]), format="json").status_code == 400
    assert Loop.objects.count() == before


def test_only_those_who_build_loops_write(worlds: Rivals) -> None:
    draft = actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)
    interviewer = client(worlds.ours.interviewers[0])
    assert interviewer.get(f"{LOOPS}{draft.pk}/").status_code == 200
    assert interviewer.post(f"{LOOPS}{draft.pk}/publish/").status_code == 403
    assert interviewer.post(LOOPS, body(), format="json").status_code == 403
    assert client(worlds.theirs.recruiter).post(f"{LOOPS}{draft.pk}/publish/").status_code == 404
    assert (
        client(worlds.theirs.recruiter).post(f"{LOOPS}?team=acme", body(), format="json").status_code == 404
    )


def test_text_that_a_loop_or_a_stage_declares_is_changed_without_another_word(
    worlds: Rivals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``basis`` and ``note`` stand for texts that are declared tomorrow."""
    monkeypatch.setattr("loops.kinds.LOOP_TEXTS", ("basis",))
    monkeypatch.setattr("loops.kinds.STAGE_TEXTS", ("note",))
    api = client(worlds.ours.recruiter)
    draft = actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)
    stage = draft.stages.all()[0]

    answer = api.patch(f"{LOOPS}{draft.pk}/", {"basis": " Three interviews. "}, "json", HTTP_IF_MATCH='"0"')
    assert answer.json()["basis"] == "Three interviews."
    answer = api.patch(
        f"{LOOPS}{draft.pk}/stages/{stage.pk}/",
        {"note": "Bring a laptop."},
        "json",
        HTTP_IF_MATCH=answer["ETag"],
    )
    assert answer.json()["stages"][0]["note"] == "Bring a laptop."


def test_text_that_is_not_declared_is_refused(worlds: Rivals) -> None:
    draft = actions.new_loop_version(worlds.ours.loop, by=worlds.ours.recruiter)

    with pytest.raises(InvalidInput, match="status"):
        actions.edit_loop(draft, texts={"status": "published"}, by=worlds.ours.recruiter)
