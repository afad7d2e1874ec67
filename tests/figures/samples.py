"""Every figure definition with ordinary data: long names, unknowns, ends of scales."""

from collections.abc import Callable
from functools import partial

from figures import coverage, flow, frontier, gap, layers, levels, panel, stages
from figures.types import (
    CompetencyBar,
    CoverageRow,
    Estimate,
    FigureDict,
    FrontierPoint,
    FunnelStep,
    GapSplit,
    Grid,
    LayerGaps,
    LoopBar,
    ShownLevel,
    Spread,
    StageEvidence,
)

LONG = "Framing and decomposing open-ended problems with customers"
SPLIT = GapSplit(0.040, 0.312, 0.045)
COMPETENCIES = [
    CompetencyBar("Monitoring and LLM debugging", 0.30, GapSplit(0, 0.021, 0.003), must_have=True),
    CompetencyBar("End-to-end AI system design", 0.25, GapSplit(0, 0.050, 0.026)),
    CompetencyBar("Release, rollback and model replacement", 0.25, GapSplit(0, 0.241, 0.0)),
    CompetencyBar("Cost and latency control", 0.16, GapSplit(0, 0, 0.016)),
    CompetencyBar(LONG, 0.04, GapSplit(0.04, 0, 0)),
]
COVERAGE = [
    CoverageRow("Monitoring and LLM debugging", 0.30, (0, 0.3, 0.7), (1, 1, 0.89), 1.0, 0.024),
    CoverageRow("End-to-end AI system design", 0.25, (0.2, 0.5, 0.3), (0.54, 0.54, 0.27), 0.54, 0.076),
    CoverageRow("Release, rollback and model replacement", 0.41, (0, 0.3, 0.7), (0.8, 0.75, 0.7), 0.8, 0.03),
    CoverageRow(LONG, 0.04, (0, 0.6, 0.4), (0, 0, 0), 0, 0.04, asked=False),
]
LOOPS = [
    LoopBar("Published loop", SPLIT, "360 min"),
    LoopBar("Conventional loop", GapSplit(0.710, 0.255, 0.022), "385 min"),
    LoopBar("Nothing missing", GapSplit(0, 0, 0)),
]
LAYERS = [
    LayerGaps("Production AI/ML engineer", 52, (0, 0.397, 0.463, 0.618, 0.641)),
    LayerGaps("Forward deployed engineer, enterprise", 41, (0, 0.9, 0.85, None, None)),
]
LEVELS = [
    ShownLevel(LONG, 4, 3.04, 2.3, 3.8, 2.9, 0.983, weight=0.4, must_have=True),
    ShownLevel("Evaluation design", 3, 4.4, 3.6, 5.6, 5.9, 0.003, weight=0.35),
    ShownLevel("Cost and latency control", 5, 3.3, 0.2, 4.5, None, 0.5, weight=0.2),
    ShownLevel("Operational ownership", 2, weight=0.05),
]
PANEL = [
    Estimate("Tomasz Wolski", 41, -0.57, -0.87, -0.27),
    Estimate("Mei Tanaka", 34, -0.04, -0.40, 0.32),
    Estimate("Bartholomew Featherstonehaugh", 28, 1.91, 1.30, 2.52),
    Estimate("Jonas Lindqvist", 6),
]
RELIABILITY = [
    Estimate("What you ran", 212, 0.49, 0.39, 0.59),
    Estimate("Highlights", 98, 0.17, 0.02, 0.32),
    Estimate("New stage", 6),
]
FUNNEL = [
    FunnelStep("Applied", 412, 0.29, 0.25, 0.32),
    FunnelStep("Intro call", 118, 0.44, 0.37, 0.52),
    FunnelStep("Offer", 12),
]
TIME = [Spread("Intro call", 118, 1, 2, 4, 7, 12), Spread("Loop", 52, 4, 8, 11, 16, 27), Spread("Offer", 6)]
GRID = Grid(
    rows=("Evaluation design", LONG, "Production software craft"),
    columns=("What you ran", "One bad answer", "Change over time"),
    values=((0.4, 0.9, 1.2), (0.1, None, 0.6), (None, None, 0.75)),
    cuts=(0.25, 0.5, 0.75, 1.0),
)
FRONTIER = [
    FrontierPoint(180, 0.62, "shortest", 0.4, 0.62),
    FrontierPoint(240, 0.51, value=0.48, bound=0.47),
    FrontierPoint(420, 0.33, value=0.6, bound=0.33),
]
STANDING = [
    FrontierPoint(360, 0.397, "this loop", 0.55),
    FrontierPoint(385, 0.965, "conventional loop", 0.2),
    FrontierPoint(180, 0.66, "lean loop", 0.38),
]

STAGES = [
    StageEvidence("What you ran", ((0.48, 0.0), (0.0, 0.0), (0.22, 0.3)), "45 min × 2"),
    StageEvidence(
        "A change that comes half-way through", ((0.9, 0.4), (0.0, 0.0), (0.0, 0.11)), "60 min × 2"
    ),
]

FIGURES: dict[str, Callable[..., FigureDict]] = {
    "gap_meter": partial(gap.gap_meter, SPLIT),
    "gap_by_competency": partial(gap.gap_by_competency, COMPETENCIES),
    "gap_comparison": partial(gap.gap_comparison, LOOPS),
    "coverage_boxes": partial(coverage.coverage_boxes, COVERAGE),
    "layers": partial(layers.layers, LAYERS),
    "level_strip": partial(levels.level_strip, LEVELS),
    "level_strip_alone": partial(levels.level_strip, LEVELS[:1], columns=False),
    "severity_intervals": partial(panel.severity_intervals, PANEL),
    "severity_spread": partial(panel.severity_spread, PANEL),
    "stage_evidence": partial(stages.stage_evidence, ["Evaluation design", "Never asked", LONG], STAGES),
    "reliability": partial(panel.reliability, RELIABILITY, planned=0.44),
    "disagreement": partial(panel.disagreement, GRID),
    "funnel": partial(flow.funnel, FUNNEL),
    "time_in_stage": partial(flow.time_in_stage, TIME),
    "frontier": partial(frontier.frontier, FRONTIER, loops=STANDING),
    "frontier_value": partial(frontier.frontier, FRONTIER, loops=STANDING, measure="decision value"),
}
