"""Report PDFs end to end: asked for on a page, made by a job, kept under a hash, read as text."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Model
from django.urls import reverse
from pypdf import PdfReader

from accounts.errors import Conflict, InvalidInput
from accounts.models import TeamPolicy
from hiring.calibration.readers import levels_for
from hiring.decisions.actions import open_debrief
from hiring.scoring.models import Rating
from jobs.testing import run_all
from reports import actions, kinds
from reports.models import Report
from reports.render import render
from tests.factories import StageFactory
from tests.reports.conftest import HOSTILE, Scored, evaluation_gap_of, signed_in, skill_gap_of
from tests.worlds import submitted_card, team_world

pytestmark = pytest.mark.django_db


def read(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def words(reader: PdfReader) -> str:
    """All text, without the line breaks that the layout made."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def made(report: Report) -> PdfReader:
    return read(render(report, lambda _share, _step: None).content)


@pytest.fixture(scope="module")
def plain(_built: Scored, django_db_blocker: Any) -> PdfReader:
    """The skill gap of the module's own world, as nobody has changed it: set once, for all who only read it."""
    with django_db_blocker.unblock():
        return made(of(_built))


def of(scored: Scored, **more: Any) -> Report:
    return Report(team=scored.ours.team, kind="skill-gap", subject_id=scored.ours.application.pk, **more)


@pytest.mark.pdf
def test_report_is_asked_for_made_and_kept_under_its_hash(scored: Scored) -> None:
    client = signed_in(scored.ours.hiring_manager)
    asked = client.post(reverse("report_skill_gap", args=["acme", scored.ours.application.pk]))
    report = Report.objects.get()
    waiting = client.get(asked["Location"])
    assert waiting["Location"] == reverse("job_status", args=["acme", report.job_id])

    jobs = [job for job in run_all(scored.ours.team) if job.kind == actions.KIND]

    assert [(job.state, job.progress) for job in jobs] == [("done", 1.0)]
    report.refresh_from_db()
    answer = client.get(asked["Location"])
    content = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert hashlib.sha256(content).hexdigest() == report.sha256
    assert len(read(content).pages) == report.pages
    assert report.provenance["run"] == scored.run.pk


@pytest.mark.pdf
def test_storing_a_report_twice_keeps_the_first_file(scored: Scored) -> None:
    report = evaluation_gap_of(scored.ours)
    first = actions.store(report=report, content=b"%PDF-1", pages=1, provenance={}, job=None)
    second = actions.store(report=report, content=b"%PDF-2", pages=2, provenance={}, job=None)
    assert (second.sha256, second.pages) == (first.sha256, 1)


@pytest.mark.pdf
def test_skill_gap_prints_the_stored_levels_and_no_names_of_interviewers(
    scored: Scored, plain: PdfReader
) -> None:
    text = words(plain)

    policy = TeamPolicy.objects.current_for(scored.ours.team.pk)
    for view in levels_for(scored.ours.application, run=scored.run, policy=policy).levels:
        assert view.level is not None
        assert f"{view.level:.1f}, {view.lower:.1f}–{view.upper:.1f}" in text
        assert view.requirement.competency.name in text
    assert "Candidate of acme" in text
    assert "Interviewer A" in text
    for who in (*scored.ours.interviewers, scored.ours.recruiter):
        assert who.name not in text
    assert "rival" not in text


@pytest.mark.pdf
def test_hostile_evidence_is_text_and_fetches_nothing(plain: PdfReader) -> None:
    assert HOSTILE in words(plain)


@pytest.mark.pdf
def test_huge_evidence_is_cut_and_the_report_stays_short(scored: Scored, plain: PdfReader) -> None:
    pages = len(plain.pages)
    for long in ("W" * 9000, "many words " * 3000):
        original = Rating.evidence

        def huge(rating: Rating, long: str = long) -> str:
            return long

        Rating.evidence = property(huge, lambda *_: None)  # type: ignore[assignment]
        try:
            assert len(made(of(scored)).pages) <= pages + 3
        finally:
            Rating.evidence = original


@pytest.mark.pdf
@pytest.mark.parametrize("kind", ["skill gap", "evaluation gap"])
def test_pdf_is_tagged_titled_and_in_a_language(kind: str, scored: Scored, plain: PdfReader) -> None:
    reader = plain if kind == "skill gap" else made(evaluation_gap_of(scored.ours))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "/StructTreeRoot" in root
    assert "pdfuaid:part" in root["/Metadata"].get_object().get_data().decode()
    assert reader.metadata is not None
    assert reader.metadata.title


@pytest.mark.pdf
@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_summary_fits_page_one_on_either_paper(
    paper: str, size: tuple[int, int], scored: Scored, plain: PdfReader
) -> None:
    reader = plain if paper == Report().paper else made(of(scored, paper=paper))
    first, second = reader.pages[:2]
    assert (round(first.mediabox.width), round(first.mediabox.height)) == size
    assert "Ask next" in first.extract_text()
    assert second.extract_text().find("Competency by competency") >= 0


@pytest.mark.pdf
def test_without_a_run_ratings_are_pending_and_not_unknown(scored: Scored) -> None:
    ours = debrief_without_run()
    text = words(made(Report(team=ours.team, kind="skill-gap", subject_id=ours.application.pk)))
    assert "calibration is not finished" in text
    assert "never rated" not in text
    assert "100" in text
    assert "rated, calibration under way" in text.lower()


def debrief_without_run() -> Any:

    world = team_world("late")
    for interview in world.interviews:
        for interviewer in world.interviewers[:2]:
            submitted_card(interview, interviewer, 3)
    open_debrief(application=world.application, by=world.recruiter)
    return world


@pytest.mark.pdf
def test_competency_nobody_rated_is_unknown(db: None) -> None:
    world = team_world("late")
    for interviewer in world.interviewers[:2]:
        submitted_card(world.interviews[0], interviewer, 3)
    open_debrief(application=world.application, by=world.recruiter, reason="The offer expires tonight.")
    text = words(made(Report(team=world.team, kind="skill-gap", subject_id=world.application.pk)))
    assert "Observability late was never rated" in text


@pytest.mark.pdf
def test_draft_loop_says_so_and_an_empty_one_is_reported(scored: Scored) -> None:
    from loops.actions import new_loop_version
    from loops.models import Stage

    draft = new_loop_version(scored.ours.loop, by=scored.ours.recruiter)
    for stage in Stage.objects.filter(loop=draft):
        stage.delete()
    StageFactory(loop=draft, name="Only a chat")
    text = words(made(Report(team=scored.ours.team, kind="evaluation-gap", subject_id=draft.pk)))
    assert "(draft)" in text
    assert "100.0 %" in text
    assert "No stage gives evidence" in text


def test_skill_gap_waits_for_the_debrief(db: None) -> None:
    world = team_world("late")
    submitted_card(world.interviews[0], world.interviewers[0])
    with pytest.raises(Conflict, match="waits for the debrief"):
        skill_gap_of(world)
    assert not Report.objects.exists()


def test_unknown_paper_and_rivals_loop_are_refused(scored: Scored) -> None:
    with pytest.raises(InvalidInput):
        _asked(scored, "skill-gap", scored.ours.application, paper="a3")
    with pytest.raises(InvalidInput, match="belongs to another team"):
        _asked(scored, "evaluation-gap", scored.worlds.theirs.loop)
    with pytest.raises(InvalidInput, match="belongs to another team"):
        _asked(scored, "skill-gap", scored.worlds.theirs.application)
    assert not Report.objects.exists()


def _asked(scored: Scored, kind: str, subject: Model, **more: str) -> Report:
    ours = scored.ours
    return actions.request_report(
        kind=kinds.get(kind), subject=subject, team=ours.team, by=ours.admin, **more
    )


def test_with_pdfs_switched_off_every_door_says_so(scored: Scored, settings: Any) -> None:
    settings.PDF_ENABLED = False
    ours = scored.ours
    client = signed_in(ours.hiring_manager)
    answer = client.post(reverse("report_skill_gap", args=["acme", ours.application.pk]), follow=True)
    assert "switched off" in answer.content.decode()
    asked = client.post(
        "/api/v1/reports/", {"kind": "evaluation-gap", "loop": ours.loop.pk}, content_type="application/json"
    )
    assert asked.status_code == 409
    assert "switched off" in asked.json()["detail"]
    assert not Report.objects.exists()
