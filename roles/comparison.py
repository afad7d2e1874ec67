"""Role profiles laid side by side: what they share, and what each asks for alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from accounts.models import Team
from roles.models import Requirement, RoleProfile

MOST = 4


@dataclass(frozen=True, slots=True)
class ComparisonCell:
    """What one profile asks of one competency; ``bar`` is its weight against the heaviest shown, 0..100."""

    requirement: Requirement
    profile: RoleProfile
    bar: float


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One competency across the profiles; None where a profile does not ask for it."""

    name: str
    cells: list[ComparisonCell | None]

    @property
    def shared_by(self) -> int:
        """How many profiles ask for it."""
        return sum(cell is not None for cell in self.cells)

    @property
    def differs(self) -> bool:
        """Whether the profiles ask for different things."""
        asked = {
            None
            if cell is None
            else (cell.requirement.weight, cell.requirement.required_level, cell.requirement.must_have)
            for cell in self.cells
        }
        return len(asked) > 1

    @property
    def is_must_have(self) -> bool:
        return any(cell is not None and cell.requirement.must_have for cell in self.cells)


@dataclass(frozen=True, slots=True)
class RoleComparison:
    """Two to four profiles and their competencies: common ones first, then each profile's own by weight."""

    profiles: list[RoleProfile]
    common: list[ComparisonRow]
    single: list[ComparisonRow]
    overlap: float

    @property
    def verdict(self) -> str:
        """What the overlap means for the loop, in one sentence."""
        if self.overlap < 0.25:
            return (
                "One loop cannot serve both."
                if len(self.profiles) == 2
                else "One loop cannot serve them all."
            )
        if self.overlap < 0.60:
            return "They can share some stages; each needs some of its own."
        return "Most stages can serve both." if len(self.profiles) == 2 else "Most stages can serve them all."


def comparable(team: Team) -> list[RoleProfile]:
    """Return what may be compared: the team's newest published profiles, and the library's that it lacks."""
    rows = RoleProfile.objects.latest_published().filter(team=team).order_by("name")
    own = {row.key: row for row in rows}
    shared = RoleProfile.objects.latest_published().filter(team__is_library=True).select_related("team")
    return [*own.values(), *(row for row in shared.order_by("name") if row.key not in own)]


def load(profiles: Sequence[RoleProfile]) -> list[RoleProfile]:
    """Return the profiles in the same order with their requirements loaded."""
    rows = RoleProfile.objects.filter(pk__in=[row.pk for row in profiles]).select_related("team")
    found = {row.pk: row for row in rows.prefetch_related("requirements__competency")}
    return [found[row.pk] for row in profiles]


def overlap(weights: Sequence[dict[str, float]]) -> float:
    """Return the share of demand all have in common, 0..1: per competency the least weight any gives it."""
    keys = set.intersection(*(set(each) for each in weights)) if weights else set()
    return sum(min(each[key] for each in weights) for key in keys)


def compare(profiles: list[RoleProfile]) -> RoleComparison:
    """Lay profiles side by side; their requirements should be loaded (see ``load``)."""
    asked = [{row.competency.key: row for row in profile.requirements.all()} for profile in profiles]
    heaviest = max((float(row.weight) for each in asked for row in each.values()), default=1.0) or 1.0
    names = {row.competency.key: row.competency.name for each in asked for row in each.values()}
    rows = []
    for key, name in names.items():
        cells = [
            ComparisonCell(each[key], profile, 100 * float(each[key].weight) / heaviest)
            if key in each
            else None
            for profile, each in zip(profiles, asked, strict=True)
        ]
        rows.append(ComparisonRow(name, cells))

    def weight(row: ComparisonRow) -> float:
        return sum(float(cell.requirement.weight) for cell in row.cells if cell is not None)

    def owner(row: ComparisonRow) -> int:
        return next(number for number, cell in enumerate(row.cells) if cell is not None)

    weights = [{key: float(row.weight) for key, row in each.items()} for each in asked]
    pairs = [overlap([first, second]) for first, second in combinations(weights, 2)]
    return RoleComparison(
        profiles=profiles,
        common=sorted(
            (row for row in rows if row.shared_by > 1), key=lambda row: (-row.shared_by, -weight(row))
        ),
        single=sorted(
            (row for row in rows if row.shared_by == 1), key=lambda row: (owner(row), -weight(row))
        ),
        overlap=pairs[0] if len(pairs) == 1 else overlap(weights),
    )
