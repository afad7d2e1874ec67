"""Accounts of people."""

from django.core.validators import validate_email

from accounts import audit
from accounts.actions.checking import refuse_invalid
from accounts.errors import Conflict, InvalidInput
from accounts.models import User
from accounts.zones import zone_named


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


def set_time_zone(user: User, *, name: str, by: User) -> User:
    """Note the zone in which somebody reads times; without a name it is the server's."""
    if name and zone_named(name) is None:
        raise InvalidInput(
            f"There is no time zone called {name}.",
            problems=[("time_zone", "Choose one from the list, for example Europe/Amsterdam.")],
        )
    if name != user.time_zone:
        with audit.recording("user.set_time_zone", by=by, team=None):
            user.time_zone = name
            user.save(update_fields=["time_zone"])
    return user


def set_digest(user: User, *, wanted: bool, by: User) -> User:
    """Note whether somebody wants the weekly mail."""
    if wanted != user.gets_digest:
        with audit.recording("user.set_digest", by=by, team=None):
            user.gets_digest = wanted
            user.save(update_fields=["gets_digest"])
    return user
