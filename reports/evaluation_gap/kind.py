"""The evaluation gap as a kind of report: about a loop, the team's own or the library's."""

from accounts.models import Team
from loops.models import Loop
from reports.about_loops import AboutLoop
from reports.evaluation_gap.arrange import arrange
from reports.kinds import Arranged, register


@register
class EvaluationGap(AboutLoop):
    """One loop against its role profile, in the policy of the team that asks. Holds no candidate's data."""

    key = "evaluation-gap"
    name = "Evaluation gap"
    subject_missing = "An evaluation gap needs a loop."

    def arrange(self, subject: Loop, *, team: Team, letter: bool) -> Arranged:
        """The loop's numbers, and what would lower its gap."""
        return arrange(subject, team=team, letter=letter)
