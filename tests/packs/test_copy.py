"""Copying library content into a team."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.errors import InvalidInput
from accounts.models import Team
from accounts.permissions import Role
from content.life import Life
from content.packs import copy_from_library, sections
from loops.actions import duplicate_loop, mark_default, publish_loop
from loops.models import Loop
from roles.models import Competency, RoleProfile
from rubrics.models import Question
from tests.factories import MembershipFactory, TeamFactory
from tests.gaps import shown_gap
from tests.packs.conftest import starter_library
from tests.standing import standing

pytestmark = pytest.mark.django_db


_built, library = standing(starter_library)


@pytest.fixture
def team() -> Team:
    return TeamFactory(key="acme")


def test_copied_profile_brings_what_it_needs_and_remembers_its_source(library: Team, team: Team) -> None:
    copy_from_library(team, by=None, wanted={"role profile": ["prompt_engineer"]})

    profile = RoleProfile.objects.get(team=team)
    original = RoleProfile.objects.get(team=library, key="prompt_engineer")
    assert (profile.key, profile.status) == ("prompt_engineer", "published")
    assert (profile.source_team_key, profile.source_version, profile.source_hash) == (
        "library",
        1,
        original.content_hash,
    )
    # The same content has the same hash, whosever it is.
    assert profile.content_hash == original.content_hash
    strangers = Competency.objects.filter(requirements__profile=profile).exclude(team=team)
    assert not strangers.exists()
    loop = Loop.objects.with_plan().get(team=team, key="prompt_engineer_loop")
    theirs = Loop.objects.with_plan().get(team=library, key="prompt_engineer_loop")
    assert shown_gap(loop).gap == pytest.approx(shown_gap(theirs).gap)
    assert loop.is_default


def test_copying_again_leaves_the_teams_own_versions_alone(library: Team, team: Team) -> None:
    copy_from_library(team, by=None, wanted={"role profile": ["prompt_engineer"]})
    before = Question.objects.filter(team=team).count()

    report = copy_from_library(team, by=None, wanted={"role profile": ["prompt_engineer"]})

    assert (report.created, report.changed) == ({}, {})
    assert Question.objects.filter(team=team).count() == before


def test_copied_loop_does_not_take_the_default_mark_from_the_teams_own(library: Team, team: Team) -> None:
    copy_from_library(team, by=None, wanted={"role profile": ["prompt_engineer"]})
    own = duplicate_loop(Loop.objects.get(team=team, is_default=True), by=None)
    publish_loop(own, by=None)
    mark_default(own, by=None)

    copy_from_library(team, by=None)

    marked = Loop.objects.get(team=team, profile__key="prompt_engineer", is_default=True)
    assert marked == own


def test_copying_everything_copies_every_loop(library: Team, team: Team) -> None:
    copy_from_library(team, by=None)

    assert Loop.objects.filter(team=team).published().count() == 34
    assert Loop.objects.filter(team=team, is_default=True).count() == 10


def test_copies_and_next_versions_drop_nothing(library: Team, team: Team) -> None:
    copy_from_library(team, by=None)

    for kind in sections.versioned_kinds():
        theirs, mine = (
            {row.key: row for row in kind.loaded(kind.rows.filter(team=owner))} for owner in (library, team)
        )
        assert {key: kind.body(row) for key, row in mine.items()} == {
            key: kind.body(row) for key, row in theirs.items()
        }
        row = mine[min(mine)]
        draft = Life(kind).next_draft(row, by=None)
        assert kind.body(kind.fresh(draft)) == {
            name: value for name, value in kind.body(row).items() if name not in kind.left_behind
        }


def test_unknown_profile_is_refused(library: Team, team: Team) -> None:
    with pytest.raises(InvalidInput, match="baker"):
        copy_from_library(team, by=None, wanted={"role profile": ["baker"]})


def test_library_is_not_copied_into_itself(library: Team) -> None:
    with pytest.raises(InvalidInput, match="itself"):
        copy_from_library(library, by=None)


def test_one_question_is_copied_from_its_page_in_the_admin(library: Team, team: Team, client: Client) -> None:
    member = MembershipFactory(team=team, role=Role.RECRUITER)
    client.force_login(member.user)
    question = Question.objects.get(team=library, key="scn_uneven_inquiries")

    client.post(reverse("admin:rubrics_question_copy_to_team", args=[question.pk]), {"team": team.pk})

    copy = Question.objects.get(team=team)
    assert (copy.source_hash, copy.published_by) == (question.content_hash, member.user)
    rated = set(copy.criteria.values_list("competency__team__key", flat=True))
    assert rated == {"acme"}


def test_copy_goes_to_no_team_of_others(library: Team, team: Team, client: Client) -> None:
    client.force_login(MembershipFactory(role=Role.RECRUITER).user)
    question = Question.objects.get(team=library, key="scn_uneven_inquiries")

    client.post(reverse("admin:rubrics_question_copy_to_team", args=[question.pk]), {"team": team.pk})

    assert not Question.objects.filter(team=team).exists()
