"""What the leadership dashboard shows, arranged from stored rows.

Counts and medians are made in SQL; no list of people is read. Rates of fewer people
than the policy's minimum are left out and said so.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.models import TeamPolicy
from figures.types import FunnelStep
from hiring.decisions.models import Decision, Verdict
from hiring.pipeline.models import ApplicationState, Interview, InterviewState, Opening
from hiring.scoring.models import Scorecard
from loops.best import BestPossible, best_of_loops
from loops.coverage import Split, contrast_loop, conventional_gap, gap_of_loop, split_for_display
from loops.gaps import LoopGap
from loops.models import Loop
from psychometrics.selection.proportion import wilson_interval
from reports.dashboard.filters import Filters
from reports.suppression import shown, suppressed
from rubrics.models import QuestionExposure


@dataclass(frozen=True)
class OpeningGap:
    """An opening with what its loop would test, and what the conventional loop would."""

    opening: Opening
    plan: LoopGap
    conventional: LoopGap | None
    best: BestPossible | None
    waiting: bool
    n_applications: int | None

    @property
    def split(self) -> Split:
        """The gap as printed: percentages with one decimal whose parts add up."""
        return split_for_display(self.plan)


def opening_gaps(chosen: Filters, policy: TeamPolicy) -> list[OpeningGap]:
    """Gap per opening, in the order of titles. Loops used by several openings are measured once."""
    since = Q(applications__applied_at__gte=chosen.since) if chosen.since else Q()
    openings = list(
        Opening.objects.filter(pk__in=chosen.openings)
        .select_related("profile")
        .annotate(n=Count("applications", filter=since))
        .order_by("title")
    )
    loops = {
        loop.pk: loop for loop in Loop.objects.with_plan().filter(pk__in={row.loop_id for row in openings})
    }
    contrast = contrast_loop(chosen.team.pk)
    leaks = QuestionExposure.objects.leaks_in(chosen.team.pk)
    plans: dict[int, LoopGap] = {}
    against: dict[int, LoopGap | None] = {}
    for row in openings:
        loop = loops[row.loop_id]
        if loop.pk not in plans:
            plans[loop.pk] = gap_of_loop(loop, policy=policy, leaks=leaks)
        if contrast is not None and loop.profile_id not in against:
            against[loop.profile_id] = conventional_gap(
                loop.profile, policy=policy, leaks=leaks, contrast=contrast
            )
    best = best_of_loops(list(loops.values()), team=chosen.team, policy=policy)
    counts = suppressed([getattr(row, "n", 0) for row in openings], under=policy.suppress_under)
    return [
        OpeningGap(
            row,
            plans[row.loop_id],
            against.get(loops[row.loop_id].profile_id),
            best.known.get(row.loop_id),
            row.loop_id in best.waiting,
            count,
        )
        for row, count in zip(openings, counts, strict=True)
    ]


def funnel(chosen: Filters, policy: TeamPolicy) -> list[FunnelStep]:
    """Applications that reached each step, and the share that passed on where people are enough."""
    held = Exists(Interview.objects.filter(application_id=OuterRef("pk"), state=InterviewState.DONE))
    decided = Exists(Decision.objects.filter(application_id=OuterRef("pk")))
    counts = (
        chosen.applications()
        .annotate(was_held=held, was_decided=decided)
        .aggregate(
            applied=Count("pk"),
            held=Count("pk", filter=Q(was_held=True)),
            debriefed=Count("pk", filter=Q(debriefed_at__isnull=False)),
            decided=Count("pk", filter=Q(was_decided=True)),
            hired=Count("pk", filter=Q(state=ApplicationState.HIRED)),
        )
    )
    names = (
        ("applied", "Applied"),
        ("held", "Interviewed"),
        ("debriefed", "Debriefed"),
        ("decided", "Decided"),
        ("hired", "Hired"),
    )
    steps, before = [], 0
    for key, name in names:
        people = counts[key]
        visible = shown(people, under=policy.suppress_under)
        if visible is None:
            steps.append(FunnelStep(name, None, hidden_under=policy.suppress_under))
        elif before >= policy.suppress_under and key != "applied":
            lower, upper = wilson_interval(min(people, before), before, policy.interval_level)
            steps.append(FunnelStep(name, people, min(people, before) / before, lower, upper))
        else:
            steps.append(FunnelStep(name, people))
        before = people
    return steps


@dataclass(frozen=True)
class Promptness:
    """Submitted scorecards, and how many were in on time."""

    submitted: int
    on_time: int

    @property
    def share(self) -> float | None:
        """Share on time; None without a scorecard."""
        return self.on_time / self.submitted if self.submitted else None


def promptness(chosen: Filters, policy: TeamPolicy) -> Promptness:
    """Scorecards submitted within the policy's hours after the interview."""
    cards = Scorecard.objects.filter(
        team=chosen.team,
        version=1,
        submitted_at__isnull=False,
        interview__application__in=chosen.applications(),
        interview__scheduled_at__isnull=False,
    )
    late = F("interview__scheduled_at") + timedelta(hours=policy.reminder_hours)
    counts = cards.aggregate(submitted=Count("pk"), on_time=Count("pk", filter=Q(submitted_at__lte=late)))
    return Promptness(counts["submitted"], counts["on_time"])


def hires(chosen: Filters) -> int:
    """Standing decisions to hire."""
    return (
        Decision.objects.standing()
        .filter(application__in=chosen.applications(), verdict=Verdict.HIRE)
        .count()
    )
