"""Other programs beside ours: what they leave is read right, scored right, and what is missing is said."""

import json
import shutil
import sys

import numpy as np
import pytest

from benchmarks import peers as package
from benchmarks.peers import __main__ as command_line
from benchmarks.peers import comparison, ours, programs, scores, unlinked
from benchmarks.peers.__main__ import HEADS, averages, chosen, main, table
from benchmarks.small_panels import simulate_small


@pytest.fixture
def panel():
    return simulate_small(3)


def scored(found, truth):
    return scores.score([scores.contrasts(found, truth)])


def test_programs_that_are_missing_are_said(monkeypatch, panel):
    monkeypatch.setattr(comparison, "can_start", lambda test: False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = list(package.peers(panel))
    assert len(found) == 14
    assert {peer.name.split(",")[0] for peer in found} == {
        "statsmodels", "statsmodels dense", "lme4", "glmmTMB gaussian", "glmmTMB binomial",
        "glmmTMB ordinal", "ordinal clmm",
    }  # fmt: skip
    assert all(peer.skipped and peer.cpu is None and peer.correlation is None for peer in found)


def test_a_package_r_lacks_is_asked_for_once(monkeypatch, panel):
    asked = []
    monkeypatch.setattr(comparison, "can_start", lambda test: asked.append(test[-1]) or False)
    monkeypatch.setattr(shutil, "which", lambda name: "/nowhere/Rscript")
    found = list(package.peers(panel, programs=chosen(["glmmTMB", "lme4"], "acl")))
    assert {peer.skipped for peer in found} == {"R has no package glmmTMB", "R has no package lme4"}
    assert len(asked) == 2


def test_a_panel_too_large_is_not_started(monkeypatch, panel):
    monkeypatch.setattr(comparison, "can_start", lambda test: True)
    monkeypatch.setattr(comparison, "run", lambda *_args, **_limits: pytest.fail("started"))
    few = [programs.Program("statsmodels", True, 100)]
    (peer,) = package.peers(panel, programs=few)
    assert peer.skipped == "not started above 100 ratings"


def test_kernels_that_are_not_installed_are_said(monkeypatch, panel):
    monkeypatch.setattr(comparison.compiled, "installed", lambda: False)
    monkeypatch.setattr(comparison, "run", lambda *_args, **_limits: pytest.fail("started"))
    found = list(package.peers(panel, programs=chosen(["psychometrics compiled"], "acl")))
    assert [peer.skipped for peer in found] == ["numba is not installed"] * 2


def test_scores_do_not_depend_on_unit_or_origin():
    rng = np.random.default_rng(1)
    truth = rng.normal(size=50)
    label = np.arange(50)
    found = truth + rng.normal(0, 0.3, 50)
    variance = np.full(50, 0.09)
    plain = scored(scores.Effects(label, found, variance), truth)
    other = scored(scores.Effects(label, 7 - 5 * found, 25 * variance), truth)
    assert other.rmse == pytest.approx(plain.rmse)
    assert other.half_width == pytest.approx(plain.half_width)
    assert other.coverage == plain.coverage
    assert other.correlation == pytest.approx(-plain.correlation)


def test_scores_against_sums_done_by_hand():
    # Centred effects -1, 0, 1 against -2, 0, 2 + a bend: factor 2 fits all but the middle.
    found = scores.Effects(np.array([0, 2, 3]), np.array([4.0, 5.0, 6.0]), np.array([0.01, 0.01, 0.25]))
    got = scored(found, np.array([-2.0, 99.0, 0.6, 2.0]))
    error = np.array([2 * -1 + 2.2, 0 - 0.4, 2 * 1 - 1.8])
    assert got.rmse == pytest.approx(np.sqrt((error**2).mean()))
    width = 2 * 1.6448536 * np.array([0.1, 0.1, 0.5])
    assert got.half_width == pytest.approx(width.mean())
    assert got.coverage == pytest.approx(2 / 3)


def test_one_factor_for_all_panels_does_not_forgive_a_unit_that_changes():
    truth = np.linspace(-1, 1, 11)
    label, variance = np.arange(11), np.full(11, 0.01)
    steady = [scores.contrasts(scores.Effects(label, 4 * truth, variance), truth)] * 2
    other = scores.contrasts(scores.Effects(label, 2 * truth, variance), truth)
    assert scores.score(steady).rmse == pytest.approx(0)
    mixed = scores.score([steady[0], other])
    # The factor is the middle of 1/4 and 1/2: the two panels come out at 1.5 and .75 of the truth.
    assert mixed.rmse == pytest.approx(np.sqrt((0.5**2 + 0.25**2) / 2 * (truth**2).mean()))
    assert mixed.correlation == pytest.approx(1)


def test_interviewers_all_put_at_zero_are_missed_not_undefined():
    truth = np.array([-1.0, 0.0, 1.0])
    none = scores.contrasts(scores.Effects(np.arange(3), np.zeros(3), np.zeros(3)), truth)
    exact = scores.contrasts(scores.Effects(np.arange(3), 2 * truth, np.full(3, 0.01)), truth)
    nearly = scores.contrasts(scores.Effects(np.arange(3), 1e-6 * truth, np.full(3, 1e-12)), truth)
    assert none.correlation is None
    assert np.isnan(package.Peer("lme4", cpu=0.1, candidates=none, interviewers=none).correlation)
    got = scores.score([none, exact])
    assert got.rmse == pytest.approx(np.sqrt(2 / 6))
    assert got.coverage == 0.5
    assert got.correlation == pytest.approx(1)
    assert scores.score([none]).correlation is None
    # Nor does a panel with next to nothing set the unit of the others.
    assert scores.score([exact, exact, nearly]).rmse == pytest.approx(np.sqrt(2 / 9), abs=1e-3)


def test_without_variances_there_is_no_coverage():
    found = scores.Effects(np.arange(3), np.array([1.0, 2.0, 4.0]), np.full(3, np.nan))
    got = scored(found, np.array([1.0, 2.0, 3.0]))
    assert got.coverage is None
    assert got.half_width is None
    assert got.rmse > 0


def test_calibrated_intervals_cover_nine_tenths_and_short_ones_fewer():
    rng = np.random.default_rng(2)
    estimate = rng.normal(size=4000)
    truth = estimate + rng.normal(0, 0.5, 4000)
    for error, covered in ((0.5, 0.90), (0.25, 0.589)):
        found = scores.Effects(np.arange(4000), estimate, np.full(4000, error**2))
        assert scored(found, truth).coverage == pytest.approx(covered, abs=0.02)


def test_coverage_at_the_ends_is_of_the_extreme_tenths():
    truth = np.linspace(-2, 2, 40)
    off = np.where(np.abs(truth) > 1.65, 0.09, 0.0) * (-1.0) ** np.arange(40)
    bent = truth + off
    got = scored(scores.Effects(np.arange(40), bent, np.full(40, 0.001)), truth)
    assert got.ends == 0.0
    assert got.coverage == 0.8
    few = scores.contrasts(scores.Effects(np.arange(3), truth[:3], np.full(3, 1.0)), truth)
    assert few.at_an_end.tolist() == [True, False, True]


def test_a_component_at_nothing_is_named():
    assert scores.put_at_zero({"candidate": 0.5, "question": 3e-5, "interview": 0.2}) == ("question",)
    assert scores.put_at_zero({}) == ()


def test_files_of_a_run_are_read(tmp_path):
    (tmp_path / "effects.csv").write_text(
        'facet,label,effect,variance\n"candidate","2",-0.5,0.04\ncandidate,10,0.5,NA\ninterviewer,1,1e-2,.09\n'
    )
    (tmp_path / "notes.txt").write_text(
        "version\tlme4 1.1.31, R 4.2.2\nfit\t0.421\nerrors\t0.077\nkilobytes\t257024\n"
        "sd candidate\t0.5\nsd interview\t3e-05\nsaid\tboundary (singular) fit \nsaid\tslow\nend\n"
    )
    found = programs.read(tmp_path)
    assert found.candidates.label.tolist() == [2, 10]
    assert found.candidates.effect.tolist() == [-0.5, 0.5]
    assert np.isnan(found.candidates.variance).tolist() == [False, True]
    assert found.interviewers.variance.tolist() == [0.09]
    assert (found.fit, found.errors, found.megabytes) == (0.421, 0.077, 251.0)
    assert found.deviations == {"candidate": 0.5, "interview": 3e-05}
    assert found.said == ("boundary (singular) fit", "slow")


def a_script(path, text):
    path.write_text(text)
    return [sys.executable, str(path)]


def test_a_run_that_fails_says_its_last_line(tmp_path, panel):
    command = a_script(tmp_path / "fails.py", "raise ValueError('no such family')")
    with pytest.raises(programs.NoResult, match="failed: ValueError: no such family"):
        programs.run(command, programs.PEERS[0], panel, seconds=60, gigabytes=8)


def test_the_error_of_r_is_told_without_its_farewell(tmp_path, panel):
    words = (
        "Loading\\nError in solve(x) : \\n  system is singular\\nCalls: fit -> solve\\nExecution halted\\n"
    )
    command = a_script(tmp_path / "fit.py", f"import sys; sys.stderr.write('{words}'); sys.exit(1)")
    with pytest.raises(programs.NoResult, match=r"^failed: Error in solve\(x\) : system is singular$"):
        programs.run(command, programs.PEERS[0], panel, seconds=60, gigabytes=8)
    command = a_script(tmp_path / "mute.py", "import sys; sys.exit(3)")
    with pytest.raises(programs.NoResult, match="ended with 3"):
        programs.run(command, programs.PEERS[0], panel, seconds=60, gigabytes=8)


def test_a_run_that_takes_too_long_is_ended(tmp_path, panel):
    command = a_script(tmp_path / "sleeps.py", "import time; time.sleep(60)")
    with pytest.raises(programs.NoResult, match="not done after 1 s"):
        programs.run(command, programs.PEERS[0], panel, seconds=1, gigabytes=8)


def test_a_run_that_wants_too_much_memory_is_ended(tmp_path, panel):
    command = a_script(tmp_path / "grows.py", "bytearray(3 * 2**30)")
    with pytest.raises(programs.NoResult, match="MemoryError"):
        programs.run(command, programs.PEERS[0], panel, seconds=60, gigabytes=1)


def test_ours_leaves_what_is_read_back(tmp_path, panel):
    columns = [getattr(panel, name).astype(np.int32) for name in programs.COLUMNS]
    result, cpu = ours.fit(np.column_stack(columns), "psychometrics NumPy", halo=True)
    ours.write(result, cpu, tmp_path)
    found = programs.read(tmp_path)
    assert found.candidates.effect.tolist() == result.candidates.measure.tolist()
    assert found.interviewers.effect.tolist() == (-result.interviewers.severity).tolist()
    assert np.sqrt(found.interviewers.variance) == pytest.approx(result.interviewers.se)
    peer = comparison.judge(programs.Program("psychometrics NumPy", True, 10**9), found, panel)
    assert peer.halo_share == pytest.approx(result.components["halo"] / result.components["candidate"])
    assert 0.5 < peer.correlation <= 1
    assert peer.interviewers.correlation < 0  # leniency, as the others have it


def test_plain_means_are_means(panel):
    found = scores.plain_means(panel, "candidate")
    own = panel.score[panel.candidate == 4].astype(float)
    assert found.effect[4] == pytest.approx(own.mean())
    assert found.variance[4] == pytest.approx(own.var() / (len(own) - 1))


def test_cumulative_logits_of_ours_join_where_ratings_are_drawn_so():
    names = {program.name for program in chosen(["psychometrics"], "cl")}
    assert names == {
        "psychometrics NumPy", "psychometrics compiled", "psychometrics NumPy, cl", "psychometrics compiled, cl",
    }  # fmt: skip
    assert {program.name for program in chosen(["psychometrics", "ordinal"], "acl")} == {
        "psychometrics NumPy", "psychometrics compiled", "ordinal clmm",
    }  # fmt: skip


def test_the_table_averages_what_finished_and_says_the_rest(panel):
    truth = panel.proficiency
    exact = scores.contrasts(scores.Effects(np.arange(20), truth, np.full(20, 0.01)), truth)
    one = package.Peer("lme4", cpu=1.0, errors=0.0, candidates=exact, interviewers=exact, zero=("question",))
    two = package.Peer("lme4", cpu=3.0, errors=0.0, candidates=exact, interviewers=exact)
    ended = package.Peer("lme4", skipped="not done after 600 s")
    means = [value for value, _ in averages([one, two])]
    assert len(means) == len(HEADS)
    assert means[0] == 2.0
    assert means[2] is None
    assert means[HEADS.index("zero")] == 0.5
    text = table("S", {"lme4": [one, two, ended], "clmm": [ended]})
    assert "2 of 3" in text
    assert "not done after 600 s" in text


def test_averages_do_not_hide_panels_without_a_number(panel):
    truth = panel.proficiency
    known = scores.contrasts(scores.Effects(np.arange(20), truth, np.full(20, 0.01)), truth)
    unknown = scores.contrasts(scores.Effects(np.arange(20), truth, np.full(20, np.nan)), truth)
    found = [package.Peer("x", cpu=1.0, candidates=part, interviewers=part) for part in (known, unknown)]
    coverage = [value for value, _ in averages(found)][HEADS.index("cover")]
    assert coverage is None


def test_what_is_not_installed_is_not_started():
    assert not programs.can_start([sys.executable, "-c", "import no_such_module"])
    assert programs.can_start([sys.executable, "-c", ""])


def test_sites_without_a_common_interviewer_share_none():
    panel = unlinked.simulate_unlinked(1)
    assert len(panel.score) == 4000
    site = panel.candidate >= unlinked.CANDIDATES
    assert not set(panel.interviewer[site].tolist()) & set(panel.interviewer[~site].tolist())
    other = unlinked.simulate_unlinked(1, severity=True)
    assert (panel.proficiency - other.proficiency)[: unlinked.CANDIDATES] == pytest.approx(unlinked.APART)
    assert (other.severity - panel.severity)[: unlinked.INTERVIEWERS] == pytest.approx(unlinked.APART)


def test_a_gap_between_sites_that_is_drawn_together_shows():
    truth = unlinked.simulate_unlinked(1).proficiency
    site = np.arange(len(truth)) < unlinked.CANDIDATES
    drawn = 3 * (truth - 0.6 * site)
    found = scores.Effects(np.arange(len(truth))[::-1], drawn[::-1], np.full(len(truth), 9 * 0.01))
    got = unlinked.answer(found, truth, ())
    assert got.true_gap - got.gap == pytest.approx(0.6)
    assert got.own_site == 1.0
    assert got.everybody == 0.0  # everybody is off by .3, every interval reaches .16
    assert unlinked.answer(found, truth, ("The candidates fall into 2 unlinked subsets.",)).gap is None
    assert "refused" in unlinked.line("ours", [unlinked.answer(found, truth, ("2 unlinked subsets",))])
    assert "0.00" in unlinked.line("other", [got])


def test_the_command_scores_ours_and_plain_means(monkeypatch, capsys):
    started = []

    def once(panel, **limits):  # both forms of output from one start of the programs
        if not started:
            started.extend(package.peers(panel, **limits))
        yield from started

    monkeypatch.setattr(command_line, "peers", once)
    command = [
        "peers",
        "--small",
        "1",
        "--first",
        "3",
        "--programs",
        "psychometrics NumPy",
        "--format",
        "json",
    ]
    monkeypatch.setattr(sys, "argv", command)
    main()
    results = json.loads(capsys.readouterr().out)["results"]
    assert set(results) == {"plain means", "psychometrics NumPy", "psychometrics NumPy, no halo"}
    (found,) = results["psychometrics NumPy"]
    assert len(found["candidates"]["effect"]) == len(found["candidates"]["variance"]) == 20
    assert found["cpu"] > 0
    monkeypatch.setattr(sys, "argv", command[:-2])
    main()
    text = capsys.readouterr().out
    assert "180 ratings" in text
    assert "psychometrics, NumPy" in text
