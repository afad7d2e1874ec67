"""What stands beside a calibration: pairs of candidates, the fit without flagged interviewers, a known truth."""

import json

import numpy as np
import pytest
from scipy.special import ndtr

from psychometrics import cli
from psychometrics.errors import BadInput, NotEnoughData
from psychometrics.files import pairs, without_flagged
from psychometrics.files.result import calibrate_scores
from psychometrics.files.score_file import read_scores
from psychometrics.files.truth import against_truth, read_truth
from psychometrics.model.calibration import calibrate
from psychometrics.model.levels.posterior import difference_variance
from tests.psychometrics import panels, reference


def _columns(panel):
    return panel.candidate, panel.interviewer, panel.question, panel.score


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    """Interviewer I0 rates at random; everybody else as the model has it."""
    panel = panels.small(4, candidates=60, interviewers=8)
    rows = panels.rows(panel)
    rng = np.random.default_rng(0)
    for row in rows:
        if row["interviewer"] == "I0":
            row["score"] = str(rng.choice([1, 4]))
    return reference.write(rows, tmp_path_factory.mktemp("noisy") / "noisy.csv")


# Pairs


def test_pairs_are_told_apart_by_their_whole_covariance():
    run = calibrate(*_columns(panels.small(2)))
    found = pairs.of_one_trait(run)
    labels = run.candidates.label.tolist()
    better = np.array([[run.probability_better(one, two) for two in labels] for one in labels])
    expected = (better > 0.95) | (better < 0.05)
    assert found.told_apart.tolist() == expected.sum(1).tolist()
    assert found.compared.tolist() == [19] * 20


def test_pairs_of_large_panels_and_unlinked_subsets(monkeypatch):
    panel = panels.small(2)
    half = panel.candidate % 2
    run = calibrate(panel.candidate, panel.interviewer * 2 + half, panel.question * 2 + half, panel.score)
    assert set(pairs.of_one_trait(run).compared.tolist()) == {9}
    monkeypatch.setattr(pairs, "MOST", 19)
    assert pairs.of_one_trait(run) is None


def _apart(run, one, two):
    """The difference of two rows of the table in its standard errors."""
    people = [run.rated(int(run.table.candidate[row])) for row in (one, two)]
    at = tuple(
        int(np.flatnonzero(person.competencies == run.table.competency[row])[0])
        for person, row in zip(people, (one, two), strict=True)
    )
    gap = people[0].level[at[0]] - people[1].level[at[1]]
    return gap / np.sqrt(difference_variance(run.shared_covariance, *people, at))


def test_pairs_of_competencies_are_those_of_their_own(tmp_path, monkeypatch):
    rows = panels.rows(panels.small(3, candidates=24))
    for row in rows:
        row["competency"] = "Build" if int(row["question"][1:]) % 2 else "Debug"
    seen = {}
    original = pairs.of_levels

    def watched(run, subset, level):
        seen["run"], seen["found"] = run, original(run, subset, level)
        return seen["found"]

    monkeypatch.setattr(pairs, "of_levels", watched)
    result = cli.run_csv(reference.write(rows, tmp_path / "scores.csv"))
    run, found = seen["run"], seen["found"]
    table = run.table
    for row in range(0, len(table.candidate), 7):
        others = np.flatnonzero(
            (table.competency == table.competency[row]) & (table.candidate != table.candidate[row])
        )
        z = np.array([_apart(run, row, other) for other in others])
        assert found.told_apart[row] == (ndtr(np.abs(z)) > 0.95).sum()
        assert found.compared[row] == len(others)
    assert result["pairs"]["told_apart"] == sum(row["told_apart"] for row in result["candidates"]) / 2


# Without flagged interviewers


def test_both_fits_stand_beside_each_other(noisy, tmp_path, capsys):
    assert cli.main([str(noisy), "--without-flagged", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    found = result["without_flagged"]
    assert [row["interviewer"] for row in found["left_out"]] == ["I0"]
    assert "misfit" in found["left_out"][0]["flags"]
    header, *lines = noisy.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if ",I0," not in line]
    rest = tmp_path / "rest.csv"
    rest.write_text("\n".join([header, *kept]), encoding="utf-8")
    again = {row["candidate"]: row for row in cli.run_csv(rest)["candidates"]}
    assert found["ratings"] == len(kept)
    changes = []
    for row, full in zip(found["candidates"], result["candidates"], strict=True):
        assert row["candidate"] == full["candidate"]
        assert row["without"] == again[row["candidate"]]["measure"]
        changes.append(row["change"])
    assert np.mean(changes) == pytest.approx(0.0, abs=1e-9)
    text = " ".join(found["said"])
    assert f"{len(lines) - len(kept)} of {len(lines)} ratings are left out with them." in text
    assert "A change is no correction" in text
    assert cli.main([str(noisy), "--without-flagged"]) == 0
    assert "Without the flagged interviewers: I0 (misfit" in capsys.readouterr().out


def test_where_nobody_is_flagged_there_is_nothing_to_leave_out(tmp_path, capsys):
    path = reference.write(panels.rows(panels.small(1)), tmp_path / "scores.csv")
    assert cli.main([str(path), "--without-flagged"]) == 0
    assert "No interviewer is flagged: there is nothing to leave out." in capsys.readouterr().out


def _flagged(result, *names):
    """The result with these interviewers flagged, and nobody else."""
    rows = [
        {**row, "flags": ["misfit"] if row["interviewer"] in names else []} for row in result["interviewers"]
    ]
    return {**result, "interviewers": rows}


def test_who_met_only_flagged_interviewers_has_no_measure(tmp_path):
    rows = panels.rows(panels.small(1))
    rows += [
        {"candidate": "Lone", "interviewer": "I9", "question": f"Q{k}", "score": str(1 + k % 4)}
        for k in range(6)
    ]
    scores = read_scores(reference.write(rows, tmp_path / "scores.csv"))
    full = calibrate_scores(scores)
    found = without_flagged.compared(scores, _flagged(full, "I9"), calibrate_scores)
    (lone,) = [row for row in found["candidates"] if row["candidate"] == "Lone"]
    assert (lone["without"], lone["change"], lone["n_without"]) == (None, None, 0)
    assert "1 met nobody else and has no measure then: Lone." in found["said"]


def test_a_rest_that_cannot_be_calibrated_says_why(noisy):
    scores = read_scores(noisy)
    full = calibrate_scores(scores)
    everybody = [row["interviewer"] for row in full["interviewers"]]
    (said,) = without_flagged.compared(scores, _flagged(full, *everybody), calibrate_scores)["said"]
    assert said == "Every interviewer is flagged: nothing would be left."

    def refuse(_):
        raise NotEnoughData("too few")

    (said,) = without_flagged.compared(scores, _flagged(full, "I1"), refuse)["said"]
    assert said == "Without them the rest cannot be calibrated: too few."


# Against a truth


def _truth_file(path, panel):
    lines = ["kind,name,truth"]
    for kind, letter, values in (
        ("candidate", "C", panel.proficiency), ("Interviewer", "I", panel.severity), ("question", "Q", panel.difficulty)
    ):  # fmt: skip
        lines += [f"{kind},{letter}{k},{value + 7:.17g}" for k, value in enumerate(values.tolist())]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def test_estimates_are_held_against_the_truth(tmp_path, capsys):
    panel = panels.small(5, candidates=80, interviewers=8)
    path = reference.write(panels.rows(panel), tmp_path / "scores.csv")
    truth = _truth_file(tmp_path / "truth.csv", panel)
    assert cli.main([str(path), "--truth", str(truth), "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    people, *_ = result["truth"]
    assert [(row["kind"], row["n"]) for row in result["truth"]] == [
        ("candidate", 80),
        ("interviewer", 8),
        ("question", 12),
    ]
    measure = np.array([row["measure"] for row in result["candidates"]])
    true = panel.proficiency - panel.proficiency.mean()
    lower, upper = (np.array([row[end] for row in result["candidates"]]) for end in ("lower", "upper"))
    assert people["rmse"] == pytest.approx(np.sqrt(np.mean((measure - true) ** 2)))
    assert people["coverage"] == np.mean((lower <= true) & (true <= upper))
    assert people["slope"] == pytest.approx(measure @ true / (measure @ measure))
    assert people["correlation"] == pytest.approx(np.corrcoef(measure, true)[0, 1])
    assert cli.main([str(path), "--truth", str(truth)]) == 0
    assert f"  candidates    80     {people['coverage']:.3f}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,truth\nC0,1\n", "line 1: missing column kind; expected kind,name,truth"),
        ("kind,name,truth\nperson,C0,1\n", "line 2: kind 'person' is none of candidate"),
        ("kind,name,truth\ncandidate,C0,x\n", "line 2: truth 'x' is not a number"),
        ("kind,name,truth\ncandidate,C0,1\n\ncandidate,C0,1\n", "line 4: candidate C0 stands there twice"),
        ("kind,name,truth\ncandidate,C0\n", "line 2: 2 cells, but the header has 3"),
        ("kind,name,truth\n", "a header but no rows"),
    ],
)
def test_a_truth_that_cannot_be_read_is_named(tmp_path, capsys, text, reason):
    scores = reference.write(panels.rows(panels.small(1)), tmp_path / "scores.csv")
    truth = tmp_path / "truth.csv"
    truth.write_text(text, encoding="utf-8")
    assert cli.main([str(scores), "--truth", str(truth)]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"{truth}: ")
    assert reason in err


def test_a_truth_about_somebody_else_is_refused(tmp_path):
    result = cli.run_csv(reference.write(panels.rows(panels.small(1)), tmp_path / "scores.csv"))
    with pytest.raises(BadInput, match="names fewer than two"):
        against_truth(result, {("candidate", "Nobody", ""): 1.0})
    assert read_truth(str(_truth_file(tmp_path / "truth.csv", panels.small(1))))[("interviewer", "I0", "")]
