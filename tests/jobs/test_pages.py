"""The job's page, the health page."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Membership
from accounts.permissions import Role
from jobs import lease
from jobs.actions import enqueue
from jobs.context import JobContext
from jobs.models import Job, JobState
from jobs.testing import run_all
from tests.factories import MembershipFactory
from tests.jobs.conftest import Install

pytestmark = pytest.mark.django_db


def _nothing(job: JobContext) -> None:
    """Does nothing."""


@pytest.fixture
def asker() -> Membership:
    return MembershipFactory(role=Role.RECRUITER)


@pytest.fixture
def job(asker: Membership, install: Install) -> Job:
    install("x", _nothing, result_url=lambda job: "/the/result/", result_label="Open the report")
    return enqueue("x", team=asker.team, payload={}, unique_key="k", by=asker.user)


def address(job: Job) -> str:
    return f"/t/{job.team.key}/jobs/{job.pk}/"


def page(client: Client, job: Job, **headers: str) -> str:
    answer = client.get(address(job), headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_page_follows_a_job_to_its_result(client: Client, job: Job, asker: Membership) -> None:
    client.force_login(asker.user)
    html = page(client, job)
    assert f'hx-get="{address(job)}"' in html
    assert "/the/result/" not in html
    assert "no worker has been seen" in html
    lease.beat()
    assert "waiting its turn" in page(client, job)

    run_all()
    html = page(client, job)

    assert "hx-get" not in html
    assert 'href="/the/result/"' in html
    assert "Open the report" in html


def test_partial_is_only_the_part_that_changes(client: Client, job: Job, asker: Membership) -> None:
    client.force_login(asker.user)

    html = page(client, job, **{"HX-Request": "true"})

    assert html.lstrip().startswith('<div class="job"')


def test_failed_job_says_why_and_can_be_tried_again(client: Client, job: Job, asker: Membership) -> None:
    client.force_login(asker.user)
    claimed = lease.claim(job.pk)
    assert claimed is not None
    lease.finish(claimed, error="The disk is full.")
    html = page(client, job)
    assert "The disk is full." in html
    assert "Try again" in html

    answer = client.post(f"{address(job)}retry/")

    again = Job.objects.get(state=JobState.QUEUED)
    assert answer["Location"] == address(again)
    # A second click asks for nothing more.
    client.post(f"{address(job)}retry/")
    assert Job.objects.queued().count() == 1


@pytest.mark.parametrize(
    ("role", "calibrator", "code"),
    [
        (Role.ADMIN, False, 200),
        (Role.RECRUITER, False, 200),
        (Role.HIRING_MANAGER, False, 200),
        (Role.LEADERSHIP, False, 200),
        (Role.INTERVIEWER, True, 200),
        (Role.INTERVIEWER, False, 403),
    ],
)
def test_who_may_follow_a_colleagues_job(
    client: Client, job: Job, role: str, calibrator: bool, code: int
) -> None:
    client.force_login(MembershipFactory(team=job.team, role=role, is_calibrator=calibrator).user)

    assert client.get(address(job)).status_code == code
    assert client.post(f"{address(job)}retry/").status_code == (code if code == 403 else 302)
    assert Job.objects.count() == 1


def test_job_does_not_exist_for_a_rival(client: Client, job: Job) -> None:
    rival = MembershipFactory(role=Role.ADMIN, is_calibrator=True)
    client.force_login(rival.user)

    assert client.get(address(job)).status_code == 404
    assert client.get(f"/t/{rival.team.key}/jobs/{job.pk}/").status_code == 404


def test_visitor_is_asked_to_sign_in(client: Client, job: Job) -> None:
    assert client.get(address(job))["Location"].startswith("/accounts/login/?next=")


def test_page_takes_few_queries(
    client: Client, job: Job, asker: Membership, django_assert_num_queries: Any
) -> None:
    client.force_login(asker.user)
    page(client, job)

    with django_assert_num_queries(7):
        page(client, job, **{"HX-Request": "true"})
