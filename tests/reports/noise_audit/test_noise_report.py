"""The noise audit as a PDF: for calibrators, without a name."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from accounts.errors import Conflict, InvalidInput
from hiring.calibration.judgements import Chosen
from hiring.calibration.noise import make_audit
from hiring.calibration.noise_words import summary_of
from jobs.testing import run_all
from reports import kinds
from reports.models import Report
from tests.calibration.test_flags_shown import Planted, planted_rivals
from tests.reports.conftest import signed_in
from tests.standing import standing

pytestmark = pytest.mark.django_db
_built, planted = standing(planted_rivals)


def test_the_file_says_the_parts_and_nobodys_name(planted: Planted) -> None:
    ours = planted.ours
    made = make_audit(team=ours.team, by=ours.calibrator, title="Spring panel", chosen=Chosen())
    client = signed_in(ours.calibrator)

    client.post(f"/t/acme/reports/noise-audit/{made.pk}/")
    run_all()

    report = Report.objects.get()
    got = client.get(f"/t/acme/reports/{report.pk}/")
    text = " ".join(
        " ".join(
            page.extract_text() for page in PdfReader(BytesIO(b"".join(got.streaming_content))).pages
        ).split()
    )
    assert summary_of(made).split(";")[0] in text
    assert "Level noise" in text
    assert "not enough data" in text
    assert not any(person.name in text for person in ours.interviewers)
    assert report.provenance["judges"] == 5


def test_others_neither_make_nor_read_it(planted: Planted) -> None:
    ours = planted.ours
    made = make_audit(team=ours.team, by=None, title="Spring panel", chosen=Chosen())
    path = f"/t/acme/reports/noise-audit/{made.pk}/"

    assert signed_in(ours.hiring_manager).post(path).status_code == 403
    assert signed_in(planted.worlds.theirs.calibrator).post(path).status_code == 404
    theirs = make_audit(team=planted.worlds.theirs.team, by=None, title="Theirs", chosen=Chosen())
    assert signed_in(ours.calibrator).post(f"/t/acme/reports/noise-audit/{theirs.pk}/").status_code == 404
    assert not Report.objects.exists()


def test_what_cannot_be_printed_is_refused_with_the_reason(planted: Planted) -> None:
    kind, team = kinds.get("noise-audit"), planted.ours.team
    empty = make_audit(team=team, by=None, title="Few", chosen=Chosen(questions=["none"]))

    with pytest.raises(Conflict, match="Not enough data: 0 cases"):
        kind.check(empty, team=team, by=None)
    with pytest.raises(InvalidInput, match="There is no noise audit 999999"):
        kind.find("999999", team)
    assert kind.find(str(empty.pk), team) == empty
