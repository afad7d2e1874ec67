"""The components page: every part of the visual language, with invented data."""

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from figures import coverage, flow, frontier, gap, layers, levels, panel, stages
from figures.page import draw
from figures.parts import PAPER, Style
from figures.types import (
    CompetencyGap,
    CoverageRow,
    Estimate,
    FigureDict,
    FrontierPoint,
    FunnelStep,
    GapSplit,
    Grid,
    LayerGaps,
    LevelMark,
    LoopGap,
    Spread,
    StageEvidence,
)
from reports.interactive import interactive_figures

# The gallery's column beside its two columns of words.
WIDE = Style(width=680, font=12.5)
SPLIT = GapSplit(0.040, 0.312, 0.045)
CONTRAST = GapSplit(0.710, 0.255, 0.022)
COVERAGE = (
    CoverageRow("Monitoring and LLM debugging", 0.28, (0, 0.3, 0.7), (1, 1, 0.89), 1.0, 0.022),
    CoverageRow(
        "Working with messy and shifting data", 0.26, (0.1, 0.4, 0.5), (0.88, 0.88, 0.57), 0.88, 0.071
    ),
    CoverageRow("End-to-end AI system design", 0.26, (0.2, 0.5, 0.3), (0.54, 0.54, 0.27), 0.54, 0.141),
    CoverageRow(
        "Framing and decomposing open problems", 0.2, (0, 0.6, 0.4), (0, 0, 0), 0.0, 0.2, asked=False
    ),
)
COMPETENCIES = (
    CompetencyGap("End-to-end AI system design", 0.26, GapSplit(0, 0.12, 0.021)),
    CompetencyGap("Framing and decomposing open problems", 0.2, GapSplit(0.2, 0, 0)),
    CompetencyGap("Working with messy and shifting data", 0.26, GapSplit(0, 0.031, 0.040), must_have=True),
    CompetencyGap("Monitoring and LLM debugging", 0.28, GapSplit(0, 0.004, 0.018), must_have=True),
)
LEVELS = (
    LevelMark("Release, rollback and model replacement", 4, 3.0, 2.3, 3.8, 2.9, 0.98, must_have=True),
    LevelMark("Working with messy and shifting data", 4, 3.7, 2.8, 4.5, 3.8, 0.73, must_have=True),
    LevelMark("Evaluation design", 3, 4.4, 3.6, 5.0, 5.0, 0.03),
    LevelMark("Framing and decomposing open problems", 3),
)
SEVERITY = (
    Estimate("Tomasz Wolski", 41, -0.57, -0.87, -0.27),
    Estimate("Mei Tanaka", 34, -0.10, -0.40, 0.20),
    Estimate("Priya Raman", 28, 0.91, 0.60, 1.20),
    Estimate("Jonas Lindqvist", 6),
)
RELIABILITY = (
    Estimate("What you ran", 212, 0.49, 0.39, 0.59),
    Estimate("One bad answer", 140, 0.52, 0.39, 0.65),
    Estimate("Highlights", 98, 0.17, 0.02, 0.32),
)
FUNNEL = (
    FunnelStep("Applied", 412, 0.29, 0.25, 0.32),
    FunnelStep("Intro call", 118, 0.44, 0.37, 0.52),
    FunnelStep("Loop", 52, 0.29, 0.19, 0.42),
    FunnelStep("Offer", 12),
)
TIME = (
    Spread("Intro call", 118, 1, 2, 4, 7, 12),
    Spread("Loop", 52, 4, 8, 11, 16, 27),
    Spread("Offer", 6),
)
DISAGREEMENT = Grid(
    rows=("Evaluation design", "Operational ownership", "Production software craft"),
    columns=("What you ran", "One bad answer", "Change over time"),
    values=((0.4, 0.9, 1.2), (0.1, None, 0.6), (None, None, 0.8)),
    cuts=(0.25, 0.5, 0.75, 1.0),
)
LAYERS = (
    LayerGaps("Production AI/ML engineer", 52, (0, 0.397, 0.463, 0.618, 0.641)),
    LayerGaps("Forward deployed engineer", 41, (0, 0.410, 0.470, 0.520, None)),
)
FRONTIER = (
    FrontierPoint(180, 0.62),
    FrontierPoint(240, 0.51),
    FrontierPoint(300, 0.43),
    FrontierPoint(420, 0.33),
)
STAGES = (
    StageEvidence("What you ran", ((0.48, 0.0), (0.0, 0.0), (0.22, 0.3)), "45 min × 2"),
    StageEvidence("Change over time", ((0.0, 0.4), (0.0, 0.0), (0.0, 0.11)), "60 min × 2"),
)
LOOPS = (LoopGap("This loop", SPLIT, "360 min"), LoopGap("Conventional loop", CONTRAST, "385 min"))
JOBS = (
    SimpleNamespace(id="job-running", state="running", progress=0.72, step="41 s", error=""),
    SimpleNamespace(id="job-done", state="done", progress=1.0, step="", error=""),
    SimpleNamespace(
        id="job-failed",
        state="failed",
        progress=0.3,
        step="",
        error="No loop fits 60 minutes. Allow at least 120.",
    ),
)


# Title, what it answers, key, definition, data, options.
FIGURES: tuple[tuple[str, str, str, Callable[..., FigureDict], Any, dict[str, Any]], ...] = (
    (
        "Gap by competency",
        "Where it comes from, most first; pale is covered.",
        "by-competency",
        gap.gap_by_competency,
        COMPETENCIES,
        {},
    ),
    ("Gaps compared", "One scale to the whole demand.", "compared", gap.gap_comparison, LOOPS, {}),
    (
        "Demand and coverage",
        "Height is weight, width is demand, white is covered.",
        "coverage-boxes",
        coverage.coverage_boxes,
        COVERAGE,
        {},
    ),
    ("Through five layers", "Grey is inherited, colour is added.", "layers", layers.layers, LAYERS, {}),
    (
        "Levels",
        "Against what is required; nothing is summed into a verdict.",
        "levels",
        levels.level_strip,
        LEVELS,
        {},
    ),
    (
        "Severity",
        "Hollow: the interval includes no difference.",
        "severity",
        panel.severity_intervals,
        SEVERITY,
        {},
    ),
    (
        "The panel",
        "Severity without names, softest first.",
        "panel",
        panel.severity_spread,
        SEVERITY,
        {},
    ),
    (
        "Evidence by stage",
        "Percent of what is needed; dark is production.",
        "stages",
        partial(
            stages.stage_evidence, ("Evaluation design", "Cost and latency control", "Operational ownership")
        ),
        STAGES,
        {},
    ),
    (
        "Reliability",
        "Of a single rating; the line is what was planned with.",
        "reliability",
        panel.reliability,
        RELIABILITY,
        {"planned": 0.44},
    ),
    ("Funnel", "People, and the share that passed on.", "funnel", flow.funnel, FUNNEL, {}),
    ("Time in stage", "Box: the middle half. Line: the ends.", "time", flow.time_in_stage, TIME, {}),
    (
        "Disagreement",
        "Spread of ratings of the same answer, in points.",
        "disagreement",
        panel.disagreement,
        DISAGREEMENT,
        {},
    ),
    (
        "Gap against time",
        "What more minutes would buy.",
        "frontier",
        frontier.frontier,
        FRONTIER,
        {"current": FrontierPoint(360, 0.397, "this loop")},
    ),
    ("Not enough data", "Says so, and what it waits for.", "missing", panel.reliability, (), {}),
)


def _figures() -> list[dict[str, Any]]:
    """Return every figure definition once, with the question it answers."""
    return [
        {"title": title, "rule": rule, "chart": draw(key, builder, data, wide=WIDE, **options)}
        for title, rule, key, builder, data, options in FIGURES
    ]


@require_safe
@interactive_figures
def components_page(request: HttpRequest) -> HttpResponse:
    """Show every component; open to all, because it holds nobody's data."""
    context = {
        "split": SPLIT,
        "contrast": CONTRAST,
        "coverage": COVERAGE,
        "levels": LEVELS,
        "severity": -0.1,
        "jobs": JOBS,
        "figures": _figures(),
        "paper_figure": gap.gap_comparison(LOOPS, style=PAPER),
        "page_obj": Paginator(range(163), 25).page(2),
    }
    return render(request, "components.html", context)
