"""The skill gap as a kind of report: about an application whose debrief is open."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse

from accounts.errors import Conflict, InvalidInput
from accounts.models import Team, User
from accounts.permissions import Permission
from hiring.pipeline.models import Application, ApplicationQuerySet
from hiring.scoring.visibility import is_revealed, owes_on, owes_scorecard
from reports.kinds import Arranged, ReportKind, register
from reports.skill_gap.arrange import arrange

_ID = forms.IntegerField(min_value=1, max_value=10**18 - 1)


@register
class SkillGap(ReportKind[Application]):
    """One candidate against the role profile. Shows everybody's scores, so it follows their visibility."""

    key = "skill-gap"
    name = "Skill gap"
    subject = "application"
    subject_missing = "A skill gap needs an application."
    key_help = "the id of an application whose debrief is open"
    permissions = (Permission.VIEW_REPORTS, Permission.VIEW_DEBRIEF)

    def subjects(self) -> ApplicationQuerySet:
        """Applications with the names in their titles."""
        rows: ApplicationQuerySet = Application.objects.select_related("team", "candidate", "opening")
        return rows

    def subjects_for(self, user: User, team: Team) -> ApplicationQuerySet:
        """Applications of the team's pipeline on which the user owes no scorecard."""
        return self.subjects().visible_to(user).in_team(team).exclude(owes_scorecard(user, "pk"))

    def find(self, key: str, team: Team) -> Application:
        """The team's application of that id."""
        try:
            pk = _ID.clean(key)
        except ValidationError:
            raise InvalidInput(
                f"{key} is not the id of an application: a whole number, as in a debrief's address."
            ) from None
        found: Application | None = self.subjects().in_team(team).filter(pk=pk).first()
        if found is None:
            raise InvalidInput(f"{team} has no application {key}. Another team is named with --team.")
        return found

    def team_of(self, subject: Application) -> Team:
        """The application's own."""
        return subject.team

    def title(self, subject: Application) -> str:
        """Candidate and opening."""
        return f"Skill gap: {subject}"

    def check(self, subject: Application, *, team: Team, by: User | None) -> None:
        """Refuse while scores are blind: to somebody who owes one, and to all before the debrief."""
        if subject.team_id != team.pk:
            raise InvalidInput("This application belongs to another team.")
        if by is not None and owes_on(subject.pk, by):
            raise Conflict("You still owe a scorecard on this application; submit it first.")
        if not is_revealed(subject):
            raise Conflict(
                "The skill-gap report shows everybody's scores, so it waits for the debrief to be opened."
            )

    def arrange(self, subject: Application, *, team: Team, letter: bool) -> Arranged:
        """Levels, evidence and open questions."""
        return arrange(subject, letter=letter)

    def withheld(self, user: User) -> Q:
        """Reports on applications that the user owes a scorecard on."""
        return Q(owes_scorecard(user, "subject_id"))

    def page_of(self, subject: Application, team: Team) -> str:
        """The debrief, where the report is asked for."""
        return reverse("debrief", kwargs={"team": team.key, "pk": subject.pk})
