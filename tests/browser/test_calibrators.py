"""Your scoring, the calibrators' page and noise audits in a browser: axe, no sideways scrolling, phone and desktop."""

from collections.abc import Callable
from typing import Any

import pytest

from hiring.calibration.judgements import Chosen
from hiring.calibration.noise import make_audit
from tests.browser.conftest import violations
from tests.calibration.test_flags_shown import planted_rivals

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_pages_of_calibrators_and_of_ones_own_scoring(signed_in: Callable[..., Any]) -> None:
    planted = planted_rivals()
    ours = planted.ours
    audit = make_audit(team=ours.team, by=ours.calibrator, title="Spring panel", chosen=Chosen())
    visits = [
        (planted.dice, ["/t/acme/your-scoring/"]),
        (
            ours.calibrator,
            [
                "/t/acme/calibration/",
                f"/t/acme/your-scoring/{planted.dice.pk}/",
                "/t/acme/calibration/noise/",
                f"/t/acme/calibration/noise/{audit.pk}/",
            ],
        ),
    ]
    for phone in (True, False):
        for user, pages in visits:
            page = signed_in(user, phone=phone).new_page()
            for each in pages:
                page.goto(each)
                if each.endswith(f"/{planted.dice.pk}/"):
                    assert violations(page) == []
                    page.get_by_role("button", name="Open it").click()
                    page.get_by_role("heading", name="Month by month").wait_for()
                assert violations(page) == [], each
                wide = page.evaluate(
                    "document.documentElement.scrollWidth > document.documentElement.clientWidth"
                )
                assert not wide, each
