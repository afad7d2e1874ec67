"""``python -m psychometrics``."""

import json
import subprocess
import sys

import numpy as np
import pytest

from psychometrics import cli
from psychometrics.errors import BadRow
from psychometrics.files.reading import Reading
from psychometrics.files.score_file import parse_scores
from psychometrics.model import compiled
from tests.psychometrics import panels, reference

CONTRACT = {
    "candidates", "interviewers", "questions", "components", "thresholds", "subsets", "warnings",
    "model", "converged",
}  # fmt: skip


@pytest.fixture
def scores(tmp_path):
    panel = panels.small(1)
    rows = [
        {"candidate": f"C{c:02}", "interviewer": f"I{i}", "question": f"Q{q:02}", "score": str(y + 1)}
        for c, i, q, y in zip(panel.candidate, panel.interviewer, panel.question, panel.score, strict=True)
    ]
    return reference.write(rows, tmp_path / "scores.csv")


def _file(tmp_path, text):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_json_follows_the_contract(scores, capsys):
    assert cli.main([str(scores), "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result.keys() >= CONTRACT
    assert result["candidates"][0].keys() >= {
        "candidate", "measure", "se", "lower", "upper", "fair_average", "fair_lower", "fair_upper", "n",
    }  # fmt: skip
    assert result["interviewers"][0].keys() >= {
        "interviewer", "severity", "se", "lower", "upper", "infit", "outfit", "n", "flags",
    }  # fmt: skip
    assert result["questions"][0].keys() >= {"question", "difficulty", "se", "n", "infit", "outfit"}
    assert result["components"].keys() >= {"candidate", "interviewer", "question", "halo"}
    assert result["converged"] is True
    assert result["level"] == 0.9


def test_table_shows_everybody(scores, capsys):
    assert cli.main([str(scores), "--level", "0.8"]) == 0
    text = capsys.readouterr().out
    assert "80 % intervals" in text
    for label in ("C00", "C19", "I0", "I4", "Q00", "halo", "severity"):
        assert label in text
    assert "nan" not in text


def test_module_runs_without_django(scores):
    code = (
        "import sys; from psychometrics.cli import main; main(sys.argv[1:]); "
        "assert not {'django', 'psycopg'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(scores)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("candidate,question,score\na,b,1\n", "line 1: missing column interviewer"),
        ("candidate,interviewer,question,score\n", "no ratings"),
        ("candidate,interviewer,question,score\na,b,q,1\na,b,q,x\n", "line 3: score 'x' is not a number"),
        ("candidate,interviewer,question,score\na,b,q,inf\n", "line 2: score 'inf' is not a finite number"),
        ("candidate,interviewer,question,score\na,,q,1\n", "line 2: interviewer is empty"),
        ("candidate,interviewer,question,score\na,b,q\n", "line 2: 3 cells"),
        ("candidate,interviewer,question,score,scored_at\na,b,q,1,soon\n", "line 2: scored_at 'soon'"),
        ("candidate,interviewer,question,score\na,b,q,1\n", "1 rating: at least 10"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_its_line(tmp_path, capsys, text, reason):
    assert cli.main([_file(tmp_path, text)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert reason in printed.err


def test_a_missing_file_is_refused(tmp_path, capsys):
    assert cli.main([str(tmp_path / "none.csv")]) == 2
    assert "cannot read" in capsys.readouterr().err


def test_a_bad_level_is_refused(scores, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main([str(scores), "--level", "90"])
    assert stopped.value.code == 2
    assert "strictly between 0 and 1" in capsys.readouterr().err


def _competencies(path, *, seed=0, shared=False):
    """Forty candidates rated on three competencies by four of eight interviewers, all four together if ``shared``."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 0.7, (40, 1)) + rng.normal(0, 0.6, (40, 3))
    severity = rng.normal(0, 0.6, 8)
    rows = []
    for person in range(40):
        for judge in rng.choice(8, 4, replace=False):
            halo = rng.normal(0, 0.45)
            for place, competency in enumerate(("Build", "Debug", "Explain")):
                eta = truth[person, place] - severity[judge] + halo
                for question, score in enumerate(panels.rate(np.full(2, eta), rng)):
                    rows.append(
                        {
                            "candidate": f"C{person:02}",
                            "interviewer": f"I{judge}",
                            "question": f"Q{question}",
                            "competency": competency,
                            "score": str(score + 1),
                            "interview": f"V{person}" if shared else f"V{person}-{judge}",
                            "site": "north" if person % 2 else "south",
                        }
                    )
    return reference.write(rows, path), truth, severity


def test_competencies_are_measured_apart(tmp_path):
    path, truth, severity = _competencies(tmp_path / "scores.csv")
    result = cli.run_csv(path)
    assert len(result["candidates"]) == 120
    assert not any("pooled" in warning for warning in result["warnings"])
    measure = np.array([row["measure"] for row in result["candidates"]]).reshape(40, 3)
    error = np.array([row["se"] for row in result["candidates"]]).reshape(40, 3)
    assert [row["competency"] for row in result["candidates"][:3]] == ["Build", "Debug", "Explain"]
    centred = truth - truth.mean(0)
    assert np.corrcoef(measure.ravel(), centred.ravel())[0, 1] > 0.75
    assert 0.8 <= (np.abs(measure - centred) < 1.645 * error).mean() <= 0.97
    found = np.array([row["severity"] for row in result["interviewers"]])
    assert np.corrcoef(found, severity)[0, 1] > 0.9
    assert all(1 < row["fair_lower"] < row["fair_upper"] < 4 for row in result["candidates"])
    assert result["components"]["competency"] > 0.2


def test_competencies_have_a_table_each(tmp_path, capsys):
    path, _, _ = _competencies(tmp_path / "scores.csv")
    assert cli.main([str(path)]) == 0
    text = capsys.readouterr().out
    assert "of 40 candidates" in text
    for competency in ("Build", "Debug", "Explain"):
        assert f"Candidates, {competency}:" in text


@pytest.mark.parametrize(
    "options",
    [
        {"halo": False},
        {"steps": "question"},
        {"link": "cl"},
        {"reading": Reading(group="site")},
        {
            "halo": False,
            "steps": "question",
            "link": "cl",
            "reading": Reading(group="site"),
            "reference": ["I3"],
        },
    ],
)
def test_no_option_swaps_the_model(tmp_path, options):
    """Whatever is asked for, competencies stay apart and shared answers count once."""
    path, truth, severity = _competencies(tmp_path / "scores.csv", shared=True)
    plain, result = cli.run_csv(path), cli.run_csv(path, **options)
    assert len(result["candidates"]) == 120
    assert result["components"]["performance"] is not None
    error = np.array([row["se"] for row in result["candidates"]])
    before = np.array([row["se"] for row in plain["candidates"]])
    measure = np.array([row["measure"] for row in result["candidates"]]).reshape(40, 3)
    # Cumulative logits are wider by about two thirds; nothing else may change what an interval rests on.
    wider = 1.9 if options.get("link") == "cl" else 1.25
    assert 0.7 <= np.median(error / before) <= wider
    assert np.corrcoef(measure.ravel(), (truth - truth.mean(0)).ravel())[0, 1] > 0.7
    found = np.array([row["severity"] for row in result["interviewers"]])
    assert np.corrcoef(found, severity)[0, 1] > 0.85
    assert ("halo" in result["components"]) == options.get("halo", True)
    assert ("thresholds" in result["questions"][0]) == ("steps" in options)
    if "reading" in options:
        assert [row["group"] for row in result["groups"]] == ["north", "south"]
        low, high = result["groups"]
        assert low["mean"] == pytest.approx(-high["mean"])
        assert low["lower"] < 0 < low["upper"], "candidates went to sites at random"
    if "reference" in options:
        assert found[3] == 0.0


def test_a_reference_interviewer_is_where_severity_begins(scores, capsys):
    plain = {row["interviewer"]: row["severity"] for row in cli.run_csv(scores)["interviewers"]}
    name = sorted(plain)[1]
    result = cli.run_csv(scores, reference=[name])
    found = {row["interviewer"]: row["severity"] for row in result["interviewers"]}
    assert found[name] == 0.0
    moved = [found[other] - (plain[other] - plain[name]) for other in plain if other != name]
    assert np.abs(moved).max() < 0.25, "the same differences, from another origin"
    assert cli.main([str(scores), "--reference", "nobody"]) == 2
    assert "no interviewer 'nobody' has rated anybody" in capsys.readouterr().err


def test_one_competency_is_one_trait(tmp_path, scores):
    text = scores.read_text().replace("\r\n", "\n").splitlines()
    rows = [text[0] + ",competency", *(line + ",Build" for line in text[1:])]
    (tmp_path / "one.csv").write_text("\n".join(rows))
    one, bare = cli.run_csv(tmp_path / "one.csv"), cli.run_csv(scores)
    assert one["candidates"][0].pop("competency") == "Build"
    assert one["candidates"][0] == bare["candidates"][0]


def test_a_repeated_question_is_another_answer(tmp_path):
    path, _, _ = _competencies(tmp_path / "scores.csv")
    again = path.read_text() + path.read_text().splitlines()[1] + "\n"
    path.write_text(again)
    assert cli.run_csv(path)["candidates"][0]["n"] == 9


def test_semicolons_and_tabs_separate_too(scores, tmp_path):
    plain = cli.run_csv(scores)
    for separator in (";", "\t"):
        path = tmp_path / "other.csv"
        path.write_text("\ufeff" + scores.read_text().replace(",", separator), encoding="utf-8")
        assert cli.run_csv(path) == plain


def test_other_columns_and_blank_lines_are_ignored(scores, tmp_path):
    lines = scores.read_text().splitlines()
    path = tmp_path / "other.csv"
    path.write_text(
        "note," + lines[0].upper() + "\n\n" + "\n".join("x," + line for line in lines[1:]) + "\n\n"
    )
    assert cli.run_csv(path) == cli.run_csv(scores)


def test_answers_watched_together_are_counted_once(tmp_path):
    """Three interviewers in one room: what the candidate showed there is common to them."""
    rng = np.random.default_rng(3)
    truth, rows = rng.normal(0, 1, 60), []
    for person in range(60):
        for session in range(2):
            staff = rng.choice(8, 3, replace=False)
            for question in rng.choice(6, 2, replace=False):
                shown = truth[person] + rng.normal(0, 0.9)
                for judge, score in zip(staff, panels.rate(np.full(3, shown), rng), strict=True):
                    rows.append(
                        {
                            "candidate": f"C{person:02}",
                            "interviewer": f"I{judge}",
                            "question": f"Q{question}",
                            "interview": f"{person}-{session}",
                            "score": str(score),
                        }
                    )
    together = reference.write(rows, tmp_path / "together.csv")
    apart = [{key: cell for key, cell in row.items() if key != "interview"} for row in rows]
    shared, alone = cli.run_csv(together), cli.run_csv(reference.write(apart, tmp_path / "apart.csv"))
    assert shared["components"]["performance"] > 0.5
    assert "competency" not in shared["candidates"][0]

    def mean_error(result):
        return np.mean([row["se"] for row in result["candidates"]])

    assert mean_error(shared) > 1.1 * mean_error(alone)
    measure = np.array([row["measure"] for row in shared["candidates"]])
    error = np.array([row["se"] for row in shared["candidates"]])
    covered = np.abs(measure - (truth - truth.mean())) < 1.645 * error
    assert covered.mean() > 0.8


@pytest.fixture
def sited(tmp_path):
    """Candidates of two sites, the second one more proficient; eight interviewers work at both."""
    panel = panels.small(4, candidates=80, interviewers=8)
    rng = np.random.default_rng(4)
    score = np.minimum(panel.score + (panel.candidate >= 40) * (rng.random(len(panel.score)) < 0.6), 3)
    columns = zip(panel.candidate, panel.interviewer, panel.question, score, strict=True)
    rows = [
        {
            "candidate": f"C{c:02}",
            "interviewer": f"I{i}",
            "question": f"Q{q:02}",
            "score": str(y),
            "Site": site,
        }
        for c, i, q, y in columns
        for site in ["north" if c < 40 else "south"]
    ]
    return reference.write(rows, tmp_path / "sited.csv")


def test_groups_are_read_from_the_column_named(sited, capsys):
    assert cli.main([str(sited), "--group", "site", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [(row["group"], row["candidates"]) for row in result["groups"]] == [("north", 40), ("south", 40)]
    assert result["groups"][1]["lower"] > 0
    assert "groups" not in cli.run_csv(sited)
    assert cli.main([str(sited), "--group", "SITE"]) == 0
    text = capsys.readouterr().out
    assert "Groups: mean proficiency" in text
    assert "south" in text


def test_a_group_column_that_is_missing_or_torn_is_refused(sited, capsys):
    assert cli.main([str(sited), "--group", "office"]) == 2
    assert "line 1: missing column office" in capsys.readouterr().err
    assert cli.main([str(sited), "--group", "question"]) == 2
    assert "in two groups" in capsys.readouterr().err


def test_questions_may_have_steps_of_their_own(sited, capsys):
    assert cli.main([str(sited), "--steps", "question", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert "question steps" in result["model"]
    steps = np.array([row["thresholds"] for row in result["questions"]])
    assert steps.shape == (12, 3)
    common = [step["threshold"] for step in result["thresholds"]]
    assert steps.mean() == pytest.approx(np.mean(common))
    assert steps.std(axis=0).max() > 0
    assert cli.main([str(sited), "--steps", "question"]) == 0
    assert "Steps of the questions" in capsys.readouterr().out


@pytest.mark.usefixtures("kernels")
def test_both_engines_print_the_same(sited):
    plain, fast = (cli.run_csv(sited, engine=engine) for engine in ("numpy", "compiled"))
    for one, two in zip(plain["candidates"], fast["candidates"], strict=True):
        assert one == pytest.approx(two, abs=1e-8)
    assert fast["warnings"] == plain["warnings"]


def test_an_engine_that_is_not_installed_is_refused(sited, capsys, monkeypatch):
    monkeypatch.setattr(compiled, "installed", lambda: False)
    assert cli.main([str(sited), "--engine", "compiled"]) == 2
    assert "needs numba" in capsys.readouterr().err


def test_reading_a_long_file_tells_how_far_it_is():
    header = "candidate,interviewer,question,score\n"
    lines = [header, *(f"C{row % 50},I{row % 7},Q{row % 5},{row % 4}\n" for row in range(12_001))]
    said = []
    scores = parse_scores(lines, progress=lambda share, text: said.append((share, text)))
    assert len(scores) == 12_001
    assert said == [(0.0, "5,000 ratings read"), (0.0, "10,000 ratings read")]
    assert scores.candidate[-1] == "C0"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("C1,I1,Q1\n", "3 cells"),
        ("C1,I1,,1,2026-01-01\n", "question is empty"),
        ("C1,I1,Q1,one,2026-01-01\n", "score 'one' is not a number"),
        ("C1,I1,Q1,inf,2026-01-01\n", "score 'inf' is not a finite number"),
        ("C1,I1,Q1,1,soon\n", "scored_at 'soon'"),
        ('C1,I1,Q1,"1"2,2026-01-01\n', "not valid CSV"),
    ],
)
@pytest.mark.parametrize("before", [3, 7_000])
def test_the_first_bad_line_is_named_wherever_it_stands(bad, reason, before):
    good = "C1,I1,Q1,2,2026-01-01\n"
    worse = "C1,,Q1,x,later\n"
    lines = ["candidate,interviewer,question,score,scored_at\n", *[good] * before, "\n", bad, good, worse]
    with pytest.raises(BadRow, match=f"line {before + 3}: {reason}"):
        parse_scores(lines)


def test_of_two_bad_lines_the_first_is_named():
    header, good = "candidate,interviewer,question,score\n", "C1,I1,Q1,2\n"
    with pytest.raises(BadRow, match="line 3: interviewer is empty"):
        parse_scores([header, good, "C1,,Q1,2\n", "C1,I1,Q1\n", "C1,I1,Q1,x\n"])
    with pytest.raises(BadRow, match="line 3: score 'x'"):
        parse_scores([header, good, "C1,I1,Q1,x\n", "C1,I1,Q1\n", 'C1,I1,Q1,"1"2\n'])
