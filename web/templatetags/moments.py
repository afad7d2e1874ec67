"""Times in the words people use: today, yesterday, a weekday with its date.

A person who said which zone they are in reads times in it, and they need no name. Everybody else, and whoever reads
a PDF, gets them in the server's zone, which is named with every time.
"""

from datetime import datetime

from django import template
from django.utils import timezone

from accounts.zones import reads_own_zone

register = template.Library()


@register.filter
def day_words(at: datetime) -> str:
    """Return the day of ``at``: Today, Yesterday, Tomorrow, or for example Thu 26 Nov (2025)."""
    local, today = timezone.localtime(at), timezone.localdate()
    named = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}.get((local.date() - today).days)
    if named:
        return named
    words = f"{local:%a} {local.day} {local:%b}"
    return words if local.year == today.year else f"{words} {local.year}"


@register.filter
def clock(at: datetime | None) -> str:
    """Return the time of day, 24 h, with the zone's name unless it is the reader's own."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{local:%H:%M}" if reads_own_zone() else f"{local:%H:%M %Z}"


@register.filter
def moment_within(at: datetime | None) -> str:
    """Return day and time as they stand within a sentence: today, 14:00."""
    return _within(moment(at))


@register.filter
def day_within(at: datetime) -> str:
    """Return the day as it stands within a sentence."""
    return _within(day_words(at))


def _within(words: str) -> str:
    return words[0].lower() + words[1:] if words.startswith(("Today", "Yester", "Tomorrow", "No ")) else words


@register.filter
def moment(at: datetime | None) -> str:
    """Return day and time, for example Today, 14:00; no time set yet reads so."""
    return f"{day_words(at)}, {clock(at)}" if at else "No time set"
