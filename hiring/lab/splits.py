"""Anchors that split people: one answer, one criterion, and raters on both sides.

Blind ratings alone, from the policy's number of raters on, and only of answers that the reader has rated: an author
is a rater too. What splits people is for the author of the question, who can sharpen the words between two points.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from accounts.access import has_permission
from accounts.models import Team, TeamPolicy, User
from accounts.permissions import Permission
from hiring.lab.models import Vignette, VignetteSitting
from hiring.lab.rights import PRACTISE
from rubrics.models import Criterion

#: Share of acceptable ratings below which an anchor is said to split people.
AGREED_SHARE = 1 / 2


@dataclass(frozen=True)
class PointCount:
    """How many gave one point, and who: names stand there for calibrators alone."""

    point: int | None
    label: str
    anchor: str
    count: int
    acceptable: bool
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CriterionSpread:
    """Everybody's blind ratings of one criterion of one vignette."""

    vignette: Vignette
    criterion: Criterion
    reference: int | None
    points: list[PointCount]

    @property
    def raters(self) -> int:
        return sum(each.count for each in self.points)

    @property
    def agreed(self) -> int:
        return sum(each.count for each in self.points if each.acceptable)

    @property
    def splits(self) -> bool:
        return self.agreed < AGREED_SHARE * self.raters


def spreads(team: Team, user: User, vignettes: list[Vignette]) -> list[CriterionSpread]:
    """Of the ``vignettes`` (``with_anchors``) that ``user`` has rated, in their order. Two queries."""
    named = has_permission(user, Permission.CALIBRATE, team=team)
    rated = rated_by(user, team, vignettes)
    given: dict[tuple[int, int], list[tuple[int | None, str]]] = defaultdict(list)
    rows = VignetteSitting.objects.in_team(team).blind().filter(vignette__in=rated)
    for vignette, criterion, point, name in rows.values_list(
        "vignette_id", "ratings__criterion_id", "ratings__point", "rater__name"
    ).order_by("rater__name"):
        given[vignette, criterion].append((point, name))
    return [
        _spread(vignette, criterion, given[vignette.pk, criterion.pk], named=named)
        for vignette in vignettes
        if vignette.pk in rated
        for criterion in vignette.question.criteria.all()
    ]


def rated_by(user: User, team: Team, vignettes: list[Vignette]) -> set[int]:
    """Ids of those whose ratings ``user`` may see: the ones rated already; all for whoever never rates."""
    if not has_permission(user, PRACTISE, team=team):
        return {each.pk for each in vignettes}
    own = VignetteSitting.objects.in_team(team).filter(rater=user, vignette__in=vignettes)
    return set(own.values_list("vignette_id", flat=True))


def _spread(
    vignette: Vignette, criterion: Criterion, given: list[tuple[int | None, str]], *, named: bool
) -> CriterionSpread:
    reference = next(
        (row for row in vignette.references.all() if row.competency == criterion.competency.key), None
    )
    acceptable = set(reference.acceptable) if reference else set()
    counts = Counter(point for point, _ in given)
    anchors = {anchor.point: anchor.text for anchor in criterion.anchors.all()}

    def one(point: int | None, label: str) -> PointCount:
        right = point in acceptable if point is not None else not acceptable
        names = [name for each, name in given if each == point] if named else []
        return PointCount(point, label, anchors.get(point or 0, ""), counts[point], right, names)

    scale = [one(each.value, each.label) for each in vignette.question.scale.points.all()]
    return CriterionSpread(
        vignette,
        criterion,
        reference.point if reference else None,
        [*scale, *([one(None, "Not assessed")] if counts[None] or not acceptable else [])],
    )


def splitting(found: list[CriterionSpread], policy: TeamPolicy) -> list[CriterionSpread]:
    """Those that split people, the widest first."""
    enough = [each for each in found if each.raters >= policy.split_raters and each.splits]
    return sorted(enough, key=lambda each: (each.agreed / each.raters, each.vignette.key))


def is_author(user: User, vignette: Vignette, *, may_edit: bool) -> bool:
    """Whoever published the question; where a pack brought it, everybody who may edit content."""
    author = vignette.question.published_by_id
    return may_edit and (author is None or author == user.pk)
