"""One gap, one split: command, API, builder, dashboard and PDF print the same figures."""

import json
from dataclasses import dataclass
from io import BytesIO, StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import Team, User
from accounts.permissions import Role
from content.packs import copy_from_library, import_pack
from loops.display import split_for_display
from loops.models import Loop, StageQuestion
from reports.models import Report
from reports.render import render
from rubrics.models import QuestionExposure
from tests.factories import MembershipFactory, OpeningFactory, TeamFactory, UserFactory
from tests.gaps import shown_gap
from tests.reports.conftest import signed_in
from tests.standing import standing

pytestmark = [pytest.mark.django_db, pytest.mark.pdf]
S = "\u202f"
WHOLE, PARTS, CONVENTIONAL = f"21.9{S}%", (f"0.0{S}%", f"16.1{S}%", f"5.8{S}%"), f"96.5{S}%"


@dataclass
class Starter:
    """A team with the library's production role, and an opening for it."""

    team: Team
    recruiter: User
    loop: Loop


def production_starter() -> Starter:
    library = TeamFactory(key="library", is_library=True)
    import_pack(settings.BASE_DIR / "packs" / "starter", team=library, by=None)
    team = TeamFactory(key="acme", name="Acme")
    recruiter = UserFactory()
    MembershipFactory(team=team, user=recruiter, role=Role.RECRUITER)
    copy_from_library(team, by=recruiter, wanted={"role profile": ["production_ai_engineer"]})
    loop = Loop.objects.get(team=team, key="production_ai_loop")
    OpeningFactory(team=team, loop=loop, profile=loop.profile, title="Production engineer")
    return Starter(team, recruiter, loop)


_built, starter = standing(production_starter)


def test_every_surface_prints_the_same_gap(starter: Starter) -> None:
    client = signed_in(starter.recruiter)
    out = StringIO()
    call_command(
        "evaluation_gap",
        "production_ai_engineer",
        "production_ai_loop",
        "--team",
        "acme",
        "--format",
        "json",
        stdout=out,
    )
    command = json.loads(out.getvalue())
    api = client.get(f"/api/v1/loops/{starter.loop.pk}/gap/").json()
    parts = ("gap", "content", "precision", "realism")
    assert [round(command[part], 3) for part in parts] == [0.219, 0.0, 0.161, 0.057]
    assert [api[part] for part in parts] == [command[part] for part in parts]
    assert api["competencies"] == command["competencies"]

    builder = client.get(reverse("admin:loops_loop_builder", args=[starter.loop.pk])).content.decode()
    dashboard = client.get(reverse("dashboard", args=["acme"])).content.decode()
    assert WHOLE in builder
    for printed in PARTS:
        assert printed in builder
    assert WHOLE in dashboard
    assert CONVENTIONAL in dashboard
    for printed in PARTS:
        assert printed in dashboard

    made = render(
        Report(team=starter.team, kind="evaluation-gap", subject_id=starter.loop.pk), lambda *_: None
    )
    assert {part: made.provenance[part] for part in parts} == {part: command[part] for part in parts}
    first = PdfReader(BytesIO(made.content)).pages[0].extract_text()
    for printed in (WHOLE, *PARTS, CONVENTIONAL):
        assert printed in first


def test_every_surface_knows_that_a_question_leaked(starter: Starter) -> None:
    """The same loop as a template, in the list, on the dashboard ... : one gap, larger than before the leak."""
    sound = shown_gap(starter.loop).gap
    asked = StageQuestion.objects.filter(stage__loop=starter.loop, is_alternate=False)
    for placement in asked.order_by("stage__position", "position")[:2]:
        QuestionExposure.objects.create(
            team=starter.team, question_key=placement.question.key, leak=0.8, reason="Seen on a forum."
        )
    expected = shown_gap(starter.loop)
    assert expected.gap > sound + 0.01
    printed = f"{split_for_display(expected).gap:.1f}{S}%"
    assert printed != WHOLE
    client = signed_in(starter.recruiter)

    def page(address: str, *args: object, **asked: str) -> str:
        return client.get(reverse(address, args=args), asked).content.decode()

    templates = client.get(reverse("admin:loops_loop_add") + "?team=acme").content.decode()
    pages = {
        "start": templates[templates.index(starter.loop.name) :],
        "builder": page("admin:loops_loop_builder", starter.loop.pk),
        "list": page("admin:loops_loop_changelist"),
        "dashboard": page("dashboard", "acme"),
        "comparison": page("role-compare", "acme", a=starter.loop.profile.key, b="forward_deployed_engineer"),
    }
    assert {name: printed in text for name, text in pages.items()} == dict.fromkeys(pages, True)
    assert not any(WHOLE in text for text in (pages["builder"], pages["dashboard"], pages["comparison"]))

    out = StringIO()
    arguments = ("production_ai_engineer", "production_ai_loop", "--team", "acme", "--format", "json")
    call_command("evaluation_gap", *arguments, stdout=out)
    assert json.loads(out.getvalue())["gap"] == pytest.approx(expected.gap, abs=1e-6)
    api = client.get(f"/api/v1/loops/{starter.loop.pk}/gap/").json()
    assert api["gap"] == pytest.approx(expected.gap, abs=1e-6)
    made = render(
        Report(team=starter.team, kind="evaluation-gap", subject_id=starter.loop.pk), lambda *_: None
    )
    assert made.provenance["gap"] == pytest.approx(expected.gap, abs=1e-6)
    assert printed in PdfReader(BytesIO(made.content)).pages[0].extract_text()


def test_conventional_loop_is_reported_as_what_it_is(starter: Starter) -> None:
    contrast = Loop.objects.get(team__is_library=True, key="conventional_ml_loop")

    made = render(Report(team=starter.team, kind="evaluation-gap", subject_id=contrast.pk), lambda *_: None)

    assert made.provenance["gap"] == pytest.approx(0.965, abs=0.001)
    first = PdfReader(BytesIO(made.content)).pages[0].extract_text()
    assert "The loop tests next to nothing of what the job demands" in " ".join(first.split())
    assert CONVENTIONAL in first
    assert "better replaced than mended" in " ".join(first.split())
