"""The workers' rounds for mail: there, and one team's fault is nobody else's silence."""

from datetime import datetime
from typing import Any

import pytest

from accounts.models import Team
from config.celery import app
from hiring.reminders import tasks
from jobs.upkeep import ROUNDS
from mail.tasks import DELIVER
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db


def test_workers_ask_for_mail_and_for_reminders() -> None:
    app.loader.import_default_modules()

    names = [name for name, _, _ in ROUNDS]
    assert {DELIVER, tasks.ROUND} <= set(names)
    assert len(names) == len(set(names))
    assert {DELIVER, tasks.ROUND} <= set(app.tasks)


def test_a_team_that_cannot_be_looked_at_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = TeamFactory(), TeamFactory()
    seen: list[Team] = []

    def look(team: Team, *, now: datetime) -> Any:
        if team == first:
            raise RuntimeError("broken")
        seen.append(team)

    monkeypatch.setattr(tasks, "remind_team", look)
    tasks.remind()

    assert second in seen
    assert first not in seen
