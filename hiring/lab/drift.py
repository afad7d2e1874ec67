"""The monthly drift check: a few minutes, on answers whose standard the person has met before.

Two answers of one standard, rated some weeks apart, tell whether somebody's own standard has moved: what is compared
is the distance from the reference, then and now. Where no pair is left, an answer rated long ago is rated again, as a
repeat; memory makes that a weaker test, so pairs come first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Team, TeamPolicy
from hiring.lab.comparison import compare
from hiring.lab.models import Vignette, VignettePair, VignetteSitting
from hiring.lab.standing import check_due_on
from psychometrics.agreement.reference_agreement import ReferenceAgreement, reference_agreement

#: Reading time of one check, and answers in it.
CHECK_MINUTES = 5
CHECK_SIZE = 2
#: Periods after which an answer rated before may be asked again.
REPEAT_AFTER = 3
#: Comparisons from which it is said whether a standard has moved; of fewer chance says as much.
LEAST_COMPARISONS = 5


@dataclass(frozen=True)
class CheckItem:
    """An answer to rate now, and the sitting that it is compared with."""

    vignette: Vignette
    before: VignetteSitting

    @property
    def is_repeat(self) -> bool:
        return self.vignette.key == self.before.vignette.key


@dataclass(frozen=True)
class Check:
    """The check of this period."""

    due: bool
    due_on: datetime | None
    done: int
    items: list[CheckItem]

    @property
    def minutes(self) -> int:
        return sum(item.vignette.minutes for item in self.items)


@dataclass(frozen=True)
class Movement:
    """Whether somebody's distance from the references has moved. ``found`` is None below the least number."""

    comparisons: int
    found: ReferenceAgreement | None

    @property
    def lacking(self) -> int:
        return max(LEAST_COMPARISONS - self.comparisons, 0)

    @property
    def moved(self) -> bool:
        """The whole interval lies on one side of no change."""
        found = self.found
        if found is None or found.mean_lower is None or found.mean_upper is None:
            return False
        return found.mean_lower > 0 or found.mean_upper < 0

    @property
    def said(self) -> str:
        if self.found is None:
            return f"Not enough to tell yet: {self.comparisons} of {LEAST_COMPARISONS} comparisons."
        if not self.moved:
            return "Nothing says that your standard has moved."
        return "You have become more generous." if self.found.mean > 0 else "You have become harsher."


def check_of(team: Team, sittings: Sequence[VignetteSitting], policy: TeamPolicy, *, now: datetime) -> Check:
    """What is due of the person whose sittings these are. Two queries."""
    period = timedelta(days=policy.drift_check_days)
    done = [each for each in sittings if each.drift_of_id and each.submitted_at > now - period]
    due_on = check_due_on(sittings, policy)
    wanted = CHECK_SIZE - len(done)
    open_now = due_on is not None and wanted > 0 and (bool(done) or due_on <= now.date())
    items = _items(team, sittings, policy, now)[:wanted] if open_now else []
    moment = None if due_on is None else datetime(due_on.year, due_on.month, due_on.day, tzinfo=now.tzinfo)
    return Check(due=bool(items), due_on=moment, done=len(done), items=items)


def _items(
    team: Team, sittings: Sequence[VignetteSitting], policy: TeamPolicy, now: datetime
) -> list[CheckItem]:
    plain = {row.key: row for row in Vignette.objects.in_team(team).latest_published().plain().with_anchors()}
    latest: dict[str, VignetteSitting] = {}
    blind: dict[str, VignetteSitting] = {}
    for each in sorted(sittings, key=lambda one: (one.submitted_at, one.pk)):
        latest[each.vignette.key] = each
        if not each.is_repeat:
            blind[each.vignette.key] = each
    period = timedelta(days=policy.drift_check_days)
    fresh = [
        CheckItem(plain[new], blind[old])
        for pair in VignettePair.objects.in_team(team).drift()
        for old, new in ((pair.first, pair.second), (pair.second, pair.first))
        if old in blind and new in plain and new not in latest and blind[old].submitted_at <= now - period
    ]
    again = [
        CheckItem(plain[key], first)
        for key, first in blind.items()
        if key in plain and latest[key].submitted_at <= now - REPEAT_AFTER * period
    ]
    return _fitting([*_oldest(fresh), *_oldest(again)])


def _oldest(items: list[CheckItem]) -> list[CheckItem]:
    return sorted(items, key=lambda item: (item.before.submitted_at, item.vignette.key))


def _fitting(items: list[CheckItem]) -> list[CheckItem]:
    """Each answer once, as long as they can be read in time; the first always."""
    chosen: list[CheckItem] = []
    for item in items:
        minutes = sum(each.vignette.minutes for each in chosen) + item.vignette.minutes
        known = {each.vignette.key for each in chosen}
        if item.vignette.key not in known and (not chosen or minutes <= CHECK_MINUTES):
            chosen.append(item)
    return chosen


def held_back(team: Team, sittings: Sequence[VignetteSitting], certified: set[str]) -> set[str]:
    """Keys kept for a drift check: beside an answer rated already, in a family already certified. One query."""
    rated = {each.vignette.key: each.vignette.question.format for each in sittings}
    pairs = VignettePair.objects.in_team(team).drift()
    beside = {
        (old, new) for pair in pairs for old, new in ((pair.first, pair.second), (pair.second, pair.first))
    }
    return {new for old, new in beside if old in rated and new not in rated and rated[old] in certified}


def is_kept(
    vignette: Vignette, *, team: Team, sittings: Sequence[VignetteSitting], certified: set[str], check: Check
) -> bool:
    """Whether an answer waits for a later check: rated now, it could no longer say whether a standard has moved.

    What the check of this period asks for is not kept any more.
    """
    due = {item.vignette.key for item in check.items}
    return vignette.key not in due and vignette.key in held_back(team, sittings, certified)


def movement(sittings: Sequence[VignetteSitting]) -> Movement:
    """Distances from the reference now and then, criterion by criterion, over all checks."""
    by_id = {each.pk: each for each in sittings}
    now_then: list[tuple[int, int]] = []
    for sitting in sittings:
        before = by_id.get(sitting.drift_of_id or 0)
        if before is None:
            continue
        for after, earlier in zip(_assessed(sitting), _assessed(before), strict=False):
            if after is not None and earlier is not None:
                now_then.append((after, earlier))
    found = None
    if len(now_then) >= LEAST_COMPARISONS:
        found = reference_agreement([now for now, _ in now_then], [then for _, then in now_then])
    return Movement(len(now_then), found)


def _assessed(sitting: VignetteSitting) -> list[int | None]:
    """Deviations on the criteria that the reference rates: pairs have the same points in the same order."""
    return [row.deviation for row in compare(sitting) if row.reference is not None]
