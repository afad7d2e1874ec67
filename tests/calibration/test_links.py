"""Who is tied to whom, moved questions and broken assumptions: from a run to the calibrators' page."""

from dataclasses import replace

import pytest

from accounts.models import TeamPolicy
from hiring.calibration import linking
from hiring.calibration.dataset import load
from hiring.calibration.fitting import fit
from hiring.calibration.links import links_of, moved
from hiring.calibration.models import CalibrationRun
from hiring.pipeline.models import Application
from tests.calibration.test_flags_shown import Planted, planted_rivals
from tests.calibration.test_own_severity import run_with
from tests.factories import OpeningFactory
from tests.reports.conftest import signed_in
from tests.standing import standing

pytestmark = pytest.mark.django_db

_built, planted = standing(planted_rivals)


def body(planted: Planted) -> str:
    return " ".join(signed_in(planted.ours.calibrator).get("/t/acme/calibration/").content.decode().split())


def test_one_opening_has_no_two_panels_to_compare(planted: Planted) -> None:
    assert planted.run.links["pairs"] == []
    assert "One opening has ratings: there are no two panels to compare." in body(planted)


def test_two_openings_are_compared_and_the_best_loan_is_named(planted: Planted) -> None:
    """Half of the applications belong to another opening; one of its people rates there alone."""
    ours = planted.ours
    second = OpeningFactory(team=ours.team, profile=ours.profile, loop=ours.loop, title="Second opening")
    late = Application.objects.filter(opening=ours.opening).order_by("-pk").values_list("pk", flat=True)[:30]
    Application.objects.filter(pk__in=list(late)).update(opening=second)
    policy, scale = TeamPolicy.objects.current_for(ours.team.pk), ours.questions[0].scale
    data = load(ours.team, scale, policy)
    found = fit(data, scale, policy)

    stored = linking.of(data, found)
    (pair,) = stored["pairs"]  # type: ignore[misc]
    assert pair["shared"] == 5
    assert pair["se"] >= 0
    assert pair["loan"] is None

    rows = [row for row in data.rows if row.opening != second.pk or row.interviewer == ours.recruiter.pk]
    fewer = replace(data, rows=rows)
    alone = linking.of(fewer, fit(fewer, scale, policy))
    (weaker,) = alone["pairs"]  # type: ignore[misc]
    loan = weaker["loan"]
    assert weaker["shared"] == 1
    assert loan["opening"] == second.pk
    assert loan["partner"] == ours.recruiter.pk
    assert loan["se"] < weaker["se"]


def stored_run(planted: Planted, **values: object) -> CalibrationRun:
    ours = planted.ours
    run = run_with(ours, {ours.interviewers[0]: 0.4}, looked_for=[])
    fields = {
        field.attname: getattr(run, field.attname)
        for field in run._meta.concrete_fields
        if field.name != "id"
    }
    return CalibrationRun.objects.create(**fields | values)


def test_the_page_says_how_well_two_panels_are_known_and_who_could_help(planted: Planted) -> None:
    ours = planted.ours
    second = OpeningFactory(team=ours.team, profile=ours.profile, loop=ours.loop, title="Second opening")
    ines, ivan = ours.interviewers[:2]
    stored_run(
        planted,
        links={
            "pairs": [
                {
                    "openings": [ours.opening.pk, second.pk],
                    "shared": 1,
                    "se": 0.5,
                    "loan": {"interviewer": ines.pk, "partner": ivan.pk, "opening": second.pk, "se": 0.3},
                }
            ],
            "bridges": [{"interviewer": ivan.pk, "applications": 6, "interviewers": 3}],
            "unit": "levels",
        },
        assumptions=[{"name": "stages", "text": "Later stages differ in kind."}],
    )

    found = body(planted)

    assert "1 pair of openings is too weak to compare candidates across." in found
    assert f"{ines.name} takes one interview of Second opening beside {ivan.name}: ± 0.49" in found
    assert f"{ivan.name}: 6 applications and 3 interviewers hang on them alone." in found
    assert "Later stages differ in kind." in found


@pytest.mark.parametrize(("se", "verdict"), [(0.1, "good"), (0.25, "fair"), (0.4, "too weak")])
def test_a_pair_is_judged_by_the_width_of_its_interval(planted: Planted, se: float, verdict: str) -> None:
    ours = planted.ours
    second = OpeningFactory(team=ours.team, profile=ours.profile, loop=ours.loop, title="Second opening")
    run = stored_run(
        planted,
        links={
            "pairs": [{"openings": [ours.opening.pk, second.pk], "shared": 2, "se": se, "loan": None}],
            "bridges": [],
            "unit": "levels",
        },
    )

    (pair,) = links_of(run).pairs
    assert pair.verdict == verdict
    assert not pair.helps


def test_a_question_that_became_easier_is_told_with_what_to_do(planted: Planted) -> None:
    row = {"key": "q", "title": "Broken retrieval", "unit": "levels", "n_ratings": 60, "flagged": True}
    easier = row | {"effect": 0.9, "lower": 0.5, "upper": 1.3}
    harder = row | {"title": "Paper", "effect": -0.8, "lower": -1.2, "upper": -0.4}
    still = row | {"title": "Still", "effect": 0.1, "lower": -0.2, "upper": 0.4, "flagged": False}
    stored_run(planted, question_tests=[harder, still, easier])

    found = body(planted)

    assert [question.title for question in moved([harder, still, easier])] == ["Broken retrieval", "Paper"]
    assert (
        "<b>Became easier</b>: 0.9 levels in the later half of its 60 ratings, 90 % interval 0.5 to 1.3."
        in found
    )
    assert "is it known outside?" in found
    assert "<b>Became harder</b>: 0.8 levels" in found
    assert "Still" not in found.split('id="questions"')[1].split("</section>")[0]


def test_a_run_keeps_every_question_it_tested(planted: Planted) -> None:
    assert {row["key"] for row in planted.run.question_tests} <= {q.key for q in planted.ours.questions}
