"""A debrief that is being held as a meeting: read, scored again, revealed, and now talked about."""

from typing import Any

from accounts.models import Team, User
from accounts.permissions import Role
from demo.truth import Truth
from hiring.decisions.live.actions import move_on, rescore, start_live
from hiring.decisions.live.models import LiveDebrief, Phase
from hiring.decisions.models import Debrief
from hiring.pipeline.models import ApplicationState
from hiring.scoring.models import Rating

NOTES = (
    "I held the launch against it, not the data.",
    "One remedy for three causes is the anchor below.",
    "Read again, the third cause was prompted.",
)


def hold_one(team: Team, truth: Truth) -> None:
    """Hold the newest debrief that nobody has decided on, up to the talk."""
    leads = User.objects.filter(memberships__team=team, memberships__role=Role.HIRING_MANAGER).first()
    if leads is None:
        return
    debrief = (
        Debrief.objects.visible_to(leads)
        .filter(team=team, application__state=ApplicationState.DEBRIEF, application__decisions=None)
        .select_related("team", "application__opening")
        .order_by("-opened_at", "-pk")
        .first()
    )
    if debrief is None:
        return
    live = start_live(debrief=debrief, by=leads)
    live = move_on(live=live, past=Phase.READING, by=leads)
    for competency, people in live.asked.items():
        _again(live, competency, people, truth)
    for past in (Phase.RESCORE, Phase.REVEAL):
        live = move_on(live=live, past=past, by=leads)


def _again(live: LiveDebrief, competency: str, people: list[int], truth: Truth) -> None:
    """Everybody's second point: mostly the first, sometimes one nearer to the others'."""
    first: dict[int, Any] = dict(
        Rating.objects.counting()
        .filter(
            scorecard__interview__application=live.debrief.application_id,
            criterion__competency__key=competency,
        )
        .values_list("scorecard__interviewer_id", "point")
    )
    middle = sum(first.values()) / len(first)
    for person in User.objects.filter(pk__in=people).order_by("pk"):
        point = first[person.pk]
        nearer = point + (1 if point < middle else -1)
        moves = bool(abs(point - middle) >= 1 and truth.rng.random() < 0.5)
        rescore(
            live=live,
            competency=competency,
            point=nearer if moves else point,
            note=str(truth.rng.choice(NOTES)) if moves else "",
            by=person,
        )
