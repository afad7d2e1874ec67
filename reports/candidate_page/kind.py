"""The candidate's page as a kind of report: about a loop, the team's own or the library's."""

from accounts.models import Team
from accounts.permissions import Permission
from loops.models import Loop, LoopQuerySet
from reports.about_loops import AboutLoop
from reports.candidate_page.arrange import arrange
from reports.kinds import Arranged, register


@register
class CandidatePageReport(AboutLoop):
    """What candidates are told of a loop. Holds no question, no anchor and no candidate's data.

    It is content of the team's, not a number for leadership: whoever makes it reads loops.
    """

    key = "candidate-page"
    name = "Candidate’s page"
    subject_missing = "A candidate’s page needs a loop."
    permissions = (Permission.VIEW_REPORTS, Permission.VIEW_CONTENT)

    def subjects(self) -> LoopQuerySet:
        """Loops with the team and the role that the page names."""
        return super().subjects().select_related("profile")

    def arrange(self, subject: Loop, *, team: Team, letter: bool) -> Arranged:
        """The words of the page on screen."""
        return arrange(subject, team=team, letter=letter)
