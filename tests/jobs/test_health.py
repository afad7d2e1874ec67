"""Health is work done: what is overdue is said, and nothing else is."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts.models import Team
from jobs import lease
from jobs.actions import enqueue
from jobs.health import OVERDUE_AFTER
from jobs.models import Heartbeat, Job, JobState, Outbox
from tests.jobs.conftest import Install

pytestmark = pytest.mark.django_db
LONG_AGO = OVERDUE_AFTER + timedelta(seconds=30)


@pytest.fixture
def job(team: Team, install: Install) -> Job:
    """Asked for just now."""
    install("x", lambda job: None)
    return enqueue("x", team=team, payload={}, unique_key="k", by=None)


def age(**columns: Any) -> None:
    Job.objects.update(**columns)


def overdue(client: Client) -> list[str]:
    """What both addresses say is overdue; they are 503 exactly if something is."""
    lease.beat()
    answers = [client.get(address) for address in ("/healthz", "/readyz")]
    said: list[str] = answers[0].json()["overdue"]
    for answer in answers:
        assert answer.status_code == (503 if said else 200)
        assert answer.json()["status"] == ("late" if said else "ok")
        assert answer.json()["overdue"] == said
    assert client.get("/livez").status_code == 200
    return said


def test_health_names_the_worker(client: Client) -> None:
    assert client.get("/healthz").json() == {
        "status": "ok", "database": "ok", "worker": "never seen", "last_seen": None, "overdue": [],
    }  # fmt: skip
    lease.beat()
    assert client.get("/healthz").json()["worker"] == "ok"
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["worker"]) == (200, "late")


def test_ready_means_that_a_worker_is_there(client: Client) -> None:
    assert (client.get("/readyz").status_code, client.get("/readyz").json()["status"]) == (503, "no worker")
    lease.beat()
    assert client.get("/readyz").status_code == 200
    Heartbeat.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    assert client.get("/readyz").status_code == 503


def test_work_just_asked_for_is_not_overdue(client: Client, job: Job) -> None:
    assert overdue(client) == []


def test_message_that_nobody_sends_is_overdue(client: Client, job: Job) -> None:
    Outbox.objects.update(due_at=timezone.now() - LONG_AGO)
    assert overdue(client) == ["messages wait to be sent"]


def test_lease_that_ran_out_is_overdue_once_no_sweeper_came(client: Client, job: Job) -> None:
    claimed = lease.claim(job.pk)
    assert claimed is not None
    age(leased_until=timezone.now() - timedelta(seconds=10))
    assert overdue(client) == []
    age(leased_until=timezone.now() - LONG_AGO)
    assert "work of a worker that stopped has not been taken up" in overdue(client)


def test_waiting_is_overdue_only_if_nothing_is_being_done(client: Client, team: Team, job: Job) -> None:
    Outbox.objects.update(sent_at=timezone.now())
    age(created_at=timezone.now() - LONG_AGO)
    assert overdue(client) == ["work waits and none is being done"]

    other = enqueue("x", team=team, payload={}, unique_key="other", by=None)
    Outbox.objects.update(sent_at=timezone.now())
    claimed = lease.claim(other.pk)
    assert claimed is not None
    assert overdue(client) == []
    assert lease.finish(claimed)
    assert overdue(client) == []
    Job.objects.filter(pk=other.pk).update(finished_at=timezone.now() - LONG_AGO)
    assert overdue(client) == ["work waits and none is being done"]


def test_work_put_off_is_not_overdue_before_its_time(client: Client, job: Job) -> None:
    Outbox.objects.update(sent_at=timezone.now())
    age(created_at=timezone.now() - LONG_AGO, run_after=timezone.now() + timedelta(minutes=5))
    assert overdue(client) == []
    age(run_after=timezone.now() - LONG_AGO)
    assert overdue(client) == ["work waits and none is being done"]


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED])
def test_ended_work_is_never_overdue(client: Client, job: Job, state: str) -> None:
    age(state=state, created_at=timezone.now() - LONG_AGO, finished_at=timezone.now() - LONG_AGO)
    Outbox.objects.update(sent_at=timezone.now())
    assert overdue(client) == []


def test_health_without_database_is_503(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("jobs.health.worker_state", down)
    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.ensure_connection", down)

    for address in ("/healthz", "/readyz", "/livez"):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["database"]) == (503, "down")
