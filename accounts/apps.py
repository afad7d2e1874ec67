from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Teams, memberships, permissions, policy and the audit trail."""

    name = "accounts"

    def ready(self) -> None:
        """Grant rights after migrations; the signal comes once all apps are migrated."""
        from accounts.database_rights import set_rights  # noqa: PLC0415 -- needs the app registry

        post_migrate.connect(set_rights, sender=self, dispatch_uid="loopwright.database_rights")
