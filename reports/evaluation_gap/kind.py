"""The evaluation gap as a kind of report: about a loop, the team's own or the library's."""

from django.db.models import Q

from accounts.errors import InvalidInput
from accounts.models import Team, User
from content.commands import find_version
from loops.models import Loop, LoopQuerySet
from reports.evaluation_gap.arrange import arrange
from reports.kinds import Arranged, ReportKind, register


@register
class EvaluationGap(ReportKind[Loop]):
    """One loop against its role profile, in the policy of the team that asks. Holds no candidate's data."""

    key = "evaluation-gap"
    name = "Evaluation gap"
    subject = "loop"
    subject_missing = "An evaluation gap needs a loop."
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
        """The loop's own; a loop of the library is measured in the policy of whoever asks."""
        return None if subject.team.is_library else subject.team

    def title(self, subject: Loop) -> str:
        """Loop and version."""
        return f"Evaluation gap: {subject} ({subject.label})"

    def check(self, subject: Loop, *, team: Team, by: User | None) -> None:
        """Refuse loops of other teams."""
        if subject.team_id != team.pk and not subject.team.is_library:
            raise InvalidInput("This loop belongs to another team.")

    def arrange(self, subject: Loop, *, team: Team, letter: bool) -> Arranged:
        """The loop's numbers, and what would lower its gap."""
        return arrange(subject, team=team, letter=letter)
