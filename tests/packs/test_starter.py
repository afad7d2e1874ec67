"""The starter pack: complete, byte-stable, and worth what its authors computed."""

from dataclasses import replace
from pathlib import Path

import pytest

from accounts.models import Team, TeamPolicy
from content.packs import export_pack, import_pack
from loops.best import ground_of_loop, wishes_of
from loops.coverage import conventional_gap, gap_of_plan
from loops.designing.store import answer
from loops.models import Loop
from loops.plans import plan_of
from roles.kinds import COMPETENCY, PROFILE
from roles.models import Competency, ReferenceTable, Requirement, RoleProfile
from rubrics.kinds import QUESTION
from rubrics.models import Anchor, Criterion, Injection, Question
from tests.gaps import shown_gap
from tests.packs.conftest import STARTER, bytes_of, starter_library
from tests.standing import standing

pytestmark = pytest.mark.django_db
_built, library = standing(starter_library)


def test_starter_pack_exports_the_bytes_it_was_imported_from(library: Team, tmp_path: Path) -> None:
    export_pack(library, tmp_path / "out")

    assert bytes_of(tmp_path / "out") == bytes_of(STARTER)


def test_starter_pack_holds_all_its_parts(library: Team) -> None:
    counts = {
        "competencies": Competency.objects.filter(team=library).published().count(),
        "profiles": RoleProfile.objects.filter(team=library).published().count(),
        "requirements": Requirement.objects.filter(profile__team=library).count(),
        "questions": Question.objects.filter(team=library).published().count(),
        "criteria": Criterion.objects.filter(question__team=library).count(),
        "anchors": Anchor.objects.filter(criterion__question__team=library).count(),
        "injections": Injection.objects.filter(question__team=library).count(),
        "loops": Loop.objects.filter(team=library).published().count(),
        "reference": ReferenceTable.objects.filter(team=library, section="reference").count(),
    }

    assert counts == {
        "competencies": 35,
        "profiles": 18,
        "requirements": 193,
        "questions": 89,
        "criteria": 187,
        "anchors": 748,
        "injections": 72,
        "loops": 34,
        "reference": 18,
    }


def test_every_expected_gap_of_the_starter_pack_is_reproduced(library: Team) -> None:
    worst = {}
    for loop in Loop.objects.filter(team=library).with_plan():
        gap = shown_gap(loop)
        worst[loop.key] = max(
            abs(getattr(gap, part) - loop.expected_gap[part])
            for part in ("gap", "content", "precision", "realism")
        )
        untested = {row.key for row in gap.competencies if not row.is_tested}
        assert untested == set(loop.expected_gap["untested"]), loop.key

    assert len(worst) == 34
    assert max(worst.values()) <= 0.001, worst


def test_price_of_one_interviewer_and_the_conventional_loop_are_reproduced(library: Team) -> None:
    policy = TeamPolicy(team=library, version=0)
    off = {}
    for loop in Loop.objects.filter(team=library).with_plan():
        plan = plan_of(loop, leaks={})
        alone = replace(plan, stages=tuple(replace(stage, interviewers=1) for stage in plan.stages))
        conventional = conventional_gap(loop.profile, policy=policy, leaks={})
        assert conventional is not None
        off[loop.key] = max(
            abs(gap_of_plan(alone, policy=policy).gap - loop.expected_gap["one_interviewer_gap"]),
            abs(conventional.gap - loop.expected_gap["conventional_gap"]),
        )

    assert max(off.values()) <= 0.001, off


def test_every_profile_has_its_default_loop(library: Team) -> None:
    marked = dict(Loop.objects.filter(team=library, is_default=True).values_list("profile__key", "key"))

    assert len(marked) == 10
    assert marked["production_ai_engineer"] == "production_ai_loop"


def test_every_role_has_a_full_a_standard_and_a_lean_loop_near_the_best_in_their_time(library: Team) -> None:
    rows = Loop.objects.filter(team=library, contrast=False).with_plan()
    by_role: dict[str, dict[str, Loop]] = {}
    for loop in rows:
        by_role.setdefault(loop.profile.key, {})[loop.variant] = loop

    assert len(by_role) == 10
    for role, loops in by_role.items():
        assert all(loop.rationale and loop.expected_gap["bound"] for loop in loops.values()), role
        assert loops.keys() >= {"", "standard", "lean"}, role
        for variant, minutes in (("standard", 240), ("lean", 150)):
            loop = loops[variant]
            gap = shown_gap(loop)
            assert gap.minutes == pytest.approx(minutes, abs=15), loop.key
            # An intro call that nobody scores is part of the standard loops, and none of what the best are made of.
            assert -0.001 <= gap.gap - loop.expected_gap["bound"] <= 0.05, loop.key
            assert set(loop.candidate_notes) == {"expect", "prepare", "accommodations"}, loop.key
            assert all(row.raters >= 2 for row in gap.competencies if row.must_have), loop.key
            found = {each.code for each in gap.warnings if each.severity != "note"}
            # What no lean loop has the time for, its reason says.
            allowed = {"no_system_view"} if variant == "lean" and "whole system" in loop.rationale else set()
            assert found <= allowed, loop.key
        assert shown_gap(loops[""]).gap < shown_gap(loops["standard"]).gap < shown_gap(loops["lean"]).gap, (
            role
        )


def test_bound_of_a_template_is_what_the_designer_proves(library: Team) -> None:
    loop = Loop.objects.with_plan().get(team=library, key="production_ai_engineer_lean_loop")
    ground = ground_of_loop(loop)
    best = answer(ground, replace(wishes_of(loop, ground), take_homes=False), seconds=20)

    assert best.proved
    assert best.bound == pytest.approx(loop.expected_gap["bound"], abs=0.001)


def test_main_roles_come_in_three_levels_of_seniority(library: Team) -> None:
    for key in (
        "production_ai_engineer",
        "forward_deployed_engineer",
        "research_engineer",
        "ai_automation_engineer",
    ):
        rows = RoleProfile.objects.filter(team=library, key__in=[f"{key}_mid", key, f"{key}_staff"])
        levels = {row.level: row for row in rows.prefetch_related("requirements__competency")}
        asked = {
            level: {one.competency.key: one for one in row.requirements.all()}
            for level, row in levels.items()
        }
        mid, senior, staff = (asked[level] for level in ("mid-level", "senior", "staff"))
        assert mid.keys() == senior.keys() == staff.keys()
        for name, one in senior.items():
            assert mid[name].required_level <= one.required_level <= staff[name].required_level
        for level in ("mid-level", "staff"):
            assert {one.basis for one in asked[level].values()} == {"inferred"}
            assert levels[level].basis.startswith("inferred")


def test_hash_of_an_import_is_the_hash_of_what_stands_in_the_tables(library: Team) -> None:
    competency = Competency.objects.filter(team=library).select_related("cluster").first()
    profile = RoleProfile.objects.filter(team=library).prefetch_related("requirements__competency").first()
    question = Question.objects.filter(team=library, injections__isnull=False).with_criteria().first()
    assert competency is not None
    assert profile is not None
    assert question is not None

    assert COMPETENCY.state(competency) == competency.content_hash
    assert PROFILE.state(profile) == profile.content_hash
    assert QUESTION.state(question) == question.content_hash


def test_second_import_changes_nothing(library: Team) -> None:
    report = import_pack(STARTER, team=library, by=None)

    assert (report.created, report.changed, report.refused) == ({}, {}, {})
    assert report.count("question") == (0, 0, 89, 0)
