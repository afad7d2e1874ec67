"""Who may ask for, see and download what; two rival teams, every role, page by page."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions import deactivate_member
from accounts.models import Membership, TeamPolicy
from hiring.pipeline.models import Application, ApplicationState
from jobs.testing import run_all
from reports.models import Report
from tests.factories import AssignmentFactory
from tests.reports.conftest import Scored, evaluation_gap_of, signed_in, skill_gap_of

READERS = {"admin", "recruiter", "hiring_manager", "calibrator", "leader"}
DEBRIEFERS = READERS - {"leader"}
# The scene's interviewers have scored, and read the debrief of whom they scored.
TOOK_PART = DEBRIEFERS | {"interviewer", "colleague"}
DECIDERS = {"admin", "hiring_manager", "calibrator"}
#: Page, method, who gets in, and what they then see.
ROUTES = {
    "dashboard": ("get", READERS, 200),
    "reports": ("get", READERS, 200),
    "report_evaluation_gap": ("post", READERS, 302),
    "report_candidate_page": ("post", READERS - {"leader"}, 302),
    "report_skill_gap": ("post", DEBRIEFERS, 302),
    "debriefs": ("get", TOOK_PART, 200),
    "debrief": ("get", TOOK_PART, 200),
    "debrief_open": ("post", DEBRIEFERS, 302),
    "debrief_decide": ("post", DECIDERS, 422),  # an empty form
    "calibration": ("get", {"calibrator"}, 200),
    "calibration_run": ("post", {"calibrator"}, 302),
}


def _address(name: str, scored: Scored) -> str:
    ours = scored.ours
    about = {"report_evaluation_gap": ours.loop.pk, "report_candidate_page": ours.loop.pk}
    if name in ("report_skill_gap", "debrief", "debrief_open", "debrief_decide"):
        about[name] = ours.application.pk
    return reverse(name, args=[ours.team.key, *([about[name]] if name in about else [])])


@pytest.mark.parametrize("name", ROUTES)
def test_route_opens_to_those_with_the_right_and_nobody_else(name: str, scored: Scored) -> None:
    method, allowed, expected = ROUTES[name]
    address = _address(name, scored)
    for role, user in scored.ours.members.items():
        status = getattr(signed_in(user), method)(address).status_code
        assert status == (expected if role in allowed else 403), f"{role} got {status}"
    for stranger in (scored.worlds.outsider, *scored.worlds.theirs.members.values()):
        assert getattr(signed_in(stranger), method)(address).status_code == 404


def fetched(client: Client, address: str) -> tuple[int, bool]:
    """Status, and whether a PDF came."""
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else b""
    return answer.status_code, content.startswith(b"%PDF")


@pytest.mark.pdf
def test_finished_files_go_to_those_with_the_right(scored: Scored) -> None:
    skill, evaluation = skill_gap_of(scored.ours), evaluation_gap_of(scored.ours)
    run_all(scored.ours.team)
    for report, allowed in ((skill, DEBRIEFERS), (evaluation, READERS)):
        page = reverse("report_download", args=["acme", report.pk])
        file = f"/api/v1/reports/{report.pk}/file/"
        for role, user in scored.ours.members.items():
            client = signed_in(user)
            expected = 200 if role in allowed else 403
            assert fetched(client, page) == (expected, role in allowed), role
            assert fetched(client, file) == (expected if role in allowed else 404, role in allowed), role
        for stranger in (scored.worlds.outsider, scored.worlds.theirs.admin):
            client = signed_in(stranger)
            assert client.get(page).status_code == 404
            assert client.get(file).status_code == 404
            # The number of another team's report finds nothing in one's own either.
            assert client.get(reverse("report_download", args=["rival", report.pk])).status_code == 404


@pytest.mark.pdf
def test_leadership_finds_no_skill_gap_in_list_or_api(scored: Scored) -> None:
    skill = skill_gap_of(scored.ours)
    evaluation_gap_of(scored.ours)
    client = signed_in(scored.ours.leader)

    assert (
        scored.ours.application.candidate.name
        not in client.get(reverse("reports", args=["acme"])).content.decode()
    )
    listed = client.get("/api/v1/reports/").json()["results"]
    assert [row["kind"] for row in listed] == ["evaluation-gap"]
    asked = client.post(
        "/api/v1/reports/",
        {"kind": "skill-gap", "application": scored.ours.application.pk},
        content_type="application/json",
    )
    assert asked.status_code in (400, 403)
    assert Report.objects.filter(kind="skill-gap").get() == skill


@pytest.mark.pdf
def test_revoked_member_can_no_longer_download(scored: Scored) -> None:
    report = skill_gap_of(scored.ours)
    run_all(scored.ours.team)
    client = signed_in(scored.ours.hiring_manager)
    page = reverse("report_download", args=["acme", report.pk])
    assert fetched(client, page) == (200, True)

    membership = Membership.objects.get(team=scored.ours.team, user=scored.ours.hiring_manager)
    deactivate_member(membership, by=scored.ours.admin)

    assert client.get(page).status_code == 404
    assert client.get(f"/api/v1/reports/{report.pk}/file/").status_code == 404


@pytest.mark.pdf
def test_who_owes_a_scorecard_sees_nothing_whatever_the_role(scored: Scored) -> None:
    ours = scored.ours
    report = skill_gap_of(ours)
    run_all(ours.team)
    Application.objects.filter(pk=ours.application.pk).update(state=ApplicationState.ACTIVE)
    AssignmentFactory(interview=ours.interviews[0], interviewer=ours.admin)
    client = signed_in(ours.admin)

    page = client.get(reverse("debrief", args=["acme", ours.application.pk])).content.decode()
    assert "(acme)" not in page  # evidence
    assert "rate-" not in page
    assert client.get(reverse("report_download", args=["acme", report.pk])).status_code == 404
    assert client.post(reverse("report_skill_gap", args=["acme", ours.application.pk])).status_code == 404
    assert client.get(f"/api/v1/reports/{report.pk}/file/").status_code == 404
    assert client.get(f"/api/v1/debriefs/{ours.application.debrief.pk}/").status_code == 404
    assert client.get("/api/v1/debriefs/").json()["results"] == []
    assert client.get("/api/v1/reports/").json()["results"] == []
    body = {"kind": "skill-gap", "application": ours.application.pk}
    asked = client.post("/api/v1/reports/", body, content_type="application/json")
    assert (asked.status_code, Report.objects.count()) == (409, 1)
    assert "still owe a scorecard" in asked.json()["detail"]


@pytest.mark.pdf
@pytest.mark.parametrize(
    ("accept", "early"), [("application/pdf", 409), ("application/json", 406), ("*/*", 409)]
)
def test_errors_of_a_download_can_be_read(accept: str, early: int, scored: Scored) -> None:
    report = skill_gap_of(scored.ours)
    client = signed_in(scored.ours.recruiter)
    gone = 404 if early == 409 else early
    for address, status in ((f"/api/v1/reports/{report.pk}/file/", early), ("/api/v1/reports/9/file/", gone)):
        answer = client.get(address, headers={"Accept": accept})
        assert answer.status_code == status
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == status
        assert answer.json()["detail"]


@pytest.mark.pdf
@pytest.mark.parametrize("name", ["debriefs", "calibration-runs", "reports"])
def test_api_lists_hold_only_ones_own_team(name: str, scored: Scored) -> None:
    skill_gap_of(scored.ours)
    allowed = {"debriefs": TOOK_PART, "calibration-runs": READERS, "reports": READERS}[name]
    for role, user in scored.ours.members.items():
        rows = signed_in(user).get(f"/api/v1/{name}/").json()["results"]
        assert {row["team"] for row in rows} <= {"acme"}
        if role not in allowed:
            assert rows == []
    assert signed_in(scored.worlds.outsider).get(f"/api/v1/{name}/").json()["results"] == []
    theirs = signed_in(scored.worlds.theirs.admin).get(f"/api/v1/{name}/").json()["results"]
    assert {row["team"] for row in theirs} <= {"rival"}


def test_severities_are_named_to_calibrators_only(scored: Scored) -> None:
    ours = scored.ours
    TeamPolicy.objects.create(team=ours.team, version=1, estimates_from=1, reason="A small panel.")
    address = f"/api/v1/calibration-runs/{scored.run.pk}/"
    raters = {who.email for who in ours.interviewers[:2]}

    for role in READERS:
        client = signed_in(ours.members[role])
        found = {row["interviewer"] for row in client.get(address).json()["interviewers"]}
        assert found == (raters if role == "calibrator" else set()), role
        dashboard = client.get(reverse("dashboard", args=["acme"])).content.decode()
        assert not [who.name for who in ours.interviewers if who.name in dashboard], role

    page = signed_in(ours.calibrator).get(reverse("calibration", args=["acme"])).content.decode()
    assert all(who.name in page for who in ours.interviewers[:2])
    debrief = reverse("debrief", args=["acme", ours.application.pk])
    assert "severity in levels" in signed_in(ours.calibrator).get(debrief).content.decode()
    assert "severity in levels" not in signed_in(ours.hiring_manager).get(debrief).content.decode()
