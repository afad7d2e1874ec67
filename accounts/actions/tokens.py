"""API tokens: one a person; a new one replaces the old."""

import structlog
from django.db.models.functions import Now
from rest_framework.authtoken.models import Token

from accounts import audit
from accounts.errors import Conflict
from accounts.models import User
from accounts.models.teams import is_outsider
from accounts.tokens import key_of, new_secret

logger = structlog.get_logger(__name__)


def create_token(user: User, *, by: User | None) -> str:
    """Return a new token, which nobody can read again; an earlier one stops working.

    Raises Conflict for an account that cannot sign in.
    """
    if not user.is_active:
        raise Conflict(f"{user.email} is deactivated; it cannot use the API.")
    if is_outsider(user):
        raise Conflict(f"{user.email} scores by a link; it cannot use the API.")
    secret = new_secret()
    with audit.recording("api_token.create", by=by, team=None):
        User.objects.select_for_update().get(pk=user.pk)
        Token.objects.filter(user=user).delete()
        Token.objects.create(user=user, key=key_of(secret))
        # The token itself stays out of the trail; that there is one, and since when, is in it.
        User.objects.filter(pk=user.pk).update(api_token_at=Now())
    logger.info("api_token_created", user_id=user.pk, by_id=by.pk if by else None)
    return secret


def revoke_token(user: User, *, by: User | None) -> bool:
    """Make a person's token stop working; say whether there was one."""
    with audit.recording("api_token.revoke", by=by, team=None):
        deleted, _ = Token.objects.filter(user=user).delete()
        if deleted:
            User.objects.filter(pk=user.pk).update(api_token_at=None)
    if deleted:
        logger.info("api_token_revoked", user_id=user.pk, by_id=by.pk if by else None)
    return bool(deleted)
