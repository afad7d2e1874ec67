"""The noise audit as a kind of report: about one audit, for those who look after the measuring."""

from django.db.models import QuerySet
from django.urls import reverse

from accounts.errors import Conflict, InvalidInput
from accounts.inputs import row_id
from accounts.models import Team, User
from accounts.permissions import Permission
from hiring.calibration.noise_models import NoiseAudit
from reports.kinds import Arranged, ReportKind, register
from reports.noise_audit.arrange import arrange


@register
class NoiseAuditReport(ReportKind[NoiseAudit]):
    """Level, pattern and occasion noise of a panel. Names no interviewer and no candidate."""

    key = "noise-audit"
    name = "Noise audit"
    subject = "noise_audit"
    subject_missing = "A noise audit's report needs the id of an audit."
    key_help = "a noise audit's id"
    permissions = (Permission.VIEW_REPORTS, Permission.CALIBRATE)

    def subjects(self) -> QuerySet[NoiseAudit]:
        """Audits with their teams."""
        rows: QuerySet[NoiseAudit] = NoiseAudit.objects.select_related("team", "requested_by")
        return rows

    def subjects_for(self, user: User, team: Team) -> QuerySet[NoiseAudit]:
        """Audits of the team, for its calibrators."""
        return NoiseAudit.objects.visible_to(user).in_team(team).select_related("team", "requested_by")

    def find(self, key: str, team: Team) -> NoiseAudit:
        """The audit of that id."""
        pk = row_id(key)
        found = None if pk is None else self.subjects().filter(team=team, pk=pk).first()
        if found is None:
            raise InvalidInput(f"There is no noise audit {key} in {team}.")
        return found

    def team_of(self, subject: NoiseAudit) -> Team | None:
        """The audit's own."""
        return subject.team

    def title(self, subject: NoiseAudit) -> str:
        """Kind and title."""
        return f"{self.name}: {subject.title}"

    def check(self, subject: NoiseAudit, *, team: Team, by: User | None) -> None:
        """Refuse other teams' audits, and those that found nothing to say."""
        if subject.team_id != team.pk:
            raise InvalidInput("This noise audit belongs to another team.")
        if not subject.result:
            raise Conflict(f"There is nothing to print. {subject.reason}")

    def arrange(self, subject: NoiseAudit, *, team: Team, letter: bool) -> Arranged:
        """The audit as it was stored."""
        return arrange(subject, team=team, letter=letter)

    def page_of(self, subject: NoiseAudit, team: Team) -> str:
        """The audit's page."""
        return reverse("noise_audit", kwargs={"team": team.key, "pk": subject.pk})
