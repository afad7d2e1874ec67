"""Kinds of report: a new one is a folder, and every door knows it."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import QuerySet
from django.utils import timezone
from pypdf import PdfReader

from accounts.errors import Conflict, InvalidInput
from accounts.models import Team, User
from accounts.permissions import Permission
from hiring.pipeline.models import Opening
from jobs.testing import run_all
from reports import actions, kinds
from reports.kinds import Arranged, ReportKind, register
from reports.models import Report
from reports.pdf.document import Document
from reports.skill_gap.kind import SkillGap
from tests.factories import AssignmentFactory
from tests.reports.conftest import Scored, evaluation_gap_of, signed_in, skill_gap_of

pytestmark = pytest.mark.django_db


class OpeningSheet(ReportKind[Opening]):
    """A toy: the least that a report is."""

    key = "opening-sheet"
    name = "Opening sheet"
    subject = "opening"
    subject_missing = "An opening sheet needs an opening."
    key_help = "an opening's key"
    permissions = (Permission.VIEW_REPORTS, Permission.CALIBRATE)

    def subjects(self) -> QuerySet[Opening]:
        rows: QuerySet[Opening] = Opening.objects.select_related("team")
        return rows

    def subjects_for(self, user: User, team: Team) -> QuerySet[Opening]:
        return self.subjects().filter(team=team)

    def find(self, key: str, team: Team) -> Opening:
        found = self.subjects().filter(team=team, key=key).first()
        if found is None:
            raise InvalidInput(f"{team} has no opening {key}.")
        return found

    def team_of(self, subject: Opening) -> Team:
        return subject.team

    def title(self, subject: Opening) -> str:
        return f"Sheet of {subject}"

    def check(self, subject: Opening, *, team: Team, by: User | None) -> None:
        """Everything may be asked for."""

    def arrange(self, subject: Opening, *, team: Team, letter: bool) -> Arranged:
        document = Document(
            kind="Opening sheet",
            subject=subject.title,
            title="The opening stands",
            description="One opening.",
            made_at=timezone.now(),
            letter=letter,
        )
        return Arranged("reports/pdf/base.html", document, document, {"opening": subject.key})


@pytest.fixture
def sheet(monkeypatch: pytest.MonkeyPatch) -> OpeningSheet:
    """The toy, on the list for one test."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    register(OpeningSheet)
    found = kinds.get("opening-sheet")
    assert isinstance(found, OpeningSheet)
    return found


@pytest.mark.pdf
def test_new_kind_is_asked_for_made_and_read_without_another_line(
    scored: Scored, sheet: OpeningSheet
) -> None:
    ours = scored.ours
    client = signed_in(ours.calibrator)
    body = {"kind": sheet.key, "opening": ours.opening.pk}
    asked = client.post("/api/v1/reports/", body, content_type="application/json")
    assert asked.status_code == 202
    assert asked.json()["title"] == f"Sheet of {ours.opening}"
    assert (asked.json()["opening"], asked.json()["loop"]) == (ours.opening.pk, None)

    run_all(ours.team)

    report = Report.objects.get()
    assert report.provenance == {"opening": ours.opening.key}
    with report.file.open("rb") as file:
        assert "The opening stands" in PdfReader(file).pages[0].extract_text()
    assert ("opening-sheet", "Opening sheet") in kinds.choices()
    # The rights of the kind count in every list: only the calibrator has both.
    seen = {role for role, user in ours.members.items() if Report.objects.visible_to(user).exists()}
    assert seen == {"calibrator"}


@pytest.mark.pdf
def test_command_makes_a_new_kind(scored: Scored, sheet: OpeningSheet, tmp_path: Path) -> None:
    out, target = StringIO(), tmp_path / "sheet.pdf"
    call_command(
        "report", sheet.key, "opening", "--team", "acme", "--out", str(target), "--format", "json", stdout=out
    )
    assert json.loads(out.getvalue())["provenance"] == {"opening": "opening"}
    assert target.read_bytes().startswith(b"%PDF")


def test_two_kinds_of_one_key_are_refused() -> None:
    class Twin(OpeningSheet):
        key = SkillGap.key

    with pytest.raises(ValueError, match="Two reports of kind skill-gap"):
        register(Twin)


def test_unknown_kind_is_named_with_those_there_are() -> None:
    with pytest.raises(
        LookupError, match=r"leadership.*candidate-page, evaluation-gap, noise-audit, skill-gap"
    ):
        kinds.get("leadership")


@pytest.mark.pdf
def test_report_of_a_kind_that_is_gone_is_shown_to_nobody(scored: Scored) -> None:
    report = evaluation_gap_of(scored.ours)
    Report.objects.filter(pk=report.pk).update(kind="of-another-version")
    client = signed_in(scored.ours.admin)
    assert not Report.objects.visible_to(scored.ours.admin).exists()
    assert client.get(f"/t/acme/reports/{report.pk}/").status_code == 404


@pytest.mark.pdf
def test_report_whose_subject_is_gone_is_refused_in_words(scored: Scored) -> None:
    report = evaluation_gap_of(scored.ours)
    Report.objects.filter(pk=report.pk).update(subject_id=10**9)
    done = run_all(scored.ours.team, raise_errors=False)
    (job,) = [job for job in done if job.kind == actions.KIND]
    assert job.state == "failed"
    assert "no longer exists" in job.error


def test_whoever_owes_a_scorecard_is_refused_by_the_action_itself(scored: Scored) -> None:
    ours = scored.ours
    type(ours.application).objects.filter(pk=ours.application.pk).update(state="active")
    AssignmentFactory(interview=ours.interviews[0], interviewer=ours.hiring_manager)
    with pytest.raises(Conflict, match="still owe a scorecard"):
        skill_gap_of(ours)
    assert not Report.objects.exists()
