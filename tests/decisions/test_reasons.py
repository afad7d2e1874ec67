"""Reasons for decisions: junk is refused in words, and a hire against a supported must-have names it."""

import pytest
from django.urls import reverse

from accounts.errors import InvalidInput
from accounts.models import TeamPolicy
from hiring.decisions.actions import decide, open_debrief
from hiring.decisions.models import Debrief, Decision, Verdict
from hiring.decisions.rule import short_must_haves
from tests.reports.conftest import signed_in
from tests.standing import standing
from tests.worlds import TeamWorld, levels_up_to_date, our_world, submitted_card
from web.reasons import lacks_words

pytestmark = pytest.mark.django_db
GOOD = "She led two migrations and taught the team to watch them."


def short_world() -> TeamWorld:
    """Debugging, the must-have, is short by three interviewers in two sessions."""
    ours = our_world()
    for interview in ours.interviews:
        for who in ours.interviewers[:2]:
            submitted_card(interview, who, 1)
    open_debrief(application=ours.application, by=ours.recruiter)
    levels_up_to_date(ours)
    return ours


_built, ours = standing(short_world)


@pytest.fixture
def supported(ours: TeamWorld) -> TeamWorld:
    """One session of two is enough here for a verdict, as a team's policy may say."""
    TeamPolicy.objects.create(
        team=ours.team,
        version=1,
        reason="One session is enough.",
        verdict_sessions=1,
        verdict_reliability=0.0,
        band_likely=0.3,
    )
    assert short_must_haves(ours.application, Debrief.objects.get().run)
    return ours


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Yes.", "20 characters"),
        ("aaaaaaaaaaaaaaaaaaaaaaa", "again and again"),
        ("Great!!!!!!!!!!!!!!!!!!!!!!!!!", "different words"),
        ("good good good good good good good", "same words"),
        ("hire hire now now hire hire now now", "same words"),
        ("12345 67890 12345 67890 12345", "different words"),
        ("Excellent candidate overall", "different words"),
        ("qwertyuiop asdfghjkl zxcvbnm qwerty", "rows of the keyboard"),
    ],
)
def test_junk_is_no_reason_and_the_words_say_why(reason: str, said: str) -> None:
    assert said in lacks_words(reason)


@pytest.mark.parametrize(
    "reason",
    [
        "Both must-haves are reached in two sessions.",
        "Strong no from everybody who met him.",
        "Überzeugt in zwei Gesprächen, kennt die Grenzen.",
        "她在两次面试中找到了故障的根本原因并且说明了如何修复它",
    ],
)
def test_a_sentence_is_a_reason_in_any_language(reason: str) -> None:
    assert lacks_words(reason) == ""


def hire(world: TeamWorld, reason: str, **more: object) -> Decision:
    return decide(
        application=world.application,
        verdict=Verdict.HIRE,
        reason=reason,
        by=world.hiring_manager,
        **more,  # type: ignore[arg-type]
    )


def test_hire_against_a_supported_must_have_names_it(supported: TeamWorld) -> None:
    with pytest.raises(InvalidInput) as refused:
        hire(supported, GOOD)
    ((field, text),) = refused.value.problems
    assert field == "against"
    assert "debugging acme" in text
    assert "required 3" in text
    assert not Decision.objects.exists()

    with pytest.raises(InvalidInput, match="not recorded") as only_named:
        hire(supported, "Debugging acme and again debugging acme.", against=["debugging"])
    assert "not enough" in only_named.value.problems[0][1]

    assert hire(supported, f"{GOOD} Debugging ACME is covered by Ivan.").against == ["debugging"]
    assert hire(supported, GOOD, against=["debugging"]).against == ["debugging"]


def test_no_hire_and_unsupported_must_haves_ask_for_nothing_more(ours: TeamWorld) -> None:
    assert not short_must_haves(ours.application, Debrief.objects.get().run)
    assert hire(ours, GOOD).against == []


def test_no_hire_needs_no_naming(supported: TeamWorld) -> None:
    made = decide(
        application=supported.application, verdict=Verdict.NO_HIRE, reason=GOOD, by=supported.hiring_manager
    )
    assert made.against == []


def test_page_asks_for_it_beside_a_list_and_records_the_pick(supported: TeamWorld) -> None:
    client = signed_in(supported.hiring_manager)
    path = reverse("debrief_decide", args=["acme", supported.application.pk])
    body = {"verdict": "hire", "confidence": "90", "reason": GOOD}
    refused = client.post(path, body)
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "A hire goes against debugging acme" in page
    assert 'name="against"' in page
    assert GOOD in page, "what was typed stays"
    assert client.post(path, body | {"against": ["debugging"]}).status_code == 302
    shown = client.get(reverse("debrief", args=["acme", supported.application.pk])).content.decode()
    assert "short and supported: Debugging acme" in " ".join(shown.split())


def test_api_asks_for_it_too(supported: TeamWorld) -> None:
    client = signed_in(supported.hiring_manager)
    path = f"/api/v1/debriefs/{Debrief.objects.get().pk}/decide/"
    kind = "application/json"
    assert client.post(path, {"verdict": "hire", "reason": GOOD}, content_type=kind).status_code == 422
    junk = client.post(path, {"verdict": "no_hire", "reason": "a" * 30}, content_type=kind)
    assert junk.status_code == 422
    made = client.post(path, {"verdict": "hire", "reason": GOOD, "against": ["debugging"]}, content_type=kind)
    assert (made.status_code, made.json()["against"]) == (201, ["debugging"])
