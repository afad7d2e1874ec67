"""What calibrators, recruiters and authors see: who is certified for what, which answers anchor, what splits people."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import Count

from accounts.access import has_permission
from accounts.models import Team, TeamPolicy, User
from accounts.permissions import Permission
from hiring.lab.forms import StepForm
from hiring.lab.models import PathStep, Vignette, VignetteAnchor, VignetteSitting
from hiring.lab.splits import CriterionSpread, is_author, rated_by, splitting, spreads
from hiring.lab.standing import PersonStanding
from web.render import Crumb


@dataclass(frozen=True)
class LabSubPage:
    """A page below the lab."""

    team: Team

    @property
    def crumbs(self) -> list[Crumb]:
        return [Crumb("Lab", f"/t/{self.team.key}/lab/")]


@dataclass(frozen=True)
class PersonRow:
    """Somebody who interviews, and where they stand."""

    person: User
    standing: PersonStanding

    @property
    def on_the_way(self) -> list[str]:
        """Families begun and not certified, with what stands on record; how near the ratings are is not said."""
        return [
            f"{each.label}: {len(each.shadows)} watched, {len(each.reverse_shadows)} led, "
            f"{each.tally.vignettes} answer{'' if each.tally.vignettes == 1 else 's'} rated"
            for each in self.standing.families
            if each.begun and not each.certificate
        ]


@dataclass(frozen=True)
class CertifiedPage(LabSubPage):
    """Who may ask what, by name. ``figures`` is whether how near people rate may be shown: calibrators only."""

    page_obj: Page[User]
    rows: list[PersonRow]
    steps: list[PathStep]
    form: StepForm
    figures: bool
    policy: TeamPolicy


@dataclass(frozen=True)
class AnchorRow:
    """A plain answer as an anchor: how many rated it blind, and, once one has oneself, how they agree."""

    vignette: Vignette
    raters: int
    seen: bool
    agreed: int
    given: int
    used: bool
    enough: bool

    @property
    def share(self) -> float | None:
        return self.agreed / self.given if self.seen and self.given else None


@dataclass(frozen=True)
class AnchorsPage(LabSubPage):
    """Which answers anchor levels, used ones first."""

    rows: list[AnchorRow]
    policy: TeamPolicy

    @property
    def n_used(self) -> int:
        return sum(row.used for row in self.rows)

    @property
    def n_ready(self) -> int:
        return sum(row.enough and row.seen and not row.used for row in self.rows)


@dataclass(frozen=True)
class SplitsPage(LabSubPage):
    """Anchors that split people, of one's own questions or, for calibrators, of all."""

    splits: list[CriterionSpread]
    #: Answers with enough raters that are shown once one has rated them oneself.
    n_held: int
    policy: TeamPolicy
    calibrates: bool


def answers_of(team: Team) -> list[Vignette]:
    """Plain answers on offer, loaded, by question."""
    rows = Vignette.objects.in_team(team).latest_published().plain().with_anchors()
    return list(rows.order_by("question__title", "key"))


def anchor_rows(team: Team, user: User, policy: TeamPolicy) -> list[AnchorRow]:
    """Every plain answer with what an anchor needs. A fixed number of queries."""
    answers = answers_of(team)
    used = set(VignetteAnchor.objects.in_team(team).standing().values_list("vignette_id", flat=True))
    counts = _blind_counts(team, answers)
    seen = rated_by(user, team, answers)
    agreed: dict[int, tuple[int, int]] = {}
    for spread in spreads(team, user, answers):
        right, given = agreed.get(spread.vignette.pk, (0, 0))
        agreed[spread.vignette.pk] = right + spread.agreed, given + spread.raters
    rows = [
        AnchorRow(
            vignette=each,
            raters=counts.get(each.pk, 0),
            seen=each.pk in seen,
            agreed=agreed.get(each.pk, (0, 0))[0],
            given=agreed.get(each.pk, (0, 0))[1],
            used=each.pk in used,
            enough=counts.get(each.pk, 0) >= policy.anchor_raters,
        )
        for each in answers
    ]
    return sorted(rows, key=lambda row: (not row.used, not row.enough))


def _blind_counts(team: Team, answers: Sequence[Vignette]) -> dict[int, int]:
    rows = VignetteSitting.objects.in_team(team).blind().filter(vignette__in=answers)
    return dict(rows.order_by().values_list("vignette").annotate(n=Count("pk")))


def splits_for(team: Team, user: User, policy: TeamPolicy) -> SplitsPage:
    """What splits people, of the questions that are ``user``'s to mend; calibrators see all."""
    calibrates = has_permission(user, Permission.CALIBRATE, team=team)
    may_edit = has_permission(user, Permission.EDIT_CONTENT, team=team)
    answers = list(
        Vignette.objects.in_team(team).latest_published().with_anchors().order_by("question__title", "key")
    )
    mine = [each for each in answers if calibrates or is_author(user, each, may_edit=may_edit)]
    counts = _blind_counts(team, mine)
    seen = rated_by(user, team, mine)
    enough = [each for each in mine if counts.get(each.pk, 0) >= policy.split_raters]
    found = splitting(spreads(team, user, [each for each in enough if each.pk in seen]), policy)
    held = sum(each.pk not in seen for each in enough)
    return SplitsPage(team, found, held, policy, calibrates)


def recent_steps(team: Team, user: User) -> list[PathStep]:
    """The newest steps recorded, those taken back included."""
    rows = PathStep.objects.visible_to(user).in_team(team)
    return list(rows.select_related("person", "beside", "recorded_by").order_by("-recorded_at", "-pk")[:20])
