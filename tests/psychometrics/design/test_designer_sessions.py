"""Enumerated sessions carry exactly what a plan of them carries, and are those that the rules allow."""

from itertools import combinations

import numpy as np
import pytest

from psychometrics.design.designer import Requirements, SessionQuestion, SessionRules, design_loop, sessions
from psychometrics.design.evaluation_gap import evaluation_gap
from psychometrics.design.evidence import EvidenceModel, PlannedRatings, plan_evidence
from psychometrics.errors import BadInput

C, K = 4, 3


def bank(seed: int, n: int = 7) -> list[SessionQuestion]:
    """Questions with several criteria, leaks and families."""
    rng = np.random.default_rng(seed)
    return [
        SessionQuestion(
            key=f"q{number}",
            minutes=float(5 * rng.integers(3, 9)),
            realism=int(rng.integers(K)),
            criteria=[(int(c), float(rng.uniform(0.2, 1))) for c in rng.choice(C, int(rng.integers(1, 4)))],
            family="twins" if number < 2 else "",
            format=("debugging", "scenario")[number % 2],
            leak=float(rng.choice([0.0, 0.3])),
            preparation=5.0,
        )
        for number in range(n)
    ]


def planned(options, chosen, model=None):
    """Evidence of the chosen sessions by the rule of plans, at or above each level."""
    rows = [
        (session, c, strength * options.share[session], question.realism, options.interviewers[session], question.leak)
        for session in chosen
        for i in options.questions[session]
        if i >= 0
        for question in [options.bank[i]]
        for c, strength in question.criteria
    ]  # fmt: skip
    by_level = plan_evidence(PlannedRatings(*zip(*rows, strict=True)), C, model=model, levels=K)
    return np.cumsum(by_level[:, ::-1], axis=1)[:, ::-1], by_level


@pytest.mark.parametrize("seed", range(4))
def test_evidence_is_that_of_the_plan(seed):
    model = EvidenceModel(0.5, 0.3, 0.2, 0.5)
    rules = SessionRules(interviewers=(1, 2), time_shares=(1.0, 0.8), most_questions=3, most_competencies=4)
    options = sessions(bank(seed), rules, n_competencies=C, levels=K, model=model)

    for session in range(len(options)):
        np.testing.assert_allclose(
            options.evidence[session], planned(options, [session], model)[0], atol=1e-12
        )
    together = [0, len(options) // 2, len(options) - 1]
    np.testing.assert_allclose(
        options.evidence[together].sum(axis=0), planned(options, together, model)[0], atol=1e-12
    )


def test_sessions_are_those_that_the_rules_allow():
    questions = bank(0)
    rules = SessionRules(
        longest_minutes=60, most_competencies=3, apart=[("debugging", "scenario")], banned=["q3"],
        enemies=[("q2", "q4")],
    )  # fmt: skip
    options = sessions(questions, rules, n_competencies=C)
    by_key = {question.key: question for question in questions}

    def allowed(keys):
        asked = [by_key[key] for key in keys]
        return (
            sum(one.minutes for one in asked) + 5 <= 60
            and len({c for one in asked for c, _ in one.criteria}) <= 3
            and len({one.format for one in asked}) == 1
            and "q3" not in keys
            and not {"q0", "q1"} <= set(keys)
            and not {"q2", "q4"} <= set(keys)
        )

    expected = {keys for size in (1, 2) for keys in combinations(by_key, size) if allowed(keys)}
    assert {options.keys(session) for session in range(len(options))} == expected
    assert len(options) == len(expected)
    assert not options.cut


def test_take_homes_stand_alone_and_cost_their_marking():
    questions = [
        SessionQuestion("home", 120, 2, [(c, 0.5) for c in range(4)], take_home=True, preparation=30),
        SessionQuestion("live", 40, 1, [(0, 1.0)], preparation=10),
    ]
    options = sessions(questions, SessionRules(), n_competencies=C)

    assert [options.keys(i) for i in range(len(options))] == [("home",), ("live",)]
    assert options.minutes.tolist() == [120, 45]
    assert options.interviewer_minutes.tolist() == [60, 2 * (45 + 10)]
    assert len(sessions(questions, SessionRules(take_homes=False), n_competencies=C)) == 1


def test_kinds_and_training_decide_who_may_hold_what():
    questions = [
        SessionQuestion("a", 20, 1, [(0, 1.0)], format="debugging"),
        SessionQuestion("b", 20, 1, [(1, 1.0)], format="work_sample"),
        SessionQuestion("c", 20, 1, [(2, 1.0)], format="values"),
    ]
    kinds = {"hands_on": ["debugging", "work_sample"], "conduct": ["values"]}
    rules = SessionRules(
        kinds=kinds, interviewers=(1, 2), trained={"debugging": 2, "work_sample": 1, "values": 0}
    )
    options = sessions(questions, rules, n_competencies=C)

    held = {(options.keys(i), int(options.interviewers[i]), options.kind(i)) for i in range(len(options))}
    assert held == {
        (("a",), 1, "hands_on"), (("a",), 2, "hands_on"), (("b",), 1, "hands_on"), (("a", "b"), 1, "hands_on"),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_leaving_out_dominated_sessions_loses_nothing(seed):
    rules = SessionRules(interviewers=(1, 2), time_shares=(1.0, 0.7), most_questions=2, most_competencies=4)
    options = sessions(bank(seed, 3), rules, n_competencies=C)
    weights, demand = np.full(C, 1 / C), np.full((C, K), 1 / K)
    required = Requirements(minutes=120, interviewer_minutes=250, raters={3: 2} if seed else {})

    problem, left = options.problem(weights, demand, required)
    found = design_loop(problem)

    assert len(left) <= len(options)
    best = 1.0
    costs = np.stack([options.minutes, options.interviewer_minutes], axis=1)
    raters = options.interviewers * (options.evidence[:, 3, 0] > 0)
    names = [
        {options.bank[i].family or options.bank[i].key for i in row if i >= 0} for row in options.questions
    ]
    for size in range(1, 4):
        for plan in combinations(range(len(options)), size):
            used = costs[list(plan)].sum(axis=0)
            if used[0] > 120 or used[1] > 250 or (seed and raters[list(plan)].sum() < 2):
                continue
            if len(set().union(*(names[i] for i in plan))) < sum(len(names[i]) for i in plan):
                continue
            by_level = planned(options, plan)[1]
            best = min(best, evaluation_gap(weights, demand, by_level, sufficiency="reliability").gap)
    assert found.proved
    assert found.gap == pytest.approx(best, abs=1e-4)


def test_a_variant_that_shows_less_for_as_long_is_left_out():
    twins = [
        SessionQuestion("better", 40, 1, [(0, 0.9), (1, 0.4)], family="twins"),
        SessionQuestion("worse", 40, 1, [(0, 0.8), (1, 0.4)], family="twins"),
        SessionQuestion("shorter", 30, 1, [(0, 0.7)], family="twins"),
        SessionQuestion("other", 40, 1, [(0, 0.8), (1, 0.4)]),
    ]
    options = sessions(twins, SessionRules(most_questions=1), n_competencies=C)
    _, left = options.problem(np.full(C, 0.25), np.full((C, K), 1 / K), Requirements(minutes=100))
    assert [left.keys(i)[0] for i in range(len(left))] == ["better", "shorter", "other"]


def test_requirements_are_limits_and_floors():
    options = sessions(bank(2), SessionRules(interviewers=(1, 2)), n_competencies=C)
    required = Requirements(
        minutes=200, live_minutes=190, sessions=4, difference=2.0, kind_minutes={"debugging": 90},
        kind_sessions={"debugging": 2}, kinds={"scenario": 1}, pinned=["q4"], every=True,
    )  # fmt: skip
    problem, left = options.problem(np.full(C, 0.25), np.full((C, K), 1 / K), required)
    found = design_loop(problem)

    assert found.feasible
    assert any("q4" in left.keys(i) for i in found.chosen)
    assert "scenario" in {left.kind(i) for i in found.chosen}
    assert (left.evidence[list(found.chosen)].sum(axis=0)[:, 0] > 0).all()
    assert set(found.costs) == {
        "candidate minutes", "live minutes", "sessions", "subgroup difference", "minutes of debugging",
        "sessions of debugging",
    }  # fmt: skip
    assert found.costs["minutes of debugging"] <= 90


def test_enumeration_says_when_it_was_cut():
    options = sessions(bank(1), SessionRules(most_options=9), n_competencies=C)
    assert len(options) == 9
    assert options.cut


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SessionQuestion("a", 0, 0, []), "question 'a': minutes must be above 0"),
        (lambda: SessionQuestion("a", 5, 0, [(0, 2.0)]), "question 'a': strength must lie"),
        (lambda: SessionRules(interviewers=()), "interviewers must name"),
        (lambda: SessionRules(time_shares=(0.0,)), "time_shares must be above 0"),
        (lambda: sessions([], n_competencies=C), "allow no session"),
        (lambda: sessions(bank(0) + bank(0), n_competencies=C), "two questions have the key 'q0'"),
        (
            lambda: sessions([SessionQuestion("a", 5, 3, [(0, 1)])], n_competencies=C),
            "realism must lie in 0..2",
        ),
    ],
)
def test_bad_banks_and_rules_are_refused(make, message):
    with pytest.raises(BadInput, match=message):
        make()


def test_a_must_have_that_nobody_rates_is_named():
    options = sessions([SessionQuestion("a", 30, 1, [(0, 1.0)])], n_competencies=2)
    required = Requirements(minutes=60, raters={1: 2})
    problem, _ = options.problem(
        [0.5, 0.5], np.full((2, K), 1 / K), required, competencies=["Design", "Craft"]
    )

    (missed,) = design_loop(problem).unmet

    assert (missed.floor, missed.reached, missed.least) == ("raters of Craft", 0, 2)
    assert missed.reason == "no option counts towards raters of Craft"
    with pytest.raises(BadInput, match="competencies has 1 names, expected 2"):
        options.problem([0.5, 0.5], np.full((2, K), 1 / K), required, competencies=["Design"])


def test_unknown_pins_are_refused():
    options = sessions(bank(0), n_competencies=C)
    with pytest.raises(BadInput, match="pinned names 'nothing'"):
        options.problem(
            np.full(C, 0.25), np.full((C, K), 1 / K), Requirements(minutes=60, pinned=["nothing"])
        )
