"""Every figure: valid for plotly.js, drawn as SVG with the numbers it was given, nothing overlapping."""

import re
from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import Any
from xml.etree import ElementTree as ET

import plotly.graph_objects as go
import pytest

from figures import coverage, flow, frontier, gap, layers, levels, panel, svg, text_widths
from figures.layout import HALF, PAGE, PAPER, PHONE, Style
from figures.page import draw
from figures.svg_ink import Mode
from figures.types import FigureDict, FrontierPoint, GapSplit, Grid, NotEnoughDataError, ShownLevel
from tests.figures.samples import COMPETENCIES, COVERAGE, FIGURES, LEVELS, LOOPS, PANEL, SPLIT
from web import numbers

STYLES = {"paper": PAPER, "page": PAGE, "half": HALF, "phone": PHONE}
NS = "{http://www.w3.org/2000/svg}"
every_figure = pytest.mark.parametrize("name", FIGURES)
every_style = pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)


def _drawn(figure: FigureDict, mode: Mode = "page") -> ET.Element:
    return ET.fromstring(svg.render(figure, mode=mode))  # noqa: S314 -- our own output


def _texts(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{NS}text")]


@every_figure
@every_style
def test_definition_is_valid_for_plotly(name: str, style: Style) -> None:
    figure = FIGURES[name](style=style)

    checked = go.Figure(figure)

    assert len(checked.data) == len(figure["data"]) > 0
    assert checked.layout.meta["title"]


@every_figure
@every_style
def test_svg_is_named_described_and_free_of_styles(name: str, style: Style) -> None:
    for mode in ("page", "paper"):
        markup = svg.render(FIGURES[name](style=style), mode=mode)
        root = ET.fromstring(markup)  # noqa: S314 -- our own output

        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert root[0].tag == f"{NS}title"
        assert root[1].tag == f"{NS}desc"
        assert "style=" not in markup
        assert "Gradient" not in markup
        assert "NaN" not in markup
        assert "inf" not in re.sub(r"[a-z]*inf[a-z]+", "", markup)
        if mode == "page":
            assert not re.search(r'(fill|stroke)="#', markup)


@every_figure
@every_style
def test_everything_lies_within_the_drawing(name: str, style: Style) -> None:
    figure = FIGURES[name](style=style)
    root = _drawn(figure)
    width, height = figure["layout"]["width"], figure["layout"]["height"]

    for left, top, right, bottom, words in _boxes(root):
        assert left >= -0.6, words
        assert right <= width + 0.6, words
        assert top >= -1, words
        assert bottom <= height + 1, words
    for rect in root.iter(f"{NS}rect"):
        assert float(rect.get("x", 0)) >= -0.6
        assert float(rect.get("x", 0)) + float(rect.get("width", 0)) <= width + 0.6
        assert float(rect.get("width", 0)) >= 0


@every_figure
@every_style
def test_words_do_not_overlap(name: str, style: Style) -> None:
    boxes = _boxes(_drawn(FIGURES[name](style=style)))

    for (l1, t1, r1, b1, one), (l2, t2, r2, b2, other) in combinations(boxes, 2):
        apart = r1 <= l2 + 0.3 or r2 <= l1 + 0.3 or b1 <= t2 + 0.6 or b2 <= t1 + 0.6
        assert apart, (one, other)


def _boxes(root: ET.Element) -> list[tuple[float, float, float, float, str]]:
    """Return the box of every text: cap height above its baseline, no descenders."""
    out = []
    for each in root.iter(f"{NS}text"):
        size, words = float(each.get("font-size", 0)), each.text or ""
        wide = text_widths.width(words, size, int(each.get("font-weight", 400)))
        x, y = float(each.get("x", 0)), float(each.get("y", 0))
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[each.get("text-anchor", "start")]
        out.append((left, y - 0.73 * size, left + wide, y, words))
    return out


def test_gap_meter_prints_parts_that_add_up() -> None:
    figure = gap.gap_meter(GapSplit(0.1234, 0.1234, 0.1234))

    said = [float(words.split()[-1]) for words in _texts(_drawn(figure))]

    assert sum(said) == pytest.approx(37.0)
    assert "37.0" in figure["layout"]["meta"]["description"]


def test_gap_bars_are_as_long_as_their_shares() -> None:
    figure = gap.gap_meter(SPLIT, style=PAGE)
    rects = [rect for rect in _drawn(figure).iter(f"{NS}rect") if "ff-g-" in rect.get("class", "")]

    lengths = {
        re.search(r"ff-g-(\w+)", rect.get("class", ""))[1]: float(rect.get("width", 0)) for rect in rects
    }  # type: ignore[index]

    assert lengths == pytest.approx(
        {
            "covered": PAGE.width * SPLIT.covered,
            "content": PAGE.width * SPLIT.content,
            "precision": PAGE.width * SPLIT.precision,
            "realism": PAGE.width * SPLIT.realism,
        },
        abs=0.02,
    )


def test_gap_by_competency_orders_by_contribution_and_prints_it() -> None:
    texts = _texts(_drawn(gap.gap_by_competency(COMPETENCIES, style=PAGE)))

    printed = [words for words in texts if re.fullmatch(r"\d+\.\d", words)]
    assert printed == ["24.1", "7.6", "4.0", "2.4", "1.6"]


def test_coverage_colour_equals_the_gap() -> None:
    figure = coverage.coverage_boxes(COVERAGE, style=PAGE)
    wide = PAGE.width - figure["layout"]["margin"]["l"] - figure["layout"]["margin"]["r"]
    shares: dict[str, float] = {}
    for rect in _drawn(figure).iter(f"{NS}rect"):
        role = re.search(r"ff-g-(\w+)", rect.get("class", ""))
        if role:
            shares[role[1]] = shares.get(role[1], 0) + float(rect.get("width", 0)) / wide

    # By hand: what is not sufficient is precision; what is sufficient but not covered is realism.
    assert shares["content"] == pytest.approx(1.0, abs=0.01)
    assert shares["precision"] == pytest.approx(0.46 + 0.2, abs=0.01)
    assert shares["realism"] == pytest.approx(0.7 * 0.11 + 0.3 * 0.27 + 0.3 * 0.05 + 0.7 * 0.10, abs=0.01)


def test_level_strip_shows_numbers_bands_and_unknown() -> None:
    texts = _texts(_drawn(levels.level_strip(LEVELS, style=PAGE)))

    assert "3.0" in texts
    assert "98\u202f%" in texts
    assert "likely below" in texts
    assert "<1\u202f%" in texts
    assert "not assessed" in texts
    assert "unknown" in texts


def test_level_beyond_the_scale_is_drawn_on_its_edge_and_printed_as_it_is() -> None:
    figure = levels.level_strip([ShownLevel("Craft", 3, 5.8, 5.1, 6.4, None, 0.0)], style=PAGE)

    right_edge = PAGE.width - figure["layout"]["margin"]["r"]
    circles = list(_drawn(figure).iter(f"{NS}circle"))
    assert float(circles[0].get("cx", 0)) == pytest.approx(right_edge, abs=0.1)
    assert "5.8" in _texts(_drawn(figure))


def test_severity_that_includes_none_is_hollow() -> None:
    figure = panel.severity_intervals(PANEL, style=PAGE)

    assert figure["data"][0]["marker"]["symbol"] == ["circle", "circle-open", "circle"]
    texts = _texts(_drawn(figure))
    assert "0.0" in texts  # −0.04 is never printed as a negative zero
    assert "+1.9" in texts
    assert "no clear difference" in texts
    assert "not enough data" in texts


def test_order_of_people_is_kept() -> None:
    texts = _texts(_drawn(panel.severity_intervals(PANEL, style=PAGE)))

    names = [words for words in texts if words in {mark.name for mark in PANEL}]
    assert names == [mark.name for mark in PANEL]


def test_disagreement_falls_into_discrete_steps() -> None:
    figure = panel.disagreement(
        Grid(("a",), ("p", "q", "r", "s"), ((0.1, 0.25, 2.0, None),), cuts=(0.25, 0.5)), style=PAGE
    )

    assert figure["data"][0]["z"] == [[0, 1, 2, None]]
    assert sum("ff-heat" in rect.get("class", "") for rect in _drawn(figure).iter(f"{NS}rect")) == 3


def test_paper_repeats_gap_colours_as_patterns() -> None:
    figure = gap.gap_comparison(LOOPS, style=PAPER)

    paper, page = svg.render(figure, mode="paper"), svg.render(figure, mode="page")

    assert 'stroke-linecap="round"' in paper  # dots
    assert paper.count("<path") > page.count("<path")
    assert "#077bc1" in paper


@pytest.mark.parametrize(
    ("builder", "nothing"),
    [
        (gap.gap_by_competency, ()),
        (gap.gap_comparison, ()),
        (coverage.coverage_boxes, ()),
        (layers.layers, ()),
        (levels.level_strip, ()),
        (panel.severity_intervals, PANEL[3:]),
        (panel.reliability, ()),
        (panel.disagreement, Grid(("a",), ("b",), ((None,),), (1,))),
        (flow.funnel, ()),
        (flow.time_in_stage, ()),
        (frontier.frontier, (FrontierPoint(60, 0.5),)),
    ],
)
def test_too_little_data_is_said_not_drawn(builder: Callable[..., FigureDict], nothing: object) -> None:
    with pytest.raises(NotEnoughDataError) as problem:
        builder(nothing)

    assert str(problem.value).endswith(".")
    assert draw("any", partial(builder, nothing)).missing == str(problem.value)


def test_renderer_refuses_what_it_does_not_know() -> None:
    figure: Any = gap.gap_meter(SPLIT)
    figure["data"].append({"type": "pie", "values": [1]})
    with pytest.raises(ValueError, match="pie"):
        svg.render(figure)

    figure = gap.gap_meter(SPLIT)
    figure["data"][0]["marker"]["color"] = "#ff00ff"
    with pytest.raises(ValueError, match="#ff00ff"):
        svg.render(figure)


def test_names_are_escaped() -> None:
    figure = gap.gap_comparison([LOOPS[0].__class__('<script>"&', SPLIT)])
    figure["layout"]["annotations"] = [a for a in figure["layout"]["annotations"] if "<" not in a["text"]]

    markup = svg.render(figure)

    assert "<script" not in markup
    assert "&lt;script&gt;&quot;&amp;" in markup


def test_split_of_a_gap_is_checked() -> None:
    with pytest.raises(ValueError, match="at most 1"):
        GapSplit(0.6, 0.6, 0)
    with pytest.raises(ValueError, match="at most 1"):
        GapSplit(-0.1, 0.2, 0)


def test_rounded_parts_add_up_to_the_rounded_whole() -> None:
    assert numbers.rounded_parts([1 / 3, 1 / 3, 1 / 3]) == [33.4, 33.3, 33.3]
    assert numbers.rounded_parts([0.04, 0.312, 0.045]) == [4.0, 31.2, 4.5]
    assert sum(numbers.rounded_parts([0.0004, 0.0004, 0.0004])) == pytest.approx(0.1)
