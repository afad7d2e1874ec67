"""The small published tables typed into tests are those of the reference files, cell by cell."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest

from psychometrics.agreement.gwet import gwet_agreement
from psychometrics.agreement.krippendorff import krippendorff_alpha
from psychometrics.reliability.generalizability import anova_components
from psychometrics.reliability.reml import reml_components
from tests.psychometrics.agreement.test_krippendorff import PUBLISHED
from tests.psychometrics.published_tables import BRENNAN, GUILFORD, SHROUT_FLEISS
from tests.psychometrics.reliability.test_composite_reliability import SUBTESTS


@pytest.fixture(scope="module")
def rows_of():
    named = os.environ.get("LOOPWRIGHT_REFERENCE_DATA")
    if not named:
        pytest.skip("LOOPWRIGHT_REFERENCE_DATA is not set: no reference data to compare with")

    def read(name):
        with (Path(named) / "ratings" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return read


def test_shrout_and_fleiss(rows_of):
    table = [
        [float(value) for name, value in row.items() if name.lower().startswith("j")]
        for row in rows_of("shrout_fleiss1979")
    ]
    assert np.array_equal(table, SHROUT_FLEISS)


def test_brennan(rows_of):
    rows = rows_of("brennan_3_2")
    found = {
        tuple(int(row[name]) for name in ("Person", "Task", "Rater")): float(row["Score"]) for row in rows
    }
    assert len(found) == 120
    raters = {task: sorted({r for _, t, r in found if t == task}) for task in (1, 2, 3)}
    table = [[[found[p, t, r] for r in raters[t]] for t in (1, 2, 3)] for p in range(1, 11)]
    assert np.array_equal(table, BRENNAN)
    labels = {
        name: [row[column] for row in rows]
        for name, column in (("p", "Person"), ("t", "Task"), ("r", "Rater"))
    }
    unbalanced = reml_components(labels, [float(row["Score"]) for row in rows], "p x (r:t)")
    # Brennan 2001, p. 116; gtheory's lmer stops 2e-4 before the maximum, which the analysis of variance hits.
    published = {"p": 0.4731, "t": 0.3252, "r:t": 0.6475, "pt": 0.5596, "pr:t": 2.3803}
    lmer = {"p": 0.47302, "t": 0.32532, "r:t": 0.64749, "pt": 0.55955, "pr:t": 2.38029}
    exact = dict(anova_components(table, "p x (r:t)").values)
    assert dict(unbalanced.values) == pytest.approx(exact, rel=1e-6)
    assert exact == pytest.approx(published, abs=1e-4)
    assert exact == pytest.approx(lmer, abs=2e-4)


def test_rajaratnam(rows_of):
    rows = rows_of("rajaratnam_1965")
    people = sorted({int(row["Person"]) for row in rows})
    for subtest, typed in enumerate(SUBTESTS, start=1):
        mine = [row for row in rows if int(row["Subtest"]) == subtest]
        items = sorted({int(row["Item"]) for row in mine})
        cells = {(int(row["Person"]), int(row["Item"])): float(row["Score"]) for row in mine}
        assert np.array_equal([[cells[p, i] for i in items] for p in people], typed)


def test_guilford(rows_of):
    rows = rows_of("guilford1954")
    cells = {(row["scientist"], row["trait"], row["judge"]): float(row["rating"]) for row in rows}
    names = [sorted({key[place] for key in cells}) for place in range(3)]
    table = np.array([[[cells[s, t, j] for j in names[2]] for t in names[1]] for s in names[0]])
    judges = dict(zip(names[2], table.sum(axis=(0, 1)), strict=True))
    assert [judges[name] for name in ("Avogadro", "Brahe", "Cavendish")] == [171, 156, 181]
    assert np.array_equal(np.sort(table, axis=None), np.sort(GUILFORD, axis=None))
    assert anova_components(table, "p x q x r").mean_squares == pytest.approx(
        anova_components(GUILFORD, "p x q x r").mean_squares
    )


def test_krippendorff(rows_of):
    found = [
        [cell.removesuffix(".0") for name, cell in row.items() if name] for row in rows_of("krippendorff2011")
    ]
    assert found == [["" if value is None else str(value) for value in observer] for observer in PUBLISHED]
    unit = np.tile(np.arange(12), 4)
    score = np.array([np.nan if cell == "" else float(cell) for observer in found for cell in observer])
    assert krippendorff_alpha(unit, score).alpha == pytest.approx(0.8154, abs=5.1e-5)
    assert gwet_agreement(unit, score, weights="identity").coefficient == pytest.approx(0.7754, abs=5.1e-5)
