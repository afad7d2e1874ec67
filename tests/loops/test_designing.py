"""Designing a loop: the answer is a plan whose gap every surface computes alike, its limits hold, and keeping it."""

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.errors import InvalidInput
from accounts.models import TeamPolicy
from jobs.testing import run_all
from loops.coverage import gap_of_plan
from loops.designing import solving, store
from loops.designing.answers import Answer, Budget
from loops.designing.differences import difference_of
from loops.designing.ground import Ground
from loops.designing.prices import prices_of
from loops.designing.problem import problem_of
from loops.designing.wishes import Wishes, wishes_like
from loops.lint import most_competencies
from loops.models import Loop, LoopDesign
from psychometrics.design.designer.run import design_loop
from roles.models import RoleProfile
from rubrics.models import QuestionExposure
from tests.factories import CriterionFactory, QuestionFactory, RequirementFactory, RoleProfileFactory
from tests.gaps import shown_gap
from tests.loops import starter
from tests.standing import standing
from tests.worlds import TeamWorld, publish, team_world

SHIPPED = TeamPolicy(version=0)
BANK = list(starter.questions().values())


@pytest.mark.parametrize("loop", ["production_ai_loop_lean", "conventional_ml_loop"])
def test_the_best_in_the_same_time_is_better_and_keeps_every_limit(loop: str) -> None:
    plan = starter.plan(loop)
    wishes = wishes_like(plan, SHIPPED)
    made = problem_of(plan, BANK, wishes, policy=SHIPPED)
    assert made is not None
    found = design_loop(made.problem, seconds=20)
    best = made.plan_of(found.chosen)
    gap = gap_of_plan(best, policy=SHIPPED)
    assert gap.gap == pytest.approx(found.gap, abs=1e-9)
    assert found.proved
    assert found.gap - 1e-4 <= found.bound <= found.gap
    assert gap.gap < gap_of_plan(plan, policy=SHIPPED).gap
    assert gap.minutes <= plan.minutes
    assert gap.interviewer_minutes <= plan.interviewer_minutes
    assert all(len(stage.competencies) <= most_competencies(stage, SHIPPED) for stage in best.stages)
    assert {row.raters >= SHIPPED.must_have_raters for row in gap.competencies if row.must_have} == {True}
    assert {each.code for each in gap.warnings} <= {
        "material_missing",
        "too_long",
        "no_injection",
        "projects_at_face_value",
        "one_score_only",
        "no_system_view",
        "interviewers_time",
        "untested",
        "barely_covered",
        "above_ceiling",
    }


def test_rules_have_their_price_and_wishes_are_met() -> None:
    plan = starter.plan("production_ai_loop_lean")
    # A part of the bank, of which the best is proved at once.
    few = [row for row in BANK if row.format in {"debugging", "knowledge", "take_home", "scenario"}]

    def best(**wished: Any) -> tuple[float, set[str]]:
        made = problem_of(plan, few, Wishes(minutes=120, **wished), policy=SHIPPED)
        assert made is not None
        found = made.plan_of(design_loop(made.problem, seconds=5).chosen)
        gap = gap_of_plan(found, policy=SHIPPED, with_warnings=False)
        return gap.gap, {row.key for _, row in found.questions()}

    bound, asked = best()
    assert best(rules=False)[0] <= bound + 1e-4
    assert best(every=True)[0] >= bound - 1e-4
    dropped = min(asked)
    without, others = best(banned=(dropped,))
    assert without >= bound - 1e-4
    assert dropped not in others
    kept = next(
        row.key for row in few if row.key not in asked and row.format == "knowledge" and not row.conventional
    )
    assert kept in best(pinned=(kept,))[1]
    _, spoken = best(take_homes=False)
    assert all(row.format != "take_home" for row in BANK if row.key in spoken)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"minutes": 3}, "minutes"),
        ({"minutes": 60, "sessions": 0}, "sessions"),
        ({"minutes": 60, "interviewers": ()}, "interviewers"),
        ({"minutes": 60, "objective": "luck"}, "objective"),
        ({"minutes": 60, "kinds": {"chess": 1}}, "kinds"),
        ({"minutes": 60, "pinned": ("a",), "banned": ("a",)}, "banned"),
    ],
)
def test_wishes_that_cannot_be_are_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Wishes(**wrong)
    assert [name for name, _ in refused.value.problems] == [named]


def test_wishes_survive_being_stored() -> None:
    wishes = Wishes(minutes=90, interviewers=(1, 3), pinned=("a",), kinds={"screen": 1}, objective="value")
    assert Wishes.from_dict(json.loads(json.dumps(wishes.as_dict()))) == wishes


def test_an_answer_of_another_release_is_read_as_far_as_it_goes() -> None:
    whole = Answer(reason="Nothing fits.", unmet=("a must-have",), frontier=(Budget(90, 0.5, 0.4, 0.6),))
    stored = json.loads(json.dumps(whole.stored()))
    assert Answer.read(stored) == whole
    assert Answer.read({**stored, "of_tomorrow": 1}) == whole
    del stored["more"], stored["untested"]
    assert Answer.read(stored) == whole


def worlds() -> tuple[TeamWorld, TeamWorld]:
    """A team with six more questions, and a rival."""
    ours, rival = team_world("acme"), team_world("rival")
    for number in range(6):
        question = QuestionFactory(
            team=ours.team,
            bank=ours.questions[0].bank,
            scale=ours.questions[0].scale,
            key=f"more_{number}",
            title=f"More {number}",
            minutes=20 + 5 * number,
            interviewer_materials="A trace" if number == 0 else "",
        )
        CriterionFactory(question=question, competency=ours.competencies[number % 2], strength="0.7")
        publish(question)
    return ours, rival


_built, both = standing(worlds)


@pytest.fixture
def client_of(client: Client, both: tuple[TeamWorld, TeamWorld]) -> Client:
    client.force_login(both[0].recruiter)
    return client


def address(world: TeamWorld, **wishes: object) -> str:
    query = "&".join(f"{name}={value}" for name, value in {"profile": world.profile.pk, **wishes}.items())
    return f"{reverse('admin:loops_loop_propose')}?{query}"


@pytest.mark.django_db
def test_a_proposal_is_shown_at_once_improved_by_the_worker_and_kept(
    both: tuple[TeamWorld, TeamWorld], client_of: Client
) -> None:
    ours, _ = both
    shown = client_of.get(address(ours, minutes=90))
    assert shown.status_code == 200
    assert b"A first answer" in shown.content
    assert not LoopDesign.objects.exists()  # looking writes nothing

    asked = client_of.post(
        reverse("admin:loops_loop_propose"), {"profile": ours.profile.pk, "minutes": 90}, follow=True
    )
    assert b"Stop, and take the best so far" in asked.content
    run_all(ours.team)
    design = LoopDesign.objects.get()
    assert design.finished_at is not None
    assert design.found["proved"]
    assert len(design.found["frontier"]) > 3
    led = client_of.get(reverse("admin:loops_loop_design", args=[design.pk]), follow=True)
    assert b"Proved:" in led.content
    assert b"What more time would buy" in led.content

    page = led.context["stages_json"]
    kept = client_of.post(
        reverse("admin:loops_loop_propose_keep"),
        {"profile": ours.profile.pk, "minutes": 90, "stages": page, "new": "1"},
    )
    loop = Loop.objects.get(pk=int(kept["Location"].split("/")[-3]))
    assert loop.status == "draft"
    assert shown_gap(loop).gap == pytest.approx(design.found["gap"])
    assert shown_gap(loop).minutes <= 90


@pytest.mark.django_db
def test_a_stopped_design_keeps_the_best_so_far(both: tuple[TeamWorld, TeamWorld], client_of: Client) -> None:
    ours, _ = both
    profile = RoleProfile.objects.prefetch_related("requirements__competency").get(pk=ours.profile.pk)
    ground = store.ground_of(ours.team, profile)
    design, _ = store.ask(ground, Wishes(minutes=60), by=ours.recruiter)
    assert client_of.post(reverse("admin:loops_loop_design_stop", args=[design.pk])).status_code == 302
    run_all(ours.team)
    design.refresh_from_db()
    assert design.found["shape"]
    again, job = store.ask(ground, Wishes(minutes=60), by=ours.recruiter)
    assert (again.pk, job) == (design.pk, None)


@pytest.mark.django_db
def test_another_teams_role_design_and_loop_are_not_there(
    both: tuple[TeamWorld, TeamWorld], client_of: Client
) -> None:
    ours, rival = both
    profile = RoleProfile.objects.prefetch_related("requirements__competency").get(pk=rival.profile.pk)
    design, _ = store.ask(store.ground_of(rival.team, profile), Wishes(minutes=60), by=None)
    assert client_of.get(address(rival, minutes=60)).status_code == 404
    assert client_of.get(address(ours, minutes=60, loop=rival.loop.pk)).status_code == 404
    assert client_of.get(reverse("admin:loops_loop_design", args=[design.pk])).status_code == 404
    assert client_of.post(reverse("admin:loops_loop_design_stop", args=[design.pk])).status_code == 404
    stages = json.dumps(
        [
            {
                "kind": "scenario",
                "name": "S",
                "minutes": 30,
                "interviewers": 1,
                "questions": [rival.questions[0].pk],
            }
        ]
    )
    before = Loop.objects.count()
    client_of.post(
        reverse("admin:loops_loop_propose_keep"),
        {"profile": ours.profile.pk, "stages": stages, "new": "1", "minutes": 60},
    )
    assert Loop.objects.count() == before


@pytest.mark.django_db
def test_the_command_proposes_and_compares(
    both: tuple[TeamWorld, TeamWorld], capsys: pytest.CaptureFixture[str]
) -> None:
    ours, _ = both
    call_command(
        "design_loop", ours.profile.key, "--team", "acme", "--minutes", "90", "--compare", ours.loop.key,
        "--format", "json",
    )  # fmt: skip
    found = json.loads(capsys.readouterr().out)
    assert found["gap"] - found["bound"] == pytest.approx(found["optimality_gap"])
    assert sum(stage["minutes"] for stage in found["stages"]) == found["minutes"] <= 90
    assert found["compared"]["loop"] == ours.loop.label
    call_command("design_loop", ours.profile.key, "--team", "acme", "--minutes", "90")
    assert "Proved: no loop" in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        call_command("design_loop", ours.profile.key, "--team", "acme", "--minutes", "2")
    assert ended.value.code == 2
    assert "minutes: Use 15" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_api_designs_and_tells_what_was_found(
    both: tuple[TeamWorld, TeamWorld], client_of: Client
) -> None:
    ours, rival = both
    address = "/api/v1/loop-designs/?team=acme"
    body = {"role": ours.profile.key, "minutes": 90, "interviewers": [2]}
    made = client_of.post(address, body, content_type="application/json")
    assert made.status_code == 201, made.content
    first = made.json()
    assert not first["finished"]
    assert first["stages"]
    assert first["bound"] is None
    run_all(ours.team)
    found = client_of.get(f"/api/v1/loop-designs/{first['id']}/").json()
    assert found["finished"]
    assert found["proved"]
    assert found["gap"] <= first["gap"] + 1e-9
    assert found["optimality_gap"] == pytest.approx(found["gap"] - found["bound"])
    assert {stage["interviewers"] for stage in found["stages"]} == {2}
    wrong = client_of.post(address, {**body, "minuts": 4}, content_type="application/json")
    assert wrong.status_code == 400
    assert "minuts" in wrong.content.decode()
    unknown = client_of.post(address, {**body, "pinned": ["nope"]}, content_type="application/json")
    assert unknown.status_code == 422
    assert "nope is no published question" in unknown.content.decode()
    page = {"profile": ours.profile.pk, "minutes": 90, "ban": "nope"}
    shown = client_of.post(reverse("admin:loops_loop_propose"), page, follow=True)
    assert "nope is no published question" in shown.content.decode()
    none = client_of.post(address, {**body, "kinds": {"chess": 1}}, content_type="application/json")
    assert none.status_code == 422
    client_of.force_login(rival.recruiter)
    assert client_of.get(f"/api/v1/loop-designs/{first['id']}/").status_code == 404


@pytest.mark.django_db
def test_what_an_answer_is_known_by_is_the_same_with_and_without_the_questions(
    both: tuple[TeamWorld, TeamWorld],
) -> None:
    ours, _ = both
    QuestionExposure.objects.create(team=ours.team, question_key=ours.questions[1].key, leak=0.5)
    profile = RoleProfile.objects.prefetch_related("requirements__competency").get(pk=ours.profile.pk)
    whole = store.ground_of(ours.team, profile)
    leaks = QuestionExposure.objects.leaks_in(ours.team.pk)
    light = Ground(ours.team, profile, whole.policy, (), store.stock_of(ours.team, leaks))
    assert whole.inputs(Wishes(minutes=60)) == light.inputs(Wishes(minutes=60))


def priced(**wished: Any) -> dict[str, Any]:
    """Prices of a small bank's rules by name."""
    few = tuple(row for row in BANK if row.format in {"debugging", "knowledge", "take_home", "scenario"})
    ground = GroundOf(starter.plan("production_ai_loop_lean"), few)
    wishes = Wishes(minutes=120, must_haves=False, **wished)
    found = solving.answer(ground, wishes, seconds=5)
    return {each.name: each for each in prices_of(ground, wishes, found, seconds=20)}


@dataclass(frozen=True)
class GroundOf:
    """A role and a bank without a database."""

    plan: Any
    bank: Any
    policy: TeamPolicy = SHIPPED


def test_each_rule_has_its_price_and_together_they_cost_at_least_the_dearest() -> None:
    prices = priced(sessions=2, interviewer_minutes=200, kinds={"knowledge": 1})
    assert {"max_competencies", "sessions", "interviewer_minutes", "kinds"} <= {*prices}
    assert list(prices)[-1] == "together"
    assert all(each.points >= 0 for each in prices.values())
    assert prices["together"].points >= max(each.points for each in prices.values()) - 1e-4
    assert prices["sessions"].points > 0
    assert prices["sessions"].words == "At most two sessions"


def test_nothing_has_a_price_without_a_bound_or_without_rules() -> None:
    assert priced(objective="value") == {}
    assert priced(rules=False) == {}


def best_of(few: list[Any], **wished: Any) -> Any:
    plan = starter.plan("production_ai_loop_lean")
    made = problem_of(plan, few, Wishes(minutes=150, rules=False, **wished), policy=SHIPPED)
    assert made is not None
    return made.plan_of(design_loop(made.problem, seconds=5).chosen)


def test_more_limits_hold() -> None:
    few = [row for row in BANK if row.format in {"debugging", "knowledge", "take_home", "scenario"}]
    free = best_of(few)
    asked = [row.key for _, row in free.questions()]
    together = {row.key for _, row in best_of(few, apart=(tuple(asked),)).questions()}
    assert len(together & set(asked)) <= 1
    kinds = [stage.kind for stage in best_of(few, kinds={"knowledge": 1}, kinds_most={"debugging": 0}).stages]
    assert "knowledge" in kinds
    assert "debugging" not in kinds
    alone = best_of(few, trained={"debugging": 1, "scenario": 1, "knowledge": 1})
    assert {stage.interviewers for stage in alone.stages if stage.kind != "take_home"} == {1}
    rated = max(free.requirements, key=lambda row: row.weight).key
    without = best_of(few, raters={rated: 0})
    assert all(rated not in stage.competencies for stage in without.stages)
    two = best_of(few, competencies=2, take_homes=False)
    assert {len(stage.competencies) for stage in two.stages} <= {1, 2}
    leaked = [replace(row, leak=0.6) if row.key in asked else row for row in few]
    assert not {row.key for _, row in best_of(leaked, exposed=0.5).questions()} & set(asked)
    assert asked[0] in {row.key for _, row in best_of(leaked, exposed=0.5, pinned=(asked[0],)).questions()}
    small = best_of(few, difference=1.0)
    assert 0 < sum(difference_of(row.format) for _, row in small.questions()) <= 1.0


@pytest.mark.django_db
def test_more_limits_are_carried_by_the_address_and_the_command(
    both: tuple[TeamWorld, TeamWorld], client_of: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, _ = both
    first, second, *_ = (f"more_{number}" for number in range(6))
    sent = client_of.get(
        address(
            ours, minutes=90, exposed=40, least_scenario=1, sessions="", apart_one=first, apart_other=second
        )
    )
    assert sent.status_code == 302  # the empty fields are left out of the address
    led = client_of.get(sent["Location"])
    wishes = led.context["wishes"]
    assert wishes.apart == ((first, second),)
    assert wishes.exposed == 0.4
    assert wishes.kinds == {"scenario": 1}
    assert b"allow both again" in led.content
    again = client_of.get(f"{reverse('admin:loops_loop_propose')}?{led.context['query']}")
    assert again.context["wishes"] == wishes
    call_command(
        "design_loop", ours.profile.key, "--team", "acme", "--minutes", "90", "--apart", f"{first},{second}",
        "--exposed", "0.4", "--kind", "scenario=1", "--format", "json",
    )  # fmt: skip
    found = json.loads(capsys.readouterr().out)
    assert Wishes.from_dict(found["wishes"]) == wishes
    assert {each["name"] for each in found["prices"]} >= {"max_competencies", "together"}


@pytest.mark.django_db
def test_the_first_answer_is_kept_while_a_worker_looks(
    both: tuple[TeamWorld, TeamWorld], client_of: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, _ = both
    client_of.post(reverse("admin:loops_loop_propose"), {"profile": ours.profile.pk, "minutes": 90})
    monkeypatch.setattr(store, "answer", lambda *a, **k: pytest.fail("computed again"))
    shown = client_of.get(address(ours, minutes=90))
    assert b"Stop, and take the best so far" in shown.content
    assert shown.context["stages"]


@pytest.mark.django_db
def test_the_best_possible_is_asked_for_at_once_and_completed_later(
    both: tuple[TeamWorld, TeamWorld], client_of: Client
) -> None:
    ours, rival = both
    everyone = reverse("admin:loops_loop_best_of_all")
    listed = client_of.get(reverse("admin:loops_loop_changelist"))
    assert b"Work out the best possible" in listed.content
    assert client_of.post(everyone, {"team": "rival"}).status_code == 404
    client_of.post(everyone, {"team": "acme"})
    assert b"being worked out" in client_of.get(reverse("admin:loops_loop_changelist")).content
    run_all(ours.team)
    assert b"list-best" in client_of.get(reverse("admin:loops_loop_changelist")).content
    design = LoopDesign.objects.get()
    assert not design.found["whole"]
    led = client_of.get(reverse("admin:loops_loop_design", args=[design.pk]), follow=True)
    assert b"Work it out" in led.content
    client_of.post(reverse("admin:loops_loop_propose"), dict(led.context["fields"]))
    run_all(ours.team)
    before, gap = design.pk, design.found["gap"]
    design.refresh_from_db()
    assert LoopDesign.objects.get().pk == before
    assert design.found["whole"]
    assert design.found["gap"] == gap
    client_of.force_login(rival.recruiter)
    assert client_of.post(everyone, {"team": "acme"}).status_code == 404


@pytest.mark.django_db
def test_several_roles_share_interviews(
    both: tuple[TeamWorld, TeamWorld], client_of: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, rival = both
    other = RoleProfileFactory(team=ours.team, name="Other role", key="other_role")
    for competency, weight in zip(ours.competencies, ("0.3", "0.7"), strict=False):
        RequirementFactory(profile=other, competency=competency, weight=weight)
    publish(other)
    page = f"{reverse('admin:loops_loop_several')}?profile={ours.profile.pk}&minutes=90"
    assert b"Choose the roles" in client_of.get(page).content
    page += f"&role={ours.profile.pk}&role={other.pk}"
    assert b"Look for the best loops" in client_of.get(page).content
    api = "/api/v1/shared-loop-designs/?team=acme"
    body = {"roles": [ours.profile.key, other.key], "minutes": 90}
    made = client_of.post(api, body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert made.json()["sharings"] == []
    run_all(ours.team)
    found = client_of.get(f"/api/v1/shared-loop-designs/{made.json()['id']}/").json()
    gaps = [each["gap"] for each in found["sharings"]]
    assert len(gaps) > 1
    assert gaps == sorted(gaps)
    for each in found["sharings"]:
        assert each["bound"] <= each["gap"]
        counts = [sum(stage["shared"] for stage in loop["stages"]) for loop in each["loops"]]
        assert counts[0] == counts[1] >= each["least"]
        assert all(loop["minutes"] <= 90 for loop in each["loops"])
    assert client_of.get(f"/api/v1/loop-designs/{made.json()['id']}/").status_code == 404
    shown = client_of.get(page)
    assert b"Loops that share at least" in shown.content
    led = client_of.get(reverse("admin:loops_loop_design", args=[made.json()["id"]]))
    assert "several" in led["Location"]
    twice = client_of.post(api, {**body, "roles": [other.key, other.key]}, content_type="application/json")
    assert twice.status_code == 422
    call_command(
        "design_loop", ours.profile.key, "--with", other.key, "--team", "acme", "--minutes", "90",
    )  # fmt: skip
    assert "applying for all" in capsys.readouterr().out
    client_of.force_login(rival.recruiter)
    assert client_of.get(page).status_code == 404
