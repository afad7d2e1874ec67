"""Who may change what: writes of those without the right change nothing, whatever they send."""

import json
import re
from typing import Any

import pytest

from hiring.pipeline.models import Candidate
from tests.security.routes import Route, routes
from tests.security.scene import Scene, Side
from tests.security.state import changed, state
from tests.security.test_matrix import body_of, found

pytestmark = pytest.mark.django_db


def bodies(side: Side) -> dict[str, dict[str, Any]]:
    """A body for each kind of write that would go through if the person were entitled."""
    rows, world = side.rows, side.world
    return {
        "loops/": {"name": "New", "role": world.profile.key},
        "stages/": {"kind": "scenario", "minutes": 5},
        "openings/": {
            "key": "new",
            "title": "New",
            "profile": rows["roleprofile"][0],
            "loop": rows["loop"][0],
        },
        "candidates/": {"name": "New"},
        "applications/": {"candidate": rows["candidate"][0], "opening": rows["opening"][0]},
        "interviews/": {"application": rows["application"][1], "stage": world.stages[1].pk},
        "assign/": {"interviewer": world.interviewers[2].email},
        "release/": {"interviewer": world.interviewers[1].email, "reason": "Ill."},
        "cancel/": {"reason": "Ill."},
        "withdraw/": {"reason": "Left."},
        "retire/": {"reason": "Old."},
        "reschedule/": {"scheduled_at": "2026-12-01T10:00:00Z", "place": "Room 4"},
        "scorecards/": {"interview": rows["interview"][1]},
        "amend/": {"reason": "Mixed up."},
        "decide/": {
            "verdict": "hire",
            "reason": "Both must-haves are reached in two sessions.",
            "confidence": 60,
        },
        "debriefs/": {"application": rows["application"][1], "reason": "The candidate has an offer."},
        "reports/": {"kind": "evaluation-gap", "loop": rows["loop"][0]},
    }


def body_for(route: Route, side: Side) -> dict[str, Any]:
    """The body that fits an address, by its last fixed word."""
    words = [word for word in re.sub(r"\(\?P<.*?\)/|<.*?>/|\$", "", route.pattern).split("/") if word]
    return bodies(side).get(f"{words[-1]}/", {}) if words else {}


def send(client: Any, verb: str, address: str, body: dict[str, Any]) -> Any:
    """One write; the API takes JSON, pages take forms."""
    if address.startswith("/api/"):
        return client.generic(
            verb.upper(), address, json.dumps(body), "application/json", headers={"If-Match": '"0"'}
        )
    if verb == "post":
        return client.post(address, {**body, "reason": "Because it has to be tested."})
    return client.generic(verb.upper(), address)


def ours(name: str) -> bool:
    """Whether an address is about a team's rows: one's own account is one's own to change."""
    return not name.startswith("accounts/") and name not in ("healthz", "livez", "readyz", "components/")


@pytest.mark.parametrize("who", ["anonymous", "unassigned", "leader", "rival", "former", "operator"])
def test_writes_without_the_right_change_nothing(scene: Scene, who: str) -> None:
    client, before = scene.client(who), state()
    allowed = {301, 302, 400, 401, 403, 404, 405, 410, 422}
    wrong = []
    for route in routes():
        if not ours(route.pattern) or (
            route.pattern.startswith("admin/") and who == "rival" and "/add/" in route.pattern
        ):
            continue  # a team admin adds rows to the own team; the form offers no other
        if route.pattern in ("admin/logout/", "admin/password_change/", "api/v1/reports/$"):
            continue  # one's own session and password; leaders do make reports (see the control below)
        verbs = ["post", "put", "patch", "delete"] if route.pattern.startswith("api/") else ["post"]
        for address in route.addresses(scene.ours)[:1]:
            query = "?team=acme" if address.startswith("/api/") else ""
            for verb in verbs:
                answer = send(client, verb, address + query, body_for(route, scene.ours))
                if answer.status_code not in allowed and not (
                    # A team admin's own forms, shown again because our ids are not theirs to name.
                    address.startswith("/admin/") and answer.status_code == 200
                ):
                    wrong.append(f"{verb} {address}: {answer.status_code}")
                if found(scene.theirs if who != "rival" else scene.ours, body_of(answer)):
                    wrong.append(f"{verb} {address}: a canary")
    assert wrong == []
    assert changed(before) <= (
        # Leaders may ask for the evaluation gap's report and follow its job.
        {"reports_report", "reports_reportevent", "jobs_job", "jobs_outbox", "accounts_auditevent"}
        if who == "leader"
        else set()
    )


CONTROLS = (
    ("recruiter", "post", "/api/v1/loops/", "loops/"),
    ("recruiter", "post", "/api/v1/loops/{draft}/stages/", "stages/"),
    ("recruiter", "post", "/api/v1/openings/", "openings/"),
    ("recruiter", "post", "/api/v1/candidates/", "candidates/"),
    ("recruiter", "post", "/api/v1/interviews/", "interviews/"),
    ("recruiter", "post", "/api/v1/interviews/{interview}/assign/", "assign/"),
    ("recruiter", "post", "/api/v1/interviews/{interview}/reschedule/", "reschedule/"),
    ("recruiter", "post", "/api/v1/applications/{application}/withdraw/", "withdraw/"),
    ("recruiter", "post", "/api/v1/openings/{opening}/pause/", "x"),
    ("recruiter", "post", "/api/v1/role-profiles/{roleprofile}/new-version/", "x"),
    ("recruiter", "post", "/api/v1/debriefs/", "debriefs/"),
    ("owing", "post", "/api/v1/scorecards/", "scorecards/"),
    ("interviewer", "post", "/api/v1/scorecards/{scorecard}/amend/", "amend/"),
    ("manager", "post", "/api/v1/debriefs/{debrief}/decide/", "decide/"),
    pytest.param("leader", "post", "/api/v1/reports/", "reports/", marks=pytest.mark.pdf),
    ("calibrator", "post", "/api/v1/calibration-runs/", "x"),
    ("token", "post", "/api/v1/candidates/", "candidates/"),
)


@pytest.mark.parametrize(("who", "verb", "address", "body"), CONTROLS, ids=lambda value: str(value)[-30:])
def test_the_entitled_do_change_something(scene: Scene, who: str, verb: str, address: str, body: str) -> None:
    """The control: the same bodies go through for those who may."""
    side, before = scene.ours, state()
    place = 1 if who == "interviewer" else 0
    values = {name: rows[min(place, len(rows) - 1)] for name, rows in side.rows.items() if rows}

    answer = send(scene.client(who), verb, address.format(**values), bodies(side).get(body, {}))

    assert answer.status_code < 300, answer.content
    assert changed(before)


@pytest.mark.parametrize("who", ["anonymous", "rival"])
def test_other_verbs_show_nothing(scene: Scene, who: str) -> None:
    client = scene.client(who)
    for route in routes():
        if not route.pattern.startswith(("t/", "api/v1/")):
            continue
        address = route.addresses(scene.ours)[0]
        for verb in ("HEAD", "OPTIONS", "TRACE", "PROPFIND"):
            answer = client.generic(verb, address)
            assert found(scene.ours, body_of(answer)) == set(), (verb, address)
            assert answer.status_code in {200, 302, 401, 403, 404, 405}, (verb, address)
            if verb != "HEAD":
                assert answer.status_code != 200, (verb, address)
            else:
                assert answer.getvalue() == b""
        override = client.post(address, headers={"X-HTTP-Method-Override": "GET"})
        assert found(scene.ours, body_of(override)) == set()


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/api/v1/openings/", {"key": "new", "title": "New", "profile": "{roleprofile}", "loop": "{loop}"}),
        ("/api/v1/applications/", {"candidate": "{candidate}", "opening": "{opening}"}),
        ("/api/v1/interviews/", {"application": "{application}", "stage": "{stage}"}),
        ("/api/v1/scorecards/", {"interview": "{interview}"}),
        ("/api/v1/debriefs/", {"application": "{application}"}),
        ("/api/v1/reports/", {"kind": "evaluation-gap", "loop": "{loop}"}),
        ("/api/v1/reports/", {"kind": "skill-gap", "application": "{application}"}),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_foreign_ids_in_bodies_read_like_unknown_ones(
    scene: Scene, address: str, body: dict[str, str]
) -> None:
    client, before = scene.client("recruiter"), state()

    def ask(ids: dict[str, int]) -> str:
        filled = {k: ids[v.strip("{}")] if v.startswith("{") else v for k, v in body.items()}
        answer = send(client, "post", address, filled)
        assert answer.status_code == 400
        text: str = answer.content.decode()
        for number in sorted(ids.values(), reverse=True):
            text = text.replace(f'"{number}"', "ID").replace(f" {number} ", " ID ")
        return re.sub(r"\b\d{1,9}\b", "N", text)

    names = {value.strip("{}") for value in body.values() if value.startswith("{")}
    assert ask({name: scene.theirs.rows[name][0] for name in names}) == ask(dict.fromkeys(names, 99_999_999))
    assert changed(before) == set()


def test_fields_that_nobody_may_set_are_refused_by_name(scene: Scene) -> None:
    """Every field of the row in one body: it is said which are not known, and nothing is written."""
    rows, world = scene.ours.rows, scene.ours.world
    extra = {
        "id": 1, "pk": 1, "team": scene.theirs.world.team.pk, "team_id": scene.theirs.world.team.pk,
        "created_at": "2000-01-01T00:00:00Z", "state": "hired", "status": "published", "version": 9, "revision": 9,
        "content_hash": "0" * 64, "published_at": "2000-01-01T00:00:00Z", "published_by": 1, "interviewer": 1,
        "submitted_at": "2000-01-01T00:00:00Z", "debriefed_at": "2000-01-01T00:00:00Z", "decided_by": 1,
        "decided_at": "2000-01-01T00:00:00Z", "run": 1, "sha256": "0" * 64, "is_default": True,
        "contrast": True, "requested_by": 1, "is_superuser": True,
    }  # fmt: skip
    decision = {"verdict": "hire", "reason": "Both must-haves are reached in two sessions.", "confidence": 60}
    for who, address, body in (
        ("recruiter", "/api/v1/candidates/", {"name": "Noor"}),
        ("recruiter", "/api/v1/loops/", {"name": "Mine", "role": world.profile.key}),
        (
            "recruiter",
            "/api/v1/openings/",
            {"key": "new", "title": "New", "profile": rows["roleprofile"][0], "loop": rows["loop"][0]},
        ),
        ("manager", f"/api/v1/debriefs/{rows['debrief'][0]}/decide/", decision),
        ("owing", "/api/v1/scorecards/", {"interview": rows["interview"][1]}),
    ):
        refused = send(scene.client(who), "post", address, {**extra, **body})
        assert refused.status_code == 400, (address, refused.content)
        for name in extra.keys() - body.keys():
            assert name in refused.content.decode(), (address, name)
    assert not Candidate.objects.filter(name="Noor").exists()
    started = send(scene.client("owing"), "post", "/api/v1/scorecards/", {"interview": rows["interview"][1]})
    assert (started.json()["interviewer"], started.json()["state"]) == (world.interviewers[1].email, "draft")
    refused = send(
        scene.client("owing"), "patch", f"/api/v1/scorecards/{started.json()['id']}/", {"state": "submitted"}
    )
    assert refused.status_code == 400
