"""Marks in templates: their geometry and their words say the same number."""

import re
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context, Template, TemplateSyntaxError

from figures import levels
from figures.page import draw
from tests.figures.samples import LEVELS

S = "\u202f"


def _render(source: str, **context: Any) -> str:
    return Template("{% load figures gaps marks numbers realisms %}" + source).render(Context(context))


@pytest.mark.parametrize(
    "split",
    [
        {"content": 0.04, "precision": 0.312, "realism": 0.045},
        SimpleNamespace(content=0.04, precision=0.312, realism=0.045),
    ],
    ids=["mapping", "object"],
)
def test_gap_meter_adds_up_whatever_computed_it(split: Any) -> None:
    html = _render("{% gap_meter split definition='/d' %}", split=split)

    assert f"39.7{S}%" in html
    assert f"Covered 60.3{S}%, content gap 4.0{S}%, precision gap 31.2{S}%, realism gap 4.5{S}%" in html
    widths = [float(w) for w in re.findall(r'class="f-\w+" x="[^"]+" width="([\d.]+)%"', html)]
    assert sum(widths) == pytest.approx(100, abs=0.02)
    assert 'href="/d"' in html
    assert "style=" not in html


def test_small_gap_meter_is_the_bar_alone() -> None:
    html = _render("{% gap_meter split small=True %}", split={"content": 1.0, "precision": 0, "realism": 0})

    assert html.strip().startswith("<svg")
    assert "gap-n" not in html


def test_dot_lies_where_its_number_says() -> None:
    html = _render("{% dot 3 2 4 raw=3.5 need=4 label='Craft' %}")

    assert 'class="cal" cx="50.00%"' in html
    assert 'class="ci" x1="27.00%" x2="73.00%"' in html
    assert 'class="raw" cx="61.50%"' in html
    assert 'class="need" x1="73.00%"' in html
    assert "Craft: raw 3.5, calibrated 3.0, 90 % interval 2.0–4.0, required 4" in html


def test_dot_whose_interval_includes_the_neutral_value_is_weak() -> None:
    assert "dot-weak" in _render("{% dot 0.1 -0.2 0.4 low=-1 high=1 neutral=0 %}")
    assert "dot-weak" not in _render("{% dot 0.6 0.2 0.9 low=-1 high=1 neutral=0 %}")


def test_unknown_is_dotted_and_said() -> None:
    html = _render("{% dot None need=3 label='Craft' %}")

    assert "unknown-line" in html
    assert "Craft: required 3" in html
    assert _render("{% dot None %}").count("Not enough data") == 1


def test_coverage_cells_that_nobody_asks_for_are_empty_frames() -> None:
    asked = _render("{% coverage_cells shares label='Craft' %}", shares=(1, 0.5, 0))
    unasked = _render("{% coverage_cells shares asked=False label='Craft' %}", shares=(0, 0, 0))

    assert f"Craft: covered at controlled 100{S}%, constrained 50{S}%, production 0{S}%" in asked
    assert re.findall(r'class="fill"[^>]*width="([\d.]+)"', asked) == ["38.0", "19.0", "0.0"]
    assert "Craft: not asked" in unasked
    assert 'class="fill"' not in unasked


def test_realism_shows_as_many_squares_as_it_is_real() -> None:
    counts = [
        _render(f"{{% realism '{name}' %}}").count('class="on"')
        for name in ("controlled", "constrained", "production")
    ]

    assert counts == [1, 2, 3]
    with pytest.raises((ValueError, TemplateSyntaxError), match="not a realism"):
        _render("{% realism 'imaginary' %}")


def test_rating_diverges_about_the_bar() -> None:
    shades = [re.search(r"rate-(\d|na)", _render("{% rating value %}", value=v)) for v in (1, 2, 3, 4, None)]

    assert [found[1] for found in shades if found] == ["1", "2", "3", "4", "na"]


def test_axis_words_are_escaped_and_evenly_spread() -> None:
    html = _render("{% dot_axis 'softer' panel 'harsher' %}", panel="<b>")

    assert re.findall(r'x="([\d.]+)%"', html) == ["4.00", "50.00", "96.00"]
    assert "&lt;b&gt;" in html


def test_figure_without_data_says_why() -> None:
    html = _render("{% figure chart interactive=True %}", chart=draw("x", partial(levels.level_strip, ())))

    assert "No competency to show yet" in html
    assert "<svg" not in html.replace('<svg class="i"', "")


def test_interactive_figure_carries_its_definition() -> None:
    chart = draw("levels", partial(levels.level_strip, LEVELS))

    plain = _render("{% figure chart %}", chart=chart)
    live = _render("{% figure chart interactive=True %}", chart=chart)

    assert plain.count('role="img"') == 2
    assert "application/json" not in plain
    assert "data-plotly=" in live
    assert 'id="fig-levels-data"' in live
