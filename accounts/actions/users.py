"""Accounts of people."""

from django.core.validators import validate_email

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.errors import Conflict
from accounts.models import User


def find_user(email: str) -> User | None:
    """Return the account of an address, whatever its case."""
    return User.objects.filter(email__iexact=email.strip()).first()


def create_user(*, email: str, name: str, password: str | None = None, by: User | None) -> User:
    """Create an account. Without a password its owner sets one through *Forgot your password?*.

    Raises InvalidInput for a malformed address or an empty name, Conflict if the
    address already has an account.
    """
    user = User(email=User.objects.normalize_email(email.strip()), name=name.strip())
    if find_user(user.email) is not None:
        raise Conflict(f"{user.email} already has an account.")
    user.set_password(password)
    refuse_invalid(user)
    validate_email(user.email)
    with audit.recording("user.create", by=by, team=None):
        user.save()
    return user
