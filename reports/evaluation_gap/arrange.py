"""The evaluation-gap report: one loop against its role profile, and what would close the gap."""

from collections.abc import Callable
from dataclasses import replace

from django.utils import timezone

from accounts.models import Team, TeamPolicy
from figures import coverage, gap, stages
from figures.types import CoverageRow, FigureDict, GapSplit, StageEvidence
from figures.types import LoopBar as Bar
from loops.best import work_out_best
from loops.coverage import (
    contrast_loop,
    conventional_gap,
    gap_of_plan,
    gaps_after,
)
from loops.gaps import CompetencyGap, LoopGap
from loops.models import Loop
from loops.plans import Plan, plan_of
from psychometrics.reliability.spearman_brown import reliability_of, signal_to_noise
from reports.evaluation_gap.data import (
    CompetencyRow,
    EvaluationGapData,
    Heaviest,
    HeaviestByPart,
    StageRow,
    Worked,
    WorkedPart,
)
from reports.evaluation_gap.proposals import propose
from reports.kinds import Arranged, Provenance
from reports.pdf.document import Document
from rubrics.models import QuestionExposure
from web.numbers import hours, listed, within

# Time for the best possible loop, where nobody has had it worked out before.
BEST_SECONDS = 6.0


def arrange(subject: Loop, *, team: Team, letter: bool) -> Arranged:
    """Gather one loop's numbers, as every surface shows them, and set them as a document."""
    loop = Loop.objects.with_plan().select_related("team", "profile").get(pk=subject.pk)
    data = gather(loop, team=team, policy=TeamPolicy.objects.current_for(team.pk))
    document = Document(
        kind="Evaluation gap report",
        subject=f"{loop.name}{'' if loop.content_hash else ' (draft)'} · {loop.profile.name}",
        title=finding(data.gap),
        description=f"Evaluation gap of {loop.name} against {loop.profile.name}.",
        made_at=timezone.now(),
        provenance=(
            f"Role profile {loop.profile.label}, {loop.profile.content_hash[:8] or 'draft'}",
            f"Loop {loop.label}, {loop.content_hash[:8] or 'draft'}",
            str(data.policy).capitalize(),
            "No candidate data used",
        ),
        synthetic=team.is_synthetic,
        letter=letter,
    )
    provenance: Provenance = {
        "profile": loop.profile.label,
        "profile_hash": loop.profile.content_hash,
        "loop": loop.label,
        "loop_hash": loop.content_hash,
        "policy": data.policy.version,
        "gap": round(data.gap.gap, 6),
        "content": round(data.gap.content, 6),
        "precision": round(data.gap.precision, 6),
        "realism": round(data.gap.realism, 6),
        "decision_value": None if data.gap.decision_value is None else round(data.gap.decision_value, 6),
    }
    return Arranged("evaluation_gap/report.html", document, data, provenance)


def gather(loop: Loop, *, team: Team, policy: TeamPolicy) -> EvaluationGapData:
    """The report's data: ``loop`` in the policy of ``team``, with the leaks the team knows of."""
    leaks = QuestionExposure.objects.leaks_in(team.pk)
    plan = plan_of(loop, leaks=leaks)
    found = gap_of_plan(plan, policy=policy)
    contrast = contrast_loop(team.pk)
    against = (
        conventional_gap(loop.profile, policy=policy, leaks=leaks, contrast=contrast)
        if contrast is not None and contrast.key != loop.key
        else None
    )
    asked = {question.key for _, question in plan.questions()}
    return EvaluationGapData(
        loop=loop,
        gap=found,
        best=work_out_best(loop, seconds=BEST_SECONDS)
        if team.pk == loop.team_id and not loop.contrast
        else None,
        contrast=against,
        comparison=gap.gap_comparison(_bars(loop, found, against)),
        boxes=coverage.coverage_boxes([_box(row) for row in found.competencies])
        if found.competencies
        else None,
        by_stage=_by_stage(plan, found, policy),
        rows=_rows(found),
        stages=_stages(plan, found, policy),
        steps=propose(plan, found, policy=policy, team=team, leaks=leaks),
        worst=_worst(found),
        worked=_worked(found),
        policy=policy,
        snr=signal_to_noise(policy.single_rating_reliability),
        needed=signal_to_noise(policy.target_reliability),
        leaks=sorted((key, leak) for key, leak in leaks.items() if key in asked),
    )


def finding(found: LoopGap) -> str:
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


def _rows(found: LoopGap) -> list[CompetencyRow]:
    """Rows by consequence. The reliability is that of the evidence planned, at any realism."""
    rows = []
    for row in sorted(found.competencies, key=lambda each: -each.gap):
        evidence = sum(row.evidence)
        reliability = reliability_of(evidence) if evidence > 0 else None
        rows.append(CompetencyRow(row, reliability, row.gap / row.weight if row.weight else 0.0))
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
    needed = signal_to_noise(policy.target_reliability)
    order = sorted(found.competencies, key=lambda row: -row.gap)
    columns = []
    for stage in plan.stages:
        alone = gap_of_plan(replace(plan, stages=(stage,)), policy=policy, with_warnings=False)
        evidence = {row.key: row.evidence for row in alone.competencies}
        shares = tuple((evidence[row.key][2] / needed, sum(evidence[row.key][:2]) / needed) for row in order)
        if any(map(sum, shares)):
            note = f"{stage.minutes} min × {stage.interviewers}"
            columns.append(StageEvidence(stage.name, shares, note))
    return stages.stage_evidence([row.name for row in order], columns) if columns else None


def _worst(found: LoopGap) -> HeaviestByPart:
    """For each part of the gap, the competencies it weighs most on."""
    content = _heavy(found, lambda row: row.content)
    precision = _heavy(found, lambda row: row.precision)
    realism = _heavy(found, lambda row: row.realism)
    return HeaviestByPart(
        # The names of the content gap open a sentence; the others stand within one.
        content=Heaviest(len(content), listed([*content[:1], *map(within, content[1:])], 4)),
        precision=Heaviest(len(precision), listed([within(name) for name in precision[:4]])),
        realism=Heaviest(len(realism), listed([within(name) for name in realism[:4]])),
    )


def _heavy(found: LoopGap, part: Callable[[CompetencyGap], float]) -> list[str]:
    """Names of the competencies that a part weighs on, most first."""
    rows = sorted(found.competencies, key=lambda row: -part(row))
    return [row.name for row in rows if part(row) > 0.001]


def _worked(found: LoopGap) -> Worked | None:
    """The computation for the competency with the largest gap among those that are asked for."""
    tested = [row for row in found.competencies if row.is_tested and row.gap > 0]
    if not tested:
        return None
    row = max(tested, key=lambda each: each.gap)
    parts = [
        WorkedPart(name, demand, cover)
        for name, demand, cover in zip(coverage.REALISM, row.demand, row.coverage, strict=True)
    ]
    return Worked(row, sum(row.evidence), parts)
