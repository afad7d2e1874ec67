"""The components page: every part of the visual language, with invented data."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from figures import coverage, flow, frontier, gap, layers, levels, panel, stages
from figures.layout import PAPER, Style
from figures.page import PageFigure, draw
from figures.types import CoverageRow, FigureDict, FrontierPoint, GapSplit, ShownLevel
from reports.gallery import samples
from reports.interactive import interactive_figures
from web.render import render_page

# The gallery's column beside its two columns of words.
WIDE = Style(width=680, font=12.5)


@dataclass(frozen=True)
class Exhibit:
    """A figure definition with data: its name, what it shows, and its key on the page."""

    title: str
    rule: str
    key: str
    build: partial[FigureDict]

    @cached_property
    def chart(self) -> PageFigure:
        """The figure, drawn for the page."""
        return draw(self.key, self.build, wide=WIDE)


EXHIBITS = (
    Exhibit(
        "Gap by competency",
        "Where it comes from, most first; pale is covered.",
        "by-competency",
        partial(gap.gap_by_competency, samples.COMPETENCIES),
    ),
    Exhibit(
        "Gaps compared",
        "One scale to the whole demand.",
        "compared",
        partial(gap.gap_comparison, samples.LOOPS),
    ),
    Exhibit(
        "Demand and coverage",
        "Height is weight, width is demand, white is covered.",
        "coverage-boxes",
        partial(coverage.coverage_boxes, samples.COVERAGE),
    ),
    Exhibit(
        "Through five layers",
        "Grey is inherited, colour is added.",
        "layers",
        partial(layers.layers, samples.LAYERS),
    ),
    Exhibit(
        "Levels",
        "Against what is required; nothing is summed into a verdict.",
        "levels",
        partial(levels.level_strip, samples.LEVELS),
    ),
    Exhibit(
        "Severity",
        "Hollow: the interval includes no difference.",
        "severity",
        partial(panel.severity_intervals, samples.SEVERITY),
    ),
    Exhibit(
        "The panel",
        "Severity without names, softest first.",
        "panel",
        partial(panel.severity_spread, samples.SEVERITY),
    ),
    Exhibit(
        "Evidence by stage",
        "Percent of what is needed; dark is production.",
        "stages",
        partial(
            stages.stage_evidence,
            ("Evaluation design", "Cost and latency control", "Operational ownership"),
            samples.STAGES,
        ),
    ),
    Exhibit(
        "Reliability",
        "Of a single rating; the line is what was planned with.",
        "reliability",
        partial(panel.reliability, samples.RELIABILITY, planned=0.44),
    ),
    Exhibit(
        "Funnel", "People, and the share that passed on.", "funnel", partial(flow.funnel, samples.FUNNEL)
    ),
    Exhibit(
        "Time in stage",
        "Box: the middle half. Line: the ends.",
        "time",
        partial(flow.time_in_stage, samples.TIME),
    ),
    Exhibit(
        "Disagreement",
        "Spread of ratings of the same answer, in points.",
        "disagreement",
        partial(panel.disagreement, samples.DISAGREEMENT),
    ),
    Exhibit(
        "Gap against time",
        "What more minutes would buy, and where loops stand.",
        "frontier",
        partial(
            frontier.frontier, samples.FRONTIER, loops=[FrontierPoint(360, 0.397, "this loop", bound=0.2)]
        ),
    ),
    Exhibit("Not enough data", "Says so, and what it waits for.", "missing", partial(panel.reliability, ())),
)


@dataclass(frozen=True)
class ComponentsPage:
    """One piece of invented data for each component."""

    page_obj: Page[int]
    paper_figure: FigureDict
    figures: Sequence[Exhibit] = EXHIBITS
    split: GapSplit = samples.SPLIT
    contrast: GapSplit = samples.CONTRAST
    coverage: Sequence[CoverageRow] = samples.COVERAGE
    levels: Sequence[ShownLevel] = samples.LEVELS
    jobs: Sequence[samples.SampleJob] = samples.JOBS
    severity: float = -0.1


@require_safe
@interactive_figures
def components_page(request: HttpRequest) -> HttpResponse:
    """Show every component; open to all, because it holds nobody's data."""
    page = ComponentsPage(
        page_obj=Paginator(range(163), 25).page(2),
        paper_figure=gap.gap_comparison(samples.LOOPS, style=PAPER),
    )
    return render_page(request, "components.html", page)
