"""Invented data, one piece for each part of the visual language."""

from dataclasses import dataclass

from figures.types import (
    CompetencyBar,
    CoverageRow,
    Estimate,
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
    CompetencyBar("End-to-end AI system design", 0.26, GapSplit(0, 0.12, 0.021)),
    CompetencyBar("Framing and decomposing open problems", 0.2, GapSplit(0.2, 0, 0)),
    CompetencyBar("Working with messy and shifting data", 0.26, GapSplit(0, 0.031, 0.040), must_have=True),
    CompetencyBar("Monitoring and LLM debugging", 0.28, GapSplit(0, 0.004, 0.018), must_have=True),
)
LEVELS = (
    ShownLevel("Release, rollback and model replacement", 4, 3.0, 2.3, 3.8, 2.9, 0.98, must_have=True),
    ShownLevel("Working with messy and shifting data", 4, 3.7, 2.8, 4.5, 3.8, 0.73, must_have=True),
    ShownLevel("Evaluation design", 3, 4.4, 3.6, 5.0, 5.0, 0.03),
    ShownLevel("Framing and decomposing open problems", 3),
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
LOOPS = (LoopBar("This loop", SPLIT, "360 min"), LoopBar("Conventional loop", CONTRAST, "385 min"))


@dataclass(frozen=True)
class SampleJob:
    """A piece of background work, as the component that shows its state reads it."""

    id: str
    state: str
    progress: float
    step: str = ""
    error: str = ""


JOBS = (
    SampleJob(id="job-running", state="running", progress=0.72, step="41 s"),
    SampleJob(id="job-done", state="done", progress=1.0),
    SampleJob(
        id="job-failed",
        state="failed",
        progress=0.3,
        error="No loop fits 60 minutes. Allow at least 120.",
    ),
)
