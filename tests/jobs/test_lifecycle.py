"""A job from request to end, in one process."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.errors import ActionError, Conflict
from accounts.models import Team, User
from jobs import lease, runner, sweeper
from jobs.actions import LONGEST_DELAY, enqueue, retry
from jobs.context import JobContext
from jobs.models import Job, JobState, Outbox
from jobs.testing import Inline, run_all
from tests.jobs.conftest import Install

pytestmark = pytest.mark.django_db


def note(job: JobContext) -> None:
    """Leaves a trace that a second run would double."""
    Team.objects.create(key=f"made-{job.pk}-{Team.objects.count()}", name=job.payload["name"])


def ask(team: Team, person: User | None = None, *, key: str = "one", delay: timedelta | None = None) -> Job:
    run_after = timezone.now() + delay if delay is not None else None
    return enqueue("note", team=team, payload={"name": "x"}, unique_key=key, by=person, run_after=run_after)


@pytest.fixture(autouse=True)
def _note(install: Install) -> None:
    install("note", note)


def test_enqueue_writes_job_and_message_in_the_callers_transaction(team: Team) -> None:
    def request() -> None:
        with transaction.atomic():
            ask(team)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        request()

    assert (Job.objects.count(), Outbox.objects.count()) == (0, 0)


def test_enqueue_of_an_unknown_kind_names_the_known_ones(team: Team) -> None:
    with pytest.raises(LookupError, match="note"):
        enqueue("nothing", team=team, payload={}, unique_key="k", by=None)


def test_run_all_runs_a_job_to_its_end(team: Team, person: User) -> None:
    job = ask(team, person)

    run_all(team)

    job.refresh_from_db()
    assert (job.state, job.progress, job.attempts, job.token) == (JobState.DONE, 1.0, 1, None)
    assert Team.objects.filter(name="x").count() == 1


def test_second_delivery_of_a_finished_job_does_nothing(team: Team) -> None:
    job = ask(team)
    run_all(team)

    assert lease.claim(job.pk) is None
    assert Team.objects.filter(name="x").count() == 1


def test_request_joins_the_job_that_waits_or_runs(team: Team) -> None:
    first = ask(team)
    assert ask(team).pk == first.pk
    lease.claim(first.pk)

    assert ask(team).pk == first.pk


def test_equal_keys_of_two_teams_are_two_jobs(team: Team) -> None:
    rival = Team.objects.create(key="rival", name="Rival")

    assert ask(team).pk != ask(rival).pk


def test_debounced_request_moves_the_start_later_but_not_for_ever(team: Team) -> None:
    job = ask(team, delay=timedelta(seconds=30))
    later = ask(team, delay=timedelta(seconds=60))
    assert later.pk == job.pk
    assert later.run_after is not None
    assert later.run_after - timezone.now() > timedelta(seconds=50)

    capped = ask(team, delay=timedelta(hours=5))

    assert capped.run_after == job.created_at + LONGEST_DELAY
    assert list(Outbox.objects.values_list("due_at", flat=True)) == [capped.run_after]


def test_job_does_not_start_before_its_time(team: Team) -> None:
    job = ask(team, delay=timedelta(seconds=30))

    assert lease.claim(job.pk) is None


def test_undelayed_request_starts_a_debounced_job_now(team: Team) -> None:
    job = ask(team, delay=timedelta(minutes=5))

    ask(team)

    assert lease.claim(job.pk) is not None


def test_debounced_request_while_running_leads_to_another_run(team: Team) -> None:
    running = lease.claim(ask(team).pk)
    assert running is not None
    follower = ask(team, delay=timedelta(0))
    assert follower.pk != running.pk
    # Not both at once.
    assert lease.claim(follower.pk) is None
    Outbox.objects.update(sent_at=timezone.now())

    assert lease.finish(running)

    assert Outbox.objects.filter(job=follower, sent_at=None).count() == 1
    assert lease.claim(follower.pk) is not None


def test_lost_lease_discards_what_the_handler_wrote(team: Team, install: Install) -> None:
    def slow(job: JobContext) -> None:
        Team.objects.create(key="ghost", name="Ghost")
        Job.objects.filter(pk=job.pk).update(token=uuid.uuid4())  # another worker claimed it

    install("slow", slow)
    job = lease.claim(enqueue("slow", team=team, payload={}, unique_key="s", by=None).pk)
    assert job is not None

    runner.perform(job, Inline(job))

    assert not Team.objects.filter(key="ghost").exists()
    assert Job.objects.get(pk=job.pk).state == JobState.RUNNING


def test_worker_thought_dead_cannot_finish_or_renew(team: Team) -> None:
    old = lease.claim(ask(team).pk)
    assert old is not None
    Job.objects.filter(pk=old.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    sweeper.sweep()
    Job.objects.filter(pk=old.pk).update(run_after=None)
    new = lease.claim(old.pk)
    assert new is not None

    assert not lease.renew(old, progress=0.9, step="")
    assert not lease.finish(old)
    assert not lease.hand_back(old, error="late")
    assert lease.finish(new)


def test_progress_renews_the_lease(team: Team) -> None:
    job = lease.claim(ask(team).pk)
    assert job is not None
    Job.objects.filter(pk=job.pk).update(leased_until=timezone.now())

    assert lease.renew(job, progress=0.4, step="halfway")

    job.refresh_from_db()
    assert (job.progress, job.step) == (0.4, "halfway")
    assert job.leased_until is not None
    assert job.leased_until - timezone.now() > timedelta(seconds=30)


def test_expired_lease_goes_back_to_the_queue_three_times(team: Team) -> None:
    job = ask(team)
    for attempt in (1, 2, 3):
        assert lease.claim(job.pk, early=True) is not None, attempt
        Job.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        assert sweeper.sweep()["handed_back"] == 1

    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert "worker stopped" in job.error


def test_expired_lease_gives_way_to_a_newer_request(team: Team) -> None:
    old = lease.claim(ask(team).pk)
    assert old is not None
    newer = ask(team, delay=timedelta(0))
    Job.objects.filter(pk=old.pk).update(leased_until=timezone.now() - timedelta(seconds=1))

    sweeper.sweep()

    old.refresh_from_db()
    assert (old.state, old.error) == (JobState.FAILED, lease.SUPERSEDED)
    assert lease.claim(newer.pk) is not None


def test_running_job_with_a_lease_is_left_alone(team: Team) -> None:
    job = lease.claim(ask(team).pk)
    assert job is not None

    assert sweeper.sweep()["handed_back"] == 0


def test_error_is_tried_again_with_growing_waits_then_fails(team: Team, install: Install) -> None:
    def broken(job: JobContext) -> None:
        raise ValueError("secret detail")

    install("broken", broken)
    job = enqueue("broken", team=team, payload={}, unique_key="b", by=None)
    waits = []
    for _ in range(3):
        claimed = lease.claim(job.pk, early=True)
        assert claimed is not None
        runner.perform(claimed, Inline(claimed))
        job.refresh_from_db()
        waits.append(job.run_after - timezone.now() if job.run_after and job.is_live else None)

    assert waits[0] is not None
    assert waits[1] is not None
    assert timedelta(0) < waits[0] < waits[1]
    assert (job.state, job.attempts) == (JobState.FAILED, 3)
    assert "ValueError" in job.error
    assert "secret" not in job.error


def test_refusal_of_an_action_fails_at_once_with_its_text(team: Team, install: Install) -> None:
    def refuse(job: JobContext) -> None:
        raise ActionError("Not enough ratings yet: 3 of 10.")

    install("refuse", refuse)
    job = enqueue("refuse", team=team, payload={}, unique_key="r", by=None)

    run_all(team, raise_errors=False)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, 1, "Not enough ratings yet: 3 of 10.")


def test_failed_job_can_be_asked_for_again(team: Team, person: User) -> None:
    job = ask(team)
    claimed = lease.claim(job.pk)
    assert claimed is not None
    lease.finish(claimed, error="no")
    job.refresh_from_db()

    again = retry(job, by=person)

    assert (again.pk != job.pk, again.requested_by, again.payload) == (True, person, job.payload)
    with pytest.raises(Conflict):
        retry(again, by=person)


def test_message_the_broker_forgot_is_sent_again(team: Team) -> None:
    ask(team)
    Outbox.objects.update(sent_at=timezone.now())
    assert sweeper.sweep()["sent_again"] == 0  # it may still be on its way

    Outbox.objects.update(sent_at=timezone.now() - timedelta(minutes=2))

    assert sweeper.sweep()["sent_again"] == 1
    assert Outbox.objects.filter(sent_at=None).count() == 1


def test_old_messages_of_ended_jobs_are_pruned(team: Team) -> None:
    ask(team)
    run_all(team)
    ask(team, key="waits")
    Outbox.objects.update(sent_at=timezone.now() - timedelta(days=2), due_at=timezone.now())

    assert sweeper.sweep()["pruned"] == 1
