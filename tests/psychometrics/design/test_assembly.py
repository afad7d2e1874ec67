"""Assembly against a brute-forced loop and a published test."""

import csv
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from psychometrics.design.assembly import assemble_loop, assemble_test, rasch_information
from psychometrics.design.evaluation_gap import evaluation_gap
from psychometrics.errors import BadInput

# Facts of the worked example: modelling, production, coding, communication.
WEIGHTS = [0.30, 0.35, 0.20, 0.15]
DEMAND = [[0.2, 0.5, 0.3], [0, 0.3, 0.7], [0.3, 0.5, 0.2], [0, 0.6, 0.4]]
BANK = [
    ("algo puzzle", (0, 0, 1, 0), 0, 45),
    ("algo puzzle 2", (0, 0, 1, 0), 0, 45),
    ("ML trivia", (1, 0, 0, 0), 0, 30),
    ("ML case", (1, 0, 0, 0), 1, 45),
    ("ML case 2", (1, 0, 0, 0), 1, 45),
    ("take-home repo", (0.5, 0, 0.5, 0), 1, 60),
    ("incident debug A", (0, 0.8, 0.2, 0), 2, 60),
    ("incident debug B", (0, 0.8, 0.2, 0), 2, 60),
    ("design review", (0, 0.6, 0, 0.4), 1, 45),
    ("behavioural", (0, 0, 0, 1), 1, 30),
    ("stakeholder role-play", (0, 0, 0, 1), 2, 30),
    ("pipeline pairing", (0, 0.5, 0.5, 0), 2, 60),
]
LOADINGS = [row[1] for row in BANK]
LEVEL = [row[2] for row in BANK]
MINUTES = [row[3] for row in BANK]


def gap_of(chosen: tuple[int, ...]) -> float:
    evidence = np.zeros((4, 3))
    for i in chosen:
        evidence[:, LEVEL[i]] += np.array(LOADINGS[i]) * 0.44 / 0.56
    return float(evaluation_gap(WEIGHTS, DEMAND, evidence, target_reliability=0.80).gap)


def test_loop_is_the_best_of_all_subsets() -> None:
    found = assemble_loop(WEIGHTS, DEMAND, LOADINGS, LEVEL, MINUTES, budget=240, target_reliability=0.80)

    names = {BANK[i][0] for i in found.chosen}
    assert names == {"ML trivia", "ML case", "ML case 2", "incident debug A", "incident debug B"}
    assert found.minutes == 240
    assert found.gap == pytest.approx(0.7431696428571428, abs=1e-6)
    assert found.optimal
    fitting = (
        chosen
        for size in range(13)
        for chosen in combinations(range(12), size)
        if sum(MINUTES[i] for i in chosen) <= 240
    )
    assert min(gap_of(chosen) for chosen in fitting) == pytest.approx(found.gap, abs=1e-6)


def test_gap_of_the_choice_is_the_index() -> None:
    found = assemble_loop(WEIGHTS, DEMAND, LOADINGS, LEVEL, MINUTES, budget=150, target_reliability=0.80)

    assert gap_of(found.chosen) == pytest.approx(found.gap, abs=1e-6)
    assert found.bound <= found.gap


def test_published_test_is_assembled() -> None:
    """The minimal example of eatATA: ten items, 480 seconds give or take 5, most information at 0 (1PL, D = 1.7)."""
    folder = os.environ.get("LOOPWRIGHT_REFERENCE_DATA")
    if not folder:
        pytest.skip("LOOPWRIGHT_REFERENCE_DATA names no folder with the published item bank.")
    with (Path(folder) / "eatata_items_mini.csv").open(newline="") as file:
        items = list(csv.DictReader(file))
    difficulty = [float(row["difficulty"]) for row in items]

    found = assemble_test(
        rasch_information(0.0, difficulty),
        [float(row["time"]) for row in items],
        items=10,
        shortest=475,
        longest=485,
    )

    assert [int(items[i]["item"]) for i in found.chosen] == [8, 14, 15, 20, 22, 24, 25, 26, 28, 29]
    assert found.information == pytest.approx(6.7295739, abs=1e-6)
    assert found.time == pytest.approx(477.08666, abs=1e-4)


def test_impossible_limits_are_refused() -> None:
    with pytest.raises(BadInput, match="no choice fits"):
        assemble_test([1.0, 2.0], [10.0, 10.0], items=2, shortest=30, longest=40)
    with pytest.raises(BadInput, match="must fit together"):
        assemble_loop([1.0], [[1.0, 0.0]], [[1.0]], [0, 1], [10.0], budget=60)
