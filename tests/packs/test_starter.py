"""The starter pack: complete, byte-stable, and worth what its authors computed."""

from dataclasses import replace
from pathlib import Path

import pytest

from accounts.models import Team, TeamPolicy
from content.packs import export_pack, import_pack
from loops.coverage import conventional_gap, gap_of_plan
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
        "profiles": 10,
        "requirements": 105,
        "questions": 89,
        "criteria": 187,
        "anchors": 748,
        "injections": 72,
        "loops": 14,
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

    assert len(worst) == 14
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
