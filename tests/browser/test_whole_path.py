"""The whole path on the starter content: build a loop, score on a phone, debrief, both PDFs, dashboard."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import Team, User
from accounts.permissions import Role
from content.packs import copy_from_library, import_pack
from hiring.pipeline.models import Application, Interview
from hiring.scoring.models import Scorecard, ScorecardState
from jobs.testing import run_all
from loops.coverage import split_for_display
from loops.models import Loop
from tests.factories import (
    PASSWORD,
    ApplicationFactory,
    AssignmentFactory,
    CandidateFactory,
    InterviewFactory,
    MembershipFactory,
    OpeningFactory,
    UserFactory,
)
from tests.gaps import shown_gap
from tests.worlds import submitted_card

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STARTER = Path(settings.BASE_DIR) / "packs" / "starter"
LOOP = "production_ai_loop_lean"
Open = Callable[..., Any]


@pytest.fixture
def team() -> Team:
    library = Team.objects.create(key="library", name="Library", is_library=True)
    import_pack(STARTER, team=library, by=None)
    team: Team = Team.objects.create(key="acme", name="Acme")
    copy_from_library(team, by=None, wanted={"role profile": ["production_ai_engineer"]})
    return team


def member(team: Team, name: str, role: Role) -> User:
    user: User = UserFactory(email=f"{name}@acme.example.org", name=name.title())
    MembershipFactory(team=team, user=user, role=role)
    return user


def sign_in(context: Any, user: User, then: str) -> Any:
    """Through the form, as people do."""
    page = context.new_page()
    page.goto(then)
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{then}")
    return page


def visitor(browser: Any, live_server: Any, *, phone: bool) -> Any:
    size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
    context = browser.new_context(viewport=size, base_url=live_server.url, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    return context


def build_a_loop(context: Any, recruiter: User, team: Team) -> Loop:
    """Edit the lean loop as a new version, put a second interviewer in where one asks alone, publish."""
    shipped = Loop.objects.latest_published().get(team=team, key=LOOP)
    page = sign_in(context, recruiter, f"/admin/loops/loop/{shipped.pk}/builder/")
    assert "41.7" in page.locator(".gap-n").inner_text()
    page.get_by_role("button", name="Edit as a new version").click()
    page.wait_for_url("**/builder/")
    draft = Loop.objects.get(team=team, key=LOOP, version=2)
    page.fill("#b_q", "Merge")
    page.get_by_role("button", name="Add").first.wait_for()
    page.fill("#b_q", "patch")
    page.get_by_role("button", name="Add Review a patch").first.click()
    page.wait_for_function("document.getElementById('builder-said').textContent.includes('added')")
    shown = page.locator(".gap-n").inner_text()
    assert shown.startswith(f"{split_for_display(shown_gap(draft)).gap}")
    page.get_by_role("button", name="Publish").first.click()
    dialog = page.locator("dialog[open]")
    if dialog.count():
        dialog.get_by_role("button", name="Publish").click()
    page.get_by_text("Published, version 2").first.wait_for()
    return Loop.objects.with_plan().get(pk=draft.pk)


def with_plan(loop: Loop) -> Loop:
    found: Loop = Loop.objects.with_plan().get(pk=loop.pk)
    return found


def staff(loop: Loop, interviewers: list[User], manager: User) -> Application:
    """Open a job with the loop and plan one candidate's interviews, held two hours ago."""
    opening = OpeningFactory(
        team=loop.team,
        loop=loop,
        profile=loop.profile,
        key="engineer",
        title="AI engineer",
        hiring_manager=manager,
    )
    application: Application = ApplicationFactory(
        team=loop.team, opening=opening, candidate=CandidateFactory(team=loop.team, name="Noor Haddad")
    )
    for stage in loop.stages.filter(placements__isnull=False).distinct():
        interview = InterviewFactory(
            team=loop.team,
            application=application,
            stage=stage,
            state="done",
            scheduled_at=timezone.now() - timedelta(hours=2),
        )
        for interviewer in interviewers[: stage.interviewers]:
            AssignmentFactory(interview=interview, interviewer=interviewer)
    return application


def score_on_a_phone(context: Any, interviewer: User, interview: Interview) -> None:
    """Rate every criterion with evidence, recommend, submit."""
    page = sign_in(context, interviewer, f"/t/acme/interviews/{interview.pk}/score/")
    page.wait_for_selector("html.scoring-ready")
    for criterion in page.locator("fieldset.criterion").all():
        radio = criterion.locator("input[type=radio][value='3']")
        if radio.count():
            radio.first.evaluate("(radio) => radio.click()")
            criterion.locator("textarea").first.fill("Named the failing link and how it would be seen.")
    page.locator("input[name='recommendation'][value='yes']").evaluate("(radio) => radio.click()")
    page.locator(".foot-submit").click()
    page.wait_for_selector("#submit-dialog[open]")
    assert page.locator("#submit-h").inner_text() == "Submit this scorecard?"
    page.locator("#submit-dialog button[value=submit]").click()
    page.wait_for_selector("text=Only an amendment changes it")
    card = Scorecard.objects.get(interview=interview, interviewer=interviewer)
    assert card.state == ScorecardState.SUBMITTED


def text_of(download: Any) -> str:
    content = Path(download.path()).read_bytes()
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def fetch(page: Any, button: str) -> str:
    """Ask for a PDF, let the worker make it, download it; return its text."""
    page.get_by_role("button", name=button).first.click()
    page.wait_for_url("**/jobs/**")
    run_all()
    page.reload()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Open the PDF").click()
    return text_of(waiting.value)


def test_whole_path(browser: Any, live_server: Any, team: Team) -> None:
    recruiter, manager = member(team, "rita", Role.RECRUITER), member(team, "hugo", Role.HIRING_MANAGER)
    leader = member(team, "lena", Role.LEADERSHIP)
    interviewers = [member(team, name, Role.INTERVIEWER) for name in ("ines", "ivan")]

    loop = build_a_loop(visitor(browser, live_server, phone=False), recruiter, team)
    application = staff(loop, interviewers, manager)
    first, *others = Interview.objects.filter(application=application).order_by("stage__position")
    score_on_a_phone(visitor(browser, live_server, phone=True), interviewers[0], first)
    for interview in (first, *others):
        for assignment in interview.assignments.select_related("interviewer"):
            if not interview.scorecards.filter(interviewer=assignment.interviewer).exists():
                submitted_card(interview, assignment.interviewer, 3)
    run_all(team)

    page = sign_in(visitor(browser, live_server, phone=False), manager, f"/t/acme/debriefs/{application.pk}/")
    page.get_by_role("button", name="Open the debrief").click()
    page.get_by_role("heading", name="What was seen").wait_for()
    assert page.locator(".matrix tbody .calv b").count() > 0
    skill = fetch(page, "Make the skill-gap PDF")
    assert "Noor Haddad" in skill
    assert "It makes none" in skill

    page = sign_in(visitor(browser, live_server, phone=False), leader, "/t/acme/dashboard/")
    split = split_for_display(shown_gap(loop))
    row = page.get_by_role("row", name="AI engineer").first.inner_text()
    assert f"{split.gap}" in row
    page.goto("/t/acme/reports/")
    evaluation = fetch(page, f"Make the report of {loop.name}")
    assert f"{split.gap}" in evaluation
