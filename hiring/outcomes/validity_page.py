"""How far interviews foresaw the job, as a page: for leaders and calibrators; of interviewers, each one's own.

No table of people: only a calibrator sees interviewers by name, in the order of their names, and everybody else sees
the line about themselves.
"""

from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import has_permission
from accounts.http import MemberRequest
from accounts.models import Team, TeamPolicy, User
from accounts.permissions import Permission
from hiring.outcomes.due import PERIOD_DAYS
from hiring.outcomes.models import PERIODS
from hiring.outcomes.validity import REVIEWER_RELIABILITY, Foresight, Validity, validity_of
from web.numbers import percent
from web.render import render_page


@dataclass(frozen=True)
class ForesightPart:
    """A table of the page."""

    slug: str
    title: str
    note: str
    rows: list[Foresight]

    @property
    def told(self) -> list[Foresight]:
        """Rows of which something can be said."""
        return [row for row in self.rows if row.r is not None]

    @property
    def n_untold(self) -> int:
        """How many there are of which nothing can be said yet."""
        return len(self.rows) - len(self.told)


@dataclass(frozen=True)
class ValidityPage:
    """What can be said, with the policy it is said under; ``own`` where only the reader's line is shown."""

    team: Team
    days: int | None
    policy: TeamPolicy
    n_reviewed: int
    overall: Foresight | None
    parts: list[ForesightPart]
    own: Foresight | None

    @property
    def overall_rows(self) -> list[Foresight]:
        """The whole loop, as a table of one line."""
        return [self.overall] if self.overall else []

    @property
    def own_rows(self) -> list[Foresight]:
        """One's own line, as a table."""
        return [self.own] if self.own else []

    @property
    def periods(self) -> list[tuple[int, str]]:
        """The dates to choose from."""
        return PERIODS

    @property
    def reliability(self) -> float:
        """The agreement of two reviewers that the last column supposes."""
        return REVIEWER_RELIABILITY

    @property
    def interval(self) -> str:
        """Coverage of the intervals, in words."""
        return percent(self.policy.interval_level)


@never_cache
@require_safe
def validity(request: MemberRequest, team: Team) -> HttpResponse:
    """Show how far the loop, its stages and questions foresaw the job, and of people whom the reader may see."""
    user = request.user
    leads = has_permission(user, Permission.VIEW_DASHBOARD, team=team)
    calibrates = has_permission(user, Permission.CALIBRATE, team=team)
    if not (leads or calibrates or has_permission(user, Permission.VIEW_CONTENT, team=team)):
        raise PermissionDenied
    policy = TeamPolicy.objects.current_for(team.pk)
    days = next((days for days in PERIOD_DAYS if request.GET.get("days") == str(days)), None)
    found = validity_of(team, days=days, policy=policy)
    page = ValidityPage(
        team=team,
        days=days,
        policy=policy,
        n_reviewed=found.n_reviewed if leads or calibrates else 0,
        overall=found.overall if leads or calibrates else None,
        parts=_parts(found, leads=leads or calibrates, calibrates=calibrates),
        own=next((row for row in found.interviewers if row.key == str(user.pk)), None),
    )
    return render_page(request, "outcomes/validity.html", page)


def _parts(found: Validity, *, leads: bool, calibrates: bool) -> list[ForesightPart]:
    parts = []
    if leads:
        parts += [
            ForesightPart(
                "stages", "Stages", "By the name of the stage, over all versions of it.", found.stages
            ),
            ForesightPart("questions", "Questions", "Over all versions of a question.", found.questions),
        ]
    if calibrates:
        names = {
            str(user.pk): str(user)
            for user in User.objects.filter(pk__in=[row.key for row in found.interviewers])
        }
        rows = [replace(row, label=names.get(row.key, row.key)) for row in found.interviewers]
        note = "Seen by calibrators alone, in the order of names. Each interviewer sees their own line."
        parts.append(
            ForesightPart("interviewers", "Interviewers", note, sorted(rows, key=lambda row: row.label))
        )
    return parts
