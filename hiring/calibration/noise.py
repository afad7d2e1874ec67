"""Make a noise audit: gather judgements, split their noise, keep what was found."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from accounts import audit
from accounts.errors import InvalidInput
from accounts.models import Team, User
from hiring.calibration.judgements import Chosen, Judgement, gather
from hiring.calibration.noise_models import NoiseAudit
from jobs.actions import enqueue
from jobs.models import Job

KIND = "calibration.noise_audit"
#: Fewer judges could be told apart by their noise; fewer cases are chance.
LEAST_JUDGES = 3
LEAST_CASES = 10


def request_audit(*, team: Team, by: User, title: str, chosen: Chosen) -> Job:
    """Ask for an audit; the worker makes it. Raises InvalidInput for a panel too small to hide anybody."""
    if 0 < len(chosen.people) < LEAST_JUDGES:
        raise InvalidInput(
            f"Choose at least {LEAST_JUDGES} people, or none for the whole panel: the noise of fewer could be "
            "traced to one of them."
        )
    return enqueue(
        KIND,
        team=team,
        payload={"title": title[:120], **asdict(chosen)},
        unique_key=f"noise:{team.pk}:{by.pk}",
        by=by,
    )


def make_audit(*, team: Team, by: User | None, title: str, chosen: Chosen) -> NoiseAudit:
    """Split the noise of what was chosen and store it, or why it cannot be told."""
    result, reason = _measured(gather(team, chosen))
    with audit.recording("calibration.noise", by=by, team=team):
        made: NoiseAudit = NoiseAudit.objects.create(
            team=team,
            title=title or f"Noise audit of {timezone.localdate():%-d %b %Y}",
            chosen=asdict(chosen),
            result=result,
            reason=reason,
            requested_by=by,
        )
    return made


def _measured(rows: list[Judgement]) -> tuple[Mapping[str, Any] | None, str]:
    judges_of: dict[str, set[int]] = {}
    for row in rows:
        judges_of.setdefault(row.case, set()).add(row.judge)
    shared = {case for case, judges in judges_of.items() if len(judges) > 1}
    judges = {row.judge for row in rows if row.case in shared}
    if len(shared) < LEAST_CASES or len(judges) < LEAST_JUDGES:
        return None, (
            f"Not enough data: {len(shared)} cases judged by two or more, by {len(judges)} people; an audit needs "
            f"{LEAST_CASES} cases and {LEAST_JUDGES} people."
        )
    # Numerics take a third of a second to import and are never needed to serve a page.
    from psychometrics.agreement.noise_split import split_noise
    from psychometrics.errors import NotEnoughData

    try:
        found = split_noise(
            [row.case for row in rows], [row.judge for row in rows], [row.score for row in rows]
        )
    except NotEnoughData as few:
        return None, f"Not enough data: {few}."[:300]
    return asdict(found), ""
