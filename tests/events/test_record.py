"""Writing facts down: in the transaction, ids alone, for good."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import Membership, Team, User
from accounts.permissions import Role
from events.actions import record
from events.kinds import FactKind, declare
from events.models import Event
from events.subscriptions import after, within
from jobs.models import Job

pytestmark = pytest.mark.django_db


def test_fact_says_what_happened_to_what_by_whom_and_when(
    happened: FactKind, team: Team, person: User
) -> None:
    record(happened, team, team=team, by=person, other=7)

    event = Event.objects.get()
    assert (event.kind, event.subject_type, event.subject_id) == ("toy.happened", "accounts.team", team.pk)
    assert (event.team, event.by, event.ids) == (team, person, {"other": 7})
    assert abs((timezone.now() - event.occurred_at).total_seconds()) < 60
    assert list(Event.objects.of(happened).about(team)) == [event]


def test_action_that_is_undone_leaves_neither_fact_nor_work(happened: FactKind, team: Team) -> None:
    after(happened, title="Toys")(lambda event: None)

    def act() -> None:
        with transaction.atomic():
            record(happened, team, team=team, by=None, other=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()

    assert (Event.objects.count(), Job.objects.count()) == (0, 0)


def test_subscriber_within_that_fails_undoes_the_action(happened: FactKind, team: Team) -> None:
    @within(happened)
    def refuse(event: Event) -> None:
        raise IntegrityError

    @transaction.atomic
    def act() -> None:
        Team.objects.create(key="made", name="Made")
        record(happened, team, team=team, by=None, other=1)

    with pytest.raises(IntegrityError):
        act()

    assert not Team.objects.filter(key="made").exists()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fact_outside_a_transaction_is_refused(happened: FactKind, team: Team) -> None:
    with pytest.raises(RuntimeError, match="outside the transaction"):
        record(happened, team, team=team, by=None, other=1)

    assert not Event.objects.exists()


def test_kind_that_nobody_declares_is_refused_and_the_known_ones_named(
    team: Team, happened: FactKind
) -> None:
    stray = FactKind("toy.hapened", "A slip of the pen.", frozenset())

    with pytest.raises(LookupError, match=r"toy\.happened"):
        record(stray, team, team=team, by=None)
    with pytest.raises(LookupError, match=r"toy\.hapened"):
        within(stray)(lambda event: None)
    with pytest.raises(LookupError):
        record("toy.happened", team, team=team, by=None, other=1)  # type: ignore[arg-type]

    assert not Event.objects.exists()


def test_kind_is_declared_once(happened: FactKind) -> None:
    with pytest.raises(ValueError, match="declared already"):
        declare(happened.name, "Again.")


@pytest.mark.parametrize("ids", [{}, {"other": 1, "more": 2}, {"another": 1}])
def test_other_ids_than_declared_are_refused(happened: FactKind, team: Team, ids: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="goes with these ids: other"):
        record(happened, team, team=team, by=None, **ids)


@pytest.mark.parametrize("value", ["a name", 1.5, True, {"name": "Ada"}])
def test_facts_hold_ids_alone(happened: FactKind, team: Team, value: object) -> None:
    with pytest.raises(TypeError, match="ids alone"):
        record(happened, team, team=team, by=None, other=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_facts_are_never_rewritten(happened: FactKind, team: Team, verb: str) -> None:
    event = record(happened, team, team=team, by=None, other=1)

    rows = Event.objects.filter(pk=event.pk)
    with (
        pytest.raises(DatabaseError, match=r"Cannot update or delete|permission denied"),
        transaction.atomic(),
    ):
        rows.update(kind="toy.mended") if verb == "update" else rows.delete()

    assert Event.objects.get().kind == "toy.happened"


def test_facts_are_seen_by_those_who_may_read_the_audit_trail(
    happened: FactKind, team: Team, person: User
) -> None:
    record(happened, team, team=team, by=person, other=1)
    admin = User.objects.create_user("admin@example.org", name="Admin")
    Membership.objects.create(team=team, user=admin, role=Role.ADMIN)
    Membership.objects.create(team=team, user=person, role=Role.RECRUITER)
    rival = Team.objects.create(key="rival", name="Rival")
    other = User.objects.create_user("other@example.org", name="Other")
    Membership.objects.create(team=rival, user=other, role=Role.ADMIN)

    assert [Event.objects.visible_to(user).count() for user in (admin, person, other)] == [1, 0, 0]
