"""The page that lays role profiles side by side, with what their loops leave untested."""

from dataclasses import dataclass, field, replace

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import require
from accounts.http import MemberRequest
from accounts.models import Team
from accounts.permissions import Permission
from loops.role_gaps import GapRow, gap_rows
from roles import comparison
from roles.models import RoleProfile
from web.render import render_page

SHOW = {"all": "Everything", "differences": "Differences only", "must": "Must-haves only"}
SLOTS = ("a", "b", "c", "d")


@dataclass(frozen=True)
class ComparisonPage:
    """What may be compared, what has been chosen, and, from two profiles on, what they ask for and leave untested."""

    options: list[RoleProfile]
    #: Field of the form and the key chosen in it, in order.
    slots: list[tuple[str, str]]
    show: str
    chosen: list[str]
    query: str
    compared: comparison.RoleComparison | None = None
    common: list[comparison.ComparisonRow] = field(default_factory=list)
    single: list[comparison.ComparisonRow] = field(default_factory=list)
    gaps: list[GapRow] = field(default_factory=list)

    @property
    def shows(self) -> dict[str, str]:
        """The filters and their labels."""
        return SHOW

    @property
    def span(self) -> int:
        """Columns of the table: one for each profile, and their head."""
        return len(self.compared.profiles) + 1 if self.compared else 1


@require_GET
def compare(request: MemberRequest, team: Team) -> HttpResponse:
    """Lay two to four role profiles side by side."""
    require(request.user, Permission.VIEW_CONTENT, team=team)
    options = comparison.comparable(team)
    by_key = {row.key: row for row in options}
    chosen = list(dict.fromkeys(key for slot in SLOTS if (key := request.GET.get(slot, "")) in by_key))
    show = request.GET.get("show", "differences")
    show = show if show in SHOW else "differences"
    page = ComparisonPage(
        options=options,
        slots=[(slot, chosen[number] if number < len(chosen) else "") for number, slot in enumerate(SLOTS)],
        show=show,
        chosen=chosen,
        query="&".join(f"{slot}={key}" for slot, key in zip(SLOTS, chosen, strict=False)),
    )
    if len(chosen) > 1:
        profiles = comparison.load([by_key[key] for key in chosen])
        compared = comparison.compare(profiles)
        page = replace(
            page,
            compared=compared,
            common=_shown(compared.common, show),
            single=_shown(compared.single, show),
            gaps=gap_rows(team, profiles),
        )
    return render_page(request, "loops/compare.html", page)


def _shown(rows: list[comparison.ComparisonRow], show: str) -> list[comparison.ComparisonRow]:
    if show == "differences":
        return [row for row in rows if row.differs]
    if show == "must":
        return [row for row in rows if row.is_must_have]
    return rows
