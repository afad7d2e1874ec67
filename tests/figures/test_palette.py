"""The colours: readable in both themes, for every colour vision, and in grey print; the same everywhere."""

import re
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from django.conf import settings

from figures import palette
from tests.figures import colours

CSS = Path(settings.BASE_DIR) / "static" / "css"
GAP = ("g-covered", "g-content", "g-precision", "g-realism")
THEMES = {"light": palette.LIGHT, "dark": palette.DARK}


def _blocks() -> tuple[str, str, str]:
    """Return the light block of tokens.css, the system's dark one and the chosen dark one."""
    css = (CSS / "tokens.css").read_text()
    light, rest = css.split("@media (prefers-color-scheme: dark)")
    system, chosen = rest.split('[data-theme="dark"]', 1)
    return light, system, chosen


def _declared(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", block))


def _tokens(theme: str) -> dict[str, str]:
    """Return a theme's tokens with every reference to another token followed."""
    light, system, _ = _blocks()
    declared = _declared(light) | (_declared(system) if theme == "dark" else {})

    def follow(value: str) -> str:
        reference = re.fullmatch(r"var\(--([a-z0-9-]+)\)", value)
        return follow(declared[reference[1]]) if reference else value

    return {name: follow(value) for name, value in declared.items()}


@pytest.mark.parametrize("theme", THEMES)
def test_gap_colour_reaches_three_to_one_on_every_ground(theme: str) -> None:
    block = _tokens(theme)
    grounds = {"light": ("n-0", "n-25"), "dark": ("n-0", "n-25", "raised")}[theme]

    for name in GAP:
        for ground in grounds:
            assert colours.contrast(THEMES[theme][name], block[ground]) >= 3, (name, ground)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", colours.VISION)
def test_gap_colours_differ_for_every_colour_vision(theme: str, vision: str) -> None:
    for one, other in combinations(GAP, 2):
        assert colours.distance(THEMES[theme][one], THEMES[theme][other], vision) >= 13, (one, other)


@pytest.mark.parametrize("theme", THEMES)
def test_gap_colours_are_steps_of_grey(theme: str) -> None:
    parts = [colours.lightness(THEMES[theme][name]) for name in GAP[1:]]

    assert all(later - earlier >= 9 for earlier, later in pairwise(parts))
    assert all(abs(colours.lightness(THEMES[theme]["g-covered"]) - part) >= 9 for part in parts)


def test_gap_hues_belong_to_the_gap_alone() -> None:
    for theme in THEMES.values():
        others = {
            name: value for name, value in theme.items() if name.startswith(("c-", "mark-need", "mark-grow"))
        }
        for part in GAP[1:]:
            for name, colour in others.items():
                assert colours.distance(theme[part], colour, "normal") >= 9, (part, name)


@pytest.mark.parametrize("theme", THEMES)
def test_marks_and_words_are_readable(theme: str) -> None:
    colour = THEMES[theme]

    for name in ("mark", "mark-need", "mark-grow", "bad", "c-1", "c-2", "c-3"):
        assert colours.contrast(colour[name], colour["bg"]) >= 3, name
    for name in ("text", "text-2", "text-3"):
        assert colours.contrast(colour[name], colour["bg"]) >= 4.5, name
    for step in (1, 2, 3):
        assert colours.contrast(colour["heat-ink"], colour[f"heat-{step}"]) >= 4.5, step
    for step in (4, 5):
        assert colours.contrast(colour["heat-paper"], colour[f"heat-{step}"]) >= 4.5, step


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("part", palette.GAP_PARTS)
def test_number_on_a_gap_colour_is_readable(theme: str, part: str) -> None:
    colour = THEMES[theme]

    assert colours.contrast(colour[f"g-{part}-ink"], colour[f"g-{part}"]) >= 4.5


def test_heat_steps_are_steps_of_grey() -> None:
    for theme in THEMES.values():
        steps = [colours.lightness(theme[f"heat-{i}"]) for i in range(1, 6)]
        ordered = steps if steps[0] < steps[-1] else steps[::-1]
        assert all(later - earlier >= 6 for earlier, later in pairwise(ordered))


@pytest.mark.parametrize("theme", THEMES)
def test_stylesheet_and_palette_agree(theme: str) -> None:
    declared = _tokens(theme)

    assert {name: declared[name] for name in THEMES[theme]} == dict(THEMES[theme])


def test_both_dark_blocks_are_the_same() -> None:
    _, system, chosen = _blocks()

    assert _declared(system) == _declared(chosen)


def test_every_role_has_its_rules() -> None:
    css = " ".join((CSS / "figures.css").read_text().split())

    for role in palette.LIGHT:
        assert f".ff-{role} {{ fill: var(--{role}); }}" in css
        assert f".fs-{role} {{ stroke: var(--{role}); }}" in css


def test_each_colour_has_one_role() -> None:
    assert len(palette.ROLES) == len(palette.LIGHT) == len(palette.DARK)
    assert set(palette.LIGHT) == set(palette.DARK)
    with pytest.raises(ValueError, match="#123456"):
        palette.role_of("#123456")
