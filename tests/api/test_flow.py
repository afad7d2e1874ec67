"""The whole path by token alone: a loop, an opening, interviews, scorecards, calibration, levels and gap."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from hiring.scoring.models import Scorecard
from jobs.testing import run_all
from tests.api.conftest import ByToken
from tests.worlds import TeamWorld
from web import numbers

pytestmark = pytest.mark.django_db
API = "/api/v1"
LOOP = {
    "name": "By machine",
    "role": "production_engineer",
    "budget_minutes": 120,
    "stages": [
        {"kind": "debugging", "minutes": 45, "interviewers": 2, "questions": ["q_debugging"]},
        {"kind": "scenario", "minutes": 45, "interviewers": 2, "questions": ["q_observability"]},
    ],
}


@dataclass
class Program:
    """A client that writes as programs should: with a key on every write, and the revision it read."""

    api: APIClient
    sent: int = 0

    def write(self, verb: str, path: str, body: Any = None, *, tag: str = "", key: str = "") -> Any:
        self.sent += 1
        headers = {"Idempotency-Key": key or f"key-{id(self)}-{self.sent}"} | (
            {"If-Match": tag} if tag else {}
        )
        return getattr(self.api, verb)(f"{API}/{path}", body, format="json", headers=headers)

    def post(self, path: str, body: Any = None, **more: str) -> Any:
        answer = self.write("post", path, body, **more)
        assert answer.status_code < 300, answer.content
        return answer

    def get(self, path: str) -> Any:
        return self.api.get(f"{API}/{path}").json()


def test_hiring_from_the_loop_to_the_decision(ours: TeamWorld, by_token: ByToken, client: Client) -> None:
    recruiter = Program(by_token(ours.recruiter))
    made = recruiter.post("loops/", LOOP, key="one")
    again = recruiter.post("loops/", LOOP, key="one")
    assert (again.json(), again["Idempotency-Replayed"]) == (made.json(), "true")
    loop = recruiter.post(f"loops/{made.json()['id']}/publish/", tag=made["ETag"]).json()
    assert loop["status"] == "published"
    gap = recruiter.get(f"loops/{loop['id']}/gap/")
    assert gap["gap"] == pytest.approx(gap["content"] + gap["precision"] + gap["realism"], abs=2e-6)

    profile = recruiter.get("role-profiles/?key=production_engineer")["results"][0]
    body = {"key": "staff", "title": "Staff engineer", "profile": profile["id"], "loop": loop["id"]}
    opening = recruiter.post("openings/", body).json()
    candidate = recruiter.post("candidates/", {"name": "Noor Haddad"}).json()
    run = {"candidate": candidate["id"], "opening": opening["id"]}
    application = recruiter.post("applications/", run).json()
    interviews = recruiter.post(f"applications/{application['id']}/schedule-loop/").json()
    assert len(interviews) == 2
    for interview in interviews:
        for interviewer in ours.interviewers[:2]:
            recruiter.post(f"interviews/{interview['id']}/assign/", {"interviewer": interviewer.email})
    for number, interviewer in enumerate(ours.interviewers[:2]):
        program = Program(by_token(interviewer))
        for interview in interviews:
            submitted = score(program, interview["id"], point=3 + number)
            assert submitted["state"] == "submitted"
    assert Scorecard.objects.filter(state="submitted").count() == 4

    run_all(ours.team)
    results = recruiter.get("calibration-runs/")["results"]
    assert [(row["n_ratings"], row["n_interviewers"], row["converged"]) for row in results] == [(4, 2, True)]
    debrief = recruiter.post("debriefs/", {"application": application["id"]}).json()
    assert debrief["run"] == results[0]["id"]

    client.force_login(ours.recruiter)
    page = client.get(f"/t/acme/debriefs/{application['id']}/").content.decode()
    for level in debrief["levels"]:
        assert f"<b>{numbers.level(level['level'])}</b>" in page
        assert numbers.chance(level["p_gap"]) in page
    assert numbers.level(debrief["pooled"]["gap"]) in page
    builder = client.get(f"/admin/loops/loop/{loop['id']}/builder/").content.decode()
    shown = re.search(r'data-gap="([0-9.]+)"', builder)
    assert shown
    assert float(shown[1]) == pytest.approx(gap["gap"], abs=1e-6)

    manager = Program(by_token(ours.hiring_manager))
    verdict = {"verdict": "hire", "reason": "Both must-haves are reached in two sessions.", "confidence": 70}
    decision = manager.post(f"debriefs/{debrief['id']}/decide/", verdict).json()
    assert decision["decided_by"] == ours.hiring_manager.email
    assert manager.get(f"applications/{application['id']}/")["state"] == "hired"


def score(program: Program, interview: int, *, point: int) -> Any:
    """Begin, save and submit a card; every write once more with its key, as after a lost answer."""
    begun = program.post("scorecards/", {"interview": interview})
    url = f"scorecards/{begun.json()['id']}/"
    plan = program.get(f"interviews/{interview}/")
    criteria = [
        criterion["id"]
        for stage in program.get(f"loops/{loop_of(program, plan)}/")["stages"]
        if stage["id"] == plan["stage"]
        for question in stage["questions"]
        for criterion in program.get(f"questions/{question['id']}/")["criteria"]
    ]
    marks = {str(pk): {"point": point, "evidence": "Asked for the logs first."} for pk in criteria}
    saved = program.write("patch", url, {"ratings": marks, "recommendation": "yes"}, tag=begun["ETag"])
    assert saved.status_code == 200, saved.content
    stale = program.write("patch", url, {"summary": "Late."}, tag=begun["ETag"])
    assert stale.status_code == 412
    key = f"submit-{begun.json()['id']}"
    submitted = program.post(f"{url}submit/", tag=saved["ETag"], key=key)
    repeated = program.post(f"{url}submit/", tag=saved["ETag"], key=key)
    assert repeated.json() == submitted.json()
    assert repeated["Idempotency-Replayed"] == "true"
    return submitted.json()


def loop_of(program: Program, interview: dict[str, Any]) -> int:
    """The loop that holds an interview's stage."""
    rows = program.get("loops/?status=published")["results"]
    stages = {
        stage["id"]: row["id"] for row in rows for stage in program.get(f"loops/{row['id']}/")["stages"]
    }
    return int(stages[interview["stage"]])
