"""The application's database role, the audit trail and frozen rows."""

import pghistory.models
import pytest
from django.db import DatabaseError, connection, transaction

from accounts import audit
from accounts.models import Team, User
from roles.models import RoleProfile

pytestmark = pytest.mark.django_db


def test_application_role_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
        )
        owned = cursor.fetchone()[0]
        cursor.execute(
            "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        privileged = cursor.fetchone()[0]

    assert (owned, privileged) == (0, False)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_teamevent SET key = 'rewritten'",
        "DELETE FROM accounts_teamevent",
        "TRUNCATE accounts_teamevent",
        "ALTER TABLE accounts_team DISABLE TRIGGER ALL",
    ],
)
def test_history_cannot_be_rewritten(statement: str) -> None:
    Team.objects.create(key="acme", name="Acme")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_audit_names_person_and_reason_of_a_bulk_write() -> None:
    user = User.objects.create_user("ada@example.org", name="Ada")
    team = Team.objects.create(key="acme", name="Acme")

    with audit.recording("team.rename", by=user, team=team, reason="merger"):
        Team.objects.filter(pk=team.pk).update(name="Acme and daughters")

    event = pghistory.models.Events.objects.tracks(team).filter(pgh_label__startswith="update").first()
    assert event is not None
    facts = {key: event.pgh_context[key] for key in ("action", "by", "reason")}
    assert facts == {"action": "team.rename", "by": "ada@example.org", "reason": "merger"}


def test_published_version_refuses_change_and_deletion() -> None:
    team = Team.objects.create(key="acme", name="Acme")
    profile = RoleProfile.objects.create(team=team, key="fde", name="FDE", family="fde")
    RoleProfile.objects.filter(pk=profile.pk).update(status="published", content_hash="0" * 64)

    for change in (
        lambda: RoleProfile.objects.filter(pk=profile.pk).update(name="Changed"),
        lambda: RoleProfile.objects.filter(pk=profile.pk).delete(),
        lambda: RoleProfile.objects.filter(pk=profile.pk).update(status="draft"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    RoleProfile.objects.filter(pk=profile.pk).update(status="retired")
