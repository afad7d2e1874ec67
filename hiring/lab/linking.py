"""Which ratings of vignettes tie panels to one another and levels to a common scale.

A reference is one author's word. It stands as a known level only where a calibrator has said so, after enough people
have rated the answer blind. Nobody's agreement decides it by itself: a team that is lenient throughout would otherwise
leave out exactly the answers that show it. Answers with a trap never link.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import Team, TeamPolicy
from hiring.lab.models import VignetteAnchor, VignetteRating, VignetteReference
from rubrics.models import RatingScale

LOWEST, HIGHEST = 1.0, 5.0


@dataclass(frozen=True, slots=True)
class VignetteRow:
    """One rating of a vignette by ids, and the level that its reference stands for."""

    vignette: int
    criterion: int
    interviewer: int
    point: int
    level: float


def known_level(point: int, *, target: int, meets: int) -> float:
    """The level that an answer of this point shows: the bar is met by the target level, a point is a level."""
    return min(max(target + float(point - meets), LOWEST), HIGHEST)


def linking_rows(
    team: Team, scale: RatingScale, policy: TeamPolicy, *, raters: Collection[int]
) -> list[VignetteRow]:
    """Ratings that link, in the order of their ids; of ``raters`` alone, who have rated candidates. Two queries."""
    anchors = VignetteAnchor.objects.in_team(team).standing().filter(vignette__trap="")
    references = {
        (vignette, competency): point
        for vignette, competency, point in VignetteReference.objects.filter(
            vignette__in=anchors.values("vignette")
        ).values_list("vignette_id", "competency", "point")
    }
    if not references:
        return []
    given = VignetteRating.objects.filter(
        sitting__team=team,
        sitting__number=1,
        sitting__vignette__in={vignette for vignette, _ in references},
        criterion__question__scale=scale,
    ).order_by("pk")
    found: list[VignetteRow] = []
    for vignette, rater, criterion, competency, target, point in given.values_list(
        "sitting__vignette_id",
        "sitting__rater_id",
        "criterion_id",
        "criterion__competency__key",
        "criterion__target_level",
        "point",
    ):
        right = references.get((vignette, competency))
        if rater in raters and right is not None and point is not None:
            level = known_level(right, target=target, meets=scale.meets_point)
            found.append(VignetteRow(vignette, criterion, rater, point, level))
    people: dict[int, set[int]] = defaultdict(set)
    for row in found:
        people[row.vignette].add(row.interviewer)
    return [row for row in found if len(people[row.vignette]) >= policy.anchor_raters]
