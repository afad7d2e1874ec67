"""A debrief held as a meeting: its order, points given again alone, the joint reveal with the manager last."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.errors import ActionError, Conflict, InvalidInput
from accounts.models import User
from hiring.decisions.actions import decide, open_debrief
from hiring.decisions.live.actions import adopt, move_on, rescore, start_live
from hiring.decisions.live.models import MINUTES, LiveDebrief, Phase, Rescore
from hiring.decisions.live.page import strip_of
from hiring.decisions.models import Debrief
from hiring.pipeline.models import Opening
from hiring.scoring.models import Rating, Scorecard
from tests.factories import AssignmentFactory
from tests.reports.conftest import signed_in
from tests.standing import standing
from tests.worlds import Rivals, TeamWorld, levels_up_to_date, rivals, submitted_card

pytestmark = pytest.mark.django_db
CANARY = "Canary: the second one talked me round."


def opened() -> Rivals:
    """Ines and Ivan disagree on debugging; the hiring manager was not on the panel."""
    both = rivals()
    ours = both.ours
    Opening.objects.filter(pk=ours.opening.pk).update(hiring_manager=ours.hiring_manager)
    for interview in ours.interviews:
        for who, point in zip(ours.interviewers[:2], (1, 4), strict=True):
            submitted_card(interview, who, point if interview is ours.interviews[0] else 3)
    levels_up_to_date(ours)
    open_debrief(application=ours.application, by=ours.recruiter)
    return both


_built, worlds = standing(opened)


@pytest.fixture
def ours(worlds: Rivals) -> TeamWorld:
    return worlds.ours


def begun(world: TeamWorld, until: Phase = Phase.RESCORE) -> LiveDebrief:
    """The meeting, led on to a phase."""
    live = start_live(debrief=Debrief.objects.get(), by=world.recruiter)
    while live.phase != until:
        live = move_on(live=live, past=live.phase, by=world.recruiter)
    return live


def give(live: LiveDebrief, by: User, point: int, note: str = "") -> Rescore:
    return rescore(
        live=LiveDebrief.objects.get(pk=live.pk), competency="debugging", point=point, by=by, note=note
    )


def address(world: TeamWorld, name: str = "debrief") -> str:
    return reverse(name, args=["acme", world.application.pk])


def page(world: TeamWorld, who: User) -> str:
    return " ".join(signed_in(who).get(address(world)).content.decode().split())


def test_it_moves_forward_one_phase_at_a_time_and_only_by_who_leads(ours: TeamWorld) -> None:
    live = begun(ours, Phase.READING)
    assert start_live(debrief=live.debrief, by=ours.hiring_manager) == live
    assert live.asked == {"debugging": [who.pk for who in ours.interviewers[:2]]}
    with pytest.raises(PermissionDenied):
        move_on(live=live, past=Phase.READING, by=ours.interviewers[0])
    with pytest.raises(InvalidInput, match="not moved on"):
        move_on(live=live, past="lunch", by=ours.recruiter)
    assert move_on(live=live, past=Phase.READING, by=ours.recruiter).phase == Phase.RESCORE
    # A second click, or a second lead's, ends nothing twice.
    assert move_on(live=live, past=Phase.READING, by=ours.hiring_manager).phase == Phase.RESCORE
    seen = []
    while live.phase != Phase.OVER:
        live = move_on(live=live, past=LiveDebrief.objects.get().phase, by=ours.recruiter)
        seen.append(live.phase)
    assert seen == [Phase.REVEAL, Phase.DISCUSSION, Phase.DECISION, Phase.OVER]
    assert move_on(live=live, past=Phase.OVER, by=ours.recruiter).phase == Phase.OVER


def test_each_gives_one_point_alone_and_both_are_kept(ours: TeamWorld) -> None:
    live = begun(ours, Phase.READING)
    ines, ivan = ours.interviewers[:2]
    with pytest.raises(Conflict, match="still reading"):
        give(live, ines, 2)
    live = begun(ours)
    with pytest.raises(InvalidInput) as refused:
        give(live, ines, 9, note="x" * 501)
    assert [field for field, _ in refused.value.problems] == ["point", "note"]
    given = give(live, ines, 2, note=CANARY)
    with pytest.raises(Conflict, match="already"):
        give(live, ines, 3)
    for nobody in (ours.interviewers[2], ours.recruiter):
        with pytest.raises(PermissionDenied):
            give(live, nobody, 2)
    assert (
        Rating.objects.get(scorecard__interviewer=ines, criterion__competency__key="debugging").point == 1
    ), "the first stays"
    for change in (
        lambda: Rescore.objects.filter(pk=given.pk).update(point=4),
        lambda: Rescore.objects.filter(pk=given.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    begun(ours, Phase.REVEAL)
    with pytest.raises(Conflict, match="revealed"):
        give(live, ivan, 3)


def test_nobody_sees_a_point_before_the_reveal_and_the_managers_comes_last(ours: TeamWorld) -> None:
    live = begun(ours)
    ines, ivan = ours.interviewers[:2]
    give(live, ines, 2, note=CANARY)
    give(live, ours.hiring_manager, 3, note="Manager canary.")
    for who in (ivan, ours.recruiter, ours.hiring_manager, ours.calibrator, ours.admin):
        text = page(ours, who)
        assert CANARY not in text, who
        assert "1 of 2 points are in" in text
        assert {row.person for row in Rescore.objects.visible_to(who)} <= {who}
    assert CANARY in page(ours, ines)

    begun(ours, Phase.REVEAL)  # Ivan has not given his: the manager's waits
    text = page(ours, ivan)
    assert CANARY in text
    assert "Manager canary." not in text
    assert "shown last" in text
    assert "Manager canary." in page(ours, ours.hiring_manager)
    begun(ours, Phase.DECISION)
    assert "Manager canary." in page(ours, ivan)


def test_managers_point_is_shown_with_the_reveal_where_all_others_are_in(ours: TeamWorld) -> None:
    live = begun(ours)
    for who, point in zip(ours.interviewers[:2], (2, 3), strict=True):
        give(live, who, point)
    give(live, ours.hiring_manager, 3, note="Manager canary.")
    begun(ours, Phase.REVEAL)
    text = page(ours, ours.interviewers[1])
    assert text.index("Ivan Acme </th>") < text.index("Hugo Acme"), "the manager stands last"
    assert "Manager canary." in text
    assert "Of those who scored again, the mean was 2.5 and is 2.5." in text


def test_who_owes_or_is_a_stranger_sees_no_meeting(worlds: Rivals) -> None:
    ours = worlds.ours
    live = begun(ours)
    give(live, ours.interviewers[0], 2, note=CANARY)
    begun(ours, Phase.REVEAL)
    state = address(ours, "debrief_live")
    assert signed_in(ours.interviewers[2]).get(state).status_code == 403
    assert signed_in(worlds.theirs.admin).get(state).status_code == 404
    late = AssignmentFactory(interview=ours.interviews[0], interviewer=ours.hiring_manager)
    assert late.pk
    assert signed_in(ours.hiring_manager).get(state).status_code == 404
    assert CANARY not in page(ours, ours.hiring_manager)
    assert not Rescore.objects.visible_to(ours.hiring_manager).exists()
    for act in (
        lambda: move_on(live=live, past=Phase.REVEAL, by=ours.hiring_manager),
        lambda: give(live, ours.hiring_manager, 2),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_second_point_becomes_the_rating_only_by_an_amendment_that_says_so(ours: TeamWorld) -> None:
    live = begun(ours)
    ines = ours.interviewers[0]
    given = give(live, ines, 2, note="The log was there.")
    with pytest.raises(Conflict, match="not revealed"):
        adopt(given=given, by=ines)
    begun(ours, Phase.REVEAL)
    given = Rescore.objects.select_related("live__debrief", "competency", "team").get()
    with pytest.raises(PermissionDenied):
        adopt(given=given, by=ours.interviewers[1])
    assert "Make it my rating" in page(ours, ines)
    assert "Make it my rating" not in page(ours, ours.interviewers[1])

    client = signed_in(ines)
    assert client.post(address(ours, "debrief_live_adopt"), {"competency": "debugging"}).status_code == 302
    card = Scorecard.objects.submitted().get(interviewer=ines, interview=ours.interviews[0])
    assert (card.version, card.amend_reason) == (2, "Re-scored in the debrief: The log was there.")
    assert [row.point for row in card.ratings.all()] == [2]
    assert (
        Scorecard.objects.get(interviewer=ines, interview=ours.interviews[0], version=1).ratings.get().point
        == 1
    )
    with pytest.raises(ActionError, match="already"):
        adopt(given=given, by=ines)


def test_pages_do_what_the_actions_do_and_follow_the_meeting(ours: TeamWorld) -> None:
    lead, ines = signed_in(ours.recruiter), signed_in(ours.interviewers[0])
    state = address(ours, "debrief_live")
    assert lead.get(state).status_code == 404
    assert "Begin with silent reading" not in page(ours, ours.interviewers[0])
    assert ines.post(address(ours, "debrief_live_start")).status_code == 403
    lead.post(address(ours, "debrief_live_start"))
    strip = ines.get(f"{state}?phase=reading")
    assert "HX-Refresh" not in strip.headers
    lead.post(address(ours, "debrief_live_move"), {"past": "reading"})
    assert ines.get(f"{state}?phase=reading").headers["HX-Refresh"] == "true"
    body = {"competency": "debugging", "point": "2", "note": ""}
    assert ines.post(address(ours, "debrief_live_give"), body).status_code == 302
    assert Rescore.objects.get().point == 2
    again = ines.post(address(ours, "debrief_live_give"), body, follow=True).content.decode()
    assert "You have given your point again already" in again
    assert ines.post(address(ours, "debrief_live_move"), {"past": "rescore"}).status_code == 403
    for past in ("rescore", "reveal", "discussion"):
        lead.post(address(ours, "debrief_live_move"), {"past": past})
    # Somebody may be writing the reason by now: the strip says it, and the page is left alone.
    assert "HX-Refresh" not in ines.get(f"{state}?phase=discussion").headers


def test_timer_counts_the_planned_minutes_down_and_says_by_how_much_it_is_over(ours: TeamWorld) -> None:
    assert sum(MINUTES.values()) == 45
    live = begun(ours, Phase.READING)
    assert strip_of(live).left == "7 min left"
    for ago, said in (
        (timedelta(minutes=3, seconds=30), "4 min left"),
        (timedelta(minutes=6, seconds=30), "less than 1 min left"),
        (timedelta(minutes=8, seconds=30), "2 min over"),
    ):
        live.phase_since = timezone.now() - ago
        assert strip_of(live).left == said


def test_agenda_says_what_to_ask_whom(ours: TeamWorld) -> None:
    text = page(ours, ours.hiring_manager)
    assert "Ask Ines what made it a 1 on Debugging acme question: “Named the failing link first.”" in text
    assert "Ask Ivan what made it a 4" in text


def queries(action: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as seen:
        action()
    return len(seen)


def test_meeting_costs_the_same_at_one_point_and_at_three(ours: TeamWorld) -> None:
    live = begun(ours)
    client = signed_in(ours.hiring_manager)
    give(live, ours.interviewers[0], 2)
    client.get(address(ours))
    one = queries(lambda: client.get(address(ours)))
    give(live, ours.interviewers[1], 2)
    give(live, ours.hiring_manager, 2)
    assert queries(lambda: client.get(address(ours))) == one
    strip = address(ours, "debrief_live") + "?phase=rescore"
    assert queries(lambda: client.get(strip)) <= 12


def test_no_meeting_begins_after_the_decision(ours: TeamWorld) -> None:
    decide(
        application=ours.application,
        verdict="no_hire",
        reason="Both sessions stayed below the bar we set.",
        by=ours.hiring_manager,
    )
    with pytest.raises(Conflict, match="decided"):
        start_live(debrief=Debrief.objects.get(), by=ours.recruiter)
    assert "Begin with silent reading" not in page(ours, ours.recruiter)
