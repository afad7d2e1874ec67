"""Where people stand in the lab: how near to the references, how far on the path, when the next drift check is due.

Plain functions over loaded sittings, so that the page of one person and the calibrators' list count alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import Team, TeamPolicy
from hiring.lab.comparison import Compared, compare
from hiring.lab.models import Certificate, PathStep, StepKind, Vignette, VignetteSitting
from hiring.pipeline.models import Assignment, InterviewState
from psychometrics.agreement.reference_agreement import ReferenceAgreement, reference_agreement
from rubrics.models import QuestionFormat

#: Compared ratings from which the interval of a mean deviation is shown; of fewer the spread is chance.
LEAST_RATINGS = 4


@dataclass(frozen=True)
class Tally:
    """One person's blind ratings of plain answers against their references."""

    vignettes: int
    standards: int
    invented: int
    missed: int
    agreement: ReferenceAgreement | None

    @property
    def ratings(self) -> int:
        """Compared ones."""
        return self.agreement.ratings if self.agreement else 0

    @property
    def shows_interval(self) -> bool:
        return self.ratings >= LEAST_RATINGS


@dataclass(frozen=True)
class ReferenceRow:
    """Ratings of what one point is the reference for, counted by the point given."""

    reference: int
    counts: list[tuple[int, int]]


def grid_of(sittings: Iterable[VignetteSitting]) -> list[ReferenceRow]:
    """Blind ratings by reference and by point given: where somebody parts from the references. Traps are in it."""
    counted: dict[tuple[int, int], int] = defaultdict(int)
    for sitting in sittings:
        for row in () if sitting.is_repeat else compare(sitting):
            if row.point is not None and row.reference is not None:
                counted[row.reference, row.point] += 1
    points = sorted({each for pair in counted for each in pair})
    return [ReferenceRow(right, [(point, counted[right, point]) for point in points]) for right in points]


@dataclass(frozen=True)
class FamilyStanding:
    """One person in one family of questions, against the team's policy."""

    family: str
    policy: TeamPolicy
    #: Plain answers that the team has in this family.
    available: int
    tally: Tally
    #: Days of interviews watched and led.
    shadows: Sequence[date] = ()
    reverse_shadows: Sequence[date] = ()
    certificate: Certificate | None = None

    @property
    def label(self) -> str:
        return str(QuestionFormat(self.family).label)

    @property
    def lacks_shadows(self) -> int:
        return max(self.policy.certify_shadows - len(self.shadows), 0)

    @property
    def lacks_reverse_shadows(self) -> int:
        return max(self.policy.certify_reverse_shadows - len(self.reverse_shadows), 0)

    @property
    def lacks_vignettes(self) -> int:
        return max(self.policy.certify_vignettes - self.tally.vignettes, 0)

    @property
    def shadow_pips(self) -> list[bool]:
        """A mark for each interview to watch: done or not."""
        return _pips(len(self.shadows), self.policy.certify_shadows)

    @property
    def reverse_shadow_pips(self) -> list[bool]:
        return _pips(len(self.reverse_shadows), self.policy.certify_reverse_shadows)

    @property
    def vignette_pips(self) -> list[bool]:
        return _pips(self.tally.vignettes, self.policy.certify_vignettes)

    @property
    def near_enough(self) -> bool:
        """Whether the ratings so far meet the policy."""
        found = self.tally.agreement
        return (
            found is not None
            and found.correlation is not None
            and not self.lacks_vignettes
            and self.tally.standards >= self.policy.certify_standards
            and abs(found.mean) <= self.policy.certify_deviation + 1e-9
            and found.correlation >= self.policy.certify_agreement - 1e-9
        )

    @property
    def met(self) -> bool:
        """Whether a certificate is due."""
        return self.near_enough and not self.lacks_shadows and not self.lacks_reverse_shadows

    @property
    def begun(self) -> bool:
        return bool(self.shadows or self.reverse_shadows or self.tally.vignettes or self.certificate)

    @property
    def next_step(self) -> str:
        """What is to be done next, in the order of the path; what can be done alone is always open."""
        if self.certificate:
            return ""
        if self.lacks_shadows:
            return f"{self.lacks_shadows} interview{_s(self.lacks_shadows)} to watch"
        if self.lacks_reverse_shadows:
            return f"{self.lacks_reverse_shadows} interview{_s(self.lacks_reverse_shadows)} to lead"
        if self.lacks_vignettes:
            return f"{self.lacks_vignettes} answer{_s(self.lacks_vignettes)} to rate"
        return self._not_near()

    def _not_near(self) -> str:
        found = self.tally.agreement
        if found is None or self.tally.standards < self.policy.certify_standards:
            return "Answers of more standards to rate"
        if abs(found.mean) > self.policy.certify_deviation:
            return "Too generous on average" if found.mean > 0 else "Too harsh on average"
        return "Order of the answers differs from the reference"


def _pips(done: int, wanted: int) -> list[bool]:
    return [number < done for number in range(max(done, wanted))]


def _s(count: int) -> str:
    return "" if count == 1 else "s"


@dataclass(frozen=True)
class PersonStanding:
    """One person in every family in which the team has answers or steps."""

    person: int
    families: list[FamilyStanding]
    sittings: list[VignetteSitting] = field(default_factory=list)

    @property
    def certified(self) -> list[FamilyStanding]:
        return [family for family in self.families if family.certificate]


def tally_of(sittings: Iterable[VignetteSitting]) -> Tally:
    """Compare counting sittings with their references."""
    seen = list(sittings)
    rows: list[Compared] = [row for sitting in seen for row in compare(sitting)]
    pairs = [(row.point, row.nearest) for row in rows if row.point is not None and row.nearest is not None]
    return Tally(
        vignettes=len(seen),
        standards=len({row.reference for row in rows if row.deviation is not None}),
        invented=sum(row.invented for row in rows),
        missed=sum(row.missed for row in rows),
        agreement=reference_agreement([p for p, _ in pairs], [r for _, r in pairs]) if pairs else None,
    )


def standings(
    team: Team,
    policy: TeamPolicy,
    people: Iterable[int],
    *,
    sittings: Iterable[VignetteSitting] | None = None,
) -> dict[int, PersonStanding]:
    """Everybody asked for, by id, in a fixed number of queries."""
    wanted = list(people)
    if sittings is None:
        sittings = VignetteSitting.objects.in_team(team).filter(rater__in=wanted).with_ratings()
    given: dict[int, list[VignetteSitting]] = defaultdict(list)
    for sitting in sittings:
        given[sitting.rater_id].append(sitting)
    steps = steps_of(team, wanted)
    certificates = {
        (one.person_id, one.family): one
        for one in Certificate.objects.in_team(team).filter(person__in=wanted)
    }
    available = _available(team)
    families = [
        family
        for family in QuestionFormat.values
        if family in available
        or any(key[1] == family for key in steps)
        or any(key[1] == family for key in certificates)
    ]

    def one(person: int, family: str) -> FamilyStanding:
        counted = [
            each
            for each in given[person]
            if not each.is_repeat and not each.vignette.trap and each.vignette.question.format == family
        ]
        return FamilyStanding(
            family=family,
            policy=policy,
            available=available.get(family, 0),
            tally=tally_of(counted),
            shadows=steps[person, family, StepKind.SHADOW],
            reverse_shadows=steps[person, family, StepKind.REVERSE_SHADOW],
            certificate=certificates.get((person, family)),
        )

    return {
        person: PersonStanding(person, [one(person, family) for family in families], given[person])
        for person in wanted
    }


def steps_of(team: Team, people: Iterable[int]) -> dict[tuple[int, str, str], list[date]]:
    """Days of interviews watched and led, by person, family and kind. Two queries.

    Recorded in the lab, or watched as the shadow of an interview that was held; a day that is both counts once.
    """
    wanted = list(people)
    found: dict[tuple[int, str, str], list[date]] = defaultdict(list)
    for step in PathStep.objects.in_team(team).standing().filter(person__in=wanted):
        found[step.person_id, step.family, step.kind].append(step.held_on)
    watched = (
        Assignment.objects.filter(interviewer__in=wanted, interview__team=team, shadow=True, released_at=None)
        .filter(interview__state=InterviewState.DONE, interview__scheduled_at__isnull=False)
        .filter(interview__stage__placements__is_alternate=False)
    )
    rows = watched.values_list(
        "interviewer", "interview__stage__placements__question__format", "interview__scheduled_at"
    )
    for person, family, at in sorted(set(rows)):
        days = found[person, family, StepKind.SHADOW]
        day = timezone.localdate(at)
        if day not in days:
            days.append(day)
    return found


def _available(team: Team) -> dict[str, int]:
    """Plain answers by family."""
    found: dict[str, int] = defaultdict(int)
    rows = Vignette.objects.in_team(team).latest_published().plain()
    for family in rows.values_list("question__format", flat=True):
        found[family] += 1
    return found


def check_due_on(sittings: Sequence[VignetteSitting], policy: TeamPolicy) -> date | None:
    """The day from which the next drift check is due; None before anything counts."""
    counted = [each for each in sittings if not each.is_repeat or each.drift_of_id]
    if not counted:
        return None
    checks = [each.submitted_at for each in counted if each.drift_of_id]
    since: datetime = max(checks) if checks else min(each.submitted_at for each in counted)
    return (since + timedelta(days=policy.drift_check_days)).date()
