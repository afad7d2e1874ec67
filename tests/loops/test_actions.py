"""Changing loops: order, limits, two editors, publishing, versions, copies, the audit trail."""

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from accounts.errors import Conflict, Frozen, InvalidInput
from loops import actions
from loops.kinds import LOOP
from loops.models import Loop, Stage
from rubrics.models import Question
from tests.factories import CriterionFactory, LoopFactory, QuestionFactory
from tests.standing import standing
from tests.worlds import TeamWorld, publish, team_world

pytestmark = pytest.mark.django_db


_built, world = standing(team_world)


@pytest.fixture
def draft(world: TeamWorld) -> Loop:
    return actions.new_loop_version(world.loop, by=world.recruiter)


def order(loop: Loop) -> list[str]:
    return [stage.name for stage in loop.stages.all()]


def asked(stage: Stage, *, alternate: bool = False) -> list[str]:
    rows = stage.placements.filter(is_alternate=alternate).order_by("position")
    return [row.question.key for row in rows.select_related("question")]


def more_questions(world: TeamWorld, count: int) -> list[Question]:
    made = []
    for number in range(count):
        question = QuestionFactory(
            team=world.team, bank=world.questions[0].bank, scale=world.questions[0].scale, key=f"more{number}"
        )
        CriterionFactory(question=question, competency=world.competencies[number % 2])
        publish(question)
        made.append(question)
    return made


def test_new_loop_is_an_empty_draft_with_a_key_from_its_name(world: TeamWorld) -> None:
    first = actions.create_loop(
        team=world.team, profile=world.profile, name="Night shift", by=world.recruiter, budget_minutes="180"
    )
    second = actions.create_loop(
        team=world.team, profile=world.profile, name="Night shift", by=world.recruiter
    )
    assert (first.key, second.key) == ("night_shift", "night_shift_2")
    assert first.is_draft
    assert first.budget_minutes == 180
    assert not first.stages.exists()


def test_loop_needs_a_name_a_sensible_budget_and_a_role_of_its_team(world: TeamWorld) -> None:
    rival = team_world("rival")
    for wanted in (
        {"name": " ", "profile": world.profile},
        {"name": "A", "profile": world.profile, "budget_minutes": "-5"},
        {"name": "A", "profile": world.profile, "budget_minutes": "long"},
        {"name": "A", "profile": rival.profile},
    ):
        with pytest.raises(InvalidInput):
            actions.create_loop(team=world.team, by=world.recruiter, **wanted)
    assert Loop.objects.filter(team=world.team).count() == 1


def test_stages_move_without_leaving_holes(draft: Loop, world: TeamWorld) -> None:
    third = actions.add_stage(draft, by=world.recruiter, name="Third")
    first, second = list(draft.stages.all())[:2]
    actions.move_stage(third, to=0, by=world.recruiter)
    assert order(draft) == ["Third", first.name, second.name]
    actions.move_stage(third, to=99, by=world.recruiter)
    assert order(draft) == [first.name, second.name, "Third"]
    actions.remove_stage(first, by=world.recruiter)
    assert list(draft.stages.values_list("position", flat=True)) == [0, 1]


@pytest.mark.parametrize(
    "wanted",
    [{"minutes": 0}, {"minutes": "soon"}, {"interviewers": 9}, {"kind": "seance"}, {"name": "x" * 200}],
)
def test_impossible_stage_is_refused_and_nothing_changes(
    draft: Loop, world: TeamWorld, wanted: dict[str, object]
) -> None:
    stage = draft.stages.first()
    assert stage is not None
    before = Stage.objects.values().get(pk=stage.pk)
    with pytest.raises(InvalidInput):
        actions.edit_stage(stage, by=world.recruiter, **wanted)  # type: ignore[arg-type]
    assert Stage.objects.values().get(pk=stage.pk) == before


def test_questions_are_placed_moved_and_removed_in_order(draft: Loop, world: TeamWorld) -> None:
    one, two = draft.stages.all()
    extra = more_questions(world, 2)
    for question in extra:
        actions.place_question(one, question, by=world.recruiter)
    actions.place_question(two, extra[0], at=0, by=world.recruiter)
    assert asked(one) == ["q_debugging", "more0", "more1"]
    assert asked(two) == ["more0", "q_observability"]
    actions.move_placement(one.placements.get(question=extra[1]), to=0, by=world.recruiter)
    assert asked(one) == ["more1", "q_debugging", "more0"]
    actions.move_placement(one.placements.get(question=extra[1]), stage=two, to=1, by=world.recruiter)
    assert asked(one) == ["q_debugging", "more0"]
    assert asked(two) == ["more0", "more1", "q_observability"]
    actions.remove_placement(two.placements.get(question=extra[0]), by=world.recruiter)
    assert list(two.placements.values_list("position", flat=True)) == [0, 1]


def test_question_is_held_once_per_stage(draft: Loop, world: TeamWorld) -> None:
    one, two = draft.stages.all()
    with pytest.raises(InvalidInput):
        actions.place_question(one, world.questions[0], by=world.recruiter, alternate=True)
    actions.place_question(two, world.questions[0], by=world.recruiter)
    with pytest.raises(InvalidInput):
        actions.move_placement(one.placements.get(), stage=two, by=world.recruiter)


def test_alternates_stand_by_and_swap(draft: Loop, world: TeamWorld) -> None:
    one = draft.stages.all()[0]
    (extra,) = more_questions(world, 1)
    actions.place_question(one, extra, by=world.recruiter, alternate=True)
    assert asked(one, alternate=True) == ["more0"]
    actions.swap_question(one.placements.get(is_alternate=False), extra, by=world.recruiter)
    assert asked(one) == ["more0"]
    assert asked(one, alternate=True) == ["q_debugging"]
    actions.set_alternate(one.placements.get(question=extra), alternate=True, by=world.recruiter)
    assert asked(one) == []
    assert asked(one, alternate=True) == ["q_debugging", "more0"]


def test_rivals_question_cannot_be_placed(draft: Loop, world: TeamWorld) -> None:
    rival = team_world("rival")
    stage = draft.stages.first()
    assert stage is not None
    with pytest.raises(InvalidInput):
        actions.place_question(stage, rival.questions[0], by=world.recruiter)


def test_second_editor_is_told_who_was_faster_and_changes_nothing(draft: Loop, world: TeamWorld) -> None:
    seen = draft.revision
    stage = draft.stages.all()[0]
    actions.edit_stage(stage, by=world.recruiter, name="Mine", revision=seen)
    with pytest.raises(Conflict, match=world.recruiter.name):
        actions.edit_stage(draft.stages.all()[0], by=world.hiring_manager, name="Theirs", revision=seen)
    with pytest.raises(Conflict, match=world.recruiter.name):
        actions.edit_loop(draft, by=world.hiring_manager, name="Theirs", revision=seen)
    assert "Theirs" not in order(draft)
    draft.refresh_from_db()
    actions.edit_stage(draft.stages.all()[0], by=world.hiring_manager, name="Theirs", revision=draft.revision)
    assert "Theirs" in order(draft)


def test_changes_of_different_stages_merge_and_a_stage_that_is_gone_conflicts(
    draft: Loop, world: TeamWorld
) -> None:
    seen = draft.revision
    first, second = draft.stages.all()[:2]
    actions.edit_stage(first, by=world.recruiter, minutes=50, revision=seen)
    actions.edit_stage(second, by=world.hiring_manager, interviewers=3, revision=seen)
    placed = second.placements.get()
    with pytest.raises(Conflict):
        actions.remove_placement(placed, by=world.recruiter, revision=seen)
    actions.add_stage(draft, by=world.recruiter, name="Mine too", revision=seen)
    actions.remove_stage(first, by=world.recruiter, revision=draft.revision)
    with pytest.raises(Conflict):
        actions.edit_stage(first, by=world.hiring_manager, minutes=20, revision=draft.revision)
    assert [(row.name, row.interviewers) for row in draft.stages.all()] == [
        (second.name, 3),
        ("Mine too", 2),
    ]


def test_published_loop_refuses_every_change(world: TeamWorld) -> None:
    stage = world.stages[0]
    placement = stage.placements.get()
    by = world.recruiter
    for change in (
        lambda: actions.edit_loop(world.loop, name="Other", by=by),
        lambda: actions.add_stage(world.loop, by=by),
        lambda: actions.edit_stage(stage, minutes=5, by=by),
        lambda: actions.move_stage(stage, to=1, by=by),
        lambda: actions.remove_stage(stage, by=by),
        lambda: actions.remove_placement(placement, by=by),
        lambda: actions.discard_draft(world.loop, by=by),
        lambda: actions.publish_loop(world.loop, by=by),
    ):
        with pytest.raises(Frozen):
            change()
    # The database refuses it as well, whoever writes.
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE loops_stage SET minutes = 5 WHERE id = %s", [stage.pk])


def test_publishing_pins_and_hashes(draft: Loop, world: TeamWorld) -> None:
    actions.publish_loop(draft, by=world.recruiter, revision=draft.revision)
    assert draft.status == "published"
    assert len(draft.content_hash) == 64
    assert draft.published_by == world.recruiter
    again = actions.new_loop_version(draft, by=world.recruiter)
    actions.publish_loop(again, by=world.recruiter)
    assert again.version == 3
    bodies = [LOOP.body(LOOP.fresh(row)) for row in (draft, again)]
    assert bodies[0] == bodies[1]
    assert again.content_hash == draft.content_hash


def test_publishing_names_everything_that_is_missing(world: TeamWorld) -> None:
    loop = LoopFactory(team=world.team)
    with pytest.raises(InvalidInput) as refusal:
        actions.publish_loop(loop, by=world.recruiter)
    assert {field for field, _ in refusal.value.problems} == {"profile", "stages"}
    stage = actions.add_stage(loop, by=world.recruiter)
    unready = QuestionFactory(team=world.team, bank=world.questions[0].bank, scale=world.questions[0].scale)
    actions.place_question(stage, unready, by=world.recruiter)
    with pytest.raises(InvalidInput) as refusal:
        actions.publish_loop(loop, by=world.recruiter)
    assert f"stage-{stage.pk}" in {field for field, _ in refusal.value.problems}
    loop.refresh_from_db()
    assert loop.is_draft


def test_only_one_draft_at_a_time(draft: Loop, world: TeamWorld) -> None:
    with pytest.raises(Conflict, match="Version 2"):
        actions.new_loop_version(world.loop, by=world.recruiter)


def test_new_version_takes_the_newest_published_questions(world: TeamWorld) -> None:
    old = world.questions[0]
    newer = QuestionFactory(
        team=world.team, bank=old.bank, scale=old.scale, key=old.key, title=old.title, version=2
    )
    CriterionFactory(question=newer, competency=world.competencies[0])
    publish(newer)
    draft = actions.new_loop_version(world.loop, by=world.recruiter)
    assert draft.stages.all()[0].placements.get().question == newer
    assert world.stages[0].placements.get().question == old


def test_duplicate_is_a_draft_with_its_own_key_and_its_origin(world: TeamWorld) -> None:
    copy = actions.duplicate_loop(world.loop, by=world.recruiter)
    assert copy.is_draft
    assert copy.key != world.loop.key
    assert copy.name != world.loop.name
    assert (copy.source_team_key, copy.source_version) == ("acme", 1)
    assert order(copy) == order(world.loop)


def test_default_mark_moves_and_leaves_with_retiring(world: TeamWorld) -> None:
    second = actions.publish_loop(actions.duplicate_loop(world.loop, by=world.recruiter), by=world.recruiter)
    actions.mark_default(world.loop, by=world.recruiter)
    actions.mark_default(second, by=world.recruiter)
    world.loop.refresh_from_db()
    assert second.is_default
    assert not world.loop.is_default
    actions.retire_loop(second, by=world.recruiter, reason="Too long.")
    assert (second.status, second.is_default) == ("retired", False)
    with pytest.raises(Conflict):
        actions.mark_default(second, by=world.recruiter)
    with pytest.raises(Frozen):
        actions.retire_loop(second, by=world.recruiter)


def test_retiring_takes_earlier_versions_along(world: TeamWorld) -> None:
    newer = actions.publish_loop(actions.new_loop_version(world.loop, by=world.recruiter), by=world.recruiter)
    actions.retire_loop(newer, by=world.recruiter)
    world.loop.refresh_from_db()
    assert (world.loop.status, newer.status) == ("retired", "retired")
    assert not Loop.objects.latest_published().filter(team=world.team, key=world.loop.key).exists()


def test_default_mark_goes_to_the_next_version(world: TeamWorld) -> None:
    actions.mark_default(world.loop, by=world.recruiter)
    draft = actions.new_loop_version(world.loop, by=world.recruiter)
    assert not draft.is_default
    newer = actions.publish_loop(draft, by=world.recruiter)
    world.loop.refresh_from_db()
    assert (newer.is_default, world.loop.is_default) == (True, False)


def test_draft_can_be_discarded_published_versions_stay(draft: Loop, world: TeamWorld) -> None:
    actions.discard_draft(draft, by=world.recruiter, revision=draft.revision)
    assert Loop.objects.filter(team=world.team, key=world.loop.key).count() == 1


def test_changes_are_recorded_with_person_and_verb(draft: Loop, world: TeamWorld) -> None:
    stage = actions.add_stage(draft, by=world.hiring_manager, name="Recorded")
    events = Stage.pgh_event_model.objects.filter(pgh_obj_id=stage.pk)  # type: ignore[attr-defined]
    facts = events.select_related("pgh_context").first().pgh_context.metadata
    assert facts["action"] == "loop.add_stage"
    assert facts["user"] == world.hiring_manager.pk


def test_template_of_the_library_needs_what_the_team_lacks(world: TeamWorld) -> None:
    team_world("rival")
    library = team_world("library")
    library.team.is_library = True
    library.team.save()
    copy = actions.duplicate_loop(library.loop, team=world.team, by=world.recruiter)
    assert copy.team == world.team
    assert copy.profile == world.profile
    questions = Question.objects.filter(placements__stage__loop=copy)
    assert {row.team_id for row in questions} == {world.team.pk}
