"""Noise audits: chosen, made by the worker, read by calibrators alone, without a name in the result."""

import pytest

from accounts.errors import InvalidInput
from hiring.calibration import judgements
from hiring.calibration.judgements import Chosen, Judgement, gather
from hiring.calibration.noise import make_audit, request_audit
from hiring.calibration.noise_models import NoiseAudit
from hiring.calibration.noise_words import lines_of, summary_of
from jobs.testing import run_all
from tests.calibration.test_flags_shown import Planted, planted_rivals
from tests.lab.worlds import answer, sat
from tests.reports.conftest import signed_in
from tests.standing import standing

pytestmark = pytest.mark.django_db

NOISE = "/t/acme/calibration/noise/"
_built, planted = standing(planted_rivals)


def test_a_calibrator_chooses_and_reads_level_and_pattern_noise(planted: Planted) -> None:
    ours = planted.ours
    client = signed_in(ours.calibrator)
    people = [str(person.pk) for person in ours.interviewers]
    page = client.get(NOISE).content.decode()
    assert all(f'value="{pk}"' in page for pk in people)

    asked = client.post(
        f"{NOISE}ask/", {"title": "Two questions", "people": people, "questions": [ours.questions[0].key]}
    )
    assert asked.status_code == 302
    run_all()

    made = NoiseAudit.objects.get()
    body = " ".join(client.get(f"{NOISE}{made.pk}/").content.decode().split())
    assert (made.title, made.requested_by) == ("Two questions", ours.calibrator)
    assert made.found["judges"] == 3
    assert "points on the same case, on average" in body
    assert "Level noise" in body
    assert "too few cases were scored twice by the same person" in body
    assert ours.questions[0].title in body


def test_the_dice_are_pattern_noise_not_level_noise(planted: Planted) -> None:
    made = make_audit(team=planted.ours.team, by=None, title="", chosen=Chosen())
    found = made.found

    assert found["pattern"]["value"] > 2 * found["level"]["value"]
    assert summary_of(made).endswith("of that noise is pattern noise.")
    assert made.title.startswith("Noise audit of ")
    shares = [line.share for line in lines_of(made) if line.share is not None]
    assert sum(shares) == pytest.approx(1)
    assert not any(name in str(made.result) for name in (planted.dice.name, str(planted.dice.email)))


def test_a_panel_that_could_be_traced_is_refused_and_too_few_cases_are_said(planted: Planted) -> None:
    ours = planted.ours
    two = [person.pk for person in ours.interviewers[:2]]
    with pytest.raises(InvalidInput, match="at least 3 people"):
        request_audit(team=ours.team, by=ours.calibrator, title="", chosen=Chosen(people=two))
    refused = signed_in(ours.calibrator).post(f"{NOISE}ask/", {"people": [str(pk) for pk in two]})
    assert refused.status_code == 422
    assert "at least 3 people" in refused.content.decode()

    made = make_audit(team=ours.team, by=None, title="Few", chosen=Chosen(questions=["none_such"]))
    assert made.result is None
    body = signed_in(ours.calibrator).get(f"{NOISE}{made.pk}/").content.decode()
    assert "Not enough data: 0 cases judged by two or more" in body
    assert "Make the PDF" not in body


def test_other_sources_of_judgements_join(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    def prepared(team: object, chosen: Chosen) -> list[Judgement]:
        return [
            Judgement(f"v{case}", judge, occasion, float(case % 4 + 1))
            for case in range(12)
            for judge in (1, 2, 3)
            for occasion in ("first", "second")
        ]

    monkeypatch.setattr(judgements, "SOURCES", {"prepared": ("Prepared", prepared)})
    assert len(gather(planted.ours.team, Chosen())) == 72
    made = make_audit(team=planted.ours.team, by=None, title="Prepared", chosen=Chosen())

    assert made.found["repeats"] == 36
    assert made.found["occasion"]["value"] == 0
    assert summary_of(made) == "These people scored the same cases alike: no noise was found."


@pytest.mark.parametrize("role", ["admin", "recruiter", "hiring_manager", "leader", "interviewer"])
def test_audits_are_for_calibrators_of_the_team(planted: Planted, role: str) -> None:
    made = make_audit(team=planted.ours.team, by=None, title="Ours", chosen=Chosen())
    theirs = make_audit(team=planted.worlds.theirs.team, by=None, title="Theirs", chosen=Chosen())
    client, rival = signed_in(planted.ours.members[role]), signed_in(planted.worlds.theirs.calibrator)

    for path in (NOISE, f"{NOISE}{made.pk}/"):
        assert client.get(path).status_code == 403
        assert rival.get(path).status_code == 404
    assert client.post(f"{NOISE}ask/", {}).status_code == 403
    assert signed_in(planted.ours.calibrator).get(f"{NOISE}{theirs.pk}/").status_code == 404
    assert "Theirs" not in signed_in(planted.ours.calibrator).get(NOISE).content.decode()


def test_what_is_not_on_the_list_is_refused(planted: Planted) -> None:
    answer = signed_in(planted.ours.calibrator).post(f"{NOISE}ask/", {"people": ["999999"]})

    assert answer.status_code == 422
    assert "999999 is not one of the available choices" in answer.content.decode()


def test_prepared_answers_of_the_lab_count_by_their_first_sitting(planted: Planted) -> None:
    """One answer, three people; one of them sits it again after the reference was shown."""
    ours = planted.ours
    prepared = answer(ours.questions[0], "v", 3)
    for rater, point in zip(ours.interviewers, (2, 3, 4), strict=True):
        sat(prepared, rater, point)
    sat(prepared, ours.interviewers[0], 1, number=2)
    sat(answer(ours.questions[0], "charming", 3, trap="charm"), ours.interviewers[0], 4)

    found = gather(ours.team, Chosen(sources=["lab"]))

    assert [(row.judge, row.score) for row in found] == [
        (person.pk, float(point)) for person, point in zip(ours.interviewers, (2, 3, 4), strict=True)
    ]
    assert len({row.case for row in found}) == 1
    assert gather(ours.team, Chosen(sources=["lab"], openings=[ours.opening.pk])) == []
    assert len(gather(ours.team, Chosen())) > len(found)
