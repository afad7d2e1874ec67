"""Time zones by name, and in whose zone times are being written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

_own: ContextVar[bool] = ContextVar("reads_own_zone", default=False)

# Names that are no places: old spellings, and what the database itself keeps apart.
_APART = ("Etc/", "SystemV/", "posix/", "right/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of this name, None where there is none."""
    return ZoneInfo(name) if name in _known() else None


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def zone_names() -> list[str]:
    """Names to choose from, by continent and place; UTC first."""
    return ["UTC", *sorted(name for name in _known() if "/" in name and not name.startswith(_APART))]


@contextmanager
def in_own_zone(zone: ZoneInfo) -> Iterator[None]:
    """Within the block times are written in the zone that their reader chose: there they need no name."""
    token = _own.set(True)
    try:
        with timezone.override(zone):
            yield
    finally:
        _own.reset(token)


@contextmanager
def named_zone(zone: tzinfo) -> Iterator[None]:
    """Within the block times are written in ``zone`` and name it: for a mail, which may be read anywhere."""
    token = _own.set(False)
    try:
        with timezone.override(zone):
            yield
    finally:
        _own.reset(token)


def reads_own_zone() -> bool:
    """Whether times are being written in the zone that their reader chose."""
    return _own.get()
