"""The evaluation-gap report: one loop against its role profile, and what would close the gap."""

from dataclasses import dataclass, replace

from django.utils import timezone

from accounts.models import TeamPolicy
from figures import coverage, gap, stages
from figures.types import CoverageRow, FigureDict, GapSplit, StageEvidence
from figures.types import LoopGap as Bar
from loops.coverage import (
    Split,
    contrast_loop,
    conventional_gap,
    gaps_after,
    measure,
    split_for_display,
)
from loops.gaps import CompetencyGap, LoopGap
from loops.models import Loop
from loops.plans import Plan, plan_of
from reports.making import Arranged
from reports.models import Report
from reports.pdf.document import Document
from reports.proposals import propose
from rubrics.models import QuestionExposure
from web.numbers import hours, listed, within


@dataclass(frozen=True)
class StageRow:
    """What one stage contributes: how far the gap rises without it."""

    name: str
    minutes: int
    interviewers: int
    ratings: int
    without: float | None

    @property
    def per_ten(self) -> float | None:
        """Points of gap closed per ten candidate minutes."""
        return self.without * 10 / self.minutes if self.without is not None else None


@dataclass(frozen=True)
class Row:
    """A competency in the table: percentages of the whole demand."""

    gap: CompetencyGap
    reliability: float | None
    own: float

    @property
    def split(self) -> Split:
        """The competency's own parts, as printed."""
        return split_for_display(self.gap)


def arrange(report: Report) -> Arranged:
    """Gather one loop's numbers; every surface shows the same."""
    assert report.loop_id is not None  # noqa: S101 -- held by a database constraint
    loop = Loop.objects.with_plan().select_related("team", "profile").get(pk=report.loop_id)
    policy = TeamPolicy.objects.current_for(report.team_id)
    leaks = QuestionExposure.objects.leaks_in(report.team_id)
    plan = plan_of(loop).with_leaks(leaks)
    found = measure(plan, policy=policy)
    contrast = contrast_loop(report.team_id)
    against = (
        conventional_gap(loop.profile, policy=policy, leaks=leaks, contrast=contrast) if contrast else None
    )
    shown_contrast = against if contrast is not None and contrast.key != loop.key else None
    steps = propose(plan, found, policy=policy, team=report.team, leaks=leaks)
    split = split_for_display(found)
    context = {
        "loop": loop,
        "profile": loop.profile,
        "gap": found,
        "split": split,
        "contrast": shown_contrast,
        "contrast_split": split_for_display(shown_contrast) if shown_contrast else None,
        "minutes_more": shown_contrast.minutes - found.minutes if shown_contrast else 0,
        "comparison": gap.gap_comparison(_bars(loop, found, shown_contrast)),
        "boxes": coverage.coverage_boxes([_box(row) for row in found.competencies])
        if found.competencies
        else None,
        "by_stage": _by_stage(plan, found, policy),
        "rows": _rows(found),
        "stages": _stages(plan, found, policy),
        "steps": steps,
        "worst": _worst(found),
        "tested": any(row.is_tested for row in found.competencies),
        "over_limit": any(step.over_limit for step in steps),
        "policy": policy,
        "snr": policy.single_rating_reliability / (1 - policy.single_rating_reliability),
        "needed": policy.target_reliability / (1 - policy.target_reliability),
        "leaks": sorted(
            (key, leak) for key, leak in leaks.items() if key in {q.key for _, q in plan.questions()}
        ),
        "worked": _worked(found, policy),
    }
    document = Document(
        kind="Evaluation gap report",
        subject=f"{loop.name}{'' if loop.content_hash else ' (draft)'} · {loop.profile.name}",
        title=finding(found, against=shown_contrast),
        description=f"Evaluation gap of {loop.name} against {loop.profile.name}.",
        made_at=timezone.now(),
        provenance=(
            f"Role profile {loop.profile.label}, {loop.profile.content_hash[:8] or 'draft'}",
            f"Loop {loop.label}, {loop.content_hash[:8] or 'draft'}",
            str(policy).capitalize(),
            "No candidate data used",
        ),
        synthetic=report.team.is_synthetic,
        letter=report.paper == "letter",
    )
    provenance = {
        "profile": loop.profile.label,
        "profile_hash": loop.profile.content_hash,
        "loop": loop.label,
        "loop_hash": loop.content_hash,
        "policy": policy.version,
        **{name: round(getattr(found, name), 6) for name in ("gap", "content", "precision", "realism")},
    }
    return Arranged("reports/pdf/evaluation_gap.html", document, context, provenance)


def finding(found: LoopGap, *, against: LoopGap | None) -> str:
    """The report's title: what a reader who stops there should know."""
    if not found.competencies:
        return "The role profile has no requirements, so there is nothing to measure"
    largest = max(("content", "precision", "realism"), key=lambda part: float(getattr(found, part)))
    if found.gap >= 0.9:
        return "The loop tests next to nothing of what the job demands"
    if largest == "content" and found.content > 0.1:
        missing = [row.name for row in found.competencies if not row.is_tested and row.must_have]
        if missing:
            return f"The loop never asks for {within(missing[0])}, which the job cannot do without"
        return "The loop leaves whole competencies of the job unasked"
    if largest == "precision":
        return "The loop asks for the right things, but too few people hear the answers to rely on them"
    if largest == "realism":
        return "The loop asks for the right things in settings tidier than the job"
    return "The loop covers most of what the job demands"


def _bars(loop: Loop, found: LoopGap, against: LoopGap | None) -> list[Bar]:
    bars = [Bar(loop.name, GapSplit(found.content, found.precision, found.realism), hours(found.minutes))]
    if against is not None:
        split = GapSplit(against.content, against.precision, against.realism)
        bars.append(Bar("Conventional loop", split, hours(against.minutes)))
    return bars


def _box(row: CompetencyGap) -> CoverageRow:
    return CoverageRow(
        row.name, row.weight, row.demand, row.coverage, row.sufficiency, row.gap, row.is_tested
    )


def _rows(found: LoopGap) -> list[Row]:
    """Rows by consequence. Reliability of the evidence planned, at any realism: E / (1 + E)."""
    rows = []
    for row in sorted(found.competencies, key=lambda each: -each.gap):
        evidence = sum(row.evidence)
        reliability = evidence / (1 + evidence) if evidence > 0 else None
        rows.append(Row(row, reliability, row.gap / row.weight if row.weight else 0.0))
    return rows


def _stages(plan: Plan, found: LoopGap, policy: TeamPolicy) -> list[StageRow]:
    asked = {row.key for row in plan.requirements}
    after = gaps_after(plan, [plan.without_stage(stage.pk) for stage in plan.stages], policy=policy)
    rows = []
    for stage, without in zip(plan.stages, after, strict=True):
        ratings = stage.interviewers * sum(
            row.competency in asked for question in stage.questions for row in question.criteria
        )
        rows.append(
            StageRow(
                stage.name,
                stage.minutes,
                stage.interviewers,
                ratings,
                max(without - found.gap, 0.0) if ratings else None,
            )
        )
    return rows


def _by_stage(plan: Plan, found: LoopGap, policy: TeamPolicy) -> FigureDict | None:
    """Evidence of each stage measured alone; sessions add, so the columns sum to the last one."""
    needed = policy.target_reliability / (1 - policy.target_reliability)
    order = sorted(found.competencies, key=lambda row: -row.gap)
    columns = []
    for stage in plan.stages:
        alone = measure(replace(plan, stages=(stage,)), policy=policy, with_warnings=False)
        evidence = {row.key: row.evidence for row in alone.competencies}
        shares = tuple((evidence[row.key][2] / needed, sum(evidence[row.key][:2]) / needed) for row in order)
        if any(map(sum, shares)):
            note = f"{stage.minutes} min × {stage.interviewers}"
            columns.append(StageEvidence(stage.name, shares, note))
    return stages.stage_evidence([row.name for row in order], columns) if columns else None


def _worst(found: LoopGap) -> dict[str, dict[str, object]]:
    """For each part of the gap, the competencies it weighs most on: how many, and their names."""
    worst: dict[str, dict[str, object]] = {}
    for part in ("content", "precision", "realism"):
        rows = sorted(found.competencies, key=lambda row: -float(getattr(row, part)))
        names = [row.name for row in rows if getattr(row, part) > 0.001]
        shown = (
            names[:1] + [within(name) for name in names[1:]]
            if part == "content"
            else list(map(within, names))
        )
        worst[part] = {"n": len(names), "names": listed(shown, 4) if part == "content" else listed(shown[:4])}
    return worst


def _worked(found: LoopGap, policy: TeamPolicy) -> dict[str, object] | None:
    """The computation for one competency, with its numbers."""
    tested = [row for row in found.competencies if row.is_tested and row.gap > 0]
    if not tested:
        return None
    row = max(tested, key=lambda each: each.gap)
    return {
        "row": row,
        "evidence": sum(row.evidence),
        "parts": [
            {"demand": demand, "coverage": cover, "name": name}
            for demand, cover, name in zip(row.demand, row.coverage, coverage.REALISM, strict=True)
        ],
        "split": split_for_display(row),
    }
