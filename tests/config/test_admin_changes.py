"""Nothing in the admin changes by following a link, and no form is taken without its token.

Every address of every registered admin is visited, those of buttons and of the loop builder too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, reverse

from accounts.models import TeamPolicy, User
from hiring.pipeline.models import Opening
from jobs.models import Job, JobState
from loops import actions as loops
from tests.factories import (
    CompetencyFactory,
    LoopFactory,
    MembershipFactory,
    QuestionBankFactory,
    QuestionFactory,
    RatingScaleFactory,
    RoleProfileFactory,
    TeamFactory,
)
from tests.standing import standing
from tests.worlds import TeamWorld, publish, submitted_card, team_world

pytestmark = pytest.mark.django_db
STANDARD = ("_changelist", "_add", "_change", "_delete", "_history", "_autocomplete")
ROWS = 1  # of each kind: drafts and published versions, active and former members, failed and finished work
# Signing in and out and the visitor's own session are no part of what a page may not change.
_OWN = ("django_session",)
# The audit trail puts a statement of its own before every write.
_WRITES = re.compile(
    r'(?:^|;)\s*(?:INSERT INTO|UPDATE|DELETE FROM|TRUNCATE)\s+(?:ONLY\s+)?"(\w+)"', re.IGNORECASE
)


@dataclass
class Place:
    """One address with the name of its pattern, and the button it belongs to, if it is one."""

    address: str
    name: str
    button: str = ""


def team_with_every_button() -> TeamWorld:
    """A team in which every button of the admin has a row that it is offered for."""
    ours = team_world("acme")
    submitted_card(ours.interviews[0], ours.interviewers[0])
    MembershipFactory(team=ours.team, is_active=False)
    Job.objects.create(team=ours.team, kind="calibration.run", unique_key="failed", state=JobState.FAILED)
    Job.objects.create(team=ours.team, kind="calibration.run", unique_key="done", state=JobState.DONE)
    TeamPolicy.objects.create(team=ours.team, version=1, reason="Ours.")
    loops.new_loop_version(ours.loop, by=ours.recruiter)
    CompetencyFactory(team=ours.team, key="still_a_draft", cluster=ours.competencies[0].cluster)
    RoleProfileFactory(team=ours.team, key="still_a_draft")
    RatingScaleFactory(team=ours.team, key="still_a_draft")
    question = ours.questions[0]
    QuestionFactory(team=ours.team, key="still_a_draft", bank=question.bank, scale=question.scale)
    _library()
    return ours


_built, ours = standing(team_with_every_button)


def _library() -> None:
    library = TeamFactory(key="library", name="Library", is_library=True)
    profile = RoleProfileFactory(team=library, key="theirs")
    scale = RatingScaleFactory(team=library)
    question = QuestionFactory(
        team=library, key="theirs", scale=scale, bank=QuestionBankFactory(team=library, key="library")
    )
    for thing in (profile, scale, question, LoopFactory(team=library, profile=profile, key="theirs")):
        publish(thing)


def places(user: User) -> Iterator[Place]:
    """Every address of the site's admins for rows that ``user`` may see, and for one that is not there."""
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name not in {None, "logout"}:
            try:
                yield Place(reverse(f"admin:{pattern.name}"), pattern.name)
            except NoReverseMatch:
                continue  # takes a model's name; those of models follow
    for model, model_admin in admin.site._registry.items():
        buttons = {
            f"{model._meta.label_lower.replace('.', '_')}_{name}": name
            for name in getattr(model_admin, "actions_detail", ())
        }
        rows = _rows(model, model_admin, user)
        for pattern in model_admin.get_urls():
            if pattern.name is None:
                continue
            names = set(pattern.pattern.converters)
            for row in rows if names else [0]:
                values = {name: "publish" if name == "verb" else row for name in names}
                address = reverse(f"admin:{pattern.name}", kwargs=values)
                yield Place(address, pattern.name, buttons.get(pattern.name, ""))


def _rows(model: Any, model_admin: Any, user: User) -> list[Any]:
    """Keys of the last few rows of each state that the person sees, and one of no row."""
    request = RequestFactory().get("/admin/")
    request.user = user
    rows = model_admin.get_queryset(request).order_by("-pk")
    names = {field.name for field in model._meta.get_fields()}
    apart = [name for name in ("state", "status", "is_active", "team") if name in names]
    kept: dict[Any, list[Any]] = {}
    for values in rows.values_list("pk", *apart)[:200]:
        kept.setdefault(values[1:], []).append(values[0])
    return [pk for pks in kept.values() for pk in pks[:ROWS]] + [10**9]


def digest() -> dict[str, Any]:
    """Number and content of the rows of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in _OWN:
                name = connection.ops.quote_name(table)
                cursor.execute(
                    f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"  # noqa: S608 -- quoted
                )
                found[table] = cursor.fetchone()
    return found


def writes(queries: CaptureQueriesContext) -> list[str]:
    """The statements that wrote to tables other than the visitor's session."""
    texts = [query["sql"] for query in queries.captured_queries]
    return [text for text in texts if any(table not in _OWN for table in _WRITES.findall(text))]


@pytest.mark.parametrize("who", ["recruiter", "admin"])
def test_following_a_link_changes_nothing(client: Client, ours: TeamWorld, who: str) -> None:
    user = ours.members[who]
    client.force_login(user)
    client.get(reverse("admin:index"))
    before, wrong, shown, seen = digest(), [], set(), set()

    for place in places(user):
        # The framework's own pages answer both alike; of the same page for another row one is enough.
        plain = place.name in seen or place.name.endswith(STANDARD)
        methods = [client.get] if plain and not place.button else [client.head, client.get]
        seen.add(place.name)
        for method in methods:
            with CaptureQueriesContext(connection) as queries:
                answer = method(place.address)
            wrong += [f"{place.address}: {text[:120]}" for text in writes(queries)]
            assert answer.status_code < 500, place.address
        if answer.status_code in {200, 302}:
            shown.add(place.button)

    assert wrong == []
    assert digest() == before
    assert client.get(reverse("admin:index")).status_code == 200
    # What was offered really was visited: a walk that is turned away everywhere proves nothing.
    assert shown >= {"publish", "new_version", "copy_to_team", "mark_leak", "retire", "discard", "compare"}
    assert shown >= {"pause", "reopen", "close", "plan_loop", "held", "try_again"}
    assert shown >= ({"deactivate", "reactivate"} if who == "admin" else set())


@pytest.mark.parametrize("who", ["recruiter", "admin"])
def test_form_without_its_token_is_refused(ours: TeamWorld, who: str) -> None:
    user = ours.members[who]
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    before = digest()

    answers = {
        place.address: client.post(place.address, {"reason": "x"}).status_code for place in places(user)
    }

    assert {address: code for address, code in answers.items() if code != 403} == {}
    assert digest() == before


def test_every_button_that_acts_is_declared_to_ask(ours: TeamWorld) -> None:
    """A button that is none of these is a link to another page, and named here."""
    links = {"compare"}

    plain = {
        name
        for model_admin in admin.site._registry.values()
        for kind in ("actions_detail", "actions_list", "actions_row", "actions_submit_line")
        for name in getattr(model_admin, kind, ())
        if "post" not in getattr(model_admin, name).attrs
    }

    assert plain == links


def test_page_asks_and_the_posted_form_acts(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.recruiter)
    address = reverse("admin:hiring_opening_close", args=[ours.opening.pk])

    page = client.get(address).content.decode()

    assert "Close Engineer at acme?" in page
    assert "csrfmiddlewaretoken" in page
    assert Opening.objects.get().state == "open"
    client.post(reverse("admin:hiring_opening_pause", args=[ours.opening.pk]))
    assert Opening.objects.get().state == "paused"


def test_simple_button_is_a_form_and_an_asking_one_a_link(client: Client, ours: TeamWorld) -> None:
    client.force_login(ours.recruiter)

    page = client.get(reverse("admin:hiring_opening_change", args=[ours.opening.pk])).content.decode()

    pause = reverse("admin:hiring_opening_pause", args=[ours.opening.pk])
    close = reverse("admin:hiring_opening_close", args=[ours.opening.pk])
    form = re.search(rf'<form method="post" action="{pause}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form is not None
    assert "csrfmiddlewaretoken" in form[1]
    assert f'href="{pause}"' not in page
    assert f'href="{close}"' in page
