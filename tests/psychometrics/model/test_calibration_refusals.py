"""Never a silent number: refusals and what is said beside the numbers."""

from datetime import date

import numpy as np
import pytest

from psychometrics.errors import BadInput, NotEnoughData, NoVariation
from psychometrics.model.calibration import calibrate, update
from psychometrics.model.calibration.linking import best_linking_rater
from psychometrics.model.diagnostics import diagnose
from tests.psychometrics import panels


def _said(result, text):
    return any(text in warning for warning in result.warnings)


def test_too_few_ratings_are_refused():
    with pytest.raises(NotEnoughData, match="at least 10"):
        calibrate([1, 2, 3], [1, 1, 2], [1, 1, 1], [1, 2, 3])


def test_equal_ratings_are_refused():
    with pytest.raises(NoVariation, match="all 12 ratings are 3"):
        calibrate(np.repeat([1, 2], 6), [1, 2] * 6, [1] * 12, [3] * 12)


def test_one_candidate_is_refused():
    with pytest.raises(NotEnoughData, match="one candidate"):
        calibrate([1] * 12, [1, 2] * 6, [1] * 12, [1, 2, 3] * 4)


def test_too_many_values_are_refused():
    with pytest.raises(BadInput, match="31 distinct values"):
        calibrate([1, 2] * 31, [1] * 62, [1] * 62, np.arange(62) // 2)


def test_missing_scores_are_refused():
    with pytest.raises(BadInput, match="position 3"):
        calibrate([1, 2] * 6, [1] * 12, [1] * 12, [1, 2, 3, np.nan] * 3)


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(BadInput, match="interviewer has 11 values"):
        calibrate([1, 2] * 6, [1] * 11, [1] * 12, [1, 2, 3] * 4)


@pytest.mark.parametrize(
    "label",
    [
        ["Ana", "Ben", None, "Dia"],
        ["Ana", "Ben", float("nan"), "Dia"],
        ["Ana", "Ben", "", "Dia"],
        [1, 2, None, 4],
        [1, 2, float("nan"), 4],
        np.array(["Ana", "Ben", None, "Dia"], dtype=object),
        np.array(["2026-01-05", "2026-01-06", "NaT", "2026-01-07"], dtype="datetime64[D]"),
        np.ma.masked_array(["Ana", "Ben", "Cem", "Dia"], [False, False, True, False]),
        np.ma.masked_array([1, 2, 3, 4], [False, False, True, False]),
    ],
)
def test_nobody_is_called_nan(label):
    label = label * 3 if isinstance(label, list) else np.ma.concatenate([label] * 3)
    columns = {
        "candidate": [1, 2, 3, 4] * 3,
        "interviewer": [1, 2, 2] * 4,
        "question": [1] * 12,
        "interview": [1] * 12,
        "group": [1, 2, 3, 4] * 3,
    }
    for name in columns:
        with pytest.raises(
            BadInput, match=f"^{name} must name something in every row.* position 2 is missing"
        ):
            calibrate(**{**columns, name: label}, score=[1, 2, 3, 4] * 3)


def test_labels_of_two_kinds_are_refused():
    plain = {"interviewer": [1, 2] * 6, "question": [1] * 12, "score": [1, 2, 3] * 4}
    with pytest.raises(BadInput, match=r"candidate must be labels of one kind.* 'Ana' and 3"):
        calibrate(["Ana", 3, "Cem"] * 4, **plain)
    with pytest.raises(BadInput, match="candidate must be labels of one kind"):
        calibrate([date(2026, 1, 5), 3, 4] * 4, **plain)


def test_labels_are_what_they_say_in_whatever_they_come():
    panel = panels.small(1)
    named = [f"person {code}" for code in panel.candidate]
    wanted = calibrate(named, panel.interviewer, panel.question, panel.score)
    loose = calibrate(np.array(named, dtype=object), panel.interviewer.tolist(), panel.question, panel.score)
    assert np.array_equal(wanted.candidates.label, loose.candidates.label)
    assert np.array_equal(wanted.candidates.measure, loose.candidates.measure)
    more = update(wanted, np.array(["Zoe"], dtype=object), [0], [0], [2])
    assert "Zoe" in more.candidates.label
    with pytest.raises(BadInput, match="candidate must name something"):
        update(wanted, ["Zoe", None], [0, 0], [0, 1], [2, 2])


def test_a_candidate_in_two_groups_is_named():
    panel = panels.small(1)
    stage = np.where(np.arange(len(panel.score)) % 9 < 5, "first", "second")
    with pytest.raises(BadInput, match=r"candidate 0 is in two groups.*never the stage reached"):
        calibrate(panel.candidate, panel.interviewer, panel.question, panel.score, group=stage)


def _repeats(result):
    return [
        warning for warning in result.warnings if "repeat another" in warning or "repeats another" in warning
    ]


def test_ratings_that_stand_there_twice_are_counted_and_said():
    panel = panels.small(1)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    assert not _repeats(calibrate(*columns))
    pasted = calibrate(*(np.tile(column, 2) for column in columns))
    assert pasted.ratings == 360
    (said,) = _repeats(pasted)
    assert said.startswith(
        "180 ratings repeat another of the same candidate, interviewer and question, 180 of them"
    )
    assert "first rating 181, which repeats rating 1 " in said
    assert "name the interview" in said


def test_a_repeated_rating_is_named():
    panel = panels.small(1)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    places = np.r_[5, np.arange(180), 170, 60]  # shuffled rows: 5 stands first and seventh
    (said,) = _repeats(calibrate(*(column[places] for column in columns)))
    assert said.startswith("3 ratings repeat another")
    assert (
        f"first rating 7, which repeats rating 1 (candidate {panel.candidate[5]}, interviewer "
        f"{panel.interviewer[5]}, question {panel.question[5]})" in said
    )
    base = calibrate(*columns)
    (said,) = _repeats(update(base, *(column[60:61] for column in columns[:3]), [(panel.score[60] + 1) % 4]))
    assert "1 rating repeats another" in said
    assert "with another score: rating 181, which repeats rating 61 " in said


def test_a_second_interview_repeats_nothing():
    panel = panels.small(1)
    twice = [np.tile(c, 2) for c in (panel.candidate, panel.interviewer, panel.question, panel.score)]
    assert not _repeats(calibrate(*twice, interview=np.repeat([1, 2], 180)))
    (said,) = _repeats(calibrate(*twice, interview=np.ones(360)))
    assert "question and interview" in said


def test_a_link_that_hardly_helps_is_not_suggested():
    sites = [panels.small(seed, candidates=120, interviewers=10, questions=8) for seed in (1, 2)]
    candidate, interviewer, question, score = (
        np.concatenate([getattr(site, name) + 1000 * apart * k for k, site in enumerate(sites)])
        for name, apart in (("candidate", 1), ("interviewer", 1), ("question", 0), ("score", 0))
    )
    result = calibrate(candidate, interviewer, question, score)
    assert _said(result, "2 unlinked subsets")
    link = best_linking_rater(result.posterior.best, result.candidates.subset - 1, 1)
    assert 0.95 * link.before < link.after < link.before
    assert not _said(result, "standard error of the difference")


def test_one_interviewer_each_is_qualified():
    panel = panels.small(1, candidates=40)
    alone = panel.candidate % 5
    result = calibrate(panel.candidate, alone, panel.question, panel.score)
    assert _said(result, "rated by one interviewer only: proficiency, severity and halo")
    assert _said(result, "5 unlinked subsets")
    assert "halo" not in result.estimated
    assert result.components["halo"] == pytest.approx(0.4)


def test_questions_of_one_interviewer_are_named():
    panel = panels.small(2, candidates=40)
    question = np.where(panel.interviewer == 0, 100 + panel.question, panel.question)
    result = calibrate(panel.candidate, panel.interviewer, question, panel.score)
    assert _said(result, "asked by one interviewer only")
    private = [
        flags
        for label, flags in zip(result.questions.label, result.questions.flags, strict=True)
        if label >= 100
    ]
    assert private
    assert all("one_interviewer" in flags for flags in private)


def test_one_rating_a_unit_leaves_halo_out():
    panel = panels.small(3, candidates=60)
    first = np.flatnonzero(np.arange(len(panel.score)) % 3 == 0)
    result = calibrate(
        panel.candidate[first], panel.interviewer[first], panel.question[first], panel.score[first]
    )
    assert result.components["halo"] is None
    assert _said(result, "Halo is not in the model")


def test_one_interviewer_and_one_question_have_no_contrast():
    panel = panels.small(4)
    nobody = np.zeros(len(panel.score), int)
    result = calibrate(panel.candidate, nobody, nobody, panel.score)
    assert np.isnan(result.interviewers.severity[0])
    assert np.isnan(result.questions.se[0])
    assert np.isfinite(result.candidates.se).all()
    assert _said(result, "One interviewer only")
    assert result.components["question"] is None


def test_unused_points_are_collapsed_and_said():
    panel = panels.small(5)
    stretched = np.array([1, 2, 4, 5])[panel.score]
    result = calibrate(panel.candidate, panel.interviewer, panel.question, stretched)
    assert result.categories.tolist() == [1, 2, 4, 5]
    assert _said(result, "1, 2, 4, 5")


def test_shared_answers_are_said():
    panel = panels.small(6)
    session = panel.candidate
    result = calibrate(panel.candidate, panel.interviewer, panel.question % 2, panel.score, interview=session)
    assert _said(result, "rated by several interviewers in one interview")


def test_small_panels_say_so():
    panel = panels.small(7)
    assert _said(calibrate(panel.candidate, panel.interviewer, panel.question, panel.score), "a small panel")


def test_two_categories_are_enough():
    panel = panels.small(8, candidates=60)
    result = calibrate(panel.candidate, panel.interviewer, panel.question, panel.score >= 2)
    assert len(result.thresholds) == 1
    assert np.corrcoef(result.candidates.measure, panel.proficiency)[0, 1] > 0.7


def test_perfectly_ordered_ratings_stay_finite():
    candidate = np.repeat(np.arange(6), 4)
    result = calibrate(candidate, np.tile([0, 1], 12), np.tile([0, 0, 1, 1], 6), candidate)
    assert np.abs(result.candidates.measure).max() < 15
    assert (np.diff(result.candidates.measure) > 0).all()


def test_results_cannot_be_changed_and_can_be_compared_and_hashed():
    panel = panels.small(1)
    columns = (panel.candidate, panel.interviewer, panel.question, panel.score)
    one, two = calibrate(*columns), calibrate(*columns)
    for array in (one.candidates.measure, one.interviewers.label, one.questions.n, one.thresholds):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]
    found, other = diagnose(one), diagnose(two)
    assert one == one  # noqa: PLR0124 - what is tested
    assert one != two
    assert found != other
    assert len({one, two, one.candidates, two.candidates, found, other}) == 6
