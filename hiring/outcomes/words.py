"""What the levels of proficiency mean in words, and what they looked like in interviews, competency by competency."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Team
from content.models import Status
from rubrics.models import Anchor


@dataclass(frozen=True)
class LevelWords:
    """A level of proficiency: its number, its name, what it means."""

    level: int
    label: str
    meaning: str


LEVELS = (
    LevelWords(1, "Aware", "Knows the terms; has not done it alone"),
    LevelWords(2, "Assisted", "Does it on clean problems or with guidance"),
    LevelWords(3, "Independent", "Does it unaided on realistic problems and explains the trade-offs"),
    LevelWords(4, "Proven", "Has kept it working under change, failure or scale and can show how"),
    LevelWords(5, "Sets the standard", "Others adopt this person’s methods; handles novel cases"),
)


@dataclass(frozen=True)
class LevelExample:
    """What one level of a competency looked like to an interviewer."""

    level: int
    text: str


def examples_of(team: Team, competencies: Iterable[str]) -> dict[str, list[LevelExample]]:
    """For each competency, by key, an anchor for each level that one of the team's questions describes. One query.

    "Meets the bar" on a criterion shows its target level.
    """
    rows = (
        Anchor.objects.filter(
            criterion__question__team=team,
            criterion__competency__key__in=list(competencies),
            criterion__question__status=Status.PUBLISHED,
        )
        .order_by("criterion__target_level", "-criterion__strength", "criterion_id")
        .values_list(
            "criterion__competency__key",
            "criterion__target_level",
            "point",
            "criterion__question__scale__meets_point",
            "text",
        )
    )
    found: dict[str, dict[int, str]] = {}
    for key, target, point, meets, text in rows:
        if point == meets:
            found.setdefault(key, {}).setdefault(target, text)
    return {
        key: [LevelExample(level, text) for level, text in sorted(by_level.items())]
        for key, by_level in found.items()
    }
