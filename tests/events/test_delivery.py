"""Telling of facts: each subscriber's delivery is a job of its own."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Team, User
from accounts.permissions import Role
from events.actions import record
from events.kinds import FactKind
from events.models import Event
from events.subscriptions import after, name_of, within
from jobs import registry
from jobs.actions import enqueue
from jobs.models import Job, JobState
from jobs.testing import run_all

pytestmark = pytest.mark.django_db


def test_subscriber_is_told_after_the_commit_by_a_worker(
    happened: FactKind, team: Team, person: User
) -> None:
    told: list[Event] = []

    @after(happened, title="Toys counted")
    def count(event: Event) -> None:
        told.append(event)

    event = record(happened, team, team=team, by=person, other=3)
    assert told == []
    (job,) = Job.objects.all()
    assert (job.payload, job.requested_by) == ({"event": event.pk}, person)

    run_all(team)

    assert [(row.pk, row.ids["other"]) for row in told] == [(event.pk, 3)]
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_subscriber_that_fails_stops_no_other_and_is_tried_again(happened: FactKind, team: Team) -> None:
    told: list[str] = []

    @after(happened, title="Broken")
    def broken(event: Event) -> None:
        told.append("broken")
        raise OSError("no answer")

    @after(happened, title="Sound")
    def sound(event: Event) -> None:
        told.append("sound")

    record(happened, team, team=team, by=None, other=1)
    run_all(team, raise_errors=False)

    assert (told.count("broken"), told.count("sound")) == (3, 1)
    states = dict(Job.objects.values_list("kind", "state"))
    assert states == {name_of(broken): JobState.FAILED, name_of(sound): JobState.DONE}


def test_failed_delivery_is_seen_in_the_list_of_jobs_and_can_be_asked_for_again(
    happened: FactKind, team: Team, client: Client
) -> None:
    answers = iter([OSError("down"), OSError("down"), OSError("down"), None])

    @after(happened, title="Message to the tracking system")
    def send(event: Event) -> None:
        if problem := next(answers):
            raise problem

    recruiter = User.objects.create_user("rita@example.org", name="Rita")
    Membership.objects.create(team=team, user=recruiter, role=Role.RECRUITER)
    record(happened, team, team=team, by=None, other=1)
    run_all(team, raise_errors=False)
    client.force_login(recruiter, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(reverse("admin:jobs_job_changelist")).content.decode()
    assert "Message to the tracking system" in page
    assert "Failed" in page

    client.post(reverse("job_retry", kwargs={"team": team.key, "pk": Job.objects.get().pk}))
    run_all(team)
    assert Job.objects.filter(state=JobState.DONE, kind=name_of(send)).count() == 1


def test_delivery_asked_for_twice_joins_the_one_that_waits(happened: FactKind, team: Team) -> None:
    told: list[int] = []

    @after(happened, title="Toys counted")
    def count(event: Event) -> None:
        told.append(event.pk)

    event = record(happened, team, team=team, by=None, other=1)
    (job,) = Job.objects.all()
    enqueue(job.kind, team=team, payload=job.payload, unique_key=job.unique_key, by=None)

    run_all(team)

    assert told == [event.pk]


def test_subscriber_within_is_told_before_the_action_goes_on(happened: FactKind, team: Team) -> None:
    told: list[int] = []

    @within(happened)
    def note(event: Event) -> None:
        told.append(event.pk)

    event = record(happened, team, team=team, by=None, other=1)

    assert told == [event.pk]
    assert not Job.objects.exists()


def test_two_subscribers_of_one_name_are_refused(happened: FactKind) -> None:
    def count(event: Event) -> None: ...

    after(happened, title="Toys counted")(count)

    with pytest.raises(ValueError, match="Two subscribers"):
        after(happened, title="Toys counted again")(count)


def test_every_delivery_has_words_for_the_list_of_jobs() -> None:
    for kind, names in _after().items():
        for name in names:
            handler = registry.find(name)
            assert handler is not None, (kind, name)
            assert handler.title
            assert len(name) <= Job._meta.get_field("kind").max_length


def _after() -> dict[str, list[str]]:
    from events.subscriptions import _subscriptions

    return dict(_subscriptions.after)
