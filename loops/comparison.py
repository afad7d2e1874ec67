"""The page that lays role profiles side by side, with what their loops leave untested."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import require
from accounts.http import MemberRequest
from accounts.models import Team
from accounts.permissions import Permission
from loops.role_gaps import gap_rows
from roles import comparison

SHOW = {"all": "Everything", "differences": "Differences only", "must": "Must-haves only"}
SLOTS = ("a", "b", "c", "d")


@require_GET
def compare(request: MemberRequest, team: Team) -> HttpResponse:
    """Lay two to four role profiles side by side."""
    require(request.user, Permission.VIEW_CONTENT, team=team)
    options = comparison.comparable(team)
    by_key = {row.key: row for row in options}
    chosen = list(dict.fromkeys(key for slot in SLOTS if (key := request.GET.get(slot, "")) in by_key))
    show = request.GET.get("show", "differences")
    show = show if show in SHOW else "differences"
    context: dict[str, Any] = {
        "options": options,
        "slots": [
            (slot, chosen[number] if number < len(chosen) else "") for number, slot in enumerate(SLOTS)
        ],
        "show": show,
        "chosen": chosen,
        "shows": SHOW,
        "query": "&".join(f"{slot}={key}" for slot, key in zip(SLOTS, chosen, strict=False)),
    }
    if len(chosen) > 1:
        profiles = comparison.load([by_key[key] for key in chosen])
        compared = comparison.compare(profiles)
        context |= {
            "compared": compared,
            "common": _shown(compared.common, show),
            "single": _shown(compared.single, show),
            "gaps": gap_rows(team, profiles),
            "span": len(profiles) + 1,
        }
    return render(request, "loops/compare.html", context)


def _shown(rows: list[comparison.Row], show: str) -> list[comparison.Row]:
    if show == "differences":
        return [row for row in rows if row.differs]
    if show == "must":
        return [row for row in rows if row.is_must_have]
    return rows
