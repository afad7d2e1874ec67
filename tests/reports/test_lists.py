"""The list of reports, and what pages fetch: the same however much is stored."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jobs.testing import run_all
from reports import render
from tests.factories import ApplicationFactory, CandidateFactory
from tests.reports.conftest import Scored, evaluation_gap_of, signed_in, skill_gap_of

pytestmark = pytest.mark.django_db


@contextmanager
def rows_fetched() -> Iterator[list[int]]:
    """Count the rows that queries return meanwhile."""
    counted: list[int] = []

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        counted.append(max(context["cursor"].rowcount, 0))
        return result

    with connection.execute_wrapper(count):
        yield counted


@pytest.mark.pdf
def test_list_costs_the_same_at_one_row_and_at_three(scored: Scored) -> None:
    client = signed_in(scored.ours.hiring_manager)
    path = reverse("reports", args=["acme"])
    skill_gap_of(scored.ours)
    client.get(path)
    with CaptureQueriesContext(connection) as one:
        client.get(path)
    skill_gap_of(scored.ours)
    evaluation_gap_of(scored.ours)
    with CaptureQueriesContext(connection) as three:
        page = client.get(path).content.decode()
    assert page.count("Skill gap: Candidate of acme") == 2
    assert len(three) == len(one)


@pytest.mark.pdf
def test_kind_narrows_the_list(scored: Scored) -> None:
    skill_gap_of(scored.ours)
    evaluation_gap_of(scored.ours)
    client = signed_in(scored.ours.hiring_manager)
    page = client.get(reverse("reports", args=["acme"]), {"kind": "evaluation-gap"}).content.decode()
    assert "Evaluation gap: Main loop acme" in page
    assert "Skill gap: Candidate" not in page


@pytest.mark.pdf
def test_failed_report_says_so_and_can_be_asked_for_again(
    scored: Scored, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any) -> None:
        raise ValueError("No font.")

    monkeypatch.setattr(render, "render", broken)
    report = evaluation_gap_of(scored.ours)
    run_all(scored.ours.team, raise_errors=False)
    client = signed_in(scored.ours.recruiter)
    assert "failed" in client.get(reverse("reports", args=["acme"])).content.decode()
    monkeypatch.undo()
    again = evaluation_gap_of(scored.ours)
    run_all(scored.ours.team)
    again.refresh_from_db()
    report.refresh_from_db()
    assert again.finished_at is not None
    assert report.finished_at is None


@pytest.mark.parametrize("name", ["dashboard", "debriefs", "reports", "calibration"])
def test_pages_fetch_no_more_rows_from_a_larger_table(name: str, scored: Scored) -> None:
    client = signed_in(scored.ours.calibrator)
    path = reverse(name, args=["acme"]) + "?show=running"

    def more() -> None:
        for _ in range(30):  # past a page of any list
            candidate = CandidateFactory(team=scored.ours.team)
            ApplicationFactory(team=scored.ours.team, opening=scored.ours.opening, candidate=candidate)

    more()
    client.get(path)
    with rows_fetched() as few:
        client.get(path)
    more()
    with rows_fetched() as many:
        client.get(path)
    assert sum(many) == sum(few)
