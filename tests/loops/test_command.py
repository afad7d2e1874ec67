"""``manage.py evaluation_gap``: the contract of its JSON, its defaults, its refusals."""

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from accounts.models import TeamPolicy
from content.packs import import_pack
from loops.coverage import conventional_gap
from loops.models import Loop
from roles.models import RoleProfile
from tests.factories import RequirementFactory, RoleProfileFactory, TeamFactory
from tests.gaps import shown_gap
from tests.worlds import rivals, team_world

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command("evaluation_gap", *args, stdout=out)
    return out.getvalue()


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    with pytest.raises(SystemExit) as stop:
        run(*args)
    assert stop.value.code == 2
    return capsys.readouterr().err


def test_json_of_the_only_team_holds_what_was_promised() -> None:
    world = team_world()
    found = json.loads(run("production_engineer", "main_loop", "--format", "json"))
    expected = shown_gap(world.loop)
    assert found["gap"] == pytest.approx(expected.gap, abs=1e-6)
    assert found["gap"] == pytest.approx(found["content"] + found["precision"] + found["realism"], abs=1e-5)
    for row in found["competencies"]:
        assert {"competency", "weight", "gap", "content", "precision", "realism", "coverage"} <= row.keys()
        assert len(row["coverage"]) == 3
    assert found["minutes"] == 90
    assert isinstance(found["warnings"], list)


def test_another_role_may_be_measured() -> None:
    world = team_world()
    other = RoleProfileFactory(team=world.team, key="debugger")
    RequirementFactory(profile=other, competency=world.competencies[0], weight="1")
    found = json.loads(run("debugger", "main_loop", "--format", "json"))
    assert [row["competency"] for row in found["competencies"]] == ["debugging"]
    assert found["competencies"][0]["weight"] == 1
    assert "debugger" in found["role"]


def test_policy_of_the_named_team_counts() -> None:
    world = rivals().ours
    TeamPolicy.objects.create(team=world.team, version=1, target_reliability=0.9, reason="High stakes.")
    found = json.loads(run("production_engineer", "main_loop", "--team", "acme", "--format", "json"))
    plain = json.loads(run("production_engineer", "main_loop", "--team", "rival", "--format", "json"))
    assert found["gap"] > plain["gap"]
    assert (found["policy"], plain["policy"]) == ("policy v1", "shipped policy 2")


def test_table_names_the_gap_and_every_competency() -> None:
    team_world()
    text = run("production_engineer", "main_loop")
    assert "Evaluation gap" in text
    assert "Debugging acme" in text


def test_several_teams_and_none_named_is_refused_with_their_names(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rivals()
    message = refused(capsys, "production_engineer", "main_loop")
    assert "acme" in message
    assert "rival" in message


def test_several_teams_and_none_named_reads_the_library_where_there_is_one() -> None:
    rivals()
    library = team_world("library")
    library.team.is_library = True
    library.team.save()
    found = json.loads(run("production_engineer", "main_loop", "--format", "json"))
    assert found["team"] == "library"


def test_unknown_names_are_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    team_world()
    assert "main_loop" in refused(capsys, "production_engineer", "no_such_loop")
    assert "production_engineer" in refused(capsys, "no_such_role", "main_loop")
    assert "acme" in refused(capsys, "production_engineer", "main_loop", "--team", "nobody")
    assert "not a version" in refused(capsys, "production_engineer", "main_loop@new")


def test_rivals_content_is_not_found(capsys: pytest.CaptureFixture[str]) -> None:
    team_world("acme")
    TeamFactory(key="empty")
    refused(capsys, "production_engineer", "main_loop", "--team", "empty")


def test_starter_pack_gives_the_published_figures_in_every_form() -> None:
    library = TeamFactory(key="library", is_library=True)
    import_pack(settings.BASE_DIR / "packs" / "starter", team=library, by=None)
    loop = json.loads(run("production_ai_engineer", "production_ai_loop", "--format", "json"))
    contrast = json.loads(run("production_ai_engineer", "conventional_ml_loop", "--format", "json"))
    assert [round(loop[part], 3) for part in ("gap", "content", "precision", "realism")] == [
        0.219,
        0.0,
        0.161,
        0.057,
    ]
    assert [round(contrast[part], 3) for part in ("gap", "content", "precision", "realism")] == [
        0.965,
        0.71,
        0.199,
        0.057,
    ]
    assert "Evaluation gap 21.9 % = content 0.0 + precision 16.1 + realism 5.8" in run(
        "production_ai_engineer", "production_ai_loop"
    )
    for row in Loop.objects.with_plan():
        assert shown_gap(row).gap == pytest.approx(row.expected_gap["gap"], abs=0.001)
    profile = RoleProfile.objects.get(key="production_ai_engineer")
    policy = TeamPolicy.objects.current_for(profile.team_id)
    measured = conventional_gap(profile, policy=policy, leaks={})
    assert measured is not None
    assert measured.gap == pytest.approx(0.965, abs=0.001)


def test_lint_says_the_same_as_the_gap_and_lists_its_rules(capsys: pytest.CaptureFixture[str]) -> None:
    world = team_world("acme")
    call_command("lint_loop", world.loop.key, "--team", "acme", "--format", "json")
    found = json.loads(capsys.readouterr().out)["warnings"]
    assert [each["code"] for each in found] == [each.code for each in shown_gap(world.loop).warnings]
    assert all(each["reason"] and each["drawn_from"] for each in found)
    call_command("lint_loop", "--rules")
    assert "no_slack" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        call_command("lint_loop")
    assert ended.value.code == 2
