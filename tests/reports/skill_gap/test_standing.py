"""What the skill-gap report calls, in which order, and in which words."""

from dataclasses import replace

import pytest

from hiring.calibration.models import LevelDisplay
from hiring.calibration.readers import PENDING, LevelView
from reports.skill_gap.arrange import by_consequence
from reports.skill_gap.standing import Standing, standing
from reports.skill_gap.words import ENDING, explained, finding, short, standfirst
from roles.models import Competency, Requirement

BANDS = (0.20, 0.80)
BELOW, OPEN, MEETS = Standing.BELOW, Standing.OPEN, Standing.MEETS
UNKNOWN = Standing.NOT_ASSESSED


def view(
    name: str = "Debugging", weight: float = 0.5, *, gap: float | None = 1.0, p_gap: float = 0.9
) -> LevelView:
    """A competency with a level, as the calibration's reader gives it."""
    requirement = Requirement(
        competency=Competency(key=name.lower(), name=name), weight=weight, required_level=4
    )
    return LevelView(
        requirement=requirement,
        display=LevelDisplay.POINT,
        level=None if gap is None else 4 - gap,
        lower=2.0,
        upper=4.0,
        at_or_above=False,
        at_or_below=False,
        gap=gap,
        p_gap=p_gap,
        showable=True,
        verdict_supported=True,
        raw_mean=3.0,
        borrowed=0.1,
        own_level=3.0,
        reliability=0.7,
        ceiling=5.0,
        n_ratings=4,
        n_interviewers=2,
        n_sessions=2,
    )


def test_competencies_stand_in_the_order_of_their_weighted_gap() -> None:
    light = view("Light", 0.1, gap=2.0)  # 0.2 of the role's demand
    heavy = view("Heavy", 0.5, gap=0.8)  # 0.4
    better = view("Better", 0.3, gap=-0.5)  # ahead of the role
    open_light, open_heavy = view("Open light", 0.2, gap=None), view("Open heavy", 0.4, gap=None)
    unknown = replace(view("Unknown", 0.9, gap=None), display=LevelDisplay.NOT_ASSESSED)

    found = by_consequence([unknown, open_light, better, light, open_heavy, heavy])

    names = [each.requirement.competency.name for each in found]
    assert names == ["Heavy", "Light", "Better", "Open heavy", "Open light", "Unknown"]


@pytest.mark.parametrize(
    ("p_gap", "expected"),
    [(0.79, OPEN), (0.80, BELOW), (0.81, BELOW), (0.21, OPEN), (0.20, MEETS), (0.19, MEETS)],
)
def test_bands_hold_their_ends(p_gap: float, expected: Standing) -> None:
    assert standing(view(p_gap=p_gap), BANDS) is expected


def test_what_forbids_a_call_is_said_before_the_call() -> None:
    sure = view(p_gap=0.99)
    assert standing(replace(sure, display=LevelDisplay.NOT_ASSESSED), BANDS) is UNKNOWN
    assert standing(replace(sure, display=PENDING), BANDS) is Standing.PENDING
    assert standing(replace(sure, display=LevelDisplay.SUPPRESSED), BANDS) is Standing.WITHHELD
    assert standing(replace(sure, showable=False), BANDS) is Standing.OUT_OF_REACH
    assert standing(replace(sure, display=LevelDisplay.INTERVAL), BANDS) is Standing.ONE_SOURCE


def test_every_standing_has_words() -> None:
    assert (
        len({short(each) for each in Standing})
        == len({explained(each) for each in Standing})
        == len(Standing)
    )


SETTLED = "every other requirement is settled"


@pytest.mark.parametrize(
    ("placed", "expected"),
    [
        ([("Craft", MEETS)], "Likely at the required level on everything the role demands"),
        (
            [("Craft", MEETS), ("Design", OPEN)],
            "Nothing is likely below the required level; one requirement still open",
        ),
        (
            [("Craft", OPEN), ("Design", UNKNOWN)],
            "Nothing is settled yet: no requirement can be called met or missed",
        ),
        ([("Craft", BELOW), ("Design", MEETS)], f"Likely below the required level on craft; {SETTLED}"),
        (
            [
                *((name, BELOW) for name in ("Craft", "Design", "Speed", "Care")),
                ("Rest", OPEN),
                ("More", UNKNOWN),
            ],
            "Likely below the required level on craft, design and two more; two requirements still open",
        ),
    ],
)
def test_finding_claims_no_more_than_is_known(placed: list[tuple[str, Standing]], expected: str) -> None:
    assert finding(placed, calibrated=True) == expected


def test_standfirst_counts_each_competency_once_and_agrees_in_number() -> None:
    one = [("A", BELOW), ("B", MEETS), ("C", OPEN), ("D", UNKNOWN)]
    assert standfirst(one, calibrated=True) == (
        "Of four competencies, one is likely below the required level, one likely meets it, "
        f"one cannot be called yet and one was not assessed. {ENDING}"
    )
    assert standfirst([*one, *one], calibrated=True) == (
        "Of eight competencies, two are likely below the required level, two likely meet it, "
        f"two cannot be called yet and two were not assessed. {ENDING}"
    )
    assert "two likely meet the required level" in standfirst([("A", MEETS), ("B", MEETS)], calibrated=True)
    assert "one have been rated" not in standfirst([("A", Standing.PENDING)], calibrated=False)
