"""The candidate's page on paper: what stands on it, what never does, and whose it is."""

import pytest
from django.urls import reverse

from accounts.errors import InvalidInput
from jobs.testing import run_all
from loops import actions as loops
from reports import actions, kinds
from reports.models import Report
from rubrics.models import Anchor
from tests.reports.conftest import Scored, signed_in
from tests.reports.test_pdfs import made, words

pytestmark = pytest.mark.django_db
KIND = kinds.get("candidate-page")


@pytest.mark.pdf
def test_paper_says_what_the_page_says_and_nothing_of_what_is_asked(scored: Scored) -> None:
    ours = scored.ours
    draft = loops.new_loop_version(ours.loop, by=ours.recruiter)
    loops.edit_loop(
        draft, by=None, candidate_notes={"prepare": "Bring one story.", "may_ask": "Who is on call?"}
    )

    text = words(made(Report(team=ours.team, kind=KIND.key, subject_id=draft.pk)))

    for said in (
        f"Your interviews for {ours.profile.name}",
        "Two sessions",
        *(stage.name for stage in draft.stages.all()),
        "Bring one story.",
        "Who is on call?",
    ):
        assert said in text, said
    question = ours.questions[0]
    for secret in (
        question.prompt,
        *question.strong_answer,
        *(each.name for each in ours.competencies),
        *Anchor.objects.values_list("text", flat=True),
        draft.name,
        "gap",
    ):
        assert secret not in text, secret


@pytest.mark.pdf
def test_asked_for_on_the_preview_it_comes_like_any_report(scored: Scored) -> None:
    ours = scored.ours
    client = signed_in(ours.recruiter)
    preview = client.get(reverse("admin:loops_loop_candidate", args=[ours.loop.pk])).content.decode()
    address = reverse("report_candidate_page", args=[ours.team.key, ours.loop.pk])
    assert f'action="{address}"' in preview

    client.post(address)
    run_all(ours.team)

    report = Report.objects.get(kind=KIND.key)
    assert report.finished_at
    assert report.provenance["loop"] == ours.loop.label
    assert "gap" not in report.provenance


def test_a_rivals_loop_is_nobodys_to_print(scored: Scored) -> None:
    ours, theirs = scored.ours, scored.worlds.theirs
    with pytest.raises(InvalidInput, match="belongs to another team"):
        actions.request_report(kind=KIND, subject=theirs.loop, team=ours.team, by=ours.admin)
    address = reverse("report_candidate_page", args=[ours.team.key, theirs.loop.pk])
    assert signed_in(ours.admin).post(address).status_code == 404
    assert not Report.objects.filter(kind=KIND.key).exists()
