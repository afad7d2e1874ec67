"""What kinds of report about a loop share: which loops, whose team, and whose loop is refused."""

from django.db.models import Q

from accounts.errors import InvalidInput
from accounts.models import Team, User
from content.commands import find_version
from loops.models import Loop, LoopQuerySet
from reports.kinds import ReportKind


class AboutLoop(ReportKind[Loop]):
    """A report about one loop, the team's own or the library's. Holds no candidate's data."""

    subject = "loop"
    key_help = "a loop's key, key@2 for a version"
    library_serves = True

    def subjects(self) -> LoopQuerySet:
        """Loops with their teams."""
        rows: LoopQuerySet = Loop.objects.select_related("team")
        return rows

    def subjects_for(self, user: User, team: Team) -> LoopQuerySet:
        """Loops of the team and of the library."""
        return self.subjects().visible_to(user).filter(Q(team=team) | Q(team__is_library=True))

    def find(self, key: str, team: Team) -> Loop:
        """The loop of that key, and version where the key names one."""
        return find_version(self.subjects(), key, team, "loop")

    def team_of(self, subject: Loop) -> Team | None:
        """The loop's own; a loop of the library serves whoever asks, under their name and policy."""
        return None if subject.team.is_library else subject.team

    def title(self, subject: Loop) -> str:
        """Kind, loop and version."""
        return f"{self.name}: {subject} ({subject.label})"

    def check(self, subject: Loop, *, team: Team, by: User | None) -> None:
        """Refuse loops of other teams."""
        if subject.team_id != team.pk and not subject.team.is_library:
            raise InvalidInput("This loop belongs to another team.")
