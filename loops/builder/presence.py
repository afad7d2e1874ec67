"""Who else works on a draft at this moment: seen for a minute, remembered nowhere."""

from dataclasses import dataclass
from time import time

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from accounts.admin.refusals import person
from accounts.inputs import whole_number
from loops.builder.views import find_loop, may_edit
from web.numbers import listed
from web.render import render_page

# A page says every so often that somebody has it open; without word for this long they are gone.
GONE_AFTER = 45


@dataclass(frozen=True, slots=True)
class Presence:
    """Others on the same draft, in words, and whether it has moved on since the page was drawn."""

    others: str
    moved_on: bool


@require_POST
def presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that this person has the draft open, and say who else has."""
    loop = find_loop(request, pk)
    if not may_edit(request, loop):
        raise PermissionDenied("Your role does not include changing loops.")
    key, now, me = f"loop-presence-{pk}", time(), person(request)
    here: dict[int, tuple[str, float]] = cache.get(key) or {}
    here = {who: seen for who, seen in here.items() if now - seen[1] < GONE_AFTER}
    here[me.pk] = (str(me), now)
    cache.set(key, here, 2 * GONE_AFTER)
    others = sorted(name for who, (name, _) in here.items() if who != me.pk)
    seen = whole_number(request.POST.get("revision"), low=0, high=2**31 - 1)
    moved_on = seen is not None and seen != loop.revision
    return render_page(request, "loops/_presence.html", Presence(listed(others) if others else "", moved_on))
