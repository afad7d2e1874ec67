"""From the outbox to a worker: broker down, two workers at once, a real worker killed."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Team
from jobs import lease, outbox, runner, sweeper
from jobs.actions import enqueue
from jobs.context import JobContext
from jobs.models import Job, JobState, Outbox
from tests.jobs.conftest import Install


@pytest.fixture(autouse=True)
def _closed_circuit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_paused_until", 0.0)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What reached the broker."""
    messages: list[int] = []
    monkeypatch.setattr(outbox, "_send", messages.append)
    return messages


def _nothing(job: JobContext) -> None:
    """Does nothing."""


def _broken(job_id: int) -> None:
    raise ConnectionError("no broker")


@pytest.mark.django_db(transaction=True)
def test_message_goes_out_right_after_the_commit(team: Team, install: Install, sent: list[int]) -> None:
    install("x", _nothing)

    job = enqueue("x", team=team, payload={}, unique_key="k", by=None)

    assert sent == [job.pk]
    assert not Outbox.objects.filter(sent_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_broker_that_is_down_fails_no_request_and_loses_nothing(
    team: Team, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("x", _nothing)
    monkeypatch.setattr(outbox, "_send", _broken)
    jobs = [enqueue("x", team=team, payload={}, unique_key=f"k{n}", by=None) for n in range(3)]
    assert outbox.relay() == 0
    assert Outbox.objects.filter(sent_at=None).count() == 3

    messages: list[int] = []
    monkeypatch.setattr(outbox, "_send", messages.append)

    assert outbox.relay() == 3
    assert messages == [job.pk for job in jobs]
    assert outbox.relay() == 0


@pytest.mark.django_db(transaction=True)
def test_after_a_failure_requests_leave_the_broker_alone(
    team: Team, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("x", _nothing)
    tried: list[int] = []

    def broken(job_id: int) -> None:
        tried.append(job_id)
        raise ConnectionError

    monkeypatch.setattr(outbox, "_send", broken)
    for n in range(5):
        enqueue("x", team=team, payload={}, unique_key=f"k{n}", by=None)

    assert len(tried) == 1


@pytest.mark.django_db(transaction=True)
def test_debounced_message_waits_for_its_time(team: Team, install: Install, sent: list[int]) -> None:
    install("x", _nothing)
    later = timezone.now() + timedelta(minutes=1)
    enqueue("x", team=team, payload={}, unique_key="k", by=None, run_after=later)

    assert (outbox.relay(), sent) == (0, [])
    Outbox.objects.update(due_at=timezone.now())
    assert outbox.relay() == 1


def in_threads(count: int, work: Callable[[], object]) -> None:
    start = threading.Barrier(count)

    def body() -> None:
        try:
            start.wait()
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=body) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_job_delivered_to_many_workers_at_once_runs_once(
    team: Team, install: Install, sent: list[int]
) -> None:
    def make(job: JobContext) -> None:
        Team.objects.create(key=f"made-{uuid.uuid4().hex}", name="made")

    install("make", make)
    for n in range(5):
        job = enqueue("make", team=team, payload={}, unique_key=f"m{n}", by=None)
        in_threads(4, lambda: runner.run(job.pk))  # noqa: B023 -- joined within the loop

    assert Team.objects.filter(name="made").count() == 5
    assert set(Job.objects.values_list("state", "attempts")) == {(JobState.DONE, 1)}


@pytest.mark.django_db(transaction=True)
def test_simultaneous_requests_make_one_job(team: Team, install: Install, sent: list[int]) -> None:
    install("x", _nothing)
    seen: list[int] = []

    in_threads(4, lambda: seen.append(enqueue("x", team=team, payload={}, unique_key="k", by=None).pk))

    assert len(seen) == 4
    assert len(set(seen)) == Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_simultaneous_relays_send_each_message_once(
    team: Team, install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("x", _nothing)
    monkeypatch.setattr(outbox, "_send", _broken)
    for n in range(20):
        enqueue("x", team=team, payload={}, unique_key=f"k{n}", by=None)
    messages: list[int] = []

    def slow(job_id: int) -> None:
        time.sleep(0.005)
        messages.append(job_id)

    monkeypatch.setattr(outbox, "_send", slow)
    in_threads(3, outbox.relay)

    assert len(messages) == 20


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_while_the_handlers_transaction_is_open(
    team: Team, install: Install, monkeypatch: pytest.MonkeyPatch, sent: list[int]
) -> None:
    monkeypatch.setattr(runner, "_FLUSH_SECONDS", 0.02)
    seen: list[tuple[float, str]] = []

    def look(pk: int) -> None:
        try:
            seen.append(Job.objects.values_list("progress", "step").get(pk=pk))
        finally:
            connections.close_all()

    def work(job: JobContext) -> None:
        Team.objects.create(key="inside", name="Inside")
        job.progress(0.4, "fitting")
        time.sleep(0.3)
        watcher = threading.Thread(target=look, args=(job.pk,))
        watcher.start()
        watcher.join()

    install("work", work)
    job = enqueue("work", team=team, payload={}, unique_key="w", by=None)
    runner.run(job.pk)

    assert seen == [(0.4, "fitting")]
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.django_db(transaction=True)
def test_handler_that_lost_its_lease_is_told_and_undone(
    team: Team, install: Install, monkeypatch: pytest.MonkeyPatch, sent: list[int]
) -> None:
    monkeypatch.setattr(runner, "_FLUSH_SECONDS", 0.02)
    told: list[bool] = []

    def steal() -> None:
        try:
            Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
            sweeper.sweep()
        finally:
            connections.close_all()

    def work(job: JobContext) -> None:
        Team.objects.create(key="ghost", name="Ghost")
        thief = threading.Thread(target=steal)
        thief.start()
        thief.join()
        job.progress(0.5, "on")
        time.sleep(0.3)
        try:
            job.progress(0.6, "on")
        except Exception:
            told.append(True)
            raise

    install("work", work)
    job = enqueue("work", team=team, payload={}, unique_key="w", by=None)
    runner.run(job.pk)

    assert told == [True]
    assert not Team.objects.filter(key="ghost").exists()
    assert Job.objects.get().state == JobState.QUEUED


@pytest.fixture
def worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts real workers on a filesystem broker of this test and on the test's database."""
    name = connection.settings_dict["NAME"]
    data = tmp_path / "data"
    data.mkdir()
    parts = {key: _address_of(os.environ[key], name) for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    environment = os.environ | parts | {"LOOPWRIGHT_DATA_DIR": str(data), "BROKER_URL": "filesystem://"}
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [
            sys.executable, "-m", "celery", "-A", "tests.jobs.worker", "worker",
            "--concurrency", "1", "--hostname", f"w{len(started)}@%h",
        ]  # fmt: skip
        log = (tmp_path / "worker.log").open("ab")
        process = subprocess.Popen(
            command,
            env=environment,
            cwd=django_settings.BASE_DIR,
            start_new_session=True,
            stdout=log,
            stderr=log,
        )
        log.close()
        started.append(process)
        return process

    yield start
    for process in started:
        _kill(process)


def _address_of(url: str, name: str) -> str:
    before, _, query = url.partition("?")
    return before.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(what: Callable[[], Any], log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            pytest.fail(log.read_text()[-3000:])
        time.sleep(0.1)


@pytest.mark.tasks
@pytest.mark.django_db(transaction=True)
def test_real_worker_takes_up_the_job_of_a_killed_one(
    team: Team, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.jobs import worker as handlers

    log = tmp_path / "worker.log"
    monkeypatch.setattr(outbox, "_send", _broken)  # only the worker's own rounds relay
    assert handlers.KIND
    job = enqueue(handlers.KIND, team=team, payload={"folder": str(tmp_path)}, unique_key="real", by=None)
    first = worker()
    wait_for(lambda: Job.objects.get(pk=job.pk).state == JobState.RUNNING, log)
    wait_for((tmp_path / "started-1").exists, log)
    _kill(first)
    # The test does not wait for the lease to run out by itself.
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    sweeper.sweep()
    Job.objects.filter(pk=job.pk).update(run_after=None)
    Outbox.objects.update(due_at=timezone.now())
    (tmp_path / "go").touch()

    worker()

    wait_for(lambda: Job.objects.get(pk=job.pk).state == JobState.DONE, log)
    assert Job.objects.get(pk=job.pk).attempts == 2
    assert Team.objects.filter(key="made-by-worker").count() == 1
    from jobs.health import worker_state

    assert worker_state()[0] == "ok"


def test_lease_outlasts_several_renewals() -> None:
    assert lease.LEASE.total_seconds() > 3 * runner._RENEW_SECONDS
