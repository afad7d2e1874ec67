"""A new field is a column and one line: pack, API, form, reading, copy, next version and diff follow."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import models
from django.test import RequestFactory

from accounts.models import Team
from accounts.permissions import Role
from content.copying import copy_of
from content.packfile import Text
from content.packs import copy_from_library, export_pack, import_pack
from tests.content.toy import declare, installed
from tests.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db

PACK = """\
recipes:
- key: soup
  name: Soup
  mood: cheerful
  steps:
  - {text: Boil.}
  - {text: Eat.}
"""


@pytest.fixture
def team() -> Team:
    return TeamFactory(key="acme")


@pytest.fixture
def toy(team: Team) -> Iterator[SimpleNamespace]:
    """Recipes that say in which mood to cook: one column, one line."""
    with installed(declare({"mood": models.TextField(blank=True)}, Text("mood"))) as made:
        yield made


@pytest.fixture
def soup(toy: SimpleNamespace, team: Team, tmp_path: Path) -> Any:
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack" / "recipes.yaml").write_text(PACK)
    import_pack(tmp_path / "pack", team=team, by=None)
    return toy.model.objects.get(team=team)


def test_pack_without_the_line_refuses_what_it_does_not_know(team: Team, tmp_path: Path) -> None:
    (tmp_path / "recipes.yaml").write_text(PACK)

    with installed(declare({})), pytest.raises(Exception, match="has 1 fault"):
        import_pack(tmp_path, team=team, by=None)


def test_pack_brings_the_field_in_and_takes_it_out_again(soup: Any, team: Team, tmp_path: Path) -> None:
    export_pack(team, tmp_path / "out")

    assert soup.mood == "cheerful"
    assert (tmp_path / "out" / "recipes.yaml").read_text() == PACK


def test_api_gives_the_field(toy: SimpleNamespace, soup: Any) -> None:
    assert toy.serializer(soup).data["mood"] == "cheerful"


def test_form_of_a_draft_asks_for_the_field(
    toy: SimpleNamespace, soup: Any, team: Team, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = MembershipFactory(team=team, role=Role.ADMIN).user
    draft = toy.life.next_draft(soup, by=None)

    assert "mood" in toy.admin.get_form(request, draft).base_fields


def test_published_version_shows_the_field(toy: SimpleNamespace, soup: Any) -> None:
    assert "cheerful" in toy.admin.reading(soup)


def test_next_version_starts_with_the_field_and_the_parts(toy: SimpleNamespace, soup: Any) -> None:
    draft = toy.life.next_draft(soup, by=None)

    assert (draft.version, draft.mood) == (2, "cheerful")
    assert [step.text for step in draft.steps.all()] == ["Boil.", "Eat."]
    assert soup.steps.count() == 2, "the parts are copied, not moved"


def test_copy_of_its_own_starts_with_the_field(toy: SimpleNamespace, soup: Any) -> None:
    assert copy_of(toy.kind, soup, key="stew").mood == "cheerful"


def test_copy_from_the_library_keeps_the_field(toy: SimpleNamespace, team: Team, tmp_path: Path) -> None:
    library = TeamFactory(key="library", is_library=True)
    (tmp_path / "recipes.yaml").write_text(PACK)
    import_pack(tmp_path, team=library, by=None)

    copy_from_library(team, by=None, wanted={"recipe": ["soup"]})

    copied = toy.model.objects.get(team=team)
    assert (copied.mood, copied.source_team_key) == ("cheerful", "library")


def test_diff_names_the_field(toy: SimpleNamespace, soup: Any) -> None:
    draft = toy.life.next_draft(soup, by=None)
    draft.mood = "calm"
    toy.life.save(draft, by=None)

    assert [str(change) for change in toy.kind.changes(draft)] == ["mood: cheerful → calm"]


def test_field_counts_towards_the_state_that_two_editors_compare(toy: SimpleNamespace, soup: Any) -> None:
    draft = toy.life.next_draft(soup, by=None)
    before = toy.life.state.of(draft)
    draft.mood = "calm"
    toy.life.save(draft, by=None)

    assert toy.life.state.of(draft) != before
